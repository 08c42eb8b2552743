// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// secondSharer has one more SharerAccount come, with an account ID and a Secret.
func (t *troupe) secondSharer(account, secret string) error {
	return t.within(func() error { return t.Kube.Create(t.Context(), t.sharerDraft(t.key(newcomer).Name, account, secret)) })
}

// secondSays expects the second SharerAccount to say something.
func secondSays(reasons ...string) func(t *troupe) error {
	return func(t *troupe) error {
		obj := t.sharerDraft(t.key(newcomer).Name, t.account, t.name)
		if err := t.Kube.Get(t.Context(), client.ObjectKeyFromObject(obj), obj); err != nil {
			return err
		}
		return says(obj.Name, obj.Status.Conditions, reasons)
	}
}

// keptBy expects that nobody has lost the image of plain.
var keptBy = has(plainImage, func(t *troupe) []string { return t.before })

// remember keeps who has the image of plain, and does something.
func remember(do func(t *troupe) error) func(t *troupe) error {
	return func(t *troupe) error {
		t.before = t.Cloud.Sharees(stage.Region, t.plain)
		return do(t)
	}
}

// accountScenes swap SharerAccounts under ImageShares that are at work.
func accountScenes() []step {
	return []step{
		scene("the SharerAccount is deleted while it is in use", remember(func(t *troupe) error {
			return t.Kube.Delete(t.Context(), t.sharerObject())
		}), allOf(sharerSays(v1alpha1.ReasonInUse), keptBy)),
		scene("the SharerAccount is deleted, and its finalizer is taken off", remember(func(t *troupe) error {
			return inTurn(func() error { return t.Kube.Delete(t.Context(), t.sharerObject()) },
				func() error {
					return t.within(func() error { return client.IgnoreNotFound(t.unhold(t.sharerObject())) })
				})
		}), allOf(shareSays(plainName, v1alpha1.ReasonSharerAccountNotFound), keptBy)),
		scene("a second SharerAccount of the account comes, and an ImageShare of it", remember(func(t *troupe) error {
			draft := t.draft(newcomer, t.sharees[:2]...)
			draft.Spec.SharerRef.Name = t.key(newcomer).Name
			return inTurn(func() error { return t.secondSharer(t.account, t.name) },
				func() error { return t.within(func() error { return t.Kube.Create(t.Context(), draft) }) })
		}), allOf(secondSays(v1alpha1.ReasonDuplicateAccount), shareSays(newcomer, v1alpha1.ReasonSharerAccountNotReady), keptBy)),
		scene("a second SharerAccount has the credentials of the first", func(t *troupe) error {
			return t.secondSharer(t.understudy, t.name)
		}, secondSays(v1alpha1.ReasonWrongAccount)),
		scene("an ImageShare names a SharerAccount of another account", func(t *troupe) error {
			draft := t.draft(newcomer, t.sharees[:2]...)
			draft.Spec.SharerRef.Name, draft.Spec.Image.ID = t.key(newcomer).Name, t.plain
			return inTurn(func() error { return t.secondSharer(t.understudy, t.name+"-other") },
				func() error { return t.within(func() error { return t.Kube.Create(t.Context(), draft) }) })
		}, shareSays(newcomer, v1alpha1.ReasonImageNotFound, v1alpha1.ReasonImageNotOwned)),
		scene("the SharerAccount is suspended, and ImageShares are edited and deleted", remember(func(t *troupe) error {
			return inTurn(
				func() error { return t.editSharer(func(s *v1alpha1.SharerAccount) { s.Spec.Suspend = true }) },
				func() error { return t.within(bind(t, sharerSays(v1alpha1.ReasonSuspended))) },
				func() error { return t.within(bind(t, shareSays(plainName, v1alpha1.ReasonSuspended))) },
				func() error { return t.declare(plainName, t.sharees[4:]...) },
				func() error { return t.leave(sealedName) },
			)
		}), allOf(shareSays(plainName, v1alpha1.ReasonSuspended), keptBy)),
		scene("the endpoints refuse, and an ImageShare is edited meanwhile", remember(func(t *troupe) error {
			return inTurn(
				func() error {
					return t.editSharer(func(s *v1alpha1.SharerAccount) {
						at := v1alpha1.Endpoint("127.0.0.1:9")
						s.Spec.Endpoints = v1alpha1.Endpoints{ECS: at, RAM: at, STS: at, KMS: at, ResourceSharing: at, ResourceManager: at, Quotas: at, Insecure: true}
					})
				},
				func() error { return t.declare(plainName, t.sharees...) },
			)
		}), allOf(sharerSays(v1alpha1.ReasonCloudUnavailable), keptBy)),
		scene("the SharerAccount is edited six times in a row", func(t *troupe) error {
			for i := range 6 {
				if err := t.editSharer(func(s *v1alpha1.SharerAccount) {
					s.Spec.Suspend = i%2 == 0
					s.Spec.Limits.GrantsPerImage = int32(i + 1)
				}); err != nil {
					return err
				}
			}
			return nil
		}, sharerSays(v1alpha1.ReasonSucceeded)),
	}
}
