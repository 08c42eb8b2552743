// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"errors"
	"fmt"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// fate is what befalls one call of a pass.
type fate uint8

const (
	well fate = iota
	// lostBefore and lostAfter lose the request, or the answer.
	lostBefore
	lostAfter
	// overBudget is a call that our own budget does not allow.
	overBudget
	// killed ends the operator before the call.
	killed
	// stale is a read of the cloud that answers what was there before the last
	// change.
	stale
	// ignored is a write to an image that is answered, and nothing happens.
	ignored
	fates
)

var fateWords = [fates]string{"", "the request is lost", "it takes effect, and the answer is lost", "the budget does not allow it", "the operator is killed before it", "the answer is old", "it is answered, and nothing happens"}

var (
	errLost   = &cloud.Error{Kind: cloud.Unavailable, Message: "lost"}
	errSlowly = &cloud.Error{Kind: cloud.Throttled, Local: true, Message: "slowly"}
	errStale  = fmt.Errorf("write: %w", &cloud.Error{Kind: cloud.Conflict, Message: "changed"})
	errKilled = errors.New("killed")
)

// kind is what a call is made to, and whether it writes.
type kind uint8

const (
	// Of the API server, the ImageShares and the SharerAccount.
	sharesRead kind = iota
	sharesWrite
	sharerRead
	sharerWrite
	// Of the cloud, images and resource shares, the role, and how an image is
	// encrypted.
	cloudRead
	cloudWrite
	roleRead
	roleWrite
	keyRead
)

func (k kind) writes() bool {
	return k == sharesWrite || k == sharerWrite || k.toCloud()
}

// toCloud reports whether a call changes anything in the cloud.
func (k kind) toCloud() bool { return k == cloudWrite || k == roleWrite }

// meddling is what happens at one call of a pass: a fate, or, from there on,
// what the world calls an event.
type meddling struct{ at, what uint8 }

// play is one course of events: a state, and what is done to it. A pass in it is
// played again for each choice of what happens at its calls.
type play struct {
	*world
	state
	// versions are those of the ImageShares and of the SharerAccount: they tell
	// whether anybody has written since.
	versions      [2]uint32
	sharerVersion uint32

	// meddle is what happens at which call, and calls the calls made so far.
	meddle []meddling
	calls  []kind
	// running are the passes of image loops under way, and nested how many passes
	// there are in all.
	running []*imagePass
	nested  int
	// leaders counts how often another operator has come to lead.
	leaders int
	// unsure is true once it made a difference to a pass whether something that
	// was sent can still take effect.
	unsure bool
	// writes counts what was written, to the cloud or the API server.
	writes int
	// before is what there was in the cloud before the last change.
	before state
	// vain is true when something was to happen and could not, or would make no
	// difference: then the course of events is given up.
	vain bool
	// broken is what must never happen and did.
	broken []string
	// tell narrates; nil when nobody listens.
	tell func(string)
	// known are values made before: nothing in them is ever changed.
	known *known
}

// begin starts a course of events.
func (p *play) begin(from *state, meddle ...meddling) {
	p.state, p.before = *from, *from
	p.versions, p.sharerVersion = [2]uint32{1, 1}, 1
	p.meddle = append(p.meddle[:0], meddle...)
	p.running = p.running[:0]
	p.calls, p.nested, p.leaders, p.writes, p.vain, p.broken = p.calls[:0], 0, 0, 0, false, p.broken[:0]
	p.unsure = false
}

// say narrates.
func (p *play) say(format string, args ...any) {
	if p.tell != nil {
		p.tell(fmt.Sprintf(format, args...))
	}
}

// breach notes what must never happen.
func (p *play) breach(format string, args ...any) {
	p.broken = append(p.broken, fmt.Sprintf(format, args...))
	p.say("    !!! "+format, args...)
}

// operator is a process that is in the middle of a pass.
type operator struct {
	*play
	dead bool
	name string
}

// call makes one call of a pass, with what befalls it. An effect that fails for
// its own reasons answers so, unless its answer is lost.
func (o *operator) call(k kind, words string, effect func(f fate) error) error {
	if o.dead {
		return errKilled
	}
	f := o.befalls(k)
	switch f {
	case killed:
		o.dead = true
		o.say("    %s: %s - %s", o.name, words, fateWords[f])
		return errKilled
	case lostBefore, overBudget:
		o.say("    %s: %s - %s", o.name, words, fateWords[f])
		if f == overBudget {
			return errSlowly
		}
		return errLost
	case ignored:
		o.writes++
		o.say("    %s: %s - %s", o.name, words, fateWords[f])
		return nil
	case well, lostAfter, stale, fates:
	}
	if k.toCloud() {
		o.before = o.state
	}
	if k.writes() {
		o.writes++
	}
	err := effect(f)
	if f == lostAfter {
		err = errLost
	}
	if o.tell != nil {
		o.say("    %s: %s%s", o.name, words, after(f, err))
	}
	return err
}

func after(f fate, err error) string {
	switch {
	case f != well:
		return " - " + fateWords[f]
	case err != nil:
		return " - " + err.Error()
	}
	return ""
}

// befalls counts a call, and lets happen what is to happen at it.
func (p *play) befalls(k kind) fate {
	at := uint8(len(p.calls))
	p.calls = append(p.calls, k)
	f := well
	for _, m := range p.meddle {
		if m.at != at {
			continue
		}
		if m.what < uint8(fates) {
			f = fate(m.what)
			continue
		}
		if !p.events[m.what-uint8(fates)].happen(p) {
			p.vain = true
			return killed
		}
	}
	if f == stale && p.before.Images == p.Images && p.before.Role == p.Role && p.before.Resources == p.Resources {
		p.vain = true
		return killed
	}
	return f
}

// may reports whether a thing can happen at a call so that it makes a
// difference. To be killed before a read is to be killed before what is written
// next.
func (w *world) may(k kind, what uint8) bool {
	switch fate(min(what, uint8(fates))) {
	case well:
		return false
	case lostBefore:
		return true
	case lostAfter, killed:
		return k.writes()
	case overBudget:
		return k.toCloud() && w.budgets
	case stale:
		return k == cloudRead && w.staleReads
	case ignored:
		return k == cloudWrite && w.ignores
	case fates:
	}
	return w.events[what-uint8(fates)].between(k)
}
