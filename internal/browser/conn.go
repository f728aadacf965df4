package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// A conn is the line to a browser: calls out, their replies and events in.
type conn struct {
	done chan struct{} // closed when the line is

	write sync.Mutex // one message at a time
	out   io.Writer

	mu       sync.Mutex
	last     int
	waiting  map[int]chan reply
	handlers map[string]func(method string, params json.RawMessage) // by session
	err      error                                                  // why the line is closed
}

// A message is a call, a reply or an event, whichever of its fields are set.
type message struct {
	ID      int             `json:"id,omitempty"`
	Session string          `json:"sessionId,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *callError      `json:"error,omitempty"`
}

type callError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    string `json:"data"`
}

func (e *callError) Error() string {
	if e.Data != "" {
		return e.Message + ": " + e.Data
	}
	return e.Message
}

type reply struct {
	result json.RawMessage
	err    error
}

func newConn(in io.Reader, out io.Writer) *conn {
	c := &conn{done: make(chan struct{}), out: out,
		waiting: make(map[int]chan reply), handlers: make(map[string]func(string, json.RawMessage))}
	go c.listen(in)
	return c
}

// listen hands out replies and events until the line ends. Handlers of events
// run here: they must neither wait nor call.
func (c *conn) listen(in io.Reader) {
	r := bufio.NewReaderSize(in, 1<<16)
	for {
		line, err := r.ReadBytes(0)
		if err != nil {
			c.close(fmt.Errorf("the browser has closed its pipe: %w", err))
			return
		}
		var m message
		if err := json.Unmarshal(bytes.TrimSuffix(line, []byte{0}), &m); err != nil {
			c.close(fmt.Errorf("not a message of the protocol: %w: %.200q", err, line))
			return
		}
		c.deliver(m)
	}
}

func (c *conn) deliver(m message) {
	c.mu.Lock()
	answer, handler := c.waiting[m.ID], c.handlers[m.Session]
	delete(c.waiting, m.ID)
	c.mu.Unlock()
	switch {
	case m.ID != 0 && answer != nil:
		r := reply{result: m.Result}
		if m.Error != nil {
			r.err = m.Error
		}
		answer <- r
	case m.Method != "" && handler != nil:
		handler(m.Method, m.Params)
	}
}

func (c *conn) close(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
		close(c.done)
	}
}

func (c *conn) failure() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// handle sends the events of a session to f; nil stops it.
func (c *conn) handle(session string, f func(method string, params json.RawMessage)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f == nil {
		delete(c.handlers, session)
		return
	}
	c.handlers[session] = f
}

// call sends one command and decodes its result into out, which may be nil.
func (c *conn) call(ctx context.Context, session, method string, params, out any) error {
	answer, err := c.send(session, method, params)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case r := <-answer:
		if r.err == nil && out != nil {
			r.err = json.Unmarshal(r.result, out)
		}
		if r.err != nil {
			return fmt.Errorf("%s: %w", method, r.err)
		}
		return nil
	case <-c.done:
		return fmt.Errorf("%s: %w", method, c.failure())
	case <-ctx.Done():
		return fmt.Errorf("%s: no answer from the browser: %w", method, context.Cause(ctx))
	}
}

// send writes a command and says where its reply will arrive.
func (c *conn) send(session, method string, params any) (<-chan reply, error) {
	body := json.RawMessage("{}")
	if params != nil {
		var err error
		if body, err = json.Marshal(params); err != nil {
			return nil, err
		}
	}
	answer := make(chan reply, 1)
	c.mu.Lock()
	c.last++
	id := c.last
	c.waiting[id] = answer
	err := c.err
	c.mu.Unlock()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(message{ID: id, Session: session, Method: method, Params: body})
	if err != nil {
		return nil, err
	}
	c.write.Lock()
	defer c.write.Unlock()
	if _, err := c.out.Write(append(text, 0)); err != nil {
		return nil, errors.Join(err, c.failure())
	}
	return answer, nil
}
