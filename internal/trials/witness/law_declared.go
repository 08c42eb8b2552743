// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// judgeDeclared holds every grant against the last live look before the call: somebody whom the operator asks the cloud to add, by
// number or on a resource share, is declared by an ImageShare of that image and account that was there, not deleted, suspended,
// observing or expired, and whose SharerAccount was not suspended. What counts is what the operator asked for, also when the cloud
// refused it or it changed nothing.
//
// A look is one of the process that runs: what a process was told that has ended does not excuse its successor. The look of the
// loop that sends the call is its list of the ImageShares of the image, and it may send many batches after one look. Of the
// SharerAccount, one that was suspended in every answer of the last two seconds counts.
//
// It cannot see which of two processes that run at once has sent a call, and lets either's look excuse it. It does not judge
// whether the rules of the SharerAccount admit the ImageShare, nor limits and approvals.
func judgeDeclared(h *history) []Violation {
	var found []Violation
	for _, e := range h.Journal {
		if !h.ours(e) {
			continue
		}
		pairs := append(asked(e), pairsOf(e, e.Gained)...)
		slices.SortFunc(pairs, func(a, b pair) int { return strings.Compare(a.String(), b.String()) })
		for _, p := range slices.Compact(pairs) {
			if v := h.undeclared(e, p); v != nil {
				found = append(found, *v)
			}
		}
	}
	return found
}

// undeclared is why one grant is wrong, if it is.
func (h *history) undeclared(e simcloud.Entry, p pair) *Violation {
	v := &Violation{Law: LawDeclared, When: e.Time, Object: p.String(), Evidence: []string{entryLine(e)}}
	sights := h.sights(e.Time, p.region, p.image)
	for _, s := range sights {
		for _, known := range s.known {
			if h.about(known, e.Account, p.region, p.image) && grants(known, p.who, e.Time.Add(-h.Slack)) {
				return h.stopped(v, e, known)
			}
		}
	}
	if len(sights) == 0 {
		v.Message = "was to be granted, and no process that ran had ever looked at the image's ImageShares live"
		return v
	}
	v.Message = "was to be granted, and no ImageShare declared it at the last live look"
	v.Evidence = append(v.Evidence, sights[0].lines()...)
	return v
}

// stopped is the violation when the SharerAccount of the ImageShare was surely suspended as its grant was sent.
func (h *history) stopped(v *Violation, e simcloud.Entry, known Version) *Violation {
	name := known.ImageShare.Spec.SharerRef.Name
	states := during(h.sharers[name], e.Time.Add(-wellAfter), e.Time)
	if len(states) == 0 || slices.ContainsFunc(states, func(s Version) bool { return !s.SharerAccount.Spec.Suspend }) {
		return nil
	}
	v.Message = fmt.Sprintf("was to be granted while SharerAccount %q was suspended", name)
	v.Evidence = append(v.Evidence, versionLine(states[0]))
	return v
}

// lines are what was known in a sight, one ImageShare a line.
func (s sight) lines() []string {
	var out []string
	if s.look != nil {
		out = append(out, lookLine(*s.look))
	}
	for _, v := range s.known {
		out = append(out, versionLine(v))
	}
	slices.Sort(out)
	return out
}
