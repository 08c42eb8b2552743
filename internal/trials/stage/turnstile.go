// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"sync"
	"time"
)

// turnstile counts calls by name, asks the gate about each, and remembers when
// somebody last wrote.
type turnstile struct {
	side string

	mu      sync.Mutex
	gate    Gate
	counts  map[string]int
	written time.Time
	what    Point
}

// setGate has every point put to the gate from now on; nil lets all pass. The
// counts start anew.
func (t *turnstile) setGate(gate Gate) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.gate, t.counts = gate, nil
}

// arrive counts a call, and asks whether it may be passed on.
func (t *turnstile) arrive(call string) (Point, bool) {
	t.mu.Lock()
	if t.counts == nil {
		t.counts = map[string]int{}
	}
	t.counts[call]++
	point := Point{Side: t.side, Call: call, Nth: t.counts[call]}
	gate := t.gate
	if point.Writes() {
		t.written, t.what = time.Now(), point
	}
	t.mu.Unlock()
	return point, gate == nil || gate(point)
}

// leave asks whether a call that has had its effect may be answered.
func (t *turnstile) leave(point Point) bool {
	t.mu.Lock()
	gate := t.gate
	if point.Writes() {
		t.written, t.what = time.Now(), point
	}
	t.mu.Unlock()
	point.After = true
	return gate == nil || gate(point)
}

// lastWrite is when a write last came or was answered, and which.
func (t *turnstile) lastWrite() (time.Time, Point) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.written, t.what
}
