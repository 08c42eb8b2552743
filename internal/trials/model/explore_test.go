// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"fmt"
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

// arrival is a state that is reached for the first time.
type arrival struct {
	state state
	node
}

// exploration is everything that was reached in a world.
type exploration struct {
	*world
	// most is how many steps are gone at most; zero is no limit.
	most    int
	visited [64]struct {
		sync.Mutex
		states map[state]struct{}
	}
	nodes  []node
	seeds  []state
	depth  int
	steps  atomic.Int64
	passes atomic.Int64
	took   time.Duration
	whole  bool
	rest   rest

	mu sync.Mutex
	// wrong is what was found first, the shortest way to it.
	wrong  []string
	wrongs node
}

func explore(w *world, most int) *exploration {
	x := &exploration{world: w, most: most}
	began := time.Now()
	for i := range x.visited {
		x.visited[i].states = map[state]struct{}{}
	}
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
	x.whole = len(frontier) == 0
	x.took = time.Since(began)
	return x
}

// progress tells those who wait how far it is.
func (x *exploration) progress(frontier int, took time.Duration) {
	if os.Getenv("MODEL") != "" {
		fmt.Fprintf(os.Stderr, "model: %s: depth %d, %d states, %d of them new, after %v\n", x.name, x.depth, x.states(), frontier, took.Round(time.Second))
	}
}

// seed begins with some states.
func (x *exploration) seed(states ...state) []numbered {
	var out []numbered
	for _, s := range states {
		if x.arrives(s) {
			out = append(out, numbered{s, uint32(len(x.nodes))})
			x.nodes = append(x.nodes, node{})
			x.seeds = append(x.seeds, s)
		}
	}
	return out
}

// numbered is a state and its number.
type numbered struct {
	state state
	id    uint32
}

// level takes every step from every state of one depth.
func (x *exploration) level(frontier []numbered) []numbered {
	workers := runtime.GOMAXPROCS(0)
	found := make([][]arrival, workers)
	var next atomic.Int64
	var wait sync.WaitGroup
	for i := range workers {
		wait.Go(func() {
			w := newWalker(x)
			for {
				from := int(next.Add(16)) - 16
				if from >= len(frontier) || x.failed() {
					break
				}
				for _, n := range frontier[from:min(from+16, len(frontier))] {
					w.walk(n)
				}
			}
			found[i] = w.found
		})
	}
	wait.Wait()
	var out []numbered
	for _, a := range slices.Concat(found...) {
		out = append(out, numbered{a.state, uint32(len(x.nodes))})
		x.nodes = append(x.nodes, a.node)
	}
	return out
}

// arrives reports whether a state was never reached before.
func (x *exploration) arrives(s state) bool {
	shard := &x.visited[shardOf(&s)]
	shard.Lock()
	defer shard.Unlock()
	if _, there := shard.states[s]; there {
		return false
	}
	shard.states[s] = struct{}{}
	return true
}

// shardOf spreads states over shards.
func shardOf(s *state) int {
	h := uint32(2166136261)
	mix := func(b uint8) { h = (h ^ uint32(b)) * 16777619 }
	for i := range s.Shares {
		for _, e := range s.Shares[i].Ledger {
			mix(uint8(e))
		}
		mix(uint8(s.Shares[i].Declares))
	}
	for i := range s.Images {
		mix(uint8(s.Images[i].On))
		mix(uint8(s.Images[i].Ours))
		mix(uint8(s.Images[i].Fair))
	}
	for _, e := range s.Sharer.Trust {
		mix(uint8(e))
	}
	mix(s.Role.Trust)
	for _, r := range s.Resources {
		mix(uint8(r.Image)<<4 | uint8(r.Target))
	}
	return int(h>>16) & 63
}

func (x *exploration) failed() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.wrong != nil
}

// blame notes what went wrong.
func (x *exploration) blame(n node, what []string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.wrong == nil {
		x.wrong, x.wrongs = slices.Clone(what), n
	}
}

// states is how many states were reached.
func (x *exploration) states() int { return len(x.nodes) }

// String tells what was explored.
func (x *exploration) String() string {
	return fmt.Sprintf("%-12s %9d states  %10d transitions  %10d passes  depth %3d  %v  rest after at most %d rounds",
		x.name, x.states(), x.steps.Load(), x.passes.Load(), x.depth, x.took.Round(100*time.Millisecond), x.rest.most.Load())
}
