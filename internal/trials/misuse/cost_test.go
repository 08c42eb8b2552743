// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/witness"
)

// The most that one act may cost, whatever it is: so much at once, and so much
// in each second that it lasts. A troupe has two ImageShares or three, each
// looked at about once a second.
const (
	writesAtOnce, writesASecond = 40, 6
	callsAtOnce, callsASecond   = 200, 50
)

// cost is what an act has cost.
type cost struct{ writes, calls int }

// excess says whether that is more than it may be.
func (c cost) excess(took time.Duration) bool {
	seconds := took.Seconds()
	return float64(c.writes) > writesAtOnce+writesASecond*seconds || float64(c.calls) > callsAtOnce+callsASecond*seconds
}

// costOf counts what the operator has written to the API server about a
// troupe's objects, and has asked of its account, during an act.
func costOf(a act, record *witness.Record) cost {
	var c cost
	for _, w := range record.Writes {
		about := strings.Contains(w.Path, "/"+a.troupe+"-") || strings.Contains(w.Path, "/"+a.troupe+"/") || strings.HasSuffix(w.Path, "/"+a.troupe)
		if about && within(w.Sent, a) {
			c.writes++
		}
	}
	for _, call := range record.Calls {
		if call.Account == a.account && within(call.Time, a) {
			c.calls++
		}
	}
	return c
}

func within(at time.Time, a act) bool { return !at.Before(a.from) && !at.After(a.until) }

// judgeCost fails the test for every act that has cost too much, and prints the
// dearest.
func (b *book) judgeCost(t *testing.T, record *witness.Record) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	var dearest cost
	var writer, caller string
	for _, a := range b.acts {
		c := costOf(a, record)
		if c.excess(a.until.Sub(a.from)) {
			t.Errorf("%s: %s: in %s the operator wrote %d times and called the cloud %d times", a.troupe, a.what, a.until.Sub(a.from), c.writes, c.calls)
		}
		if c.writes > dearest.writes {
			dearest.writes, writer = c.writes, fmt.Sprintf("%s (in %.1fs)", a.what, a.until.Sub(a.from).Seconds())
		}
		if c.calls > dearest.calls {
			dearest.calls, caller = c.calls, fmt.Sprintf("%s (in %.1fs)", a.what, a.until.Sub(a.from).Seconds())
		}
	}
	t.Logf("the most writes to the API server in one act: %d, %s; the most calls: %d, %s", dearest.writes, writer, dearest.calls, caller)
}
