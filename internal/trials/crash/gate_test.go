// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crash

import (
	"maps"
	"sync"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// gate notes the points of a play, and kills the operator at one of them.
type gate struct {
	// target is where to kill the operator; nil to let it live. Kill does it, and
	// meddle is what else happens at points.
	target *boundary
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
	// killed is true once the operator was killed, and late if that was after the
	// act of the target.
	killed, late bool
}

func newGate(target *boundary, kill func()) *gate {
	return &gate{target: target, kill: kill, counts: map[string]int{}, arrived: map[stage.Point]boundary{}}
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
	if !g.over || writes(p) {
		g.worth = len(g.met)
	}
	if g.target == nil || g.killed || g.act < g.target.act {
		return g.act, false
	}
	if p.Call != g.target.call || p.After != g.target.after || p.Nth-g.before[g.target.act-1][p.Call] != g.target.nth {
		return g.act, false
	}
	g.killed, g.late = true, g.act > g.target.act
	return g.act, true
}

// learned are the boundaries of an unharmed play.
func (g *gate) learned() []boundary {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.met[:g.worth:g.worth]
}

// fate is what became of the operator.
func (g *gate) fate() (killed, late bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.killed, g.late
}
