// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crash

import (
	"maps"
	"slices"
	"sync"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// gate notes the points of a play, and kills the operator at some of them.
type gate struct {
	// kill kills the operator, and meddle is what else happens at points.
	kill   func()
	meddle func(act int, p stage.Point)

	mu sync.Mutex
	// act is the one that is on, from 1. Counts are the calls so far, by name, and
	// before those of each act's beginning.
	act    int
	counts map[string]int
	before []map[string]int
	// arrived are the boundaries of calls that came.
	arrived map[stage.Point]boundary
	// met are the boundaries in their order, and worth how many of them there are
	// up to the last that is no routine.
	met   []boundary
	worth int
	over  bool
	// ahead is where to kill the operator yet, killed how often it was, and late
	// how often of that after the act that it was meant for.
	ahead        []boundary
	killed, late int
	// dead is true from then on until the operator is started anew. What its calls
	// come to meanwhile is not the next one's doing, nor is it later.
	dead  bool
	stale map[stage.Point]bool
}

func newGate(targets []boundary) *gate {
	return &gate{ahead: slices.Clone(targets), counts: map[string]int{}, arrived: map[stage.Point]boundary{}, stale: map[stage.Point]bool{}}
}

// reborn tells that the operator is about to be started anew.
func (g *gate) reborn() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.dead = false
	for call := range g.arrived {
		g.stale[call] = true
	}
}

// begin begins the next act.
func (g *gate) begin() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.act++
	g.before = append(g.before, maps.Clone(g.counts))
	return g.act
}

// end tells that the last act has come to its end: what is only read from now on
// is routine.
func (g *gate) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.over, g.worth = true, len(g.met)
}

// pass is asked at each point.
func (g *gate) pass(p stage.Point) bool {
	act, fatal := g.note(p)
	if g.meddle != nil {
		g.meddle(act, p)
	}
	if fatal {
		g.kill()
	}
	return !fatal
}

// note notes a point, and answers whether the operator is to be killed there.
func (g *gate) note(p stage.Point) (act int, fatal bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	call := p
	call.After = false
	if !p.After {
		g.counts[p.Call] = p.Nth
		g.arrived[call] = boundary{act: g.act, call: p.Call, nth: p.Nth - g.before[g.act-1][p.Call]}
	}
	met := g.arrived[call]
	met.after = p.After
	g.met = append(g.met, met)
	if !g.over || p.Writes() {
		g.worth = len(g.met)
	}
	at := slices.IndexFunc(g.ahead, func(target boundary) bool {
		return target.act <= g.act && target.call == p.Call && target.after == p.After && target.nth == p.Nth-g.before[target.act-1][p.Call]
	})
	if at < 0 || g.dead || g.stale[call] {
		return g.act, false
	}
	g.dead = true
	g.killed++
	if g.ahead[at].act < g.act {
		g.late++
	}
	g.ahead = slices.Delete(g.ahead, at, at+1)
	return g.act, true
}

// learned are the boundaries of an unharmed play.
func (g *gate) learned() []boundary {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.met[:g.worth:g.worth]
}

// fate is how often the operator was killed, how often of that late, and which
// boundaries were not met.
func (g *gate) fate() (killed, late int, missed []boundary) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.killed, g.late, slices.Clone(g.ahead)
}
