// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// notice is something worth an event: a change in the cloud, or a change of
// what is to be thought of an object.
type notice struct {
	kind, reason, action, note string
}

// The reasons of events that are not those of a condition.
const (
	eventGranted  = "Granted"
	eventRestored = "Restored"
	eventRevoked  = "Revoked"
	eventReverted = "Reverted"
	eventRetained = "Retained"

	eventClaimRestored = "ClaimRestored"
)

// notices are what is worth telling of one ImageShare: transitions only.
func (p *pass) notices(m *member, now *v1alpha1.ImageShare, v verdict, done outcomes) []notice {
	var out []notice
	if granted := done.granted().And(m.declared()); !granted.Empty() && m.standing() == share.Active {
		out = append(out, p.grantedNotice(m, granted))
	}
	if revoked := done.revoked().Without(p.strays).And(p.held[nameOf(m.obj)].With(m.ledger().Sharees())); !revoked.Empty() {
		out = append(out, notice{corev1.EventTypeNormal, eventRevoked, "Revoke", fmt.Sprintf("Stopped sharing %s with %s", p.key.ref(), revoked)})
	}
	if reverted := done.revoked().And(p.strays); !reverted.Empty() && m.exact() && m.standing() == share.Active {
		out = append(out, notice{corev1.EventTypeNormal, eventReverted, "Revoke", fmt.Sprintf("Somebody had shared %s with %s, whom nobody declares: stopped", p.key.ref(), reverted)})
	}
	if told, worth := transition(m.obj.Status.Conditions, v); worth {
		out = append(out, told)
	}
	if joined(m.obj.Status.Undeclared, now.Status.Undeclared) {
		out = append(out, notice{corev1.EventTypeWarning, v1alpha1.ReasonUndeclared, "Observe", p.undeclaredMessage(now.Status.Undeclared)})
	}
	return append(out, p.claimNotices(m.obj, now)...)
}

// grantedNotice tells of accounts that were added: declared ones for the first
// time, or, when everything was as declared before, ones that somebody had
// removed.
func (p *pass) grantedNotice(m *member, granted share.Sharees) notice {
	settled := isTrue(m.obj.Status.Conditions, v1alpha1.ConditionReady) && m.obj.Status.ObservedGeneration == m.obj.Generation
	if settled {
		return notice{corev1.EventTypeNormal, eventRestored, "Grant", fmt.Sprintf("Somebody had stopped sharing %s with %s: shared again", p.key.ref(), granted)}
	}
	return notice{corev1.EventTypeNormal, eventGranted, "Grant", fmt.Sprintf("Shared %s with %s", p.key.ref(), granted)}
}

// joined reports whether anybody is among them now who was not before.
func joined(before, now []v1alpha1.Sharee) bool {
	return slices.ContainsFunc(now, func(id v1alpha1.Sharee) bool { return !slices.Contains(before, id) })
}

// calm are the reasons that nobody has to be warned of.
var calm = []string{
	v1alpha1.ReasonSucceeded, v1alpha1.ReasonSuspended, v1alpha1.ReasonExpired, v1alpha1.ReasonObserving, v1alpha1.ReasonProgressing, v1alpha1.ReasonPending,
	v1alpha1.ReasonRevoking, v1alpha1.ReasonBusy, v1alpha1.ReasonThrottled, v1alpha1.ReasonInUse,
	v1alpha1.ReasonWaiting, v1alpha1.ReasonPropagating, v1alpha1.ReasonAssociating, v1alpha1.ReasonShareesPending,
}

// transition is the notice of a change of Ready, when it is one.
func transition(before []metav1.Condition, v verdict) (notice, bool) {
	ready := meta.FindStatusCondition(before, v1alpha1.ConditionReady)
	if ready != nil && ready.Reason == v.reason {
		return notice{}, false
	}
	kind := corev1.EventTypeWarning
	if slices.Contains(calm, v.reason) {
		kind = corev1.EventTypeNormal
	}
	return notice{kind, v.reason, "Reconcile", v.message}, true
}

// announce tells what was noticed, once the status that it rests on is
// written.
func (p *pass) announce(obj *v1alpha1.ImageShare, told []notice) {
	for _, n := range told {
		p.reconciler.Events.Eventf(obj, nil, n.kind, n.reason, n.action, "%s", clip(n.note))
	}
}

// farewell tells what an ImageShare that was let go leaves behind.
func (p *pass) farewell(ctx context.Context, m *member) {
	left := m.ledger().Own()
	if m.standing() != share.Leaving || left.Empty() {
		return
	}
	log.FromContext(ctx).Info("Left access in place", "imageShare", nameOf(m.obj), "image", p.key.ref().String(), "sharees", left.Strings())
	p.announce(m.obj, []notice{{corev1.EventTypeNormal, eventRetained, "Retain",
		fmt.Sprintf("Deleted without taking anything away: %s stays shared with %s", p.key.ref(), left)}})
}
