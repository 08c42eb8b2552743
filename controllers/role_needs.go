// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// needsOf is what ImageShares need of the encryption role of an account.
//
//	an ImageShare is             wants                  shields
//	of a plain image             nothing                nothing
//	of an image that cannot be   nothing                nothing, while it holds nobody
//	refused by the rules         nothing                the same, else what it declares and holds, and its keys
//	not looked at yet            nothing                what it declares and holds, and every key
//	on an image to be shared     what it declares       what it declares and holds, and its keys
//	suspended, or hindered       nothing                what it declares and holds, and its keys
//	deleted                      nothing                what it holds, and its keys
//
// What an ImageShare holds is what stands in its ledger.
func needsOf(shares []v1alpha1.ImageShare, all map[string]*v1alpha1.SharerAccount, sharer *v1alpha1.SharerAccount, now time.Time) []share.Need {
	var needs []share.Need
	for i := range shares {
		obj := &shares[i]
		refers := all[obj.Spec.SharerRef.Name]
		named := refers != nil && refers.Spec.AccountID == sharer.Spec.AccountID
		if !named && !holdsIn(obj, share.AccountID(sharer.Spec.AccountID)) || letGo(obj) || obj.Status.Encrypted == v1alpha1.EncryptedNo {
			continue
		}
		if n := needOf(obj, named, sharer, now); !n.Shields.Empty() {
			needs = append(needs, n)
		}
	}
	slices.SortFunc(needs, func(a, b share.Need) int { return strings.Compare(a.ID, b.ID) })
	return needs
}

// needOf is what one ImageShare needs. Named is true when it refers to a
// SharerAccount of the account. One that has expired declares nobody.
func needOf(obj *v1alpha1.ImageShare, named bool, sharer *v1alpha1.SharerAccount, now time.Time) share.Need {
	m := &member{obj: obj, account: share.AccountID(sharer.Spec.AccountID), expired: expired(obj, now)}
	held := m.heldTrust()
	n := share.Need{ID: nameOf(obj), Shields: held}
	if !m.deleting() && named && sharer.DeletionTimestamp.IsZero() && !notAllowed(obj) {
		n.Shields = held.With(m.wantedTrust())
	}
	if n.Shields.Empty() {
		return n
	}
	if held.Empty() && (cannotBeShared(obj) || notAllowed(obj)) {
		return share.Need{ID: n.ID}
	}
	n.ShieldsKeys = keysOf(obj)
	n.ShieldsAllKeys = n.ShieldsKeys.Empty()
	if wantsRole(m, sharer) && admitted(obj) {
		n.Keys = n.ShieldsKeys
		n.Trust = m.wantedTrust()
	}
	return n
}

// admitted reports whether the loop of images has held an ImageShare as it is
// now against the rules, and has nothing to say of them. Before that nobody is
// trusted on account of it.
func admitted(obj *v1alpha1.ImageShare) bool {
	return obj.Status.ObservedGeneration == obj.Generation && !notAllowed(obj)
}

// cannotBeShared reports whether the image of an ImageShare was looked at and
// cannot be shared: there is no such image, say. Nobody can have it on account
// of the ImageShare, which would stand in its ledger first.
func cannotBeShared(obj *v1alpha1.ImageShare) bool {
	told := meta.FindStatusCondition(obj.Status.Conditions, v1alpha1.ConditionImageShareable)
	return told != nil && told.Status == metav1.ConditionFalse && told.ObservedGeneration == obj.Generation && obj.Status.Encrypted == ""
}

// keysOf is the keys of an ImageShare's image, as far as its status knows.
func keysOf(obj *v1alpha1.ImageShare) share.Keys {
	ids := make([]share.KeyID, 0, len(obj.Status.ImageKeys))
	for _, id := range obj.Status.ImageKeys {
		ids = append(ids, share.KeyID(id))
	}
	return share.NewSet(ids...)
}

// wantsRole reports whether the role has to be made ready for what an
// ImageShare declares: it is about to grant it, and the image can be shared.
func wantsRole(m *member, sharer *v1alpha1.SharerAccount) bool {
	for id := range keysOf(m.obj).All() {
		if !usable(keyStateIn(sharer, string(id))) {
			return false
		}
	}
	active := !m.deleting() && !m.handsOff() && m.foreign().Empty() && sharer.DeletionTimestamp.IsZero()
	return active && m.obj.Spec.SharerRef.Name == sharer.Name && roleAllowed(m.obj, sharer) &&
		m.obj.Status.Encrypted == v1alpha1.EncryptedYes && len(m.obj.Status.ImageKeys) > 0 &&
		isTrue(m.obj.Status.Conditions, v1alpha1.ConditionImageShareable)
}

// keysConcerned are the keys of every image that somebody needs the role for.
func keysConcerned(needs []share.Need) share.Keys {
	keys := share.Keys{}
	for _, n := range needs {
		keys = keys.With(n.ShieldsKeys)
	}
	return keys
}
