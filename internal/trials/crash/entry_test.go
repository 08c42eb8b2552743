// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crash

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// entry is what is counted of one scenario.
type entry struct {
	scenario scenario

	mu sync.Mutex
	// points is how many boundaries there are, and left how many plays are still
	// to come.
	points, left int
	tally
}

// tally counts plays.
type tally struct {
	// killed is at how many boundaries the operator was killed, and late at how
	// many of them after their act; missed is how many were not met.
	killed, late, missed int
	// failed is how many plays did not end well.
	failed int
	took   time.Duration
}

func (s *tally) add(other tally) {
	s.killed, s.late, s.missed = s.killed+other.killed, s.late+other.late, s.missed+other.missed
	s.failed, s.took = s.failed+other.failed, s.took+other.took
}

// String is the tally in words.
func (s *tally) String() string {
	return fmt.Sprintf("killed at %d (%d of them in a later act), not met %d, failed %d, %s of plays", s.killed, s.late, s.missed, s.failed, s.took.Round(time.Second))
}

// expect tells how many boundaries there are, and how many are tried.
func (e *entry) expect(points, plays int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.points, e.left = points, plays
}

// expectMore tells that there are more plays to come.
func (e *entry) expectMore(plays int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.left += plays
}

// count counts a play, and says how the scenario went once it was the last.
func (e *entry) count(result tally, learning bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.add(result)
	if !learning {
		e.left--
	}
	if e.left == 0 {
		fmt.Printf("crash: %-12s %4d points, %s\n", e.scenario.name, e.points, &e.tally)
	}
}

// tell says what became of a play, and how to have it again.
func (e *entry) tell(what string, targets []boundary) {
	again := "make crash SCENARIO=" + e.scenario.name
	var names []string
	for _, b := range targets {
		names = append(names, b.String())
	}
	if len(names) > 0 {
		again += " POINT='" + strings.Join(names, "; ") + "'"
	}
	fmt.Printf("crash: %s: %s\n", what, again)
}
