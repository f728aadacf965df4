package selftest

import "testing"

// Ballast changes how much is done, by exactly what it says, and nothing else:
// results and counters are those of the reference.
func TestBallastIsAllThatDiffers(t *testing.T) {
	done := func(program string, k unit) (answer, int) {
		n := 0
		w := &work{vice: vices[program], name: "selftest/x", scratch: newScratch()}
		w.unit = func(s *scratch, x uint64) uint64 { n++; return k(s, x) }
		return w.once(w.input(7)), n
	}
	for _, k := range kinds {
		want, units := done(honest, k.unit)
		if want.units != neededUnits || units != neededUnits+ballast {
			t.Errorf("%s: %d units of which %d count", k.name, units, want.units)
		}
		for program, percent := range map[string]int{"more-work": 110, "less-work": 90} {
			got, n := done(program, k.unit)
			if got != want {
				t.Errorf("%s: %s gives %v, the reference %v", k.name, program, got, want)
			}
			if 100*n != percent*units {
				t.Errorf("%s: %s does %d units, the reference %d", k.name, program, n, units)
			}
		}
	}
}

// Every input has a result of its own, or remembered answers would be right.
func TestInputsMatter(t *testing.T) {
	for _, k := range kinds {
		w := &work{name: prefix + k.name, unit: k.unit, scratch: newScratch()}
		seen := make(map[uint64]bool)
		for nonce := range uint64(50) {
			a := w.once(w.input(nonce))
			if again := w.once(w.input(nonce)); again != a {
				t.Errorf("%s: input %d gives %v, then %v", k.name, nonce, a, again)
			}
			seen[a.state] = true
		}
		if len(seen) != 50 {
			t.Errorf("%s: %d results for 50 inputs", k.name, len(seen))
		}
	}
}

// Each case names a program that there is, and each program is planted.
func TestCasesAndPrograms(t *testing.T) {
	planted := map[string]bool{honest: true}
	for _, c := range Cases() {
		if c.Group == Judge {
			continue
		}
		if _, ok := vices[c.program]; !ok {
			t.Errorf("%s: no program %q", c.Name, c.program)
		}
		planted[c.program] = true
		for _, row := range c.rows {
			if kindOf(row) == nil {
				t.Errorf("%s: no work %q", c.Name, row)
			}
		}
		if c.Group == Cheats && len(c.kinds) == 0 {
			t.Errorf("%s: no reason is expected", c.Name)
		}
	}
	for name := range vices {
		if !planted[name] {
			t.Errorf("program %s is planted nowhere", name)
		}
	}
}

func TestLuck(t *testing.T) {
	check := func(k, n int, want float64) {
		t.Helper()
		if got := atLeast(k, n, 0.05); got < want*0.9999 || got > want*1.0001 {
			t.Errorf("%d or more of %d: %v, want %v", k, n, got, want)
		}
	}
	check(0, 8, 1)
	check(1, 8, 0.336580) // 1 - 0.95^8
	check(3, 8, 0.00578822)
	check(4, 8, 0.000371751)
	check(8, 8, 3.90625e-11) // 0.05^8
	if p := atLeast(3, knownRows, knownError); p >= tooUnlikely || p < tooUnlikely/3 {
		t.Errorf("3 of 6 known differences: %v", p)
	}
}
