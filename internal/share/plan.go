// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

// Record is a ledger that has to be written before anything is sent.
type Record struct {
	// ID is the ImageShare.
	ID string
	// Before is its ledger as it was planned from.
	Before Ledger
	// After is its ledger as it has to be.
	After Ledger
	// Intents are the entries of After that stand for grants about to be sent.
	Intents Sharees
}

// Plan is what has to be done about one image. It is a value: it can be looked
// at, cut down, compared, and turned into steps, and nothing happens.
type Plan struct {
	// Records are the ledgers to write first.
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
	for _, d := range group {
		if record, needed := recordOf(group, d, seen); needed {
			plan.Records = append(plan.Records, record)
		}
		if d.Standing == Withdrawing || d.Standing == Leaving {
			plan.Release = append(plan.Release, d.ID)
		}
	}
	if !seen.Known || seen.Gone {
		return plan
	}
	wanted := Combine(group)
	plan.Revoke = wanted.Revoke
	plan.Grant = wanted.Grant.Without(seen.Sharees).Filter(func(id Sharee) bool {
		return !left(group, id) && (!seen.Doubtful || intended(group, id))
	})
	plan.LeavingFirst = seen.Sharees.With(plan.Grant).Len() > quota && !plan.Revoke.And(seen.Sharees).Empty()
	return plan
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
		r.After = r.After.Without(r.Intents.And(held))
		for id := range r.Intents.And(held).All() {
			if origin, was := r.Before[id]; was {
				r.After[id] = origin
			}
		}
		r.Intents = r.Intents.Without(held)
		if !r.After.Equal(r.Before) {
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
