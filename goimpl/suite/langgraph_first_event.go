package suite

import (
	"context"
	"errors"

	"xbench/goimpl/cj"
	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

// A firstEventCase times a run until its first event arrives; the run is then
// ended. What it leaves is that event and what was executed by then.
type firstEventCase struct {
	*graphCase
	event graph.Event
}

func newFirstEventCase(p sdk.Params) (sdk.Case, error) {
	c, err := newGraphCase(base(p, streamed(idleChain)(p)))
	if err != nil {
		return nil, err
	}
	return &firstEventCase{graphCase: c.(*graphCase)}, nil
}

func (c *firstEventCase) Batch(nonce uint64, k int64) (func() error, error) {
	input := c.input(nonce)
	c.event = graph.Event{}
	return func() error {
		for range k {
			if err := c.once(input); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// once leaves the stream at its first event.
func (c *firstEventCase) once(input graph.State) (err error) {
	plan := c.plan
	if c.compileInside {
		if plan, err = c.build().Compile(); err != nil {
			return err
		}
	}
	stream := c.runner.Stream(context.Background(), plan, input, c.options.Mode, c.options)
	for event, err := range stream.Events() {
		if err != nil {
			return err
		}
		c.event = event
		break
	}
	c.last, err = stream.Result()
	if !errors.Is(err, graph.ErrStop) {
		return errors.Join(errors.New("first event: the run ended without one"), err)
	}
	return nil
}

func (c *firstEventCase) Outcome() (sdk.Outcome, error) {
	digest, err := cj.Digest(c.event)
	return sdk.Outcome{Digest: &digest, Counters: countersOf(c.last.Counters)}, err
}

func (c *firstEventCase) Verify(nonce uint64, wantResult bool) (sdk.Verification, error) {
	if err := c.once(c.input(nonce)); err != nil {
		return sdk.Verification{}, err
	}
	text, err := cj.Append(nil, c.event)
	if err != nil {
		return sdk.Verification{}, err
	}
	digest := cj.DigestBytes(text)
	v := sdk.Verification{Digest: &digest, Counters: countersOf(c.last.Counters)}
	if wantResult {
		v.Result = text
	}
	return v, nil
}
