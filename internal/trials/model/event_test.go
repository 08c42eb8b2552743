// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

// event is something that happens in the world by itself: what people do, or a
// pass of an operator.
type event struct {
	words string
	// where tells before which calls of a pass it makes a difference. Before any
	// other call it is as good as before the next of these, or after the pass:
	// neither of the two touches what the other reads or writes.
	where moments
	// do lets it happen, and reports whether it could.
	do func(*play) bool
	// pass is true when it is a pass of the operator.
	pass bool
	// alike is true when it is the same as the event that comes before it in the
	// world, but for what may still be on its way, see [play.unsure].
	alike bool
	// always is true for what comes before every round of those in which
	// everything is to come to rest.
	always bool
}

// moments are kinds of calls, a bit for each.
type moments uint16

const (
	// onServer is what people do to ImageShares, inCloud what they do to images
	// and resource shares, and onRole what they do to the role, on which it
	// depends who can be granted.
	onServer moments = 1<<sharesRead | 1<<sharesWrite
	inCloud  moments = 1<<cloudRead | 1<<cloudWrite
	onRole   moments = 1<<roleRead | 1<<roleWrite | 1<<cloudWrite
	// ofImage is a pass of the loop of an image, which has nothing to do with what
	// the role is like until it grants; and ofRole one of the loop of the role,
	// which has nothing to do with the image, and writes no ImageShare.
	ofImage = ^(1<<roleRead | 1<<keyRead | byItself)
	ofRole  = ^(1<<cloudRead | 1<<sharesRead | 1<<keyRead | byItself)
	// byItself only happens between passes.
	byItself moments = 0
)

// between reports whether an event makes a difference immediately before a
// call.
func (e *event) between(k kind) bool { return e.where&(1<<k) != 0 }

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
