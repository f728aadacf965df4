package browser

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
)

// ErrNone is what Find returns where there is no browser.
var ErrNone = errors.New("no Chromium or Chrome found; install one (scripts/browser.sh does where there is apt-get) or set XBENCH_BROWSER to its path")

// ErrOff is what Find returns where the user wants none.
var ErrOff = errors.New("XBENCH_BROWSER=none: tests in a browser are switched off")

// Find is the path of a browser: what XBENCH_BROWSER names, else the first of
// the usual ones.
func Find() (string, error) {
	switch name := os.Getenv("XBENCH_BROWSER"); name {
	case "":
	case "none":
		return "", ErrOff
	default:
		path, err := exec.LookPath(name)
		if err != nil {
			return "", fmt.Errorf("XBENCH_BROWSER=%s: %w", name, err)
		}
		return path, nil
	}
	for _, name := range usual() {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNone
}

func usual() []string {
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"}
	switch runtime.GOOS {
	case "darwin":
		names = append(names,
			"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
			"/Applications/Chromium.app/Contents/MacOS/Chromium",
			"/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge")
	case "windows":
		for _, root := range []string{os.Getenv("ProgramFiles"), os.Getenv("ProgramFiles(x86)")} {
			names = append(names, root+`\Google\Chrome\Application\chrome.exe`, root+`\Microsoft\Edge\Application\msedge.exe`)
		}
	}
	return names
}
