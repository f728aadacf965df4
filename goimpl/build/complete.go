package build

import (
	"context"
	"maps"
)

// Complete makes the tasks with the given keys complete without building what
// they need: their bodies run, but what they ask for is not looked at. It
// prepares targets for builds that are to find work already done.
func (d *DAG) Complete(ctx context.Context, targets Targets, keys ...string) error {
	if err := d.Identify(); err != nil {
		return err
	}
	index := make(map[string]int32, len(d.tasks))
	for i := range d.tasks {
		index[d.tasks[i].key] = int32(i)
	}
	for _, key := range keys {
		i, known := index[key]
		if !known {
			return &UnknownTaskError{Key: key, Similar: similar(key, maps.Keys(index))}
		}
		var c Call
		c.enter(ctx, targets, granted{})
		if err := c.execute(&d.tasks[i]); err != nil {
			return &TaskError{Key: key, Err: err}
		}
	}
	return nil
}

// granted is the host of bodies that need not wait for what they ask for.
type granted struct{}

func (granted) ask(int) error { return nil }

func (granted) await(ctx context.Context, wait func(context.Context) error) error { return wait(ctx) }
