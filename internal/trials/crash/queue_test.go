// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crash

import (
	"sync"
)

// job is one play to be performed: of a scenario, with the operator killed at
// some boundaries. Without any the scenario's boundaries are learned.
type job struct {
	entry   *entry
	targets []boundary
}

// queue hands out plays to workers: first all that learn boundaries, then those
// that they lead to.
type queue struct {
	choose chooser

	mu       sync.Mutex
	changed  *sync.Cond
	jobs     []job
	learning int
}

func newQueue(entries []*entry, choose chooser) *queue {
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

// learned adds the plays that learned boundaries lead to: none where the scenario
// goes wrong as it is.
func (q *queue) learned(e *entry, points []boundary, fine bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var plays [][]boundary
	if fine {
		plays = q.choose(points)
	}
	e.expect(len(points), len(plays))
	for _, targets := range plays {
		q.jobs = append(q.jobs, job{entry: e, targets: targets})
	}
	q.learning--
	q.changed.Broadcast()
}

// again adds a play of its own for each boundary that was not met in a play with
// others, where those before may have been in the way.
func (q *queue) again(e *entry, missed []boundary) {
	q.mu.Lock()
	defer q.mu.Unlock()
	e.expectMore(len(missed))
	for _, b := range missed {
		q.jobs = append(q.jobs, job{entry: e, targets: []boundary{b}})
	}
	q.changed.Broadcast()
}

// chooser chooses at which of the learned boundaries the operator is killed, play
// by play.
type chooser func(points []boundary) [][]boundary

// each chooses every boundary, so many in a play, far from each other.
func each(together int) chooser {
	return func(points []boundary) [][]boundary {
		plays := make([][]boundary, (len(points)+together-1)/together)
		for i, b := range points {
			plays[i%len(plays)] = append(plays[i%len(plays)], b)
		}
		return plays
	}
}

// some chooses so many boundaries at equal distances, in one play.
func some(count int) chooser {
	return func(points []boundary) [][]boundary {
		var targets []boundary
		count := min(count, len(points))
		for i := range count {
			targets = append(targets, points[(2*i+1)*len(points)/(2*count)])
		}
		return [][]boundary{targets}
	}
}

// only chooses these boundaries, learned or not.
func only(targets []boundary) chooser {
	return func([]boundary) [][]boundary { return [][]boundary{targets} }
}
