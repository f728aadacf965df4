package browser

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// peer is the browser's end of a line.
type peer struct {
	*bufio.Reader
	io.WriteCloser
}

func (p peer) read(t *testing.T) message {
	t.Helper()
	text, err := p.ReadBytes(0)
	if err != nil {
		t.Fatal(err)
	}
	var m message
	if err := json.Unmarshal(text[:len(text)-1], &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func (p peer) say(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(p, text+"\x00"); err != nil {
		t.Fatal(err)
	}
}

func line(t *testing.T) (*conn, peer) {
	theirIn, ourOut := io.Pipe()
	ourIn, theirOut := io.Pipe()
	t.Cleanup(func() { _, _ = theirOut.Close(), theirIn.Close() })
	return newConn(ourIn, ourOut), peer{bufio.NewReader(theirIn), theirOut}
}

// called makes a call and hands back what becomes of it.
func called(c *conn, ctx context.Context, out any) <-chan error {
	done := make(chan error, 1)
	go func() { done <- c.call(ctx, "s", "Page.navigate", object{"url": "x"}, out) }()
	return done
}

func TestRepliesFindTheirCalls(t *testing.T) {
	c, p := line(t)
	var a, b struct{ N int }
	first := called(c, t.Context(), &a)
	one := p.read(t)
	second := called(c, t.Context(), &b)
	two := p.read(t)
	if one.Method != "Page.navigate" || one.Session != "s" || string(one.Params) != `{"url":"x"}` || one.ID == two.ID {
		t.Errorf("sent %+v and %+v", one, two)
	}
	answer := func(id, n int) {
		text, _ := json.Marshal(message{ID: id, Result: json.RawMessage(`{"n":` + string(rune('0'+n)) + `}`)})
		p.say(t, string(text))
	}
	answer(two.ID, 2) // out of order
	answer(one.ID, 1)
	if err := errors.Join(<-first, <-second); err != nil || a.N != 1 || b.N != 2 {
		t.Errorf("got %d and %d, %v", a.N, b.N, err)
	}
}

func TestCallsFailWithWhatTheBrowserSays(t *testing.T) {
	c, p := line(t)
	done := called(c, t.Context(), nil)
	p.read(t)
	p.say(t, `{"id":1,"error":{"code":-32000,"message":"Cannot navigate","data":"to x"}}`)
	if err := <-done; err == nil || err.Error() != "Page.navigate: Cannot navigate: to x" {
		t.Errorf("got %v", err)
	}
}

func TestEventsGoToTheirSession(t *testing.T) {
	c, p := line(t)
	got := make(chan string, 2)
	c.handle("a", func(method string, params json.RawMessage) { got <- "a " + method + string(params) })
	c.handle("b", func(method string, params json.RawMessage) { got <- "b " + method + string(params) })
	p.say(t, `{"sessionId":"b","method":"X.y","params":{"z":1}}`)
	p.say(t, `{"sessionId":"gone","method":"X.y"}`)
	p.say(t, `{"sessionId":"a","method":"X.z"}`)
	if first, second := <-got, <-got; first != `b X.y{"z":1}` || second != "a X.z" {
		t.Errorf("got %q and %q", first, second)
	}
}

func TestNoCallOutlivesItsLine(t *testing.T) {
	check := func(want string, end func(peer)) {
		t.Helper()
		c, p := line(t)
		waiting := called(c, t.Context(), nil)
		p.read(t)
		end(p)
		for _, err := range []error{<-waiting, c.call(t.Context(), "", "X.y", nil, nil)} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q", err, want)
			}
		}
	}
	check("has closed its pipe", func(p peer) { p.Close() })
	check("not a message of the protocol", func(p peer) { p.say(t, "DevTools listening") })

	c, p := line(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	waiting := called(c, ctx, nil)
	p.read(t)
	if err := <-waiting; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
	}
}

func TestFindSaysWhatIsMissing(t *testing.T) {
	check := func(value string, want string) {
		t.Helper()
		t.Setenv("XBENCH_BROWSER", value)
		if path, err := Find(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %q, %v, want %q", value, path, err, want)
		}
	}
	check("none", "switched off")
	check("/no/such/browser", "XBENCH_BROWSER=/no/such/browser")
	t.Setenv("PATH", t.TempDir())
	if len(usual()) == 6 { // where all are looked for on the path
		check("", "scripts/browser.sh")
	}
}
