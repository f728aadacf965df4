package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// patience bounds every single call. It is for a machine that does much else;
// a call that is answered at all is answered in milliseconds.
const patience = 3 * time.Minute

// A Browser is a running headless browser with a profile of its own.
type Browser struct {
	Version string // "Chrome/131.0.6778.85"

	cmd    *exec.Cmd
	stderr *tail
	conn   *conn
	pipes  []*os.File
	exited chan struct{}
	ended  sync.Once
}

// Launch starts the browser at path with profile, a directory it may fill.
// Close ends it.
func Launch(path, profile string) (*Browser, error) {
	b := &Browser{stderr: new(tail), exited: make(chan struct{})}
	b.cmd = exec.Command(path, flags(profile)...)
	b.cmd.Stderr = b.stderr
	// Nothing of the user's: some builds keep a cache or a crash database
	// beside the profile.
	b.cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+profile, "XDG_CACHE_HOME="+profile)
	in, out, err := b.connect()
	if err != nil {
		return nil, err
	}
	if err := b.cmd.Start(); err != nil {
		b.closePipes()
		return nil, err
	}
	for _, theirs := range b.cmd.ExtraFiles {
		_ = theirs.Close()
	}
	go func() {
		_ = b.cmd.Wait() // it is killed in the end: its exit code says nothing
		close(b.exited)
	}()
	b.conn = newConn(in, out)
	var version struct{ Product string }
	if err := b.call("", "Browser.getVersion", nil, &version); err != nil {
		b.Close()
		return nil, fmt.Errorf("%s: %w; last stderr: %s", path, err, b.stderr)
	}
	b.Version = version.Product
	return b, nil
}

// flags are the arguments of a browser that shows nothing, asks nobody and
// keeps nothing.
func flags(profile string) []string {
	args := []string{
		"--headless=new", "--remote-debugging-pipe", "--user-data-dir=" + profile,
		"--no-first-run", "--no-default-browser-check", "--disable-sync", "--disable-extensions",
		"--disable-component-update", "--disable-background-networking", "--disable-default-apps",
		"--disable-breakpad", "--disable-crash-reporter", "--metrics-recording-only", "--password-store=basic", "--use-mock-keychain",
		"--disable-features=Translate,MediaRouter,OptimizationHints,PaintHolding",
		"--disable-dev-shm-usage", // containers give it 64 MB
		"--disable-gpu",
		"--mute-audio", "--hide-scrollbars", "--lang=en-US",
		// A page that another covers is as alive as one that is seen.
		"--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
		"--force-color-profile=srgb", "--font-render-hinting=none",
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // it refuses to start as root with one
	}
	return append(args, "about:blank")
}

// call is a call outside of any page.
func (b *Browser) call(session, method string, params, out any) error {
	ctx, cancel := context.WithTimeoutCause(context.Background(), patience, fmt.Errorf("waited %s", patience))
	defer cancel()
	return b.conn.call(ctx, session, method, params, out)
}

// Close ends the browser and everything it started, and waits for that: after
// it the profile can be removed.
func (b *Browser) Close() {
	b.ended.Do(func() {
		// Asked first: it writes its profile, and its helpers end with it.
		if _, err := b.conn.send("", "Browser.close", nil); err == nil {
			select {
			case <-b.exited:
			case <-time.After(5 * time.Second):
			}
		}
		killGroup(b.cmd)
		<-b.exited
		waitGroup(b.cmd)
		b.closePipes()
	})
}

func (b *Browser) closePipes() {
	for _, f := range b.pipes {
		_ = f.Close()
	}
	for _, f := range b.cmd.ExtraFiles {
		_ = f.Close()
	}
}

// A tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if most := 4096; len(t.text) > most {
		t.text = append(t.text[:0], t.text[len(t.text)-most:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.text))
}

// object is the parameters of a call.
type object map[string]any

// quote makes a Go string a JavaScript one.
func quote(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(text)
}
