package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"xbench/compare/report"
)

// summaryLimit is where GitHub drops the summary of a whole step, what others
// wrote into it included.
const summaryLimit = 1 << 20

// tellGitHub adds the verdict to the summary of the step where there is one,
// and prints annotations where GitHub's runner reads them. The runner reads
// commands from both streams, so that they go to standard error and leave
// what was asked for alone. None of it can fail a run.
func (a *app) tellGitHub(view *report.View) {
	if path := os.Getenv("GITHUB_STEP_SUMMARY"); path != "" {
		if err := addStepSummary(path, view); err != nil {
			a.warn("GITHUB_STEP_SUMMARY: " + err.Error())
		}
	}
	if stream, ok := a.err.(*inert); ok {
		if err := stream.commands(view.Annotations); err != nil {
			a.warn("annotations: " + err.Error())
		}
	}
}

// addStepSummary appends, since a step may have more to say than xbench.
func addStepSummary(path string, view *report.View) error {
	var b bytes.Buffer
	if err := view.StepSummary(&b); err != nil {
		return err
	}
	old, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case old.Size()+int64(b.Len()) > summaryLimit:
		return fmt.Errorf("%s has %d bytes: with %d more GitHub would drop all of it", path, old.Size(), b.Len())
	}
	return appendFile(path, b.Bytes())
}

func appendFile(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}
