package suite

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"xbench/goimpl/build"
	"xbench/harness/sdk"
)

// buildSpec is a build that comes whole as parameters, so that cases made up
// at random can be run by every implementation.
func buildSpec() sdk.Benchmark {
	return sdk.Benchmark{
		Name:        "conformance/build_spec",
		Description: "the build that the params describe",
		Params: []sdk.Param{
			{Name: "tasks"},
			{Name: "root"},
			{Name: "executor"},
			{Name: "workers", Default: int64(4)},
			{Name: "fail_mode", Default: build.FailFast},
			{Name: "discover", Default: build.ShortCircuit},
			{Name: "complete", Default: []any{}},
		},
		Prepare: func(p sdk.Params) (sdk.Case, error) {
			work, err := specWork(p)
			if err != nil {
				return nil, sdk.InvalidParam(err.Error())
			}
			return newBuildCase(work)
		},
	}
}

func specWork(p sdk.Params) (buildWork, error) {
	opts, err := buildOptions(p)
	if err != nil {
		return buildWork{}, err
	}
	root, ok := p["root"].(string)
	if !ok {
		return buildWork{}, fmt.Errorf("root must be given as the key of a task, not as %v", p["root"])
	}
	defs, err := specTasks(p["tasks"])
	if err != nil {
		return buildWork{}, err
	}
	complete, err := texts("complete", p["complete"])
	if err != nil {
		return buildWork{}, err
	}
	return buildWork{
		define:  func(uint64) []build.Definition { return defs },
		root:    root,
		options: opts, targets: targetsFile,
		complete: complete, conformance: true,
	}, nil
}

// specTasks reads {key: {"kind", "params", "deps", "rounds"}}; all but the kind
// may be left out.
func specTasks(v any) ([]build.Definition, error) {
	tasks, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("tasks must be given as a map from keys to definitions, not as %T", v)
	}
	var defs []build.Definition
	for _, key := range slices.Sorted(maps.Keys(tasks)) {
		fields, ok := tasks[key].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("tasks.%s is %T, want a map", key, tasks[key])
		}
		def, err := specTask(key, fields)
		if err != nil {
			return nil, err
		}
		defs = append(defs, def)
	}
	return defs, nil
}

func specTask(key string, fields map[string]any) (build.Definition, error) {
	def := build.Definition{Key: key}
	at := func(field string) string { return "tasks." + key + "." + field }
	for field, v := range fields {
		var ok bool
		var err error
		switch field {
		case "kind":
			if def.Kind, ok = v.(string); !ok {
				err = fmt.Errorf("%s is %T, want text", at(field), v)
			}
		case "params":
			if def.Params, ok = v.(map[string]any); !ok {
				err = fmt.Errorf("%s is %T, want a map", at(field), v)
			}
		case "deps":
			def.Deps, err = texts(at(field), v)
		case "rounds":
			def.Rounds, err = specRounds(at(field), v)
		default:
			err = fmt.Errorf("%s: unknown field (known: %s)", at(field), strings.Join([]string{"kind", "params", "deps", "rounds"}, ", "))
		}
		if err != nil {
			return def, err
		}
	}
	return def, nil
}

func specRounds(where string, v any) ([][]string, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("%s is %T, want a list of lists of keys", where, v)
	}
	rounds := make([][]string, len(list))
	for i, item := range list {
		var err error
		if rounds[i], err = texts(fmt.Sprintf("%s[%d]", where, i), item); err != nil {
			return nil, err
		}
	}
	return rounds, nil
}

func texts(where string, v any) ([]string, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("%s is %T, want a list of keys", where, v)
	}
	out := make([]string, len(list))
	for i, item := range list {
		if out[i], ok = item.(string); !ok {
			return nil, fmt.Errorf("%s[%d] is %T, want a key", where, i, item)
		}
	}
	return out, nil
}
