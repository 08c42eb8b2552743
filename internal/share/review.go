// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// HeldReason is why a change waits for somebody's approval.
type HeldReason string

// Why changes are held.
const (
	// HeldBeforeTakeover: it takes away what was on the image before it was taken
	// over, and what nobody ever declared.
	HeldBeforeTakeover HeldReason = "BeforeTakeover"
	// HeldNotAllowed: it takes away what an ImageShare has that the rules of its
	// account do not allow any more.
	HeldNotAllowed HeldReason = "NotAllowed"
	// HeldNobodyLeft: it leaves nobody on the image, since a declaration became
	// empty.
	HeldNobodyLeft HeldReason = "NobodyLeft"
	// HeldTooManyRevocations and HeldTooManyGrants: it is one of more than the
	// account's limit.
	HeldTooManyRevocations HeldReason = "TooManyRevocations"
	HeldTooManyGrants      HeldReason = "TooManyGrants"
	// HeldChangesHands: the image is claimed by another operator.
	HeldChangesHands HeldReason = "ChangesHands"
)

// Change is one sharee that a plan would grant, or revoke.
type Change struct {
	Sharee Sharee
	Revoke bool
	Reason HeldReason
}

// Limits are how much one plan may change without approval.
type Limits struct {
	// Revocations is the largest number; zero stands for ten, or half of the
	// sharees of the image if that is more.
	Revocations int
	// Grants is the largest number; zero is no limit.
	Grants int
}

func (l Limits) revocations(seen Observed) int {
	if l.Revocations > 0 {
		return l.Revocations
	}
	return max(10, seen.Sharees.Len()/2)
}

// Review is a plan without what must wait until somebody approves it, and what
// that is. What was approved for the same reason goes on, and counts for no
// limit; but nothing goes on as long as the image is another operator's: what is
// approved then is that it changes hands. What an ImageShare has that was deleted
// on purpose, or whose time is over, waits for nobody else; nor does who is not on
// the image any more.
func Review(group []Declaration, plan Plan, seen Observed, limits Limits, approved []Change) (Plan, []Change) {
	var held []Change
	group = plan.recorded(group)
	switch seen.Claim {
	case Elsewhere:
		held = tooMuch(group, plan, seen, limits, nil)
		rest := plan.HoldGrants(Changed(held, false)).HoldRevokes(Changed(held, true))
		held = Sorted(append(held, rest.changes(HeldChangesHands)...))
	case Ours:
		held = tooMuch(group, plan, seen, limits, approved)
	case Unclaimed:
		held = tooMuch(group, plan, seen, limits, approved)
		plan = plan.OnlyGranted(group)
	}
	return plan.HoldGrants(Changed(held, false)).HoldRevokes(Changed(held, true)), held
}

// tooMuch is what of a plan of an image of ours waits for approval.
func tooMuch(group []Declaration, plan Plan, seen Observed, limits Limits, approved []Change) []Change {
	var held []Change
	hold := func(reason HeldReason, revoke bool, sharees Sharees) {
		for id := range sharees.All() {
			held = append(held, Change{Sharee: id, Revoke: revoke, Reason: reason})
		}
	}
	emptied := !anybodyLeft(group, plan, seen)
	revoke := plan.Revoke.Filter(func(id Sharee) bool {
		there := seen.Sharees.Has(id) || !seen.tells()
		return there && (refusedIn(group, id) || !onPurpose(group, id))
	})
	for _, why := range []struct {
		reason HeldReason
		is     func(Sharee) bool
	}{
		{HeldBeforeTakeover, func(id Sharee) bool { return beforeTakeover(group, id) }},
		{HeldNotAllowed, func(id Sharee) bool { return refusedIn(group, id) }},
		{HeldNobodyLeft, func(id Sharee) bool { return emptied && becameEmpty(group, id) }},
	} {
		part := revoke.Filter(why.is)
		hold(why.reason, true, part.Without(approvedFor(approved, why.reason)))
		revoke = revoke.Without(part)
	}
	if rest := revoke.Without(approvedFor(approved, HeldTooManyRevocations)); rest.Len() > limits.revocations(seen) {
		hold(HeldTooManyRevocations, true, rest)
	}
	if grant := plan.Grant.Without(approvedFor(approved, HeldTooManyGrants)); limits.Grants > 0 && grant.Len() > limits.Grants {
		hold(HeldTooManyGrants, false, grant)
	}
	return Sorted(held)
}

// onPurpose reports whether a sharee is taken away since an ImageShare that has
// it was deleted, or its time is over.
func onPurpose(group []Declaration, id Sharee) bool {
	return slices.ContainsFunc(group, func(d Declaration) bool {
		return (d.Standing == Withdrawing || d.Standing == Active && d.Over) && d.Ledger.owns(id)
	})
}

// refusedIn reports whether an ImageShare has or declares a sharee that is not
// allowed to.
func refusedIn(group []Declaration, id Sharee) bool {
	return slices.ContainsFunc(group, func(d Declaration) bool {
		return d.Standing == Refused && (d.Ledger.owns(id) || d.Sharees.Has(id))
	})
}

// anybodyLeft reports whether somebody who is declared has the image after a
// plan, or is to have it in another way.
func anybodyLeft(group []Declaration, plan Plan, seen Observed) bool {
	after := seen.Sharees.Without(plan.Revoke).With(plan.Grant)
	return slices.ContainsFunc(group, func(d Declaration) bool {
		return d.stays() && !d.Nobody && (d.Sharees.Empty() || !d.Sharees.And(after).Empty())
	})
}

// becameEmpty reports whether a sharee is taken away since an ImageShare that
// has it declares nobody any more.
func becameEmpty(group []Declaration, id Sharee) bool {
	return slices.ContainsFunc(group, func(d Declaration) bool {
		return d.Standing == Active && d.Nobody && d.Ledger.owns(id)
	})
}

// approvedFor is of whom a change was approved that was held for a reason.
func approvedFor(approved []Change, reason HeldReason) Sharees {
	var ids []Sharee
	for _, c := range approved {
		if c.Reason == reason {
			ids = append(ids, c.Sharee)
		}
	}
	return NewSharees(ids...)
}

// changes are all changes of a plan, held for one reason.
func (p Plan) changes(reason HeldReason) []Change {
	var out []Change
	for id := range p.Grant.All() {
		out = append(out, Change{Sharee: id, Reason: reason})
	}
	for id := range p.Revoke.All() {
		out = append(out, Change{Sharee: id, Revoke: true, Reason: reason})
	}
	return Sorted(out)
}

// Changed is whom some changes grant, or revoke.
func Changed(changes []Change, revoke bool) Sharees {
	var ids []Sharee
	for _, c := range changes {
		if c.Revoke == revoke {
			ids = append(ids, c.Sharee)
		}
	}
	return NewSharees(ids...)
}

// Part is what of some changes is in the plan.
func (p Plan) Part(changes []Change) []Change {
	return slices.DeleteFunc(slices.Clone(changes), func(c Change) bool {
		return c.Revoke && !p.Revoke.Has(c.Sharee) || !c.Revoke && !p.Grant.Has(c.Sharee)
	})
}

// Within reports whether every one of some changes is among others.
func Within(changes, others []Change) bool {
	return !slices.ContainsFunc(changes, func(c Change) bool { return !slices.Contains(others, c) })
}

// Sorted are changes in the order in which they are shown and hashed: each once.
func Sorted(changes []Change) []Change {
	out := slices.SortedFunc(slices.Values(changes), compareChanges)
	return slices.Compact(out)
}

func compareChanges(a, b Change) int { return strings.Compare(a.String(), b.String()) }

// String is the change as a line: what, whom and why.
func (c Change) String() string {
	verb := "grant"
	if c.Revoke {
		verb = "revoke"
	}
	return fmt.Sprintf("%s %s %s", verb, c.Sharee, c.Reason)
}

// HashOf names a set of changes of an image that were first held at a time, so
// that an approval of them is one of nothing else: not of the same changes of
// another image, and not of the same once more.
func HashOf(image string, since time.Time, changes []Change) string {
	lines := []string{image, since.UTC().Format(time.RFC3339)}
	for _, c := range Sorted(changes) {
		lines = append(lines, c.String())
	}
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:8])
}
