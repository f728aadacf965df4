// Package browser drives a headless Chromium, for tests of what a page really
// does: what it shows, asks for and says, with real clicks and keys.
//
// It speaks the Chrome DevTools Protocol over a pair of pipes: JSON messages,
// a zero byte after each. That needs no port, no websocket and no dependency,
// and the browser ends when the pipe does, however the test ended. It is a
// package of calls with plain Go types where a test needs them, not a mapping
// of the protocol.
//
// Note: chromedp was considered. Its generated package of the whole protocol
// adds about a minute to every cold test, vet and race run on two cores, to
// use some thirty calls of several hundred.
//
// Tests begin with ForTest, which skips where no browser is to be had.
package browser
