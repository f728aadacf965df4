package protocol

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// A Response is one answer of a worker: a result or an error, never both.
type Response struct {
	ID     int64
	Result json.RawMessage
	Error  *Error
}

// An Error is what a worker answers when it cannot do what was asked.
type Error struct {
	Code    int             `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data,omitempty"` // {"type","trace"} with CodeFailed
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s (code %d)", Escape(e.Message, 1000), e.Code)
}

// A LineError is a line that breaks the protocol. After one of these the
// stream cannot be trusted: what follows may be half of something else.
type LineError struct {
	Line int    // from 1
	Msg  string // what is wrong with it: "is not JSON"
	Text string // the line, escaped and cut; "" when showing it does not help
	Hint string // what to do about it
	Torn bool   // the stream ended in the middle of it
}

func (e *LineError) Error() string {
	s := fmt.Sprintf("line %d %s", e.Line, e.Msg)
	if e.Text != "" {
		s += `: "` + e.Text + `"`
	}
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// showBytes is how much of an offending line an error shows.
const showBytes = 120

func lineError(n int, line []byte, msg, hint string) *LineError {
	return &LineError{Line: n, Msg: msg, Text: Escape(string(line[:min(len(line), 4*showBytes)]), showBytes), Hint: hint}
}

// EncodeRequest returns the line for one request, newline included. Params of
// nil leaves the member out.
func EncodeRequest(id int64, method string, params any) ([]byte, error) {
	request := struct {
		JSONRPC string `json:"jsonrpc"`
		ID      int64  `json:"id"`
		Method  string `json:"method"`
		Params  any    `json:"params,omitempty"`
	}{"2.0", id, method, params}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(request); err != nil {
		return nil, fmt.Errorf("encode %s: %w", method, err)
	}
	if b.Len() > MaxLine {
		return nil, fmt.Errorf("encode %s: the request is %d bytes long, the limit is %d; pass large inputs as files", method, b.Len(), MaxLine)
	}
	return b.Bytes(), nil
}

// A Reader splits a stream into lines. It never holds more than MaxLine bytes
// of one: a worker that streams a gigabyte without a newline costs an error,
// not the memory.
type Reader struct {
	r    *bufio.Reader
	buf  []byte
	line int
}

// NewReader returns a Reader of r.
func NewReader(r io.Reader) *Reader {
	return &Reader{r: bufio.NewReaderSize(r, 64<<10)}
}

// Line is the number of the line last read, from 1.
func (r *Reader) Line() int { return r.line }

// ReadLine returns the next line without its newline; it is valid until the
// next call. The error is io.EOF at the end of the stream, a *LineError for a
// line that is too long or lacks its newline, or the reader's own.
func (r *Reader) ReadLine() ([]byte, error) {
	r.buf = r.buf[:0]
	r.line++
	for {
		part, err := r.r.ReadSlice('\n')
		if len(r.buf)+len(part) > MaxLine {
			if len(r.buf) == 0 {
				r.buf = part
			}
			return nil, lineError(r.line, r.buf, fmt.Sprintf("is longer than %d bytes", MaxLine), "")
		}
		r.buf = append(r.buf, part...)
		switch {
		case err == nil:
			return bytes.TrimSuffix(r.buf[:len(r.buf)-1], []byte("\r")), nil
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case len(r.buf) > 0 && errors.Is(err, io.EOF):
			torn := lineError(r.line, r.buf, "ends without a newline", "")
			torn.Torn = true
			return nil, torn
		}
		r.line--
		return nil, err
	}
}

// ParseResponse decodes line number n. Every error is a *LineError. Members
// it does not know are ignored, so that workers may say more than we ask.
func ParseResponse(line []byte, n int) (Response, error) {
	if len(bytes.TrimSpace(line)) == 0 {
		return Response{}, lineError(n, nil, "is empty", "one JSON object per line")
	}
	if !utf8.Valid(line) {
		return Response{}, lineError(n, line, "is not valid UTF-8", "")
	}
	if !json.Valid(line) {
		return Response{}, lineError(n, line, "is not JSON", "workers must keep stdout for the protocol; print to stderr")
	}
	var m struct {
		JSONRPC any             `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Result  json.RawMessage `json:"result"`
		Error   *Error          `json:"error"`
	}
	if err := json.Unmarshal(line, &m); err != nil {
		return Response{}, lineError(n, line, "is not a JSON-RPC response", jsonReason(err))
	}
	if m.JSONRPC != "2.0" {
		return Response{}, lineError(n, line, "is not a JSON-RPC response", `"jsonrpc" must be "2.0"`)
	}
	if (m.Result == nil) == (m.Error == nil) {
		return Response{}, lineError(n, line, "is not a JSON-RPC response", "it needs a result or an error, one of them")
	}
	if m.Error != nil && (m.ID == nil || string(m.ID) == "null") {
		// The worker could not make out what was asked.
		return Response{}, lineError(n, line, "answers no request", m.Error.Error())
	}
	var id int64
	if err := json.Unmarshal(m.ID, &id); err != nil || string(m.ID) == "null" {
		return Response{}, lineError(n, line, "has no integer id", "")
	}
	return Response{ID: id, Result: m.Result, Error: m.Error}, nil
}

// Decode reads a result into v and words what does not fit by member and
// type, without Go's own names.
func Decode(result json.RawMessage, v any) error {
	if err := json.Unmarshal(result, v); err != nil {
		return errors.New(jsonReason(err))
	}
	return nil
}

// jsonReason says what json did not like, in the protocol's words.
func jsonReason(err error) string {
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		field := mismatch.Field
		if field == "" {
			return fmt.Sprintf("an object is expected, not %s", Escape(mismatch.Value, showBytes))
		}
		return fmt.Sprintf("%s must be %s, not %s", Escape(field, showBytes), kindName(mismatch), Escape(mismatch.Value, showBytes))
	}
	return Escape(err.Error(), 2*showBytes)
}

// kindName names a Go type as a JSON author would.
func kindName(e *json.UnmarshalTypeError) string {
	switch k := e.Type.Kind().String(); k {
	case "int", "int64", "uint64":
		return "an integer of at most 64 bits"
	case "string":
		return "a string"
	case "bool":
		return "true or false"
	case "slice":
		return "an array"
	case "map", "struct":
		return "an object"
	default:
		return k
	}
}
