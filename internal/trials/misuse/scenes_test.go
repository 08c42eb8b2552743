// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// scenes are misuses that stand in no schema.
func scenes() []step {
	return slices.Concat(editScenes(), deletionScenes(), leavingScenes(), metadataScenes(), secretScenes(), keyScenes(), accountScenes(), ruleScenes(), limitScenes())
}

// scene is a step about no field.
func scene(what string, do, expect func(t *troupe) error) step {
	return step{what: what, do: func(t *troupe, _ ...client.PatchOption) error { return do(t) }, expect: expect}
}

// outside marks scenes in which nothing of ours is edited.
func outside(s step) step {
	s.outside = true
	return s
}

// editShare changes an ImageShare as a person would.
func (t *troupe) editShare(name string, change func(*v1alpha1.ImageShare)) error {
	return retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		obj := t.shareObject(name)
		if err := t.Kube.Get(t.Context(), client.ObjectKeyFromObject(obj), obj); err != nil {
			return err
		}
		change(obj)
		return t.Kube.Update(t.Context(), obj)
	})
}

// editSharer changes the SharerAccount as a person would.
func (t *troupe) editSharer(change func(*v1alpha1.SharerAccount)) error {
	return retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		obj := t.sharerObject()
		if err := t.Kube.Get(t.Context(), client.ObjectKeyFromObject(obj), obj); err != nil {
			return err
		}
		change(obj)
		return t.Kube.Update(t.Context(), obj)
	})
}

// declare has an ImageShare declare accounts and nobody else.
func (t *troupe) declare(name string, accounts ...string) error {
	return t.editShare(name, func(s *v1alpha1.ImageShare) {
		s.Spec.Sharees = v1alpha1.Sharees{AccountIDs: stage.AccountIDs(accounts...)}
	})
}

// shareSays expects an ImageShare to say one of some reasons.
func shareSays(name string, reasons ...string) func(t *troupe) error {
	return func(t *troupe) error {
		obj := t.shareObject(name)
		if err := t.Kube.Get(t.Context(), client.ObjectKeyFromObject(obj), obj); err != nil {
			return err
		}
		return says(obj.Name, obj.Status.Conditions, reasons)
	}
}

// sharerSays expects the SharerAccount to say one of some reasons.
func sharerSays(reasons ...string) func(t *troupe) error {
	return func(t *troupe) error {
		obj := t.sharerObject()
		if err := t.Kube.Get(t.Context(), client.ObjectKeyFromObject(obj), obj); err != nil {
			return err
		}
		return says(obj.Name, obj.Status.Conditions, reasons)
	}
}

func says(name string, conditions []metav1.Condition, reasons []string) error {
	if ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady); ready == nil || !slices.Contains(reasons, ready.Reason) {
		return fmt.Errorf("%s does not say %v: %s", name, reasons, sentences(conditions))
	}
	return nil
}

// bind is an expectation of one troupe.
func bind(t *troupe, expect func(t *troupe) error) func() error {
	return func() error { return expect(t) }
}

// allOf expects all of some things.
func allOf(expectations ...func(t *troupe) error) func(t *troupe) error {
	return func(t *troupe) error {
		for _, expect := range expectations {
			if err := expect(t); err != nil {
				return err
			}
		}
		return nil
	}
}

// has expects an image to be shared with accounts, others or not.
func has(image func(t *troupe) string, accounts func(t *troupe) []string) func(t *troupe) error {
	return func(t *troupe) error {
		return compare("accounts", accounts(t), t.Cloud.Sharees(stage.Region, image(t)), true)
	}
}

// nobodyHas expects an image to be shared with nobody.
func nobodyHas(image func(t *troupe) string) func(t *troupe) error {
	return func(t *troupe) error {
		return compare("accounts", nil, t.Cloud.Sharees(stage.Region, image(t)), false)
	}
}

func plainImage(t *troupe) string { return t.plain }
func spareImage(t *troupe) string { return t.spare }

// firstTwo are the sharees that a troupe begins with.
func firstTwo(t *troupe) []string { return slices.Clone(t.sharees[:2]) }

// newcomerGone expects the newcomer not to be there.
func newcomerGone(t *troupe) error {
	obj := t.shareObject(newcomer)
	err := t.Kube.Get(t.Context(), client.ObjectKeyFromObject(obj), obj)
	if apierrors.IsNotFound(err) {
		return nil
	}
	return fmt.Errorf("%s is still there (%v): %s", obj.Name, err, sentences(obj.Status.Conditions)) //nolint:errorlint // There may be no error.
}

// arrive has a newcomer come, on an image of its own, and waits until it is
// Ready.
func (t *troupe) arrive(sharees ...string) error {
	if err := t.within(func() error { return t.Kube.Create(t.Context(), t.draft(newcomer, sharees...)) }); err != nil {
		return err
	}
	return t.within(bind(t, shareSays(newcomer, v1alpha1.ReasonSucceeded)))
}

// editScenes are edits that come too fast, or make no sense.
func editScenes() []step {
	return []step{
		scene("ImageShare plain is edited six times in a row", func(t *troupe) error {
			for i := range 6 {
				if err := t.declare(plainName, t.sharees[i%3:i%3+3]...); err != nil {
					return err
				}
			}
			return nil
		}, shareSays(plainName, v1alpha1.ReasonSucceeded)),
		scene("ImageShare sealed is edited to and fro, and suspended in between", func(t *troupe) error {
			for i := range 6 {
				if err := t.editShare(sealedName, func(s *v1alpha1.ImageShare) {
					s.Spec.Suspend = i%2 == 0
					s.Spec.Sharees.AccountIDs = stage.AccountIDs(t.sharees[i%2 : i%2+3]...)
				}); err != nil {
					return err
				}
			}
			return nil
		}, shareSays(sealedName, v1alpha1.ReasonSucceeded)),
		scene("ImageShare plain declares the account of the image itself, and one that there is not", func(t *troupe) error {
			return t.declare(plainName, append(firstTwo(t), t.account, "1999999999999999")...)
		}, allOf(shareSays(plainName, v1alpha1.ReasonShareesFailed), has(plainImage, firstTwo))),
		scene("ImageShare plain declares an account and the folder that it is in", func(t *troupe) error {
			return t.editShare(plainName, func(s *v1alpha1.ImageShare) {
				s.Spec.Sharees.AccountIDs = append(stage.AccountIDs(firstTwo(t)...), v1alpha1.AccountID(stage.Sharee(21)))
				s.Spec.Sharees.ResourceDirectoryPaths = stage.Paths(stage.Products, stage.Products+"*", stage.Team)
			})
		}, nil),
		scene("ImageShare plain expires in a second", func(t *troupe) error {
			return t.editShare(plainName, func(s *v1alpha1.ImageShare) { s.Spec.ExpiresAt = soon() })
		}, allOf(shareSays(plainName, v1alpha1.ReasonExpired), nobodyHas(plainImage))),
		scene("ImageShare plain expires in a second, and is edited when it has", func(t *troupe) error {
			if err := t.editShare(plainName, func(s *v1alpha1.ImageShare) { s.Spec.ExpiresAt = soon() }); err != nil {
				return err
			}
			if err := t.within(bind(t, shareSays(plainName, v1alpha1.ReasonExpired))); err != nil {
				return err
			}
			return t.declare(plainName, t.sharees...)
		}, allOf(shareSays(plainName, v1alpha1.ReasonExpired), nobodyHas(plainImage))),
		scene("an account is put onto the image of plain by hand, and one is taken off", func(t *troupe) error {
			there := t.Cloud.Sharees(stage.Region, t.plain)
			return t.Cloud.ShareByHand(stage.Region, t.plain, []string{stage.Sharee(20)}, there[:1])
		}, (*troupe).whole),
	}
}
