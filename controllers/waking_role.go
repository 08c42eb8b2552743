// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// wakeWaiting wakes the encrypted images that wait for the encryption role, and
// those that have lost it, when a SharerAccount tells something new of it.
// Images that have what they need sleep on.
func (r *ImageShareReconciler) wakeWaiting() handler.TypedEventHandler[client.Object, ImageKey] {
	return handler.TypedFuncs[client.Object, ImageKey]{
		UpdateFunc: func(ctx context.Context, e event.TypedUpdateEvent[client.Object], q workqueue.TypedRateLimitingInterface[ImageKey]) {
			before, ok := e.ObjectOld.(*v1alpha1.SharerAccount)
			now, also := e.ObjectNew.(*v1alpha1.SharerAccount)
			if !ok || !also || tellsSame(before, now) {
				return
			}
			var list v1alpha1.ImageShareList
			if err := r.Client.List(ctx, &list, client.MatchingFields{indexBySharer: now.Name}); err != nil {
				log.FromContext(ctx).Error(err, "List the ImageShares of a SharerAccount", "sharerAccount", now.Name)
				return
			}
			for i := range list.Items {
				if concerned(&list.Items[i], before, now) {
					q.Add(keyOf(&list.Items[i], now))
				}
			}
		},
	}
}

// tellsSame reports whether two statuses of a SharerAccount tell its images the
// same of the encryption role.
func tellsSame(before, now *v1alpha1.SharerAccount) bool {
	one, other := roleLedgerOf(before), roleLedgerOf(now)
	return one.Trusted().Equal(other.Trusted()) && one.Usable().Equal(other.Usable()) &&
		keysIn(before).Equal(keysIn(now)) && roleTold(before) == roleTold(now)
}

// keysIn are the keys of a status, each with its state.
func keysIn(sharer *v1alpha1.SharerAccount) share.Set[string] {
	var out []string
	if sharer.Status.Role != nil {
		for id, entry := range sharer.Status.Role.Keys {
			out = append(out, id+" "+string(entry.State))
		}
	}
	return share.NewSet(out...)
}

// roleTold is what the condition RoleReady says.
func roleTold(sharer *v1alpha1.SharerAccount) string {
	told := meta.FindStatusCondition(sharer.Status.Conditions, v1alpha1.ConditionRoleReady)
	if told == nil {
		return ""
	}
	return told.Reason + " " + told.Message
}

// concerned reports whether an ImageShare waits for the role, or has lost
// something of it.
func concerned(s *v1alpha1.ImageShare, before, now *v1alpha1.SharerAccount) bool {
	if s.Status.Encrypted != v1alpha1.EncryptedYes {
		return false
	}
	if !isTrue(s.Status.Conditions, v1alpha1.ConditionRoleReady) {
		return true
	}
	was, is := roleLedgerOf(before), roleLedgerOf(now)
	lostTrust, lostKeys := was.Trusted().Without(is.Trusted()), was.Usable().Without(is.Usable())
	for _, id := range s.Status.ImageKeys {
		if lostKeys.Has(share.KeyID(id)) || keyStateIn(before, id) != keyStateIn(now, id) {
			return true
		}
	}
	m := &member{obj: s}
	return !m.wantedTrust().And(lostTrust).Empty()
}
