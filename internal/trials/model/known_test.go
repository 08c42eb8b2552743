// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// known are values that package share was given or has made: it is pure, so what
// it was asked once it need not be asked again. See TestRememberingChangesNothing.
type known struct {
	forgetful bool
	// hasty and careless are laws that are broken, see mutation.
	hasty, careless bool
	declarations    map[declared]share.Declaration
	plans           map[question]answer
	needed          map[[2]imageShare]share.Needed
}

// declared is what a declaration is made from.
type declared struct {
	share   imageShare
	at      uint8
	targets bool
	barred  who
}

// question is all that a plan is made from.
type question struct {
	group      [2]declared
	seen       sight
	approved   changes
	apart      uint8
	small      bool
	rulesWorld *world
}

// sight is what was seen of an image.
type sight struct {
	known, doubtful, candid bool
	on, lately              who
	claim                   uint8
}

// answer is a plan without what is held, what that is, and whom the whole plan
// grants and revokes.
type answer struct {
	plan            share.Plan
	held            changes
	grants, revokes who
}

// open is what of approved changes of a sharee is planned and not done.
func (a answer) open(id int, granted, revoked who) (out uint8) {
	if a.revokes.has(id) && !revoked.has(id) {
		out |= 1<<grants - 1
	}
	if a.grants.has(id) && !granted.has(id) {
		out |= ^uint8(1<<grants - 1)
	}
	return out
}

func newKnown() *known {
	return &known{declarations: map[declared]share.Declaration{}, plans: map[question]answer{}, needed: map[[2]imageShare]share.Needed{}}
}

// declaration is an ImageShare as package share sees it, for one way.
func (k *known) declaration(i int, s imageShare, targets bool, barred who) share.Declaration {
	key := declared{share: s, at: uint8(i), targets: targets, barred: barred}
	if d, there := k.declarations[key]; there && !k.forgetful {
		return d
	}
	part, taken := ofWay(targets), s.Taken[0]
	if targets {
		taken = s.Taken[1]
	}
	d := share.Declaration{
		ID: names[i], Standing: s.standing(), Sharees: sets[s.counts()&part], Barred: sets[barred&part],
		Ledger: s.Ledger.shared(part), Exact: !s.Keeps, Taken: taken, Nobody: s.counts() == nobody,
	}
	if k.careless && d.Standing == share.Withdrawing {
		d.Standing = share.Leaving
	}
	if len(k.declarations) > 1<<17 {
		clear(k.declarations)
	}
	k.declarations[key] = d
	return d
}

// review is the plan of one way, by the real planner, and what waits for
// approval.
func (o *imagePass) review(w *way, group []share.Declaration, seen share.Observed, quota int) answer {
	key := question{seen: sightOf(seen), approved: o.Images[o.at].Approved, small: w.targets, rulesWorld: o.world}
	for _, d := range group {
		i := indexOf(d.ID)
		s := o.members.shares[i]
		key.group[i] = declared{share: s, targets: w.targets, barred: o.barred(s)}
	}
	if o.blind {
		key.apart |= 1
	}
	if o.untidy != nil {
		key.apart |= 2
	}
	for _, id := range o.released {
		key.apart |= 4 << indexOf(id)
	}
	if a, there := o.play.known.plans[key]; there && !o.play.known.forgetful {
		return a
	}
	a := o.plan(w, group, seen, quota)
	if len(o.play.known.plans) > 1<<17 {
		clear(o.play.known.plans)
	}
	o.play.known.plans[key] = a
	return a
}

func sightOf(seen share.Observed) sight {
	return sight{
		known: seen.Known, doubtful: seen.Doubtful, candid: seen.Candid,
		on: whoIs(seen.Sharees), lately: whoIs(seen.Lately), claim: uint8(seen.Claim),
	}
}

// plan makes a plan as the controllers do: what has to be done, without what
// cannot be and without what somebody has to approve first.
func (o *imagePass) plan(w *way, group []share.Declaration, seen share.Observed, quota int) answer {
	plan := share.Diff(group, seen, quota)
	if w.targets {
		plan.Release = o.mayGo(plan.Release)
	}
	if o.blind {
		plan = plan.HoldGrants(plan.Grant)
	}
	cut, held := share.Review(group, plan, seen, o.limits, changesIn(o.Images[o.at].Approved))
	if o.without == unreviewed {
		cut = plan
	}
	return answer{cut, bitsOf(held), whoIs(plan.Grant), whoIs(plan.Revoke)}
}

// reasons are why changes are held, in the order of their bits; those from
// grants on are of grants.
var reasons = [...]share.HeldReason{
	share.HeldBeforeTakeover, share.HeldNotAllowed, share.HeldNobodyLeft, share.HeldTooManyRevocations, share.HeldChangesHands,
	share.HeldTooManyGrants, share.HeldChangesHands,
}

const grants = 5

func changesIn(bits changes) (out []share.Change) {
	for i, b := range bits {
		for r, reason := range reasons {
			if b&(1<<r) != 0 {
				out = append(out, share.Change{Sharee: sharees[i], Revoke: r < grants, Reason: reason})
			}
		}
	}
	return out
}

func bitsOf(some []share.Change) (out changes) {
	for _, c := range some {
		for r, reason := range reasons {
			if c.Reason == reason && c.Revoke == (r < grants) {
				for i, id := range sharees {
					if id == c.Sharee {
						out[i] |= 1 << r
					}
				}
			}
		}
	}
	return out
}

// is reports whether a grant, or a revocation, of a sharee is among changes.
func (c changes) is(i int, revoke bool) bool {
	const revokes = 1<<grants - 1
	if revoke {
		return c[i]&revokes != 0
	}
	return c[i]&^revokes != 0
}
