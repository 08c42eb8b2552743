// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// judgeLeft holds the cloud at the end, when all is quiet, against the ImageShares that are gone: of one that was deleted under Revoke,
// neither suspended nor observing, and that the operator has let go, nothing is left that the operator had put there and no ImageShare that
// is there declares or has ever declared: no launch permission, no target and no resource share; no trust once no ImageShare of the
// account declares anybody so; no key policy and no role of the operator's making once no ImageShare of an encrypted image is left in the
// account. One that is still on its way out then is a violation too, unless its deletion is held, or nothing can be written in its account.
//
// Where an ImageShare of the account was deleted under Retain, or suspended, or observing, or somebody took its finalizer off, or is there
// and is not active, whom it ever declared may be left; so may be whom somebody has taken out of a ledger; and of such an account the keys and the role are not judged. Tags are not judged:
// taking them off holds nobody up.
func judgeLeft(h *history) []Violation {
	if !h.Settled || h.World == nil {
		return nil
	}
	var found []Violation
	for key, versions := range h.objects {
		v := last(versions)
		if !v.Gone && deleted(v) && !h.mayLinger(v) {
			found = append(found, Violation{Law: LawNothingLeft, Object: key.namespace + "/" + key.name,
				Message: "was deleted and is still there", Evidence: []string{versionLine(v)}})
		}
	}
	for p, came := range h.comings {
		if slices.ContainsFunc(came, func(c coming) bool { return c.changed }) && h.has(p) && h.cleanlyGone(p) {
			found = append(found, Violation{Law: LawNothingLeft, Object: p.String(),
				Message: "still has the image, and every ImageShare that declared it is gone", Evidence: h.story(p)})
		}
	}
	return append(found, h.judgeLeftOnRoles()...)
}

// mayLinger says whether a deleted ImageShare may wait: its deletion is held, or its SharerAccount is gone, going or suspended.
func (h *history) mayLinger(v Version) bool {
	if v.ImageShare.Status.DeletionHeldSince != nil || !slices.Contains(v.ImageShare.Finalizers, v1alpha1.Finalizer) {
		return true
	}
	sharer := h.sharers[sharerName(v.ImageShare)]
	if len(sharer) == 0 {
		return true
	}
	s := last(sharer)
	return s.Gone || s.SharerAccount.Spec.Suspend || !s.SharerAccount.DeletionTimestamp.IsZero()
}

func sharerName(s *v1alpha1.ImageShare) string {
	if s.Spec.SharerRef.Name == "" {
		return "default"
	}
	return s.Spec.SharerRef.Name
}

// has says whether an account or a target has an image at the end by something that stays, and the operator was the last to give it.
func (h *history) has(p pair) bool {
	came, known := h.lastComing(p, 1<<62)
	if !known || !came.ours {
		return false
	}
	if slices.Contains(h.World.Sharees(p.region, p.image), p.who) {
		return true
	}
	img, there := h.World.Image(p.region, p.image)
	return there && slices.ContainsFunc(h.World.Shares(img.Owner, p.region), func(s simcloud.Share) bool {
		return s.Status == simcloud.ShareActive && holds(s, simcloud.AssociationResource, p.image) && holds(s, simcloud.AssociationTarget, p.who)
	})
}

// holds says whether something is on a resource share, or about to be.
func holds(s simcloud.Share, kind, entity string) bool {
	return slices.ContainsFunc(s.Associations, func(a simcloud.Association) bool {
		return a.Type == kind && a.Entity == entity && (a.Status == simcloud.Associated || a.Status == simcloud.Associating)
	})
}

// cleanlyGone says whether every ImageShare that has ever declared somebody is gone, and went so that nothing of it stays.
func (h *history) cleanlyGone(p pair) bool {
	declarers := 0
	for _, versions := range h.objects {
		if h.about(versions[0], "", p.region, p.image) && h.forgotten(versions, p.who) {
			return false
		}
		for n, v := range versions {
			if !h.about(v, "", p.region, p.image) || !names(v.ImageShare, p.who) {
				continue
			}
			declarers++
			if !h.wentCleanly(versions[n:]) {
				return false
			}
		}
	}
	return declarers > 0
}

// wentCleanly says whether an object that is in these versions was deleted so that nothing of it stays. In any moment of its going it may be
// let go.
func (h *history) wentCleanly(versions []Version) bool {
	i := slices.IndexFunc(versions, func(v Version) bool { return v.Gone })
	stays := func(v Version) bool { return deleted(v) && retains(v) }
	return i >= 0 && !slices.ContainsFunc(versions[:i+1], stays) && h.letGo(versions[i])
}

// letGo says whether the operator has let an object go, or never held it: it was the operator who took its finalizer off.
func (h *history) letGo(v Version) bool {
	path := fmt.Sprintf("/namespaces/%s/imageshares/%s", v.Namespace, v.Name)
	return slices.ContainsFunc(h.Writes, func(e Exchange) bool {
		return strings.HasSuffix(e.Path, path) && e.Method != http.MethodDelete && e.carriedOut() &&
			strings.Contains(string(e.Request), "finalizers") && !strings.Contains(string(e.Request), v1alpha1.Finalizer)
	})
}

// story is all that the journal tells of somebody and an image.
func (h *history) story(p pair) []string {
	var out []string
	for _, e := range h.Journal {
		if slices.Contains(pairsOf(e, e.Gained), p) || slices.Contains(pairsOf(e, e.Ended), p) {
			out = append(out, entryLine(e))
		}
	}
	return out
}
