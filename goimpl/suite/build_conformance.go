package suite

import (
	"xbench/goimpl/build"
	"xbench/harness/sdk"
)

// buildConformance lists the cases that every executor in every language must
// agree on before any of its times mean something. Nothing here knows what the
// right outcome is.
func buildConformance() []sdk.Benchmark {
	var list []sdk.Benchmark
	for _, c := range conformanceCases() {
		list = append(list, sdk.Benchmark{
			Name:   "conformance/build_" + c.name,
			Params: []sdk.Param{{Name: "executor"}},
			Prepare: func(p sdk.Params) (sdk.Case, error) {
				work := c.work
				var err error
				if work.options, err = conformanceOptions(p, work.options); err != nil {
					return nil, sdk.InvalidParam(err.Error())
				}
				return newBuildCase(work)
			},
		})
	}
	return append(list, buildSpec())
}

type conformanceCase struct {
	name string
	work buildWork
}

// conformanceOptions adds the executor to what the case itself prescribes.
func conformanceOptions(p sdk.Params, prescribed build.Options) (build.Options, error) {
	workers, mode := int64(4), build.FailFast
	if prescribed.Workers > 0 {
		workers = int64(prescribed.Workers)
	}
	if prescribed.FailMode != "" {
		mode = prescribed.FailMode
	}
	return buildOptions(sdk.Params{
		"executor": p["executor"], "workers": workers, "fail_mode": mode, "discover": build.ShortCircuit,
	})
}

func conformanceCases() []conformanceCase {
	lightTree := tree.tasks(8, "light", lightParams(), 0)
	lightStar := dynamic.tasks(8, "light", lightParams(), 0)
	good := []string{"g0", "g1", "g2", "g3", "g4", "g5"}
	var list []conformanceCase
	add := func(name, root string, work buildWork, defs ...build.Definition) {
		work.root, work.targets, work.conformance = root, targetsFile, true
		work.define = func(uint64) []build.Definition { return defs }
		list = append(list, conformanceCase{name, work})
	}
	add("diamond", "top", buildWork{},
		light("top", "left", "right"), light("left", "base"), light("right", "base"), light("base"))
	add("dynamic_two_rounds", "root", buildWork{},
		asking("root", []string{"a", "b"}, []string{"c"}), light("a"), light("b"), light("c"))
	add("workers_one_dynamic", "root", buildWork{options: build.Options{Workers: 1}}, lightStar...)
	add("rerun", "root", buildWork{times: 2}, lightTree...)
	add("resume_precompleted", "root", buildWork{complete: []string{"inter_0"}}, lightTree...)
	add("fail_fast", "c4", buildWork{},
		light("c0"), light("c1", "c0"), failing("c2", "c1"), light("c3", "c2"), light("c4", "c3"))
	add("fail_continue", "root", buildWork{options: build.Options{FailMode: build.Continue}},
		append(lights(good), failing("bad"), light("root", append([]string{"bad"}, good...)...))...)
	add("cycle", "a", buildWork{}, light("a", "b"), light("b", "c"), light("c", "a"))
	add("dynamic_cycle", "root", buildWork{}, asking("root", []string{"x"}), light("x", "root"))
	add("unknown_task", "root", buildWork{}, light("root", "nowhere"))
	return list
}

func lightParams() map[string]any { return map[string]any{"n": int64(100)} }

func light(key string, deps ...string) build.Definition {
	return build.Definition{Key: key, Kind: "light", Params: lightParams(), Deps: deps}
}

func lights(keys []string) []build.Definition {
	var defs []build.Definition
	for _, key := range keys {
		defs = append(defs, light(key))
	}
	return defs
}

func asking(key string, rounds ...[]string) build.Definition {
	def := light(key)
	def.Rounds = rounds
	return def
}

func failing(key string, deps ...string) build.Definition {
	return build.Definition{Key: key, Kind: "fail", Deps: deps}
}
