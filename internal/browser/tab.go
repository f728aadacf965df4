package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// A Tab is a page in a browsing context of its own: nothing is stored before
// it and nothing it stores is seen by another.
type Tab struct {
	browser          *Browser
	session, context string

	mu      sync.Mutex
	changed chan struct{}   // closed and made anew with every event
	loaded  map[string]bool // by the browser's id of a load
	log     Log
}

// A Log is what a tab has said and done, in order.
type Log struct {
	Console    []string // "warning: text (file:line)", console calls and the browser's own remarks
	Exceptions []string // uncaught
	Requests   []string // URLs, the page's own included
	Violations []string // of the content security policy: "inline script-src-elem"
	Issues     []string // what the browser finds wrong with a page, other than the above, by name
	Dialogs    []string // "alert: text"; they are dismissed
}

func (l *Log) clone() Log {
	return Log{slices.Clone(l.Console), slices.Clone(l.Exceptions), slices.Clone(l.Requests),
		slices.Clone(l.Violations), slices.Clone(l.Issues), slices.Clone(l.Dialogs)}
}

// NewTab opens an empty page.
func (b *Browser) NewTab() (*Tab, error) {
	t := &Tab{browser: b, changed: make(chan struct{}), loaded: make(map[string]bool)}
	var made struct {
		BrowserContextID, TargetID, SessionID string
	}
	if err := b.call("", "Target.createBrowserContext", object{"disposeOnDetach": true}, &made); err != nil {
		return nil, err
	}
	t.context = made.BrowserContextID
	if err := b.call("", "Target.createTarget", object{"url": "about:blank", "browserContextId": t.context}, &made); err != nil {
		return nil, err
	}
	if err := b.call("", "Target.attachToTarget", object{"targetId": made.TargetID, "flatten": true}, &made); err != nil {
		return nil, err
	}
	t.session = made.SessionID
	b.conn.handle(t.session, t.event)
	for _, domain := range []string{"Page", "Runtime", "Log", "Network", "Audits", "DOM", "Accessibility"} {
		if err := t.call(domain+".enable", nil, nil); err != nil {
			return nil, err
		}
	}
	if err := t.call("Page.setLifecycleEventsEnabled", object{"enabled": true}, nil); err != nil {
		return nil, err
	}
	// Keys and :focus work as in the window in front.
	return t, t.call("Emulation.setFocusEmulationEnabled", object{"enabled": true}, nil)
}

// Close ends the page and what it stored.
func (t *Tab) Close() error {
	t.browser.conn.handle(t.session, nil)
	return t.browser.call("", "Target.disposeBrowserContext", object{"browserContextId": t.context}, nil)
}

func (t *Tab) call(method string, params, out any) error {
	return t.browser.call(t.session, method, params, out)
}

// Log is what happened since the tab was opened, or since Forget.
func (t *Tab) Log() Log {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.log.clone()
}

// Forget empties the log.
func (t *Tab) Forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.log = Log{}
}

// Navigate loads url and waits until it has loaded. Going to another place in
// the same page returns at once.
func (t *Tab) Navigate(url string) error {
	var went struct{ LoaderID, ErrorText string }
	if err := t.call("Page.navigate", object{"url": url}, &went); err != nil {
		return err
	}
	switch {
	case went.ErrorText != "":
		return fmt.Errorf("%s: %s", url, went.ErrorText)
	case went.LoaderID == "":
		return nil
	}
	return t.await("the load of "+url, func() bool { return t.loaded[went.LoaderID] })
}

// Reload loads the page again and waits for it.
func (t *Tab) Reload() error {
	t.mu.Lock()
	before := maps.Clone(t.loaded)
	t.mu.Unlock()
	if err := t.call("Page.reload", nil, nil); err != nil {
		return err
	}
	return t.await("the reload", func() bool { return len(t.loaded) > len(before) })
}

// await waits for a condition that events bring about; it is asked with the
// lock held.
func (t *Tab) await(what string, ok func() bool) error {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	for {
		t.mu.Lock()
		is, changed := ok(), t.changed
		t.mu.Unlock()
		if is {
			return nil
		}
		select {
		case <-changed:
		case <-t.browser.conn.done:
			return t.browser.conn.failure()
		case <-timeout.C:
			return fmt.Errorf("waited %s for %s", patience, what)
		}
	}
}

// Await waits until a JavaScript expression is true: for what a page does
// some time after the cause, such as an announcement.
func (t *Tab) Await(expression string) error {
	deadline := time.Now().Add(patience)
	for {
		var is bool
		if err := t.Eval("!!("+expression+")", &is); err != nil || is {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("waited %s for %s", patience, expression)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Eval evaluates JavaScript in the page, waits for a promise, and decodes the
// value into out, which may be nil. The page's policy on eval() holds in it.
func (t *Tab) Eval(expression string, out any) error {
	var done struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *exception
	}
	err := t.call("Runtime.evaluate", object{"expression": expression, "awaitPromise": true, "returnByValue": true,
		"allowUnsafeEvalBlockedByCSP": false}, &done)
	switch {
	case err != nil:
		return err
	case done.ExceptionDetails != nil:
		return errors.New(done.ExceptionDetails.String())
	case out == nil:
		return nil
	case done.Result.Value == nil: // undefined
		return json.Unmarshal([]byte("null"), out)
	}
	return json.Unmarshal(done.Result.Value, out)
}

// DisableJS makes the next load one without JavaScript. Eval works all the
// same.
func (t *Tab) DisableJS() error {
	return t.call("Emulation.setScriptExecutionDisabled", object{"value": true}, nil)
}

// dismiss closes a dialog, which holds the page up, without waiting: it is
// called where events are delivered.
func (t *Tab) dismiss() {
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		// An error means that it is gone already.
		_ = t.browser.conn.call(ctx, t.session, "Page.handleJavaScriptDialog", object{"accept": false}, nil)
	}()
}
