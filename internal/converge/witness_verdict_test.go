// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// grants judges the grant of an account. Who came by hand while the pass was
// about to grant him passes for granted: nobody could tell who was first.
func (w *witness) grants(id share.Sharee) {
	if w.image[id] && w.provable(id) {
		w.ours[id] = true
	}
	if !slices.ContainsFunc(w.looked, func(d share.Declaration) bool {
		_, held := d.Ledger[id]
		return held && d.Standing == share.Active && d.Sharees.Has(id)
	}) {
		w.blame(string(id), "was granted though no ImageShare declares it and has it in its ledger")
	}
	if w.reviewed.approve(id, false) {
		return
	}
	if w.reviewed.claim == share.Elsewhere {
		w.blame(string(id), "was granted on another operator's image")
	}
	if !w.image[id] {
		w.gave++
	}
	if limit := w.reviewed.limits.Grants; limit > 0 && w.gave > limit {
		w.blame(string(id), "was granted, and is one more than the limit")
	}
}

// revokes judges the removal of an account.
func (w *witness) revokes(id share.Sharee) {
	if slices.ContainsFunc(w.looked, func(d share.Declaration) bool {
		return !deleted(d) && d.Standing != share.Refused && d.Sharees.Has(id) || d.Standing == share.Idle && d.Ledger.Own().Has(id)
	}) {
		w.blame(string(id), "was revoked though an ImageShare wants it there")
	}
	if w.image[id] {
		w.takes(id)
	}
}

// takes judges the removal of an account that is on the image.
func (w *witness) takes(id share.Sharee) {
	if !w.ours[id] {
		w.takesStranger(id)
	}
	if w.reviewed.approve(id, true) {
		return
	}
	if w.reviewed.claim == share.Elsewhere {
		w.blame(string(id), "was revoked on another operator's image")
	}
	if w.refused(id) {
		w.blame(string(id), "was revoked since an ImageShare was refused")
	}
	if w.onPurpose(id) {
		return
	}
	if w.becameEmpty(id) {
		w.blame(string(id), "was revoked since a declaration became empty")
	}
	if w.sight.Sharees.Has(id) {
		w.took++
	}
	if w.took > w.most() {
		w.blame(string(id), "was revoked, and is one more than the limit")
	}
}

// most is how many may go at once without approval.
func (w *witness) most() int {
	if w.reviewed.limits.Revocations > 0 {
		return w.reviewed.limits.Revocations
	}
	return max(10, w.sight.Sharees.Len()/2)
}

// takesStranger judges the removal of an account that we did not grant.
func (w *witness) takesStranger(id share.Sharee) {
	switch {
	case kept(w.looked):
		w.blame(string(id), "was revoked though we did not grant it and an ImageShare keeps strangers")
	case w.reviewed.claim == share.Unclaimed:
		w.blame(string(id), "was revoked though we did not grant it and the image is not ours")
	case w.reviewed.approve(id, true), w.fair[id], w.letGo(id):
	default:
		w.blame(string(id), "was revoked though it was there before, and nobody has approved that")
	}
}

// letGo reports whether an ImageShare that wants nobody kept has had the account
// and does not declare it any more.
func (w *witness) letGo(id share.Sharee) bool {
	return slices.ContainsFunc(w.looked, func(d share.Declaration) bool {
		return d.Exact && w.known[d.ID][id] && (deleted(d) || !d.Sharees.Has(id))
	})
}

// refused reports whether an ImageShare that the rules do not allow declares or
// has had the account.
func (w *witness) refused(id share.Sharee) bool {
	return slices.ContainsFunc(w.looked, func(d share.Declaration) bool {
		return d.Standing == share.Refused && (d.Sharees.Has(id) || d.Ledger.Own().Has(id))
	})
}

// onPurpose reports whether a deleted ImageShare, or one whose time is over, has
// had the account.
func (w *witness) onPurpose(id share.Sharee) bool {
	return slices.ContainsFunc(w.looked, func(d share.Declaration) bool {
		return (d.Standing == share.Withdrawing || d.Standing == share.Active && d.Over) && w.known[d.ID][id]
	})
}

// becameEmpty reports whether nobody declares anybody, and one that has had the
// account does not any more.
func (w *witness) becameEmpty(id share.Sharee) bool {
	has := false
	for _, d := range w.looked {
		if deleted(d) {
			continue
		}
		if !d.Sharees.Empty() {
			return false
		}
		has = has || d.Standing == share.Active && d.Ledger.Own().Has(id)
	}
	return has
}
