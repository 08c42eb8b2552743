// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"fmt"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// judgeStrangers holds every end of an access against who gave it. Who came to an image before the run, by hand or with a stranger's
// key, and whom the operator never asked for, is a stranger. A stranger may be taken off only
//   - where no ImageShare of the image says Keep, and
//   - if an ImageShare has declared him before, or somebody had approved a plan, or he came when there was an ImageShare of the image already,
//     and so may have come after the takeover.
//
// Where one says Keep, throughout as [judgeKept] has it, he may be taken off only if he was declared when he came, since then the
// operator may have been about to grant him, or where an ImageShare that declared him may be refused by rules, and somebody has approved
// that what it has goes.
//
// It cannot tell which plan an approval was for, nor when the takeover was: it takes any approval for the right one, and the first
// ImageShare for the takeover.
func judgeStrangers(h *history) []Violation {
	var found []Violation
	for _, e := range h.Journal {
		if !h.ours(e) {
			continue
		}
		for _, p := range pairsOf(e, e.Ended) {
			if why := h.strangerKept(e, p); why != "" {
				found = append(found, Violation{Law: LawForeign, When: e.Time, Object: p.String(), Message: why,
					Evidence: []string{entryLine(e)}})
			}
		}
	}
	return found
}

// strangerKept is why somebody should not have been taken off an image; nothing when he should, or is no stranger.
func (h *history) strangerKept(e simcloud.Entry, p pair) string {
	came, known := h.lastComing(p, e.Seq)
	if known && came.ours || h.everAsked(p, e.Seq) {
		return ""
	}
	if known && h.everDeclared(p, e.Account, came.at.Add(wellAfter)) {
		return ""
	}
	if keeper := h.keeper(e, p); keeper != "" && !h.refusedOnce(e, p) {
		return "was taken off, was granted by somebody else, and " + keeper + " keeps strangers"
	}
	switch {
	case h.everDeclared(p, e.Account, e.Time.Add(wellAfter)), h.approved(e.Time):
		return ""
	case !known:
		return "was taken off, had access before the operator came, was never declared, and nobody has approved that"
	case !h.everAbout(e.Account, p.region, p.image, came.at.Add(wellAfter)):
		return fmt.Sprintf("was taken off, had access since %s, before there was an ImageShare, was never declared, and nobody has approved that",
			clockTime(came.at))
	}
	return ""
}

// keeper is an ImageShare of the image that says Keep, in all that the operator may have gone by and throughout.
func (h *history) keeper(e simcloud.Entry, p pair) string {
	sights := h.sights(e.Time, p.region, p.image)
	keeps := func(v Version) bool {
		return !deleted(v) && !expired(v.ImageShare, effect(e).Add(wellAfter)) && h.about(v, e.Account, p.region, p.image) &&
			v.ImageShare.Spec.UndeclaredSharees == v1alpha1.UndeclaredKeep
	}
	for key, versions := range h.objects {
		if len(sights) == 0 || slices.ContainsFunc(sights, func(s sight) bool { v, known := s.known[key]; return !known || !keeps(v) }) {
			continue
		}
		states := during(versions, e.Time.Add(-wellAfter), effect(e).Add(wellAfter))
		if len(states) > 0 && !slices.ContainsFunc(states, func(v Version) bool { return !keeps(v) }) {
			return key.namespace + "/" + key.name
		}
	}
	return ""
}

// refusedOnce says whether the rules may have refused an ImageShare that had declared somebody, and somebody has approved something.
func (h *history) refusedOnce(e simcloud.Entry, p pair) bool {
	for _, versions := range h.objects {
		if slices.ContainsFunc(versions, func(v Version) bool {
			return !v.Seen.After(e.Time) && h.about(v, e.Account, p.region, p.image) && names(v.ImageShare, p.who) && h.approved(e.Time) && h.mayBeRefused(v, e, p)
		}) {
			return true
		}
	}
	return false
}

// judgeConcern holds every write about an image against the ImageShares: the operator writes to no image that none is about.
func judgeConcern(h *history) []Violation {
	var found []Violation
	for _, e := range h.Journal {
		if !h.ours(e) || e.Share != "" && e.Action != "CreateResourceShare" {
			continue
		}
		for _, image := range imagesOf(e) {
			if e.Region != "" && !h.everAbout(e.Account, e.Region, image, e.Time.Add(wellAfter)) {
				found = append(found, Violation{Law: LawForeign, When: e.Time, Object: image,
					Message: "was written to, and no ImageShare was ever about it", Evidence: []string{entryLine(e)}})
			}
		}
	}
	return found
}
