// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// The most that a status lists.
const (
	maxUndeclared = 100
	maxNotShared  = 2000
	maxSharee     = 128
	maxMessage    = 1024
	maxHolder     = 256
)

// tell writes into the status of one ImageShare what came of the pass, and
// answers what is worth an event.
func (p *pass) tell(into *v1alpha1.ImageShare, m *member, now outcomes) []notice {
	p.tellHeld(into, m, now)
	tellDeletion(into, m)
	stand := p.shareesOf(m, into, now)
	sharees, outcome := stand.both, now.accounts
	v := p.verdictOn(m, sharees, outcome)
	p.reconciler.Observer.Looked(kindShare, results[v.class])
	p.verdicts[nameOf(m.obj)] = append(sharees.revoking, v)
	if until := into.Spec.ExpiresAt.Sub(p.reconciler.Now()); !m.expired && !into.Spec.ExpiresAt.IsZero() {
		p.verdicts[nameOf(m.obj)] = append(p.verdicts[nameOf(m.obj)], verdict{class: waiting, after: max(until, againPace)})
	}

	status := &into.Status
	status.ObservedGeneration = into.Generation
	status.LastHandledReconcileAt = requested(into)
	status.Shared = sharees.summary()
	status.NotShared = sharees.apart[:min(len(sharees.apart), maxNotShared)]
	sure := stand.accounts.known && !outcome.Seen.Doubtful
	status.Undeclared = p.undeclaredIn(status.Undeclared, now, sure)
	p.tellCipher(into)
	p.tellClaim(into)
	p.tellSteps(into, stand.accounts, v)
	p.tellOrganization(into, m, stand.targets, v)
	p.tellRole(into, m, v)
	p.tellAside(into, m, sure)
	p.tellDifference(into)
	tellReady(&status.Conditions, into.Generation, v, consequenceOf(v, p.reconciler.Interval))
	return p.notices(m, into, v, now)
}

// tellSteps sets the condition of each step. One that could not look is
// Unknown.
func (p *pass) tellSteps(into *v1alpha1.ImageShare, s *sharees, v verdict) {
	set := func(kind string, status metav1.ConditionStatus, reason, message string) {
		setCondition(&into.Status.Conditions, into.Generation, kind, status, reason, message)
	}
	switch {
	case p.image != nil && !p.image.blind:
		set(v1alpha1.ConditionImageShareable, metav1.ConditionFalse, p.image.reason, p.image.message)
	case p.image == nil && s.known:
		set(v1alpha1.ConditionImageShareable, metav1.ConditionTrue, v1alpha1.ReasonShareable, "The image can be shared")
	default:
		set(v1alpha1.ConditionImageShareable, metav1.ConditionUnknown, v.reason, v.message)
	}
	switch {
	case !s.known:
		set(v1alpha1.ConditionAccountsShared, metav1.ConditionUnknown, v.reason, v.message)
	case len(s.apart) == 0:
		set(v1alpha1.ConditionAccountsShared, metav1.ConditionTrue, v1alpha1.ReasonSucceeded, s.sentence())
	default:
		reason, message := s.why()
		set(v1alpha1.ConditionAccountsShared, metav1.ConditionFalse, reason, message)
	}
}

// tellAside sets the conditions that stand only while they hold. One that
// nobody could look for stays as it is.
func (p *pass) tellAside(into *v1alpha1.ImageShare, m *member, known bool) {
	conditions := &into.Status.Conditions
	if len(into.Status.Undeclared) > 0 {
		setCondition(conditions, into.Generation, v1alpha1.ConditionUndeclaredSharees, metav1.ConditionTrue,
			v1alpha1.ReasonUndeclared, p.undeclaredMessage(into.Status.Undeclared))
	} else {
		meta.RemoveStatusCondition(conditions, v1alpha1.ConditionUndeclaredSharees)
	}
	if redundant := p.redundantIn(m); redundant != "" {
		setCondition(conditions, into.Generation, v1alpha1.ConditionRedundantSharees, metav1.ConditionTrue, v1alpha1.ReasonRedundant, redundant)
	} else {
		meta.RemoveStatusCondition(conditions, v1alpha1.ConditionRedundantSharees)
	}
	if m.expired {
		setCondition(conditions, into.Generation, v1alpha1.ConditionExpired, metav1.ConditionTrue, v1alpha1.ReasonExpired,
			"The time in expiresAt has come: this ImageShare declares nobody")
	} else {
		meta.RemoveStatusCondition(conditions, v1alpha1.ConditionExpired)
	}
	if p.paid {
		setCondition(conditions, into.Generation, v1alpha1.ConditionChargesSharees, metav1.ConditionTrue, v1alpha1.ReasonPaidImage,
			"The image derives from a paid image: whoever launches an instance from it is charged for it")
	} else if known && p.image == nil {
		meta.RemoveStatusCondition(conditions, v1alpha1.ConditionChargesSharees)
	}
}

// tellReady sets Ready, and Reconciling or Stalled beside it.
func tellReady(conditions *[]metav1.Condition, generation int64, v verdict, c consequence) {
	setCondition(conditions, generation, v1alpha1.ConditionReady, c.ready, v.reason, v.message)
	beside := map[string]bool{v1alpha1.ConditionReconciling: c.reconciling, v1alpha1.ConditionStalled: c.stalled}
	for kind, holds := range beside {
		if holds {
			setCondition(conditions, generation, kind, metav1.ConditionTrue, v.reason, v.message)
		} else {
			meta.RemoveStatusCondition(conditions, kind)
		}
	}
}

func setCondition(conditions *[]metav1.Condition, generation int64, kind string, status metav1.ConditionStatus, reason, message string) {
	meta.SetStatusCondition(conditions, metav1.Condition{
		Type: kind, Status: status, Reason: reason, Message: clip(message), ObservedGeneration: generation,
	})
}

func isTrue(conditions []metav1.Condition, kind string) bool {
	return meta.IsStatusConditionTrue(conditions, kind)
}

// clip keeps a message within what a status may hold.
func clip(message string) string { return clipTo(message, maxMessage) }

// clipTo keeps a text within so many characters.
func clipTo(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}
