// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"slices"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// judgeKept holds every end of an access against the declarations: what the operator ends, by taking an account off an image, a target or
// the image off a resource share, or by deleting one, no ImageShare declares throughout. Throughout means: in all that the process
// may have gone by at the call, see [history.sights], and, by the API server's own history, in one ImageShare from the
// version in that look until two seconds after the call took effect, without a break. Suspended and observing ones count, those
// being deleted or over do not. So a sharee that moves from one ImageShare to another is kept when the second declared it at the look.
//
// A target that still has the image by another resource share has not lost it. One that is only being added somewhere else has.
//
// Where no process had looked at all, ten seconds before the call stand for the look.
//
// Where the SharerAccount has rules that do not admit everything, an ImageShare that declares somebody may have been refused. It does not
// judge a removal then that a person may have approved, nor of whom the ImageShare has never had in its ledger. Untrusting is
// judged by [judgeOrder].
func judgeKept(h *history) []Violation {
	var found []Violation
	for _, e := range h.Journal {
		if !h.ours(e) {
			continue
		}
		for _, p := range pairsOf(e, e.Ended) {
			if v := h.declaredThroughout(e, p); v != nil && !h.mayBeRefused(*v, e, p) {
				found = append(found, Violation{Law: LawKept, When: e.Time, Object: p.String(),
					Message:  "lost access, and " + v.Namespace + "/" + v.Name + " declared it throughout",
					Evidence: []string{versionLine(*v), entryLine(e)}})
			}
		}
	}
	return found
}

// declaredThroughout finds an ImageShare that declared somebody throughout, as it was at the look; nil when there is none.
func (h *history) declaredThroughout(e simcloud.Entry, p pair) *Version {
	sights := h.sights(e.Time, p.region, p.image)
	for key, versions := range h.objects {
		from, told := h.toldFrom(sights, key, e, p)
		if !told {
			continue
		}
		states := since(versions, from, e.Time.Add(-10*time.Second), effect(e).Add(wellAfter))
		holds := func(v Version) bool {
			return h.about(v, e.Account, p.region, p.image) && shields(v, p.who, effect(e).Add(wellAfter))
		}
		if len(states) > 0 && !slices.ContainsFunc(states, func(v Version) bool { return !holds(v) }) {
			return &states[0]
		}
	}
	return nil
}

// toldFrom is the oldest version of an ImageShare that the operator may have gone by; false when it may have gone by one that does not
// declare the sharee, or by none. Without any look it is zero.
func (h *history) toldFrom(sights []sight, key objectKey, e simcloud.Entry, p pair) (uint64, bool) {
	from := uint64(0)
	for _, s := range sights {
		v, known := s.known[key]
		if !known || !h.about(v, e.Account, p.region, p.image) || !shields(v, p.who, effect(e).Add(wellAfter)) {
			return 0, false
		}
		if from == 0 || v.Resource < from {
			from = v.Resource
		}
	}
	return from, true
}

// since lists the versions of an object from one resource version on, or from a time on when that is zero, up to a time.
func since(versions []Version, from uint64, begin, to time.Time) []Version {
	if from == 0 {
		states := during(versions, begin, to)
		if len(states) > 0 && states[0].Seen.After(begin) {
			return nil
		}
		return states
	}
	var out []Version
	for _, v := range versions {
		if v.Resource >= from && !v.Seen.After(to) {
			out = append(out, v)
		}
	}
	return out
}

// effect is when an entry took effect.
func effect(e simcloud.Entry) time.Time {
	if e.Effected.IsZero() {
		return e.Time
	}
	return e.Effected
}

// mayBeRefused says whether the rules may keep an ImageShare from counting for somebody: somebody has approved something, or it has never had
// him, and what no rule ever admitted counts for nothing.
func (h *history) mayBeRefused(v Version, e simcloud.Entry, p pair) bool {
	if h.admitsAll(v.ImageShare.Spec.SharerRef.Name) {
		return false
	}
	return h.approved(e.Time) || !slices.ContainsFunc(h.objects[v.key()], func(v Version) bool {
		_, had := v.ImageShare.Status.Ledger[p.who]
		return had && !v.Seen.After(e.Time)
	})
}
