// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// The most that a status lists.
const (
	maxUndeclared = 100
	maxNotShared  = 2000
	maxMessage    = 1024
)

// tell writes into the status of one ImageShare what came of the pass, and
// answers what is worth an event.
func (p *pass) tell(into *v1alpha1.ImageShare, m *member, ledger share.Ledger, outcome *converge.Outcome) []notice {
	sharees := p.shareesOf(m, ledger, outcome)
	v := p.verdictOn(m, sharees, outcome)
	p.verdicts[nameOf(m.obj)] = append(sharees.revoking, v)

	status := &into.Status
	status.ObservedGeneration = into.Generation
	status.LastHandledReconcileAt = requested(into)
	status.Shared = sharees.summary()
	status.NotShared = sharees.apart[:min(len(sharees.apart), maxNotShared)]
	sure := sharees.known && !outcome.Seen.Doubtful
	if sure {
		status.Undeclared = p.undeclaredIn(outcome)
	}
	p.tellCipher(into)
	p.tellSteps(into, sharees, v)
	p.tellRole(into, m, v)
	p.tellAside(into, sure)
	tellReady(&status.Conditions, into.Generation, v, consequenceOf(v, p.reconciler.Interval))
	return p.notices(m, into, v, outcome)
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
func (p *pass) tellAside(into *v1alpha1.ImageShare, known bool) {
	conditions := &into.Status.Conditions
	if undeclared := into.Status.Undeclared; len(undeclared) > 0 {
		setCondition(conditions, into.Generation, v1alpha1.ConditionUndeclaredSharees, metav1.ConditionTrue,
			v1alpha1.ReasonUndeclared, undeclaredMessage(undeclared))
	} else if known {
		meta.RemoveStatusCondition(conditions, v1alpha1.ConditionUndeclaredSharees)
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

// undeclaredIn is whom nobody declares, found out once for all ImageShares of
// the image.
func (p *pass) undeclaredIn(outcome *converge.Outcome) []v1alpha1.AccountID {
	if p.undeclared == nil {
		all := share.Undeclared(p.group(), outcome.Seen).Sorted()
		p.undeclared = make([]v1alpha1.AccountID, 0, len(all))
		for _, id := range all[:min(len(all), maxUndeclared)] {
			p.undeclared = append(p.undeclared, v1alpha1.AccountID(id))
		}
	}
	if len(p.undeclared) == 0 {
		return nil
	}
	return p.undeclared
}

func undeclaredMessage(ids []v1alpha1.AccountID) string {
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		names = append(names, string(id))
	}
	return fmt.Sprintf("Somebody else shared the image with %s. The operator leaves them: declare them, or remove them by hand",
		strings.Join(names, ", "))
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
