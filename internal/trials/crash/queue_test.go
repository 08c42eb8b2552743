// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crash

import (
	"slices"
	"sync"
)

// job is one play to be performed: of a scenario, with the operator killed at a
// boundary. Without one the scenario's boundaries are learned.
type job struct {
	entry  *entry
	target *boundary
}

// queue hands out plays to workers: first all that learn boundaries, then those
// that they lead to.
type queue struct {
	choose func([]boundary) []boundary

	mu       sync.Mutex
	changed  *sync.Cond
	jobs     []job
	learning int
}

func newQueue(entries []*entry, choose func([]boundary) []boundary) *queue {
	q := &queue{choose: choose, learning: len(entries)}
	q.changed = sync.NewCond(&q.mu)
	for _, e := range entries {
		q.jobs = append(q.jobs, job{entry: e})
	}
	return q
}

// next is the next play, once there is one; there is none any more when
// everything is learned and handed out.
func (q *queue) next() (job, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.jobs) == 0 && q.learning > 0 {
		q.changed.Wait()
	}
	if len(q.jobs) == 0 {
		return job{}, false
	}
	first := q.jobs[0]
	q.jobs = q.jobs[1:]
	return first, true
}

// learned adds the plays that learned boundaries lead to.
func (q *queue) learned(e *entry, points []boundary) {
	q.mu.Lock()
	defer q.mu.Unlock()
	chosen := q.choose(points)
	e.expect(len(points), len(chosen))
	for _, b := range chosen {
		q.jobs = append(q.jobs, job{entry: e, target: &b})
	}
	q.learning--
	q.changed.Broadcast()
}

// all chooses every boundary.
func all(points []boundary) []boundary { return points }

// some chooses so many boundaries, at equal distances.
func some(count int) func([]boundary) []boundary {
	return func(points []boundary) []boundary {
		var chosen []boundary
		for i := range min(count, len(points)) {
			chosen = append(chosen, points[(2*i+1)*len(points)/(2*count)])
		}
		return chosen
	}
}

// only chooses one boundary, learned or not.
func only(b boundary) func([]boundary) []boundary {
	return func([]boundary) []boundary { return slices.Clone([]boundary{b}) }
}
