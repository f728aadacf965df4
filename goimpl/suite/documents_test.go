package suite

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"testing"

	"xbench/goimpl/cj"
)

// The encoders written for the types write what the generic one does, and as
// many bytes as they made room for.
func TestDocumentEncodings(t *testing.T) {
	for _, d := range []document{makeSmall(3), makeMedium(3), makeLarge(3), &mediumState{}, &largeState{}} {
		json, err := encodeCJ(d)
		if err != nil {
			t.Fatal(err)
		}
		want, err := cj.Append(nil, d.plain())
		if err != nil {
			t.Fatal(err)
		}
		if string(json) != string(want) {
			t.Errorf("%T: %.200s, want %.200s", d, json, want)
		}
		room, size := d.sizes()
		if len(json) > room {
			t.Errorf("%T: %d bytes of JSON, room for %d", d, len(json), room)
		}
		packed, err := encodePB(d)
		if err != nil || len(packed) != size {
			t.Errorf("%T: %d bytes packed, %d foretold; %v", d, len(packed), size, err)
		}
	}
}

// Entries come in the order of their keys' bytes, however alike these begin.
func TestSortedEntries(t *testing.T) {
	m := make(map[string]string)
	for _, key := range []string{"", "a", "a\x00", "a\x00\x00", "abcdefgh", "abcdefghi", "abcdefgh\x00", "abcdefgz", "é", "z", "\U0001F600", "\uff61"} {
		m[key] = "value of " + key
	}
	maps.Copy(m, numbered(300))
	entries, order := sortedEntries(m)
	var keys []string
	for _, r := range order {
		keys = append(keys, entries[r.at].key)
		if entries[r.at].val != m[entries[r.at].key] {
			t.Errorf("%q has value %q", entries[r.at].key, entries[r.at].val)
		}
	}
	if want := slices.Sorted(maps.Keys(m)); !slices.Equal(keys, want) {
		t.Errorf("got %q, want %q", keys, want)
	}
	packed := packTextMap(nil, m)
	if n := binary.LittleEndian.Uint64(packed); n != uint64(len(m)) {
		t.Errorf("%d entries packed, want %d", n, len(m))
	}
}

// A text that is no Unicode cannot be encoded, and is not passed over.
func TestDocumentEncodingErrors(t *testing.T) {
	bad := "\xff"
	for _, d := range []document{
		&smallState{status: bad}, &mediumState{data: []string{bad}}, &mediumState{metadata: map[string]string{bad: ""}},
		&largeState{messages: []string{bad}}, &largeState{metadata: map[string]string{"": bad}},
	} {
		if _, err := encodeCJ(d); err == nil || !strings.Contains(err.Error(), "canonical json") {
			t.Errorf("%T: got %v", d, err)
		}
	}
}

// letters are the same every time, and start where the salt says.
func TestLetters(t *testing.T) {
	if got, want := letters(26, 0), "ahovcjqxelszgnubipwdkryfmt"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := letters(3, 25), "zgn"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
