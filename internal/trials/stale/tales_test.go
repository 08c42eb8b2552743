// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stale

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

type steps = []func(*play, tale)

func suspend(obj *v1alpha1.ImageShare) { obj.Spec.Suspend = true }
func observe(obj *v1alpha1.ImageShare) { obj.Spec.Mode = v1alpha1.ModeObserve }
func keep(obj *v1alpha1.ImageShare)    { obj.Spec.UndeclaredSharees = v1alpha1.UndeclaredKeep }
func retain(obj *v1alpha1.ImageShare)  { obj.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain }
func expire(obj *v1alpha1.ImageShare)  { obj.Spec.ExpiresAt = metav1.Now().Rfc3339Copy() }

// approve approves what is held; disapprove takes that back.
func approve(obj *v1alpha1.ImageShare) {
	obj.Annotations = map[string]string{v1alpha1.ApprovedPlan: obj.Status.HeldPlan.Hash}
}
func disapprove(obj *v1alpha1.ImageShare) { delete(obj.Annotations, v1alpha1.ApprovedPlan) }

func confirm(obj *v1alpha1.ImageShare) {
	obj.Annotations = map[string]string{v1alpha1.SecurityConfirmed: obj.Spec.Image.ID}
}
func doubt(obj *v1alpha1.ImageShare) { delete(obj.Annotations, v1alpha1.SecurityConfirmed) }

// byFolder has a folder declared.
func byFolder(paths ...string) func(*v1alpha1.ImageShare) {
	return func(obj *v1alpha1.ImageShare) { obj.Spec.Sharees.ResourceDirectoryPaths = stage.Paths(paths...) }
}

// tales are about who is declared, and how.
func tales() []tale {
	return append([]tale{
		{name: "an account since removed", sharer: fourth, declared: steps{sharedWith(1, 2)}, since: resharedWith(1), has: some(1)},
		{name: "an account since removed that somebody took off", sharer: fourth, declared: steps{sharedWith(1, 2)}, since: resharedWith(1), drift: drifted(nil, some(2)), has: some(1)},
		{name: "an account since added", sharer: fourth, declared: steps{sharedWith(1)}, since: resharedWith(1, 2), has: some(1, 2)},
		{name: "an account since added that somebody put on", sharer: fourth, declared: steps{sharedWith(1)}, since: resharedWith(1, 2), drift: drifted(some(2), nil), has: some(1, 2)},
		{name: "an account since swapped", sharer: fourth, declared: steps{sharedWith(1, 2)}, since: resharedWith(2, 3), has: some(2, 3)},
		{name: "since created", sharer: second, since: sharedWith(1), has: some(1)},
		{name: "since deleted", sharer: second, declared: steps{sharedWith(1)}, since: deleted, unclaimed: true},
		{name: "since deleted and let go", sharer: second, declared: steps{sharedWith(1)}, attended: true,
			since: all(deleted, gone), unclaimed: true},
		{name: "deletion since carried out and another created", sharer: second, attended: true, declared: steps{sharedAs(retain, 1)}, old: deleted,
			since: all(gone, sharedBesides(1, 2)), has: some(1, 2), claimed: true},
		{name: "another since created", sharer: second, declared: steps{sharedWith(1)}, since: sharedBesides(2), has: some(1, 2)},
		{name: "another since created of whom somebody put on", sharer: second, declared: steps{sharedWith(1)}, since: sharedBesides(2), drift: drifted(some(2), nil), has: some(1, 2)},
		{name: "another since deleted", sharer: second, declared: steps{sharedWith(1, 2), sharedBesides(2, 3)}, since: deletedBesides, has: some(1, 2)},
		{name: "since recreated with others", sharer: third, attended: true, declared: steps{sharedWith(1)}, since: recreated(sharedWith(2)), has: some(2)},
		{name: "since recreated as it was", sharer: third, attended: true, declared: steps{sharedWith(1)}, since: recreated(sharedWith(1)), has: some(1)},
		{name: "since recreated to observe", sharer: third, attended: true, declared: steps{sharedWith(1)}, since: recreated(sharedAs(observe, 1))},
		{name: "since recreated to share", sharer: third, declared: steps{sharedAs(observe, 1)}, since: recreated(sharedWith(1)), has: some(1)},
		{name: "since suspended", sharer: third, declared: steps{sharedWith(1)}, since: edited(suspend), drift: drifted(some(2), some(1)), has: some(2)},
		{name: "since made to observe", sharer: third, declared: steps{sharedWith(1)}, since: edited(observe), drift: drifted(some(2), some(1)), has: some(2)},
		{name: "since expired", sharer: third, declared: steps{sharedWith(1)}, since: edited(expire)},
		{name: "strangers since to be kept", sharer: third, declared: steps{sharedWith(1)}, since: edited(keep), drift: drifted(some(2), nil), has: some(1, 2)},
	}, talesOfMore()...)
}

// talesOfMore are about what goes on besides.
func talesOfMore() []tale {
	return []tale{
		{name: "deletion since to leave the access", sharer: fourth, declared: steps{sharedWith(1)}, old: deleted, since: edited(retain), has: some(1)},
		{name: "an approval since withdrawn", sharer: fourth, found: some(9), declared: steps{sharedWith(1)}, old: edited(approve), since: edited(disapprove), has: some(1, 9)},
		{name: "nothing but drift", sharer: fourth, declared: steps{sharedWith(1, 2)}, drift: drifted(some(3), some(2)), has: some(1, 2), needsLook: true},
		{name: "account since suspended", sharer: frozen, declared: steps{sharedWith(1)}, since: sharerEdited(freeze), drift: untagged(some(1)), unclaimed: true},
		{name: "account since suspended and a deletion", sharer: frozen, declared: steps{sharedWith(1)}, since: deleted, has: some(1)},
		{name: "rules since tightened", sharer: strict, declared: steps{sharedWith(1, 2)}, since: sharerEdited(tighten), drift: drifted(nil, some(2)), has: some(1)},
		{name: "rules since tightened and a newcomer", sharer: strict, declared: steps{sharedWith(1)}, old: resharedWith(1, 2), since: sharerEdited(tighten), has: some(1)},
		{name: "label since taken off", sharer: labelled, namespace: stage.TeamB, declared: steps{sharedWith(1)}, since: unlabelled, drift: drifted(nil, some(1))},
		{name: "confirmation since withdrawn", sharer: confirming, declared: steps{sharedAs(confirm, 1)}, since: edited(doubt), drift: drifted(nil, some(1))},
		{name: "a folder since removed", declared: steps{sharedAs(byFolder(stage.Team, stage.Sandboxes))}, since: edited(byFolder(stage.Sandboxes)), unreached: some(22)},
		{name: "a folder since added", declared: steps{sharedAs(byFolder(stage.Sandboxes))}, since: edited(byFolder(stage.Sandboxes, stage.Team)), reached: some(22)},
		{name: "a folder since deleted", declared: steps{sharedAs(byFolder(stage.Team))}, since: deleted, unreached: some(22), unclaimed: true},
		{name: "encrypted and an account since removed", image: stage.Encrypted, declared: steps{sharedWith(1, 2)}, since: resharedWith(1), has: some(1)},
		{name: "encrypted and an account since added", image: stage.EncryptedToo, declared: steps{sharedWith(1)}, since: resharedWith(1, 3), has: some(1, 3)},
	}
}

// sharerEdited changes the tale's SharerAccount.
func sharerEdited(change func(*v1alpha1.SharerAccount)) func(*play, tale) {
	return func(p *play, t tale) { p.editSharer(t.sharer, change) }
}

func freeze(obj *v1alpha1.SharerAccount) { obj.Spec.Suspend = true }

// tighten has the rule admit account 1 alone.
func tighten(obj *v1alpha1.SharerAccount) {
	obj.Spec.Rules[0].AccountIDs = stage.AccountIDs(some(1)...)
}

func unlabelled(p *play, _ tale) { p.label(stage.TeamB, "") }
