// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// passing are reasons of Ready that do not last: whoever says one of them is
// about to say more.
var passing = []string{
	v1alpha1.ReasonPending, v1alpha1.ReasonProgressing, v1alpha1.ReasonWaiting, v1alpha1.ReasonPropagating, v1alpha1.ReasonRevoking,
	v1alpha1.ReasonShareesPending, v1alpha1.ReasonAssociating, v1alpha1.ReasonBusy, v1alpha1.ReasonThrottled,
}

// garbled is what no message holds that was written for people.
var garbled = regexp.MustCompile(`%!|<nil>|0x[0-9a-f]{6}|\bgoroutine\b|\*v1alpha1\.|\bnil pointer\b|^\s*$|\n`)

// told says what is wrong with what conditions say of an object as it is now, if
// anything is: they must be of this generation, agree with one another, and end
// in a word.
func told(generation, observed int64, conditions []metav1.Condition) error {
	ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	switch {
	case ready == nil:
		return errors.New("there is no condition Ready")
	case observed != generation:
		return fmt.Errorf("status.observedGeneration is %d, not %d", observed, generation)
	}
	for _, c := range conditions {
		if c.ObservedGeneration != generation {
			return fmt.Errorf("the condition %s=%s (%s) is of generation %d, not %d", c.Type, c.Status, c.Reason, c.ObservedGeneration, generation)
		}
		if garbled.MatchString(c.Message) || len(c.Message) < 8 {
			return fmt.Errorf("the message of %s is no sentence: %q", c.Type, c.Message)
		}
	}
	reconciling := meta.IsStatusConditionTrue(conditions, v1alpha1.ConditionReconciling)
	stalled := meta.IsStatusConditionTrue(conditions, v1alpha1.ConditionStalled)
	switch {
	case reconciling && stalled:
		return errors.New("it is Reconciling and Stalled")
	case ready.Status == metav1.ConditionTrue && (reconciling || stalled):
		return fmt.Errorf("it is Ready, and Reconciling %t, Stalled %t", reconciling, stalled)
	case slices.Contains(passing, ready.Reason):
		return fmt.Errorf("it is still %s: %s", ready.Reason, ready.Message)
	case ready.Status == metav1.ConditionTrue && ready.Reason != v1alpha1.ReasonExpired:
		return agreeing(conditions)
	}
	return nil
}

// agreeing says which step speaks against Ready.
func agreeing(conditions []metav1.Condition) error {
	for _, step := range []string{
		v1alpha1.ConditionImageShareable, v1alpha1.ConditionRoleReady, v1alpha1.ConditionAccountsShared, v1alpha1.ConditionOrganizationShared,
	} {
		if c := meta.FindStatusCondition(conditions, step); c != nil && c.Status != metav1.ConditionTrue {
			return fmt.Errorf("it is Ready, and %s is %s: %s", step, c.Status, c.Message)
		}
	}
	return nil
}

// unusable are reasons of a SharerAccount for which none of its ImageShares can
// be Ready.
var unusable = []string{
	v1alpha1.ReasonSecretNotFound, v1alpha1.ReasonSecretInvalid, v1alpha1.ReasonCredentialsMissing, v1alpha1.ReasonCredentialsRejected,
	v1alpha1.ReasonWrongAccount, v1alpha1.ReasonSuspended, v1alpha1.ReasonDuplicateAccount, v1alpha1.ReasonSharerAccountNotFound,
}

// sharerReason is what the troupe's SharerAccount says of itself; or what keeps
// it from being done.
func (t *troupe) sharerReason() (string, error) {
	obj := t.sharerObject()
	err := t.Kube.Get(t.Context(), client.ObjectKeyFromObject(obj), obj)
	switch {
	case apierrors.IsNotFound(err):
		return v1alpha1.ReasonSharerAccountNotFound, nil
	case err != nil:
		return "", err
	}
	if err := told(obj.Generation, obj.Status.ObservedGeneration, obj.Status.Conditions); err != nil {
		return "", fmt.Errorf("SharerAccount %s: %w", obj.Name, err)
	}
	return meta.FindStatusCondition(obj.Status.Conditions, v1alpha1.ConditionReady).Reason, nil
}

// settled says what keeps the troupe from being done with a step: each object
// has what it declares, or says why not.
func (t *troupe) settled() error {
	reason, err := t.sharerReason()
	if err != nil {
		return err
	}
	shares, err := t.shares()
	if err != nil {
		return err
	}
	for i := range shares {
		share := &shares[i]
		if err := told(share.Generation, share.Status.ObservedGeneration, share.Status.Conditions); err != nil {
			return fmt.Errorf("ImageShare %s: %w", share.Name, err)
		}
		if isReady(share) && slices.Contains(unusable, reason) && share.DeletionTimestamp == nil {
			return fmt.Errorf("ImageShare %s is Ready, and its SharerAccount is not: %s", share.Name, reason)
		}
		if isReady(share) {
			if err := t.exact(share, shares); err != nil {
				return fmt.Errorf("ImageShare %s is Ready, and %w", share.Name, err)
			}
		}
	}
	return nil
}

// whole says what keeps the troupe from being as it should be: everything is
// Ready, and on the images is exactly what is declared.
func (t *troupe) whole() error {
	if err := t.settled(); err != nil {
		return err
	}
	var sharer v1alpha1.SharerAccount
	if err := t.Kube.Get(t.Context(), client.ObjectKey{Name: t.name}, &sharer); err != nil {
		return err
	}
	if !meta.IsStatusConditionTrue(sharer.Status.Conditions, v1alpha1.ConditionReady) {
		return fmt.Errorf("SharerAccount %s is not Ready: %s", sharer.Name, sentences(sharer.Status.Conditions))
	}
	shares, err := t.shares()
	if err != nil {
		return err
	}
	if len(shares) != 2 {
		return fmt.Errorf("there are %d ImageShares", len(shares))
	}
	for i := range shares {
		if !isReady(&shares[i]) {
			return fmt.Errorf("ImageShare %s is not Ready: %s", shares[i].Name, sentences(shares[i].Status.Conditions))
		}
	}
	return t.nothingElse()
}

// shares are the ImageShares of the troupe.
func (t *troupe) shares() ([]v1alpha1.ImageShare, error) {
	var list v1alpha1.ImageShareList
	if err := t.Kube.List(t.Context(), &list, client.MatchingFields{"spec.sharerRef.name": t.name}); err != nil {
		return nil, err
	}
	return list.Items, nil
}

func isReady(s *v1alpha1.ImageShare) bool {
	return meta.IsStatusConditionTrue(s.Status.Conditions, v1alpha1.ConditionReady)
}

// sentences are conditions in words.
func sentences(conditions []metav1.Condition) string {
	var out []string
	for _, c := range conditions {
		out = append(out, fmt.Sprintf("%s=%s %s@%d %q", c.Type, c.Status, c.Reason, c.ObservedGeneration, c.Message))
	}
	return strings.Join(out, "; ")
}
