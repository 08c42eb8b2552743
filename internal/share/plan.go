// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import "slices"

// Record is a book that has to be written before anything is sent.
type Record struct {
	// ID is the ImageShare.
	ID string
	// Before is what was planned from, and After what has to be written.
	Before, After Book
	// Intents are the entries of After that stand for grants about to be sent.
	Intents Sharees
}

// needed reports whether the record changes anything.
func (r Record) needed() bool { return !r.After.Equal(r.Before) }

// Plan is what has to be done about one image. It is a value: it can be looked
// at, cut down, compared, and turned into steps, and nothing happens.
type Plan struct {
	// Records are the books to write first.
	Records []Record
	// Grant is whom to add.
	Grant Sharees
	// Revoke is whom to remove.
	Revoke Sharees
	// LeavingFirst is true when those to add do not fit beside those who go,
	// but fit after them.
	LeavingFirst bool
	// Apart is whom to add or remove one at a time, see [Plan.KeepApart].
	Apart Apart
	// Release are the deleted ImageShares that may go once their ledgers are
	// empty, or, when they leave everything in place, at once.
	Release []string
}

// Diff plans how to get from what was observed to what a group of ImageShares
// on one image declares. The quota is how many sharees fit on the image; it
// orders the steps and refuses nothing.
//
// What a Leaving one leaves is granted to nobody else in the same plan, since
// its entries say Found as long as it is there. Where the observation is
// doubted, only whom a ledger knows already is granted.
func Diff(group []Declaration, seen Observed, quota int) Plan {
	plan := Plan{}
	for _, d := range leavingFirst(group) {
		if record, needed := recordOf(group, d, seen); needed {
			plan.Records = append(plan.Records, record)
		}
	}
	for _, d := range group {
		if d.Standing == Withdrawing || d.Standing == Leaving {
			plan.Release = append(plan.Release, d.ID)
		}
	}
	if !seen.Known || seen.Gone {
		return plan
	}
	plan.Revoke = Combine(plan.recorded(group)).Revoke.Without(seen.Elsewhere)
	plan.Grant = Combine(group).Grant.Without(seen.Sharees).Filter(func(id Sharee) bool {
		return !left(group, id) && (!seen.Doubtful || intended(group, id))
	})
	plan.LeavingFirst = seen.Sharees.With(plan.Grant).Len() > quota && !plan.Revoke.And(seen.Sharees).Empty()
	return plan
}

// leavingFirst is the group with the Leaving ones first: others let go on their
// account once their ledgers tell whose the access was, and not before.
func leavingFirst(group []Declaration) []Declaration {
	return slices.SortedStableFunc(slices.Values(group), func(a, b Declaration) int {
		switch {
		case a.Standing == Leaving && b.Standing != Leaving:
			return -1
		case a.Standing != Leaving && b.Standing == Leaving:
			return 1
		}
		return 0
	})
}

// recorded is the group as it is once the records are written.
func (p Plan) recorded(group []Declaration) []Declaration {
	out := slices.Clone(group)
	for i, d := range out {
		for _, r := range p.Records {
			if r.ID == d.ID {
				out[i].Ledger, out[i].Taken = r.After.Ledger, r.After.Taken
			}
		}
	}
	return out
}

// intended reports whether an Active declaration of the sharee has it in its
// ledger already.
func intended(group []Declaration, id Sharee) bool {
	for _, d := range group {
		if d.Grants(id) && d.carries(id) {
			return true
		}
	}
	return false
}

// HoldGrants is the plan without some of its grants, and without the entries
// that only they would have needed. What is taken away stays.
func (p Plan) HoldGrants(held Sharees) Plan {
	out := p
	out.Grant = p.Grant.Without(held)
	out.Records = nil
	for _, r := range p.Records {
		r.After.Ledger = r.After.Ledger.Without(r.Intents.And(held))
		for id := range r.Intents.And(held).All() {
			if origin, was := r.Before.Ledger[id]; was {
				r.After.Ledger[id] = origin
			}
		}
		r.Intents = r.Intents.Without(held)
		if r.needed() {
			out.Records = append(out.Records, r)
		}
	}
	return out
}

// HoldRevokes is the plan without some of its revocations. Their entries stay.
func (p Plan) HoldRevokes(held Sharees) Plan {
	out := p
	out.Revoke = p.Revoke.Without(held)
	return out
}

// OnlyGranted is the plan with no revocations but of those whom we granted.
func (p Plan) OnlyGranted(group []Declaration) Plan {
	return p.HoldRevokes(p.Revoke.Filter(func(id Sharee) bool {
		origin, _ := originIn(group, id)
		return origin != Granted
	}))
}

// Apart are sharees to be kept out of batches with others, since batches with
// them have failed. With them alone, every call that is made gets somewhere,
// however few are allowed.
type Apart struct {
	// Suspects are sharees of which one at least has spoiled a batch.
	Suspects Sharees
	// Culprits have failed alone. They come last.
	Culprits Sharees
}

// KeepApart is the plan with some sharees in no batch with others.
func (p Plan) KeepApart(apart Apart) Plan {
	concerned := p.Grant.With(p.Revoke)
	p.Apart = Apart{Suspects: apart.Suspects.And(concerned), Culprits: apart.Culprits.And(concerned)}
	return p
}
