// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

// event is something that happens in the world by itself: what people do, or a
// pass of an operator.
type event struct {
	words string
	// where tells what it touches.
	where place
	// do lets it happen, and reports whether it could.
	do func(*play) bool
	// pass is true when it is a pass of the operator.
	pass bool
	// always is true for what comes before every round of those in which
	// everything is to come to rest.
	always bool
}

// place is what an event touches.
type place uint8

const (
	onServer place = 1 << iota
	inCloud
	// byItself only happens between passes.
	byItself
)

// between reports whether an event makes a difference immediately before a
// call.
func (e *event) between(k kind) bool {
	switch e.where {
	case onServer:
		return k.store()
	case inCloud:
		return !k.store()
	case byItself:
		return false
	}
	return true
}

// happen lets an event come between two calls of a pass, and reports whether it
// made a difference.
func (e *event) happen(p *play) bool {
	if e.pass && p.nested > 1 {
		return false
	}
	before := p.state
	if e.pass {
		p.say("    -- meanwhile, %s", e.words)
	}
	if !e.do(p) || p.state == before {
		return false
	}
	if p.Images != before.Images || p.Role != before.Role || p.Resources != before.Resources {
		p.before = before
	}
	if !e.pass {
		p.say("    -- meanwhile, %s", e.words)
	}
	return true
}
