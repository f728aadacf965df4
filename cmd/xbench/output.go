package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"xbench/compare/report"
)

// writeReport writes the files of a report through create. What fails is
// told and the others are written all the same: a run of half an hour must not
// end without its report because of one file. A picture that cannot be drawn is
// only told; anything else that is missing is an error.
func writeReport[F io.WriteCloser](create func(name string) (F, error), files []report.File, tell func(string)) error {
	var errs []error
	for _, file := range files {
		var b bytes.Buffer // half a file would look like a whole one
		if err := file.Render(&b); err != nil {
			err = fmt.Errorf("report: %s: %w", file.Name, err)
			if file.Figure {
				tell(err.Error())
			} else {
				errs = append(errs, err)
			}
			continue
		}
		if err := writeFile(create, file.Name, b.Bytes()); err != nil {
			errs = append(errs, fmt.Errorf("report: %w", err))
		}
	}
	return errors.Join(errs...)
}

// removeStale removes from a directory what a report of another record has left
// there and this one does not replace: figures that nothing links would pass
// for this record's. A directory that holds no report is left alone.
func removeStale(dir string, files []report.File) error {
	var old struct{ Schema string }
	data, err := os.ReadFile(filepath.Join(dir, report.SummaryFile))
	if err != nil || json.Unmarshal(data, &old) != nil || !strings.HasPrefix(old.Schema, "xbench-summary/") {
		return nil
	}
	var errs []error
	for _, below := range []string{"", report.FiguresDir} {
		entries, err := os.ReadDir(filepath.Join(dir, below))
		if err != nil {
			continue // there is nothing in it, or writing will tell
		}
		for _, e := range entries {
			if e.Type().IsRegular() && report.Stale(path.Join(below, e.Name()), files) {
				errs = append(errs, os.Remove(filepath.Join(dir, below, e.Name())))
			}
		}
	}
	return errors.Join(errs...)
}

func writeFile[F io.WriteCloser](create func(name string) (F, error), name string, data []byte) error {
	f, err := create(name)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}

// show prints what the run or the record says to those who look at this
// process: the table or, as JSON, the summary to standard output, and what
// GitHub shows where it runs there.
func (a *app) show(view *report.View, asJSON, head bool, reportPath string) error {
	var err error
	if asJSON {
		err = view.Summary(a.out)
	} else {
		opt := terminalOptions(a.out, reportPath)
		opt.Head = head
		err = view.Terminal(a.out, opt)
	}
	a.tellGitHub(view)
	return err
}

// warn tells of what does not change the outcome.
func (a *app) warn(text string) { fmt.Fprintf(a.err, "xbench: %s\n", text) }
