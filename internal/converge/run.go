// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// Planner makes a plan of what ImageShares want by the last look at them.
type Planner func(group []share.Declaration) share.Plan

// Run carries out what is planned for a group, and reports to every ImageShare
// of it. After each live look it is planned anew, and only what that plan says
// too is granted or revoked. A failed grant stops no revoke, and one
// ImageShare's trouble with the store stops no other.
func Run(ctx context.Context, planner Planner, group []share.Declaration, seen share.Observed, c Cloud, s Store) *Outcome {
	plan := planner(group)
	r := &run{
		cloud: c, store: s, planner: planner, plan: plan,
		group: group, ledgers: map[string]share.Ledger{}, taken: map[string]bool{},
		start:   seen,
		planned: map[string]share.Standing{},
		outcome: &Outcome{Seen: seen, Trouble: map[share.Sharee]error{}, Apart: plan.Apart},
	}
	for _, d := range group {
		r.ledgers[d.ID], r.taken[d.ID] = d.Ledger, d.Taken
		r.planned[d.ID] = d.Standing
	}
	var releases []share.Step
	for _, step := range plan.Steps(c.Batch()) {
		if step.Verb == share.ReleaseObject {
			releases = append(releases, step)
			continue
		}
		r.do(ctx, step)
	}
	r.settle(ctx)
	r.outcome.Again = r.outcome.Again || r.unfinished()
	for _, step := range releases {
		r.release(ctx, step.ID)
	}
	return r.outcome
}

// run is the state of one run.
type run struct {
	cloud   Cloud
	store   Store
	planner Planner
	// plan is what the last look at the ImageShares calls for.
	plan share.Plan

	group   []share.Declaration
	ledgers map[string]share.Ledger
	taken   map[string]bool
	// planned is what each ImageShare counted for when the plan was made, and
	// start what the image was like.
	planned map[string]share.Standing
	start   share.Observed

	// granting and revoking say why no more is granted or revoked.
	granting, revoking error
	// answered are the sharees whose removal was answered.
	answered share.Sharees
	// refused are those whose removal was refused for their own sake.
	refused share.Sharees
	// removed is whom a read after the answered removal did not show.
	removed share.Sharees
	// unrecorded are the ImageShares whose ledger could not be written, and unleft
	// is true when a Leaving one is among them.
	unrecorded []string
	unleft     bool

	outcome *Outcome
}

func (r *run) do(ctx context.Context, step share.Step) {
	switch step.Verb {
	case share.RecordLedger:
		r.record(ctx, step.ID, step.Book)
	case share.LookLive:
		r.look(ctx)
	case share.Grant:
		r.grant(ctx, r.grantable(step.Sharees))
	case share.Revoke:
		r.revoke(ctx, r.revocable(step.Sharees))
	case share.Read:
		r.read(ctx)
	case share.ReleaseObject:
		r.release(ctx, step.ID)
	}
}

// record writes a book. When that fails, the sharees that only its ledger would
// have announced are not granted. When it is that of a Leaving one, no further
// book is written: others let go on its account, and it may change its mind.
func (r *run) record(ctx context.Context, id string, book share.Book) {
	if r.unleft {
		r.unrecorded = append(r.unrecorded, id)
		return
	}
	if err := r.store.Record(ctx, id, book); err != nil {
		r.unrecorded = append(r.unrecorded, id)
		r.unleft = r.planned[id] == share.Leaving
		r.failed(err)
		return
	}
	r.ledgers[id] = book.Ledger
	r.taken[id] = book.Taken
}

// look reads the ImageShares live. What follows is done for them, and not for
// what was planned from. When it fails nothing more is granted or revoked.
func (r *run) look(ctx context.Context) {
	live, err := r.store.Live(ctx)
	if err != nil {
		r.failed(err)
		r.granting, r.revoking = errNoLook, errNoLook
		return
	}
	before, after := share.Combine(r.group), share.Combine(live)
	if !before.Grant.Equal(after.Grant) || !before.Revoke.Equal(after.Revoke) {
		r.outcome.Again = true
	}
	r.group, r.plan = live, r.planner(live)
	r.ledgers, r.taken = map[string]share.Ledger{}, map[string]bool{}
	for _, d := range live {
		r.ledgers[d.ID], r.taken[d.ID] = d.Ledger, d.Taken
	}
}

// errNoLook is why nothing is granted or revoked without a live look. What the
// store said is for the log: it is not stable.
var errNoLook = &cloud.Error{Kind: cloud.Unavailable, Message: "the ImageShares could not be read from the API server; it is tried again"}

// unfinished reports whether another run, at once, gets further than this one.
func (r *run) unfinished() bool {
	madeRoom := cloud.KindOf(r.granting) == cloud.Quota && !r.removed.Empty()
	sure := r.start.Doubtful && r.outcome.Seen.Known && !r.outcome.Seen.Doubtful
	known := r.start.Doubtful && !r.outcome.Sent.Empty() && r.outcome.Sent.Without(r.outcome.Apart.Culprits).Empty()
	return madeRoom || sure || known || len(r.unrecorded) == 0 && share.Movable(r.recorded(), r.outcome.Seen)
}

// read looks at the image again, and tells what the writes before it did.
func (r *run) read(ctx context.Context) {
	if r.outcome.Sent.Empty() && r.answered.Empty() && r.refused.Empty() {
		return
	}
	seen, err := Observe(cloud.WithUrgency(ctx, cloud.Finishing), r.cloud, r.recorded(), r.outcome.Apart)
	seen.Elsewhere, seen.Claim = r.start.Elsewhere, r.start.Claim
	r.outcome.Seen = seen
	if err != nil {
		r.troubled(err)
		return
	}
	if seen.Doubtful {
		return
	}
	sharees := seen.Sharees
	gone := r.answered
	if !sharees.Empty() || !r.start.Sharees.Empty() {
		// A refusal is no removal; but a list that shows others and not them
		// tells that there is nothing to remove.
		gone = gone.With(r.refused)
	}
	r.removed = r.removed.With(gone).Without(sharees)
	if !r.start.Doubtful {
		r.outcome.Granted = r.outcome.Sent.And(sharees).Without(r.start.Sharees)
	}
	r.outcome.Revoked = r.removed.And(r.start.Sharees.With(r.start.Lately))
	for id := range r.outcome.Sent.And(sharees).With(r.removed).All() {
		delete(r.outcome.Trouble, id)
	}
}

// recorded is the group with the ledgers as they are now.
func (r *run) recorded() []share.Declaration {
	out := slices.Clone(r.group)
	for i := range out {
		out[i].Ledger, out[i].Taken = r.ledgers[out[i].ID], r.taken[out[i].ID]
	}
	return out
}

// failed notes trouble with the store.
func (r *run) failed(err error) {
	if cloud.KindOf(err) == cloud.Conflict {
		r.outcome.Again = true
		return
	}
	if r.outcome.StoreErr == nil {
		r.outcome.StoreErr = err
	}
}

// troubled notes trouble with the cloud that concerns more than one sharee.
func (r *run) troubled(err error) {
	if r.outcome.Err == nil {
		r.outcome.Err = err
	}
}
