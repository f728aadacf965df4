package browser

import "fmt"

// Click clicks the middle of the first element that matches, with the mouse,
// after scrolling to it. It is an error where another element would get the
// click.
func (t *Tab) Click(selector string) error {
	x, y, err := t.middle(selector)
	if err != nil {
		return err
	}
	for _, kind := range []string{"mouseMoved", "mousePressed", "mouseReleased"} {
		params := object{"type": kind, "x": x, "y": y}
		if kind != "mouseMoved" {
			params["button"], params["clickCount"] = "left", 1
		}
		if err := t.call("Input.dispatchMouseEvent", params, nil); err != nil {
			return err
		}
	}
	return nil
}

// middle is where a click on an element goes, in the viewport.
func (t *Tab) middle(selector string) (x, y float64, err error) {
	var at struct {
		X, Y  float64
		Error string
	}
	err = t.Eval(`(() => {
		const e = document.querySelector(`+quote(selector)+`);
		if (!e) return {error: "there is none"};
		e.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
		const r = e.getClientRects()[0];
		if (!r || r.width === 0 || r.height === 0) return {error: "it is not shown"};
		const x = r.x + r.width/2, y = r.y + r.height/2, hit = document.elementFromPoint(x, y);
		if (!hit) return {error: "it is outside of the viewport"};
		if (!e.contains(hit) && !hit.contains(e)) return {error: "it is covered by " + hit.outerHTML.slice(0, 100)};
		return {x, y};
	})()`, &at)
	if err == nil && at.Error != "" {
		err = fmt.Errorf("%s: %s", selector, at.Error)
	}
	return at.X, at.Y, err
}

// Type types text into whatever has the focus, key by key.
func (t *Tab) Type(text string) error {
	for _, r := range text {
		if err := t.key(keyOf(r), 0); err != nil {
			return err
		}
	}
	return nil
}

// Shift, for Press.
const Shift = 8

// Press presses and releases one key: "Tab", "Enter", "Escape", "ArrowDown",
// "Home", "Backspace", " " or a character. Modifiers are added up.
func (t *Tab) Press(name string, modifiers ...int) error {
	k, ok := keys[name]
	if !ok {
		for _, r := range name {
			k = keyOf(r)
		}
	}
	sum := 0
	for _, m := range modifiers {
		sum += m
	}
	return t.key(k, sum)
}

// A key is what the browser wants to know of one.
type key struct {
	name, code, text string
	number           int // Windows' virtual key code, which decides what the key does
}

var keys = map[string]key{
	"Tab":        {"Tab", "Tab", "", 9},
	"Enter":      {"Enter", "Enter", "\r", 13},
	"Escape":     {"Escape", "Escape", "", 27},
	" ":          {" ", "Space", " ", 32},
	"End":        {"End", "End", "", 35},
	"Home":       {"Home", "Home", "", 36},
	"ArrowLeft":  {"ArrowLeft", "ArrowLeft", "", 37},
	"ArrowUp":    {"ArrowUp", "ArrowUp", "", 38},
	"ArrowRight": {"ArrowRight", "ArrowRight", "", 39},
	"ArrowDown":  {"ArrowDown", "ArrowDown", "", 40},
	"Backspace":  {"Backspace", "Backspace", "", 8},
	"Delete":     {"Delete", "Delete", "", 46},
}

func keyOf(r rune) key {
	if k, ok := keys[string(r)]; ok {
		return k
	}
	k := key{name: string(r), text: string(r)}
	switch {
	case r >= 'a' && r <= 'z':
		k.number = int(r - 'a' + 'A')
		k.code = "Key" + string(r-'a'+'A')
	case r >= 'A' && r <= 'Z':
		k.number = int(r)
		k.code = "Key" + string(r)
	case r >= '0' && r <= '9':
		k.number = int(r)
		k.code = "Digit" + string(r)
	}
	return k
}

func (t *Tab) key(k key, modifiers int) error {
	down := object{"type": "rawKeyDown", "key": k.name, "code": k.code, "windowsVirtualKeyCode": k.number, "modifiers": modifiers}
	if k.text != "" {
		down["type"], down["text"], down["unmodifiedText"] = "keyDown", k.text, k.text
	}
	if err := t.call("Input.dispatchKeyEvent", down, nil); err != nil {
		return err
	}
	return t.call("Input.dispatchKeyEvent", object{"type": "keyUp", "key": k.name, "code": k.code,
		"windowsVirtualKeyCode": k.number, "modifiers": modifiers}, nil)
}
