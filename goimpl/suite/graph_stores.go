package suite

import (
	"context"
	"os"
	"path/filepath"
	"strconv"

	"xbench/goimpl/cj"
	"xbench/goimpl/graph"
)

// A storeKind is where a workload's checkpoints go.
type storeKind int

const (
	noStore storeKind = iota
	memoryStore
	fileStore
)

// A storeRoom makes fresh checkpoint stores and clears them away, both outside
// the clock.
type storeRoom struct {
	kind  storeKind
	fsync bool

	dir    string // below which file stores are; "" while there are none
	stores []graph.Store
}

// fresh clears what was made before and makes k empty stores; nil if the runs
// store nothing.
func (r *storeRoom) fresh(k int64) ([]graph.Store, error) {
	if err := r.clear(); err != nil {
		return nil, err
	}
	switch r.kind {
	case memoryStore:
		room := make([]graph.MemoryStore, k)
		for i := range room {
			r.stores = append(r.stores, &room[i])
		}
	case fileStore:
		var err error
		if r.dir, err = os.MkdirTemp("", "xbench-graph-"); err != nil {
			return nil, err
		}
		for i := range k {
			dir := filepath.Join(r.dir, strconv.FormatInt(i, 10))
			if err := os.Mkdir(dir, 0o755); err != nil {
				return nil, err
			}
			r.stores = append(r.stores, graph.NewFileStore(dir, graph.FileOptions{Fsync: r.fsync}))
		}
	}
	return r.stores, nil
}

func (r *storeRoom) clear() error {
	r.stores = nil
	if r.dir == "" {
		return nil
	}
	dir := r.dir
	r.dir = ""
	return os.RemoveAll(dir)
}

// digest is over the checkpoints of store i, a line each.
func (r *storeRoom) digest(i int) (string, error) {
	const thread = "t0"
	ctx := context.Background()
	steps, err := r.stores[i].List(ctx, thread)
	if err != nil {
		return "", err
	}
	var all []byte
	for _, step := range steps {
		data, err := r.stores[i].Load(ctx, thread, step)
		if err != nil {
			return "", err
		}
		all = append(append(all, data...), '\n')
	}
	return cj.DigestBytes(all), nil
}
