package sdk

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"unicode/utf8"
)

// protocolVersion is the version of the protocol this file speaks, and
// maxLine the longest line it reads or writes.
const (
	protocolVersion = 1
	maxLine         = 16 << 20
)

// Error codes, as the protocol has them.
const (
	codeParse          = -32700
	codeInvalidRequest = -32600
	codeMethodNotFound = -32601
	codeInvalidParams  = -32602
	codeUnsupported    = 1
	codeFailed         = 2
)

// InvalidParam is an error that Prepare returns for a knob whose value has the
// right type but makes no sense; its text should quote the value and say what
// is allowed.
type InvalidParam string

func (e InvalidParam) Error() string { return string(e) }

// NotSupported is an error that Prepare returns for what this program or this
// machine cannot do; its text is the reason.
type NotSupported string

func (e NotSupported) Error() string { return string(e) }

// Main serves impl on standard input and output until it is told to shut down,
// its input ends or SIGTERM arrives, and returns the exit status. It should be
// the first thing a program does: from here on whatever is printed to standard
// output, by Go, C or a child process, goes to standard error instead.
func Main(impl Implementation) int {
	out, err := claimStdout()
	if err != nil {
		fmt.Fprintln(os.Stderr, "worker: keep standard output for the protocol:", err)
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	defer startProfile(os.Stderr)()
	switch err := serve(ctx, impl, os.Stdin, out); {
	case errors.Is(err, errTerminated):
		return 128 + int(syscall.SIGTERM)
	case err != nil:
		fmt.Fprintln(os.Stderr, "worker:", err)
		return 1
	}
	return 0
}

// Serve speaks the protocol on r and w until r ends or a shutdown is asked
// for. It returns an error when r or w fail or a line is too long; failures of
// the benchmarks are answers, not errors.
func Serve(impl Implementation, r io.Reader, w io.Writer) error {
	return serve(context.Background(), impl, r, w)
}

var errTerminated = errors.New("terminated")

type server struct {
	ctx  context.Context // done when the program has been asked to terminate
	impl Implementation
	out  io.Writer
	name string // of the prepared benchmark
	open Case   // the prepared benchmark, nil before the first prepare
}

type request struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      *int64          `json:"id"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
}

type rpcError struct {
	Code    int        `json:"code"`
	Message string     `json:"message"`
	Data    *errorData `json:"data,omitempty"`
}

type errorData struct {
	Type  string `json:"type"`
	Trace string `json:"trace"`
}

func serve(ctx context.Context, impl Implementation, r io.Reader, w io.Writer) (err error) {
	s := &server{ctx: ctx, impl: impl, out: w}
	defer func() {
		if failure := s.closeCase(); failure != nil && err == nil {
			err = errors.New(failure.Message)
		}
	}()
	in := bufio.NewReaderSize(r, 64<<10)
	for {
		line, err := s.next(in)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		done, err := s.answer(line)
		if done || err != nil {
			return err
		}
	}
}

// next waits for a line or for the order to terminate. The reading happens in
// a goroutine because a blocked read of a pipe cannot be called off; nothing
// reads while a request is being worked on.
func (s *server) next(in *bufio.Reader) ([]byte, error) {
	type result struct {
		line []byte
		err  error
	}
	lines := make(chan result, 1)
	go func() {
		line, err := readLine(in)
		lines <- result{line, err}
	}()
	select {
	case got := <-lines:
		return got.line, got.err
	case <-s.ctx.Done():
		return nil, errTerminated
	}
}

func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			return nil, fmt.Errorf("a request is longer than %d bytes", maxLine)
		}
		line = append(line, part...)
		if err != bufio.ErrBufferFull {
			return line, err
		}
	}
}

// answer works on one request and writes its response.
func (s *server) answer(line []byte) (done bool, err error) {
	var req request
	if !utf8.Valid(line) {
		return false, s.reply(nil, nil, &rpcError{Code: codeParse, Message: "the request is not valid UTF-8"})
	}
	if err := json.Unmarshal(line, &req); err != nil {
		return false, s.reply(nil, nil, &rpcError{Code: codeParse, Message: "the request is not a JSON object with an integer id: " + err.Error()})
	}
	if req.JSONRPC != "2.0" || req.ID == nil {
		return false, s.reply(nil, nil, &rpcError{Code: codeInvalidRequest, Message: `a request needs "jsonrpc":"2.0" and an integer id`})
	}
	result, failure := s.dispatch(req.Method, req.Params)
	if s.ctx.Err() != nil {
		return true, errTerminated
	}
	return req.Method == "shutdown", s.reply(req.ID, result, failure)
}

func (s *server) dispatch(method string, params json.RawMessage) (any, *rpcError) {
	switch method {
	case "initialize":
		return s.initialize(params)
	case "prepare":
		return s.prepare(params)
	case "verify":
		return s.verify(params)
	case "run":
		return s.run(params)
	case "shutdown":
		return struct{}{}, s.closeCase()
	}
	known := []string{"initialize", "prepare", "verify", "run", "shutdown"}
	return nil, &rpcError{Code: codeMethodNotFound, Message: fmt.Sprintf("no method %q%s", method, suggest(method, known))}
}

// reply writes one response in one write, so that no signal or crash leaves
// half of it behind.
func (s *server) reply(id *int64, result any, failure *rpcError) error {
	line, err := encode(id, result, failure)
	if err != nil {
		line, err = encode(id, nil, &rpcError{Code: codeFailed, Message: "encode the answer: " + err.Error()})
	}
	if err == nil && len(line) > maxLine {
		line, err = encode(id, nil, &rpcError{Code: codeFailed, Message: fmt.Sprintf("the answer is %d bytes long, the limit is %d", len(line), maxLine)})
	}
	if err != nil {
		return err
	}
	_, err = s.out.Write(line)
	return err
}

func encode(id *int64, result any, failure *rpcError) ([]byte, error) {
	response := struct {
		JSONRPC string    `json:"jsonrpc"`
		ID      *int64    `json:"id"`
		Result  any       `json:"result,omitempty"`
		Error   *rpcError `json:"error,omitempty"`
	}{"2.0", id, result, failure}
	if failure != nil {
		response.Result = nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(response)
	return b.Bytes(), err
}

// protect calls f and turns an error or a panic into an answer.
func (s *server) protect(doing string, f func() error) (failure *rpcError) {
	if s.name != "" {
		doing += " " + s.name
	}
	defer func() {
		if p := recover(); p != nil {
			failure = &rpcError{
				Code:    codeFailed,
				Message: fmt.Sprintf("%s: panic: %v", doing, p),
				Data:    &errorData{Type: fmt.Sprintf("%T", p), Trace: string(debug.Stack())},
			}
		}
	}()
	err := f()
	if err == nil {
		return nil
	}
	failure = &rpcError{Code: codeFailed, Message: doing + ": " + err.Error()}
	var invalid InvalidParam
	var unsupported NotSupported
	switch {
	case errors.As(err, &invalid):
		failure.Code = codeInvalidParams
	case errors.As(err, &unsupported):
		failure.Code = codeUnsupported
	default:
		failure.Data = &errorData{Type: fmt.Sprintf("%T", err)}
	}
	return failure
}

func (s *server) closeCase() *rpcError {
	if s.open == nil {
		return nil
	}
	c := s.open
	s.open = nil
	return s.protect("close", c.Close)
}

// suggest finds the name that was probably meant: ` (did you mean "x"?)`, or
// nothing when none is close.
func suggest(name string, known []string) string {
	best, distance := "", len(name)/3+1
	for _, k := range known {
		if d := editDistance(name, k); d <= distance && d < max(len(name), len(k)) && (best == "" || d < distance) {
			best, distance = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// editDistance is Levenshtein's, by bytes.
func editDistance(a, b string) int {
	if strings.EqualFold(a, b) {
		return 0
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
