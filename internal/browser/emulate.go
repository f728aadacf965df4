package browser

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// SetViewport makes the window as large as given, in CSS pixels.
func (t *Tab) SetViewport(width, height int) error {
	return t.call("Emulation.setDeviceMetricsOverride", object{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
}

// Media is what a page is shown on. The zero value is the browser's own.
type Media struct {
	Type          string // "screen", "print"
	Dark, Light   bool   // what the reader prefers
	ReducedMotion bool
	ForcedColors  bool
}

// EmulateMedia pretends.
func (t *Tab) EmulateMedia(m Media) error {
	feature := func(name, value string, is bool) object {
		if !is {
			value = "" // as it was
		}
		return object{"name": name, "value": value}
	}
	scheme := feature("prefers-color-scheme", "light", m.Light)
	if m.Dark {
		scheme = feature("prefers-color-scheme", "dark", true)
	}
	return t.call("Emulation.setEmulatedMedia", object{"media": m.Type, "features": []object{scheme,
		feature("prefers-reduced-motion", "reduce", m.ReducedMotion), feature("forced-colors", "active", m.ForcedColors)}}, nil)
}

// Screenshot is a PNG of the whole page at its present width, or of the
// viewport only.
func (t *Tab) Screenshot(whole bool) ([]byte, error) {
	params := object{"format": "png"}
	if whole {
		var size struct {
			CSSContentSize struct{ Width, Height float64 }
		}
		if err := t.call("Page.getLayoutMetrics", nil, &size); err != nil {
			return nil, err
		}
		// Beyond this many pixels a picture repeats its top.
		height := min(size.CSSContentSize.Height, 16000)
		params["captureBeyondViewport"] = true
		params["clip"] = object{"x": 0, "y": 0, "width": size.CSSContentSize.Width, "height": height, "scale": 1}
	}
	return t.bytes("Page.captureScreenshot", params)
}

// PDF is the page as it prints on A4.
func (t *Tab) PDF() ([]byte, error) {
	return t.bytes("Page.printToPDF", object{"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": false})
}

func (t *Tab) bytes(method string, params object) ([]byte, error) {
	var out struct{ Data string }
	if err := t.call(method, params, &out); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(out.Data)
}

// An AXNode is an element as assistive technology sees it.
type AXNode struct {
	Role, Name, Description string
	Properties              map[string]string // "level": "2", "expanded": "false", "sort"...
}

// AXTree lists what assistive technology is told, in document order.
func (t *Tab) AXTree() ([]AXNode, error) {
	type value struct{ Value json.RawMessage }
	var tree struct {
		Nodes []struct {
			Ignored                 bool
			Role, Name, Description *value
			Properties              []struct {
				Name  string
				Value value
			}
		}
	}
	if err := t.call("Accessibility.getFullAXTree", nil, &tree); err != nil {
		return nil, err
	}
	text := func(v *value) string {
		if v == nil {
			return ""
		}
		var s string
		if json.Unmarshal(v.Value, &s) == nil {
			return s
		}
		return strings.TrimSpace(string(v.Value))
	}
	var out []AXNode
	for _, n := range tree.Nodes {
		if n.Ignored {
			continue
		}
		node := AXNode{Role: text(n.Role), Name: text(n.Name), Description: text(n.Description), Properties: make(map[string]string)}
		for _, p := range n.Properties {
			node.Properties[p.Name] = text(&p.Value)
		}
		out = append(out, node)
	}
	return out, nil
}
