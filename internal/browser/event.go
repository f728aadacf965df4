package browser

import (
	"encoding/json"
	"fmt"
	"strings"
)

// event notes what happened. It runs where events are delivered and must not
// wait.
func (t *Tab) event(method string, params json.RawMessage) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.note(method, params); err != nil {
		// A message that does not decode may be one that a test looks for.
		t.log.Exceptions = append(t.log.Exceptions, fmt.Sprintf("event %s: %v", method, err))
	}
	close(t.changed)
	t.changed = make(chan struct{})
}

func (t *Tab) note(method string, params json.RawMessage) error {
	switch method {
	case "Page.lifecycleEvent":
		return t.noteLoad(params)
	case "Page.javascriptDialogOpening":
		var e struct{ Type, Message string }
		err := json.Unmarshal(params, &e)
		t.log.Dialogs = append(t.log.Dialogs, e.Type+": "+e.Message)
		t.dismiss()
		return err
	case "Network.requestWillBeSent":
		var e struct{ Request struct{ URL string } }
		err := json.Unmarshal(params, &e)
		t.log.Requests = append(t.log.Requests, e.Request.URL)
		return err
	case "Runtime.exceptionThrown":
		var e struct{ ExceptionDetails exception }
		err := json.Unmarshal(params, &e)
		t.log.Exceptions = append(t.log.Exceptions, e.ExceptionDetails.String())
		return err
	case "Runtime.consoleAPICalled":
		return t.noteConsole(params)
	case "Log.entryAdded":
		var e struct {
			Entry struct {
				Level, Source, Text, URL string
				LineNumber               int
			}
		}
		err := json.Unmarshal(params, &e)
		t.log.Console = append(t.log.Console, fmt.Sprintf("%s: %s: %s (%s:%d)", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL, e.Entry.LineNumber))
		return err
	case "Audits.issueAdded":
		return t.noteIssue(params)
	}
	return nil
}

func (t *Tab) noteLoad(params json.RawMessage) error {
	var e struct{ LoaderID, Name string }
	if err := json.Unmarshal(params, &e); err != nil {
		return err
	}
	if e.Name == "load" {
		t.loaded[e.LoaderID] = true
	}
	return nil
}

func (t *Tab) noteConsole(params json.RawMessage) error {
	var e struct {
		Type string
		Args []struct {
			Value       json.RawMessage
			Description string
		}
	}
	if err := json.Unmarshal(params, &e); err != nil {
		return err
	}
	words := []string{e.Type + ":"}
	for _, a := range e.Args {
		if a.Description != "" {
			words = append(words, a.Description)
		} else {
			words = append(words, string(a.Value))
		}
	}
	t.log.Console = append(t.log.Console, strings.Join(words, " "))
	return nil
}

// noteIssue files what the browser's own audit says.
func (t *Tab) noteIssue(params json.RawMessage) error {
	var e struct {
		Issue struct {
			Code    string
			Details struct {
				ContentSecurityPolicyIssueDetails *struct {
					ViolatedDirective, ContentSecurityPolicyViolationType, BlockedURL string
				}
				GenericIssueDetails *struct{ ErrorType string }
			}
		}
	}
	if err := json.Unmarshal(params, &e); err != nil {
		return err
	}
	switch d := e.Issue.Details; {
	case d.ContentSecurityPolicyIssueDetails != nil:
		v := d.ContentSecurityPolicyIssueDetails
		t.log.Violations = append(t.log.Violations, strings.TrimSpace(fmt.Sprintf("%s: %s %s",
			v.ViolatedDirective, strings.TrimPrefix(v.ContentSecurityPolicyViolationType, "k"), v.BlockedURL)))
	case d.GenericIssueDetails != nil:
		t.log.Issues = append(t.log.Issues, d.GenericIssueDetails.ErrorType)
	default:
		t.log.Issues = append(t.log.Issues, e.Issue.Code)
	}
	return nil
}

// An exception is one that nobody caught.
type exception struct {
	Text                     string
	URL                      string
	LineNumber, ColumnNumber int
	Exception                *struct {
		Description string
		Value       json.RawMessage
	}
}

func (e *exception) String() string {
	text := e.Text
	if x := e.Exception; x != nil {
		text = strings.TrimSpace(text + " " + x.Description + string(x.Value))
	}
	if e.URL != "" {
		text += fmt.Sprintf(" (%s:%d:%d)", e.URL, e.LineNumber+1, e.ColumnNumber+1)
	}
	return text
}
