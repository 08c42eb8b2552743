// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crash

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/witness"
)

// scenario is a piece of the operator's work.
type scenario struct {
	// name is how SCENARIO has it.
	name string
	// world changes the cloud that all trials start from, and prepare what is
	// there before the operator is started; either may be nil.
	world   func(doc *simcloud.Document)
	prepare func(p *play)
	acts    []act
	// meddle is what happens at points, besides what people do; nil for nothing.
	meddle func(p *play, act int, at stage.Point)
}

// act is something that people do, and what must come of it. What must come of
// the last act is the end of the scenario.
type act struct {
	name  string
	do    func(p *play)
	until check
}

// play is one performance of a scenario.
type play struct {
	*stage.Stage
	t    testing.TB
	one  *stage.Operator
	gate *gate

	// revived is how often the operator was started anew.
	revived int
	// held is what waits for an approval, and kept what nobody has lost by then,
	// for a scenario that looks twice.
	held, kept []string

	mu   sync.Mutex
	done map[string]bool
}

var errRevived = errors.New("the operator was started anew just now")

// perform plays a scenario to its end and examines it, with a gate that notes the
// points and kills the operator at some.
func perform(t testing.TB, cluster *stage.Cluster, sc scenario, g *gate) {
	t.Helper()
	document := stage.World()
	if sc.world != nil {
		sc.world(&document)
	}
	p := &play{Stage: stage.Set(t, cluster, document), t: t, gate: g, done: map[string]bool{}}
	p.one = p.NewOperator("one")
	g.kill = p.one.Kill
	if sc.meddle != nil {
		g.meddle = func(act int, at stage.Point) { sc.meddle(p, act, at) }
	}
	if sc.prepare != nil {
		sc.prepare(p)
	}
	p.At(g.pass)
	for i, act := range sc.acts {
		g.begin()
		act.do(p)
		if i == 0 {
			p.one.Start()
		}
		p.come(act.name, act.until)
	}
	g.end()
	last := sc.acts[len(sc.acts)-1]
	quiet := p.Rest(last.name, p.seldom(last.until))
	p.one.Kill()
	if err := last.until(p); err != nil {
		t.Errorf("at rest it is not so any more: %s: %v", last.name, err)
	}
	record := p.Record()
	record.Settled, record.Quiet = true, []witness.Span{quiet}
	p.MustHold(record)
}

// patience is how long an act may take. An operator that was killed when it had
// announced a resource share waits a minute for it to be listed.
const patience = 3 * time.Minute

// pace is how often it is looked whether what must come of an act has come: not
// so often that the API server has more to do with that than with the operator.
const pace = 200 * time.Millisecond

// come waits for what must come of an act.
func (p *play) come(what string, until check) {
	p.t.Helper()
	if err := p.WithinOrNot(patience, p.seldom(until)); err != nil {
		p.t.Fatalf("not so after %s: %s: %v", patience, what, err)
	}
}

// seldom looks whether something holds at the pace, and answers in between what
// it found last. The operator is started anew at once if it was killed.
func (p *play) seldom(holds check) func() error {
	var last error
	var looked time.Time
	return func() error {
		switch err := p.alive(); {
		case err != nil:
			last = err
		case time.Since(looked) >= pace:
			last, looked = holds(p), time.Now()
		}
		return last
	}
}

// alive starts the operator anew if it was killed.
func (p *play) alive() error {
	if p.one.Running() {
		return nil
	}
	killed, _, _ := p.gate.fate()
	if killed == p.revived {
		log := p.one.Log()
		p.t.Fatalf("the operator ended by itself:\n%s", log[max(0, len(log)-2000):])
	}
	p.revived = killed
	p.gate.reborn()
	p.one.Start()
	return errRevived
}

// once reports whether something happens for the first time in this play.
func (p *play) once(what string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	first := !p.done[what]
	p.done[what] = true
	return first
}
