package suite

import (
	"encoding/hex"
	"errors"

	"xbench/goimpl/cj"
	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

// An encoding turns a document into bytes in a buffer of its own.
type encoding func(document) ([]byte, error)

func encodeCJ(d document) ([]byte, error) {
	size, _ := d.sizes()
	return d.AppendCJ(make([]byte, 0, size))
}

func encodePB(d document) ([]byte, error) {
	_, size := d.sizes()
	return d.appendPB(make([]byte, 0, size)), nil
}

// A serializeCase times the encoding of a state.
type serializeCase struct {
	make   func(nonce uint64) document
	encode encoding
	isText bool // the bytes are JSON

	last []byte
}

func newSerializeCase(make func(nonce uint64) document, encode encoding, isText bool) func(sdk.Params) (sdk.Case, error) {
	return func(sdk.Params) (sdk.Case, error) {
		return &serializeCase{make: make, encode: encode, isText: isText}, nil
	}
}

func (c *serializeCase) Batch(nonce uint64, k int64) (func() error, error) {
	input := c.make(nonce)
	c.last = nil
	return func() (err error) {
		for range k {
			if c.last, err = c.encode(input); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func (c *serializeCase) Outcome() (sdk.Outcome, error) {
	if c.last == nil {
		return sdk.Outcome{}, errors.New("outcome: nothing has run")
	}
	digest := cj.DigestBytes(c.last)
	return sdk.Outcome{Digest: &digest, Counters: byteCounters(c.last)}, nil
}

func (c *serializeCase) Verify(nonce uint64, wantResult bool) (sdk.Verification, error) {
	data, err := c.encode(c.make(nonce))
	if err != nil {
		return sdk.Verification{}, err
	}
	digest := cj.DigestBytes(data)
	v := sdk.Verification{Digest: &digest, Counters: byteCounters(data)}
	if wantResult {
		v.Result = data
		if !c.isText {
			v.Result = []byte(`"` + hex.EncodeToString(data) + `"`)
		}
	}
	return v, nil
}

func (c *serializeCase) Close() error { return nil }

func byteCounters(data []byte) map[string]int64 {
	counters := countersOf(graph.Counters{}) // nothing is executed
	counters["bytes"] = int64(len(data))
	return counters
}
