// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// step leads from one state to the next: an event, and what happens in the
// middle of it if it is a pass.
type step struct {
	event  uint8
	meddle [2]meddling
	count  uint8
}

func (s step) meddlings() []meddling { return s.meddle[:s.count] }

// node is a state that was reached, by its number: from where, and how.
type node struct {
	from uint32
	how  step
}

// exploration is everything that was reached in a world.
type exploration struct {
	*world
	// most is how many steps are gone at most; zero is no limit.
	most    int
	lexicon lexicon
	visited visited
	nodes   []node
	seeds   []state
	depth   int
	steps   atomic.Int64
	passes  atomic.Int64
	took    time.Duration
	// ended is true when every state was reached that can be.
	ended bool
	rest  rest

	mu sync.Mutex
	// wrong is what was found first, the shortest way to it.
	wrong  []string
	wrongs arrival
}

func explore(w *world, most int) *exploration {
	x := &exploration{world: w, most: most}
	began := time.Now()
	seeds := w.seeds
	if seeds == nil {
		seeds = []state{start()}
	}
	frontier := x.seed(seeds...)
	for len(frontier) > 0 && x.wrong == nil {
		if x.most > 0 && x.depth == x.most {
			break
		}
		x.depth++
		frontier = x.level(frontier)
		x.progress(len(frontier), time.Since(began))
	}
	x.ended = len(frontier) == 0
	x.took = time.Since(began)
	return x
}

// progress tells those who wait how far it is.
func (x *exploration) progress(frontier int, took time.Duration) {
	if whole() {
		fmt.Fprintf(os.Stderr, "model: %s: depth %d, %d states, %d of them new, %d passes, after %v\n",
			x.name, x.depth, x.states(), frontier, x.passes.Load(), took.Round(time.Second))
	}
}

// numbered is a state and its number.
type numbered struct {
	state state
	id    uint32
}

// seed begins with some states.
func (x *exploration) seed(states ...state) []numbered {
	for i := range states {
		x.visited.arrive(x.lexicon.keyOf(&states[i]), arrival{state: states[i], step: uint32(i)})
	}
	out := x.number()
	for _, n := range out {
		x.seeds = append(x.seeds, n.state)
	}
	return out
}

// number gives numbers to the states that were reached at last.
func (x *exploration) number() []numbered {
	var out []numbered
	for _, a := range x.visited.arrived() {
		out = append(out, numbered{a.state, uint32(len(x.nodes))})
		x.nodes = append(x.nodes, a.node)
	}
	return out
}

// level takes every step from every state of one depth.
func (x *exploration) level(frontier []numbered) []numbered {
	const some = 16
	var next atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			w := newWalker(x)
			for {
				from := int(next.Add(some)) - some
				if from >= len(frontier) {
					break
				}
				for _, n := range frontier[from:min(from+some, len(frontier))] {
					if !x.failedBefore(n.id) {
						w.walk(n)
					}
				}
			}
		})
	}
	wait.Wait()
	return x.number()
}

// failedBefore reports whether something wrong was found that comes before all
// that can be found from a state.
func (x *exploration) failedBefore(id uint32) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.wrong != nil && x.wrongs.from < id
}

// atRest is the step that comes after all others from a state: that it comes to
// rest.
const atRest = math.MaxUint32

// blame notes what went wrong. Of several things it is the first, by the order of
// steps.
func (x *exploration) blame(a arrival, what []string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.wrong == nil || a.compare(x.wrongs) < 0 {
		x.wrong, x.wrongs = slices.Clone(what), a
	}
}

// states is how many states were reached.
func (x *exploration) states() int { return len(x.nodes) }

// String tells what was explored.
func (x *exploration) String() string {
	how := map[bool]string{true: "to its end", false: "not further"}[x.ended]
	return fmt.Sprintf("%-12s %9d states  %10d transitions  %10d passes  depth %3d, %s  %v  rest after at most %d rounds",
		x.name, x.states(), x.steps.Load(), x.passes.Load(), x.depth, how, x.took.Round(100*time.Millisecond), x.rest.most.Load())
}
