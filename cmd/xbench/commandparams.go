package main

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"xbench/harness/config"
	"xbench/harness/protocol"
)

// A variable is a parameter of command lines: {name} stands for each value in turn.
type variable struct {
	name   string
	values []any // int64, float64 or string
}

var knobName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// mostRows is how many combinations of parameters are a slip.
const mostRows = 1000

// parameters are those of -L, then those of -P.
func (f commandFlags) parameters() ([]variable, error) {
	var out []variable
	for _, text := range f.lists {
		k, err := parseList(text)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	if len(f.steps) > max(len(f.scans), 1) || len(f.steps) > 0 && len(f.scans) == 0 {
		return nil, fmt.Errorf("-D %s goes with -P: -P VAR MIN MAX -D STEP", f.steps[0])
	}
	for i, text := range f.scans {
		step := "1"
		if len(f.steps) > 0 {
			step = f.steps[min(i, len(f.steps)-1)]
		}
		k, err := parseScan(text, step)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	rows := 1
	for i, k := range out {
		if slices.ContainsFunc(out[:i], func(o variable) bool { return o.name == k.name }) {
			return nil, fmt.Errorf("parameter %s is given twice", k.name)
		}
		if rows *= len(k.values); rows > mostRows {
			return nil, fmt.Errorf("the parameters make more than %d combinations, each a row of its own", mostRows)
		}
	}
	return out, nil
}

// parseList reads VAR=a,b,c. A comma or backslash that is part of a value
// follows a backslash.
func parseList(text string) (variable, error) {
	name, list, ok := strings.Cut(text, "=")
	if !ok || !knobName.MatchString(name) || name == "impl" {
		return variable{}, fmt.Errorf("-L %q: want VAR VALUE,VALUE..., e.g. -L size 10,100,1000", text)
	}
	k := variable{name: name}
	for _, v := range splitList(list) {
		value := typedValue(v)
		if slices.Contains(k.values, value) {
			return k, fmt.Errorf("-L %s: %q is given twice", name, v)
		}
		k.values = append(k.values, value)
	}
	return k, nil
}

func splitList(list string) []string {
	out := []string{""}
	for i := 0; i < len(list); i++ {
		switch {
		case list[i] == '\\' && i+1 < len(list) && (list[i+1] == ',' || list[i+1] == '\\'):
			i++
			out[len(out)-1] += list[i : i+1]
		case list[i] == ',':
			out = append(out, "")
		default:
			out[len(out)-1] += list[i : i+1]
		}
	}
	return out
}

// typedValue is a number where the number is written just so, since the text
// is what the program is given.
func typedValue(s string) any {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && strconv.FormatInt(n, 10) == s {
		return n
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && fmt.Sprint(f) == s && strings.ContainsAny(s, "0123456789") {
		return f
	}
	return s
}

// parseScan reads VAR=MIN..MAX.
func parseScan(text, step string) (variable, error) {
	bad := func(why string) (variable, error) {
		return variable{}, fmt.Errorf("-P %s: %s; want VAR MIN MAX, e.g. -P threads 1 8", strings.NewReplacer("=", " ", "..", " ").Replace(text), why)
	}
	name, span, ok := strings.Cut(text, "=")
	from, to, two := strings.Cut(span, "..")
	if !ok || !two || !knobName.MatchString(name) || name == "impl" {
		return bad("a name and two numbers are not to be seen")
	}
	lo, okLo := decimal(from)
	hi, okHi := decimal(to)
	d, okD := decimal(step)
	switch {
	case !okLo || !okHi:
		return bad("MIN and MAX must be numbers")
	case !okD || d.Sign() <= 0:
		return variable{}, fmt.Errorf("-D %s: the step must be a number above 0", step)
	case lo.Cmp(hi) > 0:
		return bad("MIN is above MAX")
	}
	digits := max(decimals(from), decimals(step))
	k := variable{name: name}
	for v := lo; v.Cmp(hi) <= 0; v = new(big.Rat).Add(v, d) {
		if len(k.values) == mostRows {
			return bad(fmt.Sprintf("that is more than %d values", mostRows))
		}
		k.values = append(k.values, typedValue(v.FloatString(digits)))
	}
	return k, nil
}

var plainDecimal = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

func decimal(s string) (*big.Rat, bool) {
	if !plainDecimal.MatchString(s) {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

func decimals(s string) int {
	_, digits, _ := strings.Cut(s, ".")
	return len(digits)
}

// commandRows is one row per combination of values, the last parameter's
// changing fastest.
func commandRows(knobs []variable) []config.Benchmark {
	combinations := []protocol.Params{nil}
	for _, k := range knobs {
		var longer []protocol.Params
		for _, c := range combinations {
			for _, v := range k.values {
				longer = append(longer, append(slices.Clone(c), protocol.Param{Name: k.name, Value: v}))
			}
		}
		combinations = longer
	}
	var out []config.Benchmark
	taken := make(map[string]bool)
	for _, params := range combinations {
		name := commandRow
		for _, p := range params {
			name += "/" + p.Name + "=" + inRowName(fmt.Sprint(p.Value))
		}
		base := name
		for c := 'b'; taken[name]; c++ {
			name = base + "_" + string(c) // two values that are written alike in a name
		}
		taken[name] = true
		out = append(out, config.Benchmark{Name: name, Params: params, Category: commandRow, Description: "the whole process, from launch to exit", Samples: 1})
	}
	return out
}

var notInRowName = regexp.MustCompile(`[^!-)+-.0-<>-~]+`)

// inRowName puts something else in the place of what no row's name may hold.
func inRowName(value string) string {
	if value = notInRowName.ReplaceAllString(value, "_"); value == "" {
		return "_"
	}
	return value
}

// unusedKnobs refuses a parameter that no command line holds: all its rows
// would be one.
func unusedKnobs(impls []config.Implementation, knobs []variable) error {
	for _, k := range knobs {
		used := slices.ContainsFunc(impls, func(im config.Implementation) bool {
			return strings.Contains(strings.Join(slices.Concat(im.Command, im.Setup, im.Prepare, im.Conclude, []string{im.Input}), " "), "{"+k.name+"}")
		})
		if !used {
			return fmt.Errorf("parameter %s: no command line holds {%s}", k.name, k.name)
		}
	}
	return nil
}

// joined lets parameters be given as hyperfine has them: -L VAR a,b and
// -P VAR 1 8 are -L VAR=a,b and -P VAR=1..8.
func joined(args []string) []string {
	if !slices.Contains(args, "run") {
		return args
	}
	var out []string
	for i := 0; i < len(args); i++ {
		out = append(out, args[i])
		rest := args[i+1:]
		if args[i] == "--" {
			return append(out, rest...)
		}
		if len(rest) < 2 || !knobName.MatchString(rest[0]) {
			continue
		}
		switch args[i] {
		case "-L", "--parameter-list":
			out = append(out, rest[0]+"="+rest[1])
			i += 2
		case "-P", "--parameter-scan":
			if len(rest) > 2 {
				out = append(out, rest[0]+"="+rest[1]+".."+rest[2])
				i += 3
			}
		}
	}
	return out
}
