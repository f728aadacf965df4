package suite

import (
	"strings"
	"testing"
)

// The encoders written for the types write what the generic one does, and as
// many bytes as they made room for.
func TestDocumentEncodings(t *testing.T) {
	for _, d := range []document{makeSmall(3), makeMedium(3), makeLarge(3), &mediumState{}, &largeState{}} {
		json, err := jsonOfRecord.bind(d)()
		if err != nil {
			t.Fatal(err)
		}
		want, err := jsonOfMap.bind(d)()
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
		packed, err := packedRecord.bind(d)()
		if err != nil || len(packed) != size {
			t.Errorf("%T: %d bytes packed, %d foretold; %v", d, len(packed), size, err)
		}
	}
}

// A text that is no Unicode cannot be encoded, and is not passed over.
func TestDocumentEncodingErrors(t *testing.T) {
	bad := "\xff"
	for _, d := range []document{
		&smallState{status: bad}, &mediumState{data: []string{bad}}, &mediumState{metadata: map[string]string{bad: ""}},
		&largeState{messages: []string{bad}}, &largeState{metadata: map[string]string{"": bad}},
	} {
		if _, err := jsonOfRecord.bind(d)(); err == nil || !strings.Contains(err.Error(), "canonical json") {
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

func BenchmarkEncodings(b *testing.B) {
	for _, size := range []struct {
		name string
		make func(uint64) document
	}{{"small", makeSmall}, {"medium", makeMedium}, {"large", makeLarge}} {
		for _, e := range []struct {
			name string
			encoding
		}{{"map", jsonOfMap}, {"record", jsonOfRecord}, {"packed", packedRecord}} {
			b.Run(size.name+"/"+e.name, func(b *testing.B) {
				encode := e.bind(size.make(0))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := encode(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
