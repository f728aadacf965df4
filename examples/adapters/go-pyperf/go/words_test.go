package words

import "testing"

func BenchmarkCount(b *testing.B) {
	for name, words := range Sizes {
		b.Run(name, func(b *testing.B) {
			text := Text(words)
			for b.Loop() {
				Commonest(text, 10)
			}
		})
	}
}

// No row of xbench.yaml is about this one: it is listed, and not judged.
func BenchmarkText(b *testing.B) {
	for b.Loop() {
		Text(1000)
	}
}
