package suite

import (
	"encoding/hex"
	"errors"

	"xbench/goimpl/cj"
	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

// An encoding turns a document into bytes in a buffer of their own. bind gets
// it ready for one document: what that takes is not timed.
type encoding struct {
	bind   func(document) func() ([]byte, error)
	isText bool // the bytes are JSON
}

// jsonOfMap knows no schema: it is given maps and lists of the value model.
var jsonOfMap = encoding{func(d document) func() ([]byte, error) {
	value := d.plain()
	return func() ([]byte, error) { return cj.Marshal(value) }
}, true}

// jsonOfRecord is written for each type, as is packedRecord.
var jsonOfRecord = encoding{func(d document) func() ([]byte, error) {
	return func() ([]byte, error) {
		size, _ := d.sizes()
		return d.AppendCJ(make([]byte, 0, size))
	}
}, true}

var packedRecord = encoding{func(d document) func() ([]byte, error) {
	return func() ([]byte, error) {
		_, size := d.sizes()
		return d.appendPB(make([]byte, 0, size)), nil
	}
}, false}

// A serializeCase times the encoding of a state.
type serializeCase struct {
	encoding
	make func(nonce uint64) document
	last []byte
}

func newJSONCase(make func(nonce uint64) document) func(sdk.Params) (sdk.Case, error) {
	return func(p sdk.Params) (sdk.Case, error) {
		if p.Str("repr") == "record" {
			return &serializeCase{encoding: jsonOfRecord, make: make}, nil
		}
		return &serializeCase{encoding: jsonOfMap, make: make}, nil
	}
}

func newPackedCase(make func(nonce uint64) document) func(sdk.Params) (sdk.Case, error) {
	return func(sdk.Params) (sdk.Case, error) {
		return &serializeCase{encoding: packedRecord, make: make}, nil
	}
}

func (c *serializeCase) Batch(nonce uint64, k int64) (func() error, error) {
	encode := c.bind(c.make(nonce))
	c.last = nil
	return func() (err error) {
		for range k {
			if c.last, err = encode(); err != nil {
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
	data, err := c.bind(c.make(nonce))()
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
