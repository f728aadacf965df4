package harness

import (
	"testing"
	"time"
)

// Of several sides that have not answered the one that was asked first is told
// of, as long as it has not.
func TestWatcherTellsWhoIsAwaited(t *testing.T) {
	standard := slow
	slow = time.Millisecond
	defer func() { slow = standard }()
	told := make(chan Event)
	w := watch(func(e Event) { told <- e })
	answered := w.begin("a", "python", time.Hour)
	w.begin("b", "rust", time.Hour)
	check := func(row, impl string) {
		t.Helper()
		for deadline := time.After(10 * time.Second); ; {
			select {
			case e := <-told:
				if e.Row != row || e.Impl != impl {
					continue // from before the answer
				}
				if e.Left <= 0 || e.Left >= time.Hour || e.Elapsed < slow || e.Elapsed+e.Left != time.Hour {
					t.Errorf("got %+v", e)
				}
				return
			case <-deadline:
				t.Fatalf("nothing about %s, %s", row, impl)
			}
		}
	}
	check("a", "python")
	answered()
	check("b", "rust")
	go func() {
		for range told { // one may be under way
		}
	}()
	w.stop()
	close(told) // a later report would panic

	var none *watcher
	none.begin("a", "python", time.Hour)()
}
