package build

import "context"

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
	granted := func(int) error { return nil }
	for _, key := range keys {
		i, known := index[key]
		if !known {
			return &UnknownTaskError{Key: key}
		}
		var c Call
		c.begin(&d.tasks[i], targets, granted)
		if err := c.execute(ctx); err != nil {
			return &TaskError{Key: key, Err: err}
		}
	}
	return nil
}
