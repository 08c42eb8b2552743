// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"pgregory.net/rapid"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// everybody are the targets that there are: seven, so that two calls are needed
// for all. The last one is not in the directory.
var everybody = []string{"fd-1", "fd-2", "fd-3", "fd-4", "fd-5", "fd-6", "rd-1", "fd-x"}

// handful draws a few targets, or many.
func handful(t *rapid.T) share.Sharees {
	ids := rapid.SliceOfN(rapid.SampledFrom(everybody[:3]), 0, 3).Draw(t, "targets")
	if rapid.IntRange(0, 4).Draw(t, "many") == 4 {
		ids = append(ids, everybody[rapid.IntRange(0, 7).Draw(t, "from"):]...)
	}
	var out []share.Sharee
	for _, id := range ids {
		out = append(out, share.Sharee(id))
	}
	return share.NewSharees(out...)
}

// hand is somebody at the console who changes a resource share of ours.
func (h *shareHistory) hand(t *rapid.T) {
	var own []*resourceShare
	for _, s := range h.shares {
		if !s.stranger {
			own = append(own, s)
		}
	}
	if len(own) == 0 {
		return
	}
	s := rapid.SampledFrom(own).Draw(t, "share")
	edits := []func(*rapid.T, *resourceShare){h.takeImage, h.giveImage, h.takeTarget, h.addTarget, h.spoil, h.addImage, h.again}
	rapid.SampledFrom(edits).Draw(t, "edit")(t, s)
	// A stale list that did not show what a hand has done would be no promise
	// kept of ours, and nobody could do better by it.
	h.written = true
}

func onItsWay(t *rapid.T, there, onTheWay cloud.AssociationState) cloud.AssociationState {
	return rapid.SampledFrom([]cloud.AssociationState{there, onTheWay}).Draw(t, "state")
}

func (h *shareHistory) takeImage(t *rapid.T, s *resourceShare) {
	s.put(&s.Images, theImage, onItsWay(t, cloud.Disassociated, cloud.Disassociating))
	h.disown(s)
}

func (h *shareHistory) giveImage(t *rapid.T, s *resourceShare) {
	h.disown(s)
	s.put(&s.Images, theImage, onItsWay(t, cloud.Associated, cloud.Associating))
}

func (h *shareHistory) takeTarget(t *rapid.T, s *resourceShare) {
	target := rapid.SampledFrom(everybody).Draw(t, "target")
	if present(s.Targets, target) {
		s.put(&s.Targets, target, onItsWay(t, cloud.Disassociated, cloud.Disassociating))
	}
}

func (h *shareHistory) addTarget(t *rapid.T, s *resourceShare) {
	target := rapid.SampledFrom(everybody[:7]).Draw(t, "target")
	s.put(&s.Targets, target, onItsWay(t, cloud.Associated, cloud.Associating))
	s.byUs[target] = h.provable(share.Sharee(target))
	h.disown(s)
}

// spoil deletes a resource share, or takes away what tells that it is ours.
func (h *shareHistory) spoil(t *rapid.T, s *resourceShare) {
	switch rapid.IntRange(0, 2).Draw(t, "how") {
	case 0:
		h.drop(s)
	case 1:
		s.Name = "theirs"
	default:
		s.Tagged = false
	}
	h.disown(s)
}

// disown is for a resource share that nobody can tell any more to be ours: what
// is on it is for those to mend who have changed it.
func (h *shareHistory) disown(s *resourceShare) {
	if !h.ours(s) || s.Name == "theirs" || !s.Tagged {
		clear(s.byUs)
	}
}

func (h *shareHistory) addImage(_ *rapid.T, s *resourceShare) {
	s.put(&s.Images, otherImage, cloud.Associated)
}

// again makes a second resource share that looks like ours.
func (h *shareHistory) again(t *rapid.T, _ *resourceShare) {
	var targets []string
	for id := range handful(t).All() {
		targets = append(targets, string(id))
	}
	s := h.make("imageshare-"+theImage, targets...)
	for _, target := range targets {
		s.byUs[target] = h.provable(share.Sharee(target))
	}
}

// stranger makes a resource share of somebody else's, or deletes it.
func (h *shareHistory) stranger(t *rapid.T) {
	for _, s := range h.shares {
		if s.stranger {
			h.drop(s)
			return
		}
	}
	s := h.make(rapid.SampledFrom([]string{"theirs", "imageshare-" + theImage}).Draw(t, "called"), handful(t).Strings()...)
	s.stranger, s.Tagged = true, false
}
