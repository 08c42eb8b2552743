// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// grantable is who of a batch may be granted now: whom an Active ImageShare
// declares that has them in its ledger as Granted, and whom the plan that was
// made anew grants. One that was found is put
// back as such only where the image may have them all the same: where the list
// was empty, and that can be a denied read.
func (r *run) grantable(batch share.Sharees) share.Sharees {
	return batch.And(r.plan.Grant).Filter(func(id share.Sharee) bool {
		for _, d := range r.group {
			origin, held := r.ledgers[d.ID][id]
			announced := held && (origin == share.Granted || r.start.Sharees.Empty() && !r.start.Candid)
			if announced && d.Grants(id) {
				return true
			}
		}
		return false
	})
}

// revocable is who of a batch may be revoked now.
func (r *run) revocable(batch share.Sharees) share.Sharees {
	return batch.And(r.plan.Revoke)
}

// grant adds a batch. When one sharee spoils it, the batch is halved until
// the culprit is alone; the others are added.
func (r *run) grant(ctx context.Context, batch share.Sharees) {
	if batch.Empty() {
		return
	}
	if r.granting != nil {
		r.blame(batch, r.granting)
		return
	}
	err := r.cloud.Grant(ctx, batch)
	if !cloud.AsError(err).NotSent() {
		r.outcome.Sent = r.outcome.Sent.With(batch)
	}
	switch {
	case err == nil:
		r.clear(batch)
	case batch.Len() == 1:
		r.blame(batch, err)
		r.convictIf(err, batch)
		if !aboutSharee(err) {
			r.stopGranting(err)
		}
	case divisible(err):
		r.suspect(batch)
		r.divide(ctx, batch, err)
	default:
		r.blame(batch, err)
		r.stopGranting(err)
	}
}

// divide grants the two halves of a batch that was refused, without those whom
// the refused call has added all the same.
func (r *run) divide(ctx context.Context, batch share.Sharees, refusal error) {
	seen, err := r.cloud.Permissions(cloud.WithUrgency(ctx, cloud.Finishing))
	if err != nil {
		r.blame(batch, refusal)
		r.stopGranting(err)
		return
	}
	r.clear(batch.And(seen))
	first, second := batch.Without(seen).Halves()
	r.grant(ctx, first)
	r.grant(ctx, second)
}

// revoke removes a batch, halving it like grant. That a sharee is not there,
// or does not exist, is an answer.
func (r *run) revoke(ctx context.Context, batch share.Sharees) {
	if batch.Empty() {
		return
	}
	if r.revoking != nil {
		r.blame(batch, r.revoking)
		return
	}
	err := r.cloud.Revoke(ctx, batch)
	switch {
	case err == nil, batch.Len() == 1 && notThere(err):
		r.answered = r.answered.With(batch)
		r.clear(batch)
	case batch.Len() == 1:
		r.blame(batch, err)
		r.convictIf(err, batch)
		if aboutSharee(err) {
			r.refused = r.refused.With(batch)
		} else {
			r.stopRevoking(err)
		}
	case divisible(err):
		r.suspect(batch)
		first, second := batch.Halves()
		r.revoke(ctx, first)
		r.revoke(ctx, second)
	default:
		r.blame(batch, err)
		r.stopRevoking(err)
	}
}

func (r *run) stopGranting(err error) {
	r.granting = err
	r.troubled(err)
}

func (r *run) stopRevoking(err error) {
	r.revoking = err
	r.troubled(err)
}

// suspect notes that one of a batch at least has spoiled it.
func (r *run) suspect(batch share.Sharees) {
	apart := &r.outcome.Apart
	apart.Suspects = apart.Suspects.With(batch.Without(apart.Culprits))
}

// convictIf notes that a sharee has failed alone, when that may be its own
// fault: then it comes last, and holds nobody else up.
func (r *run) convictIf(err error, one share.Sharees) {
	if !aboutSharee(err) && !unlisted(err) {
		return
	}
	apart := &r.outcome.Apart
	apart.Suspects, apart.Culprits = apart.Suspects.Without(one), apart.Culprits.With(one)
}

// clear notes that none of a batch has spoiled it.
func (r *run) clear(batch share.Sharees) {
	apart := &r.outcome.Apart
	apart.Suspects, apart.Culprits = apart.Suspects.Without(batch), apart.Culprits.Without(batch)
}

// blame notes why sharees were not granted or revoked.
func (r *run) blame(sharees share.Sharees, err error) {
	for id := range sharees.All() {
		r.outcome.Trouble[id] = err
	}
}

// aboutSharee reports whether one sharee is at fault, and the others would do.
func aboutSharee(err error) bool {
	e := cloud.AsError(err)
	return e != nil && (e.Subject == cloud.AboutAccount || e.Subject == cloud.AboutTarget)
}

func notThere(err error) bool { return aboutSharee(err) && cloud.KindOf(err) == cloud.NotFound }

// divisible reports whether a smaller batch may fare better: when one sharee
// was at fault, when only some of them fit, or when nobody knows.
func divisible(err error) bool {
	e := cloud.AsError(err)
	return aboutSharee(err) || e.Kind == cloud.Quota || unlisted(err)
}

// unlisted reports whether the vendor has answered with a code that nobody here
// knows.
func unlisted(err error) bool {
	e := cloud.AsError(err)
	return e != nil && e.Kind == cloud.Unknown && e.Code != ""
}
