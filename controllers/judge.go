// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"time"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// verdictOn judges one ImageShare after a pass. Its siblings' trouble is not
// its own.
func (p *pass) verdictOn(m *member, s *sharees, outcome *converge.Outcome) verdict {
	untidy := m.standing() == share.Withdrawing && len(s.apart) == 0 && p.org.untidy != nil
	if v := overVerdict(m, s); v != nil && !untidy {
		return *v
	}
	switch {
	case p.unseen != nil:
		return *p.unseen
	case m.observing():
		return p.observedVerdict(s)
	case m.standing() == share.Active:
		if v := p.ungrantable(m, s); v != nil {
			return *v
		}
	}
	if s.has(v1alpha1.ShareeHeld) {
		return p.heldVerdict(m)
	}
	return p.judgeSharees(s, outcome)
}

// observedVerdict judges an ImageShare that observes.
func (p *pass) observedVerdict(s *sharees) verdict {
	if p.image != nil {
		return *p.image
	}
	return observed(s)
}

// overVerdict judges an ImageShare on account of which nothing more is to be
// done, or nothing may be; nil is for all others.
func overVerdict(m *member, s *sharees) *verdict {
	switch {
	case m.standing() == share.Leaving:
		return &verdict{class: waiting, reason: v1alpha1.ReasonProgressing, after: againPace, message: "Deleted: everything on the image stays as it is"}
	case m.standing() == share.Withdrawing && len(s.apart) == 0:
		return &verdict{class: waiting, reason: v1alpha1.ReasonProgressing, after: againPace, message: "Deleted: nothing is left to take away"}
	case m.held != nil:
		return m.held.verdict()
	case m.problem != nil && (m.standing() == share.Idle || m.standing() == share.Refused):
		return m.problem
	case m.suspended():
		return &verdict{class: resting, reason: v1alpha1.ReasonSuspended, message: "Suspended: nothing is granted and nothing taken away on account of this ImageShare"}
	case m.expired && len(s.apart) == 0:
		return &verdict{class: done, reason: v1alpha1.ReasonExpired, message: fmt.Sprintf(
			"Expired at %s: nobody has the image on account of this ImageShare", m.obj.Spec.ExpiresAt.UTC().Format(time.RFC3339))}
	}
	return nil
}

// ungrantable is why what an Active ImageShare declares cannot be: for the
// image's sake or, where nothing weighs more, for the encryption role's.
func (p *pass) ungrantable(m *member, s *sharees) *verdict {
	if p.image != nil {
		return p.image
	}
	v := p.undecryptable(m)
	if v == nil || v.class <= waiting && !s.onlyFor(v.reason) {
		return nil
	}
	return v
}

// judgeSharees judges an ImageShare that nothing stands in the way of.
func (p *pass) judgeSharees(s *sharees, outcome *converge.Outcome) verdict {
	switch {
	case !outcome.Seen.Known && outcome.Err != nil:
		v := verdictOf(outcome.Err)
		v.blind = true
		return v
	case len(s.apart) > 0:
		worst, _ := s.worst()
		worst.reason, worst.message = s.why()
		return worst
	case p.org.untidy != nil && (s.organized || s.declared == 0):
		v := verdictOf(p.org.untidy)
		v.message = "A resource share that is not needed any more could not be removed: " + v.message
		return v
	}
	return verdict{class: done, reason: v1alpha1.ReasonSucceeded, message: s.sentence()}
}
