// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// Whoever wants strangers off the image, and whatever people do to ImageShares,
// image, statuses, claim, limits and approvals, before a pass or in the middle of
// it: nobody goes who was there before, is wanted, or is one too many, before
// somebody approves that; and once faults stop and all is approved, everything
// comes to be as declared.
func TestAnyHistoryTakesNobodyBySurprise(t *testing.T) {
	for range 20 {
		rapid.Check(t, func(t *rapid.T) {
			h := &hearing{witness: newWitness()}
			h.unknown = accounts("7")
			t.Repeat(map[string]func(*rapid.T){
				"edit":     h.edit,
				"delete":   h.remove,
				"flip":     h.flip,
				"stranger": h.stranger,
				"lose":     h.loseStatus,
				"claim":    h.reclaim,
				"limit":    h.limit,
				"approve":  h.approve,
				"pass":     h.pass,
				"stale":    h.stalePass,
				"quiet":    h.quietPass,
				"":         func(t *rapid.T) { h.mustBeSound(t) },
			})
			h.mustEndAsDeclared(t)
		})
	}
}

// hearing is what people do to a world with a witness.
type hearing struct {
	*witness
	cached snapshot
}

func (h *hearing) any(t *rapid.T) *object {
	return h.objects[rapid.SampledFrom(names).Draw(t, "name")]
}

// edit creates an ImageShare or changes it.
func (h *hearing) edit(t *rapid.T) {
	id := rapid.SampledFrom(names).Draw(t, "name")
	d := share.Declaration{ID: id, Ledger: share.Ledger{}}
	if o := h.objects[id]; o != nil {
		d = o.Declaration
		if deleted(d) {
			return
		}
	}
	d.Sharees = anyone(t)
	d.Standing = rapid.SampledFrom([]share.Standing{share.Active, share.Active, share.Active, share.Idle, share.Refused}).Draw(t, "standing")
	d.Exact = rapid.SampledFrom([]bool{true, true, false}).Draw(t, "exact")
	d.Over = rapid.SampledFrom([]bool{false, false, false, true}).Draw(t, "over")
	if d.Over {
		d.Sharees = share.Sharees{}
	}
	d.Nobody = d.Sharees.Empty()
	h.put(d)
}

// remove deletes an ImageShare.
func (h *hearing) remove(t *rapid.T) {
	o := h.any(t)
	if o == nil || deleted(o.Declaration) {
		return
	}
	d := o.Declaration
	d.Standing = rapid.SampledFrom([]share.Standing{share.Withdrawing, share.Withdrawing, share.Leaving}).Draw(t, "policy")
	if o.Standing == share.Idle {
		d.Standing = share.Leaving
	}
	h.put(d)
}

// flip changes the deletion policy of an ImageShare that is being deleted.
func (h *hearing) flip(t *rapid.T) {
	o := h.any(t)
	if o == nil || !deleted(o.Declaration) {
		return
	}
	d := o.Declaration
	d.Standing = share.Withdrawing + share.Leaving - d.Standing
	h.put(d)
}

// stranger changes the image by hand. Where a grant may be on its way nobody
// could tell who came first.
func (h *hearing) stranger(t *rapid.T) {
	id := rapid.SampledFrom([]share.Sharee{"1", "2", "3", "8", "9"}).Draw(t, "account")
	if h.image[id] {
		delete(h.image, id)
		delete(h.ours, id)
		delete(h.fair, id)
		return
	}
	for _, o := range h.objects {
		if o.Ledger.Own().Has(id) {
			return
		}
	}
	if slices.ContainsFunc(h.current, func(d share.Declaration) bool { return d.Sharees.Has(id) }) {
		return
	}
	h.image[id] = true
	h.fair[id] = len(h.watchers) > 0
	if h.somebody {
		h.late[id] = true
	}
}

// loseStatus takes the status of one ImageShare away, or of all, as a restore
// does. No cache shows it any more.
func (h *hearing) loseStatus(t *rapid.T) {
	id := rapid.SampledFrom(append([]string{""}, names...)).Draw(t, "name")
	if id == "" {
		h.lose(slices.Sorted(maps.Keys(h.objects)))
	} else if h.objects[id] != nil {
		h.lose([]string{id})
	}
	h.cached = h.now()
}

func (h *hearing) reclaim(t *rapid.T) {
	h.claim = rapid.SampledFrom([]share.Claim{share.Ours, share.Ours, share.Unclaimed, share.Elsewhere}).Draw(t, "claim")
}

func (h *hearing) limit(t *rapid.T) {
	h.limits = share.Limits{Revocations: rapid.IntRange(0, 2).Draw(t, "revocations"), Grants: rapid.IntRange(0, 2).Draw(t, "grants")}
}

// approve approves all that waits, or takes every approval back.
func (h *hearing) approve(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "approves") == 0 {
		h.approved = nil
		return
	}
	h.approved = share.Sorted(slices.Concat(h.approved, h.held))
}

// pass lets the operator look, with a fault or somebody's doing at one of its
// calls.
func (h *hearing) pass(t *rapid.T) {
	h.arm(t)
	h.finish(h.now())
	h.cached = h.now()
}

// stalePass lets the operator look at what the cache last showed.
func (h *hearing) stalePass(t *rapid.T) {
	h.arm(t)
	h.witness.pass(h.cached)
}

// quietPass lets the operator look, and nothing comes between.
func (h *hearing) quietPass(*rapid.T) {
	h.mend()
	h.finish(h.now())
	h.cached = h.now()
}

func (h *hearing) finish(from snapshot) *Outcome {
	outcome := h.witness.pass(from)
	if !h.disturbed {
		h.settled(from.group)
	}
	return outcome
}

// arm makes one of the calls of the next pass fail, or somebody meddle before
// it.
func (h *hearing) arm(t *rapid.T) {
	at := rapid.IntRange(0, 14).Draw(t, "at")
	kind := rapid.SampledFrom([]fault{fine, dropBefore, dropAfter, crashBefore, crashAfter, throttled}).Draw(t, "fault")
	meddle := rapid.SampledFrom([]func(*rapid.T){nil, nil, nil, h.edit, h.remove, h.stranger, h.approve}).Draw(t, "meddle")
	n := 0
	h.fault = func(string) fault {
		n++
		if n != at {
			return fine
		}
		if meddle != nil {
			meddle(t)
		}
		h.disturbed = h.disturbed || kind != fine || meddle != nil
		return kind
	}
}
