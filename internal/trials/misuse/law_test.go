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
	if err := worded(generation, conditions); err != nil {
		return err
	}
	return ended(ready, conditions)
}

// worded says which condition is not of this generation, or is no sentence.
func worded(generation int64, conditions []metav1.Condition) error {
	for _, c := range conditions {
		if c.ObservedGeneration != generation {
			return fmt.Errorf("the condition %s=%s (%s) is of generation %d, not %d", c.Type, c.Status, c.Reason, c.ObservedGeneration, generation)
		}
		if garbled.MatchString(c.Message) || len(c.Message) < 8 {
			return fmt.Errorf("the message of %s is no sentence: %q", c.Type, c.Message)
		}
	}
	return nil
}

// ended says where conditions contradict Ready or one another, or are about to
// say more.
func ended(ready *metav1.Condition, conditions []metav1.Condition) error {
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

// view is what the troupe's objects are at a moment.
type view struct {
	// sharer is nil when there is none.
	sharer *v1alpha1.SharerAccount
	shares []v1alpha1.ImageShare
}

// look reads the troupe's objects.
func (t *troupe) look() (view, error) {
	var v view
	obj := t.sharerObject()
	err := t.Kube.Get(t.Context(), client.ObjectKeyFromObject(obj), obj)
	if err == nil {
		v.sharer = obj
	} else if !apierrors.IsNotFound(err) {
		return v, err
	}
	var list v1alpha1.ImageShareList
	if err := t.Kube.List(t.Context(), &list, client.MatchingFields{"spec.sharerRef.name": t.name}); err != nil {
		return v, err
	}
	v.shares = list.Items
	return v, nil
}

// reason is what the SharerAccount says of itself; or what keeps it from being
// done.
func (v view) reason() (string, error) {
	if v.sharer == nil {
		return v1alpha1.ReasonSharerAccountNotFound, nil
	}
	status := v.sharer.Status
	if err := told(v.sharer.Generation, status.ObservedGeneration, status.Conditions); err != nil {
		return "", fmt.Errorf("SharerAccount %s: %w", v.sharer.Name, err)
	}
	return meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady).Reason, nil
}

// settled says what keeps the troupe from being done with a step: each object
// has what it declares, or says why not.
func (t *troupe) settled() error {
	v, err := t.look()
	if err != nil {
		return err
	}
	return t.settledIn(v)
}

func (t *troupe) settledIn(v view) error {
	reason, err := v.reason()
	if err != nil {
		return err
	}
	for i := range v.shares {
		share := &v.shares[i]
		if err := told(share.Generation, share.Status.ObservedGeneration, share.Status.Conditions); err != nil {
			return fmt.Errorf("ImageShare %s: %w", share.Name, err)
		}
		if !isReady(share) {
			continue
		}
		if slices.Contains(unusable, reason) && share.DeletionTimestamp == nil {
			return fmt.Errorf("ImageShare %s is Ready, and its SharerAccount is not: %s", share.Name, reason)
		}
		if err := t.exact(share, v.shares); err != nil {
			return fmt.Errorf("ImageShare %s is Ready, and %w", share.Name, err)
		}
	}
	return nil
}

// whole says what keeps the troupe from being as it should be: everything is
// Ready, and on the images is exactly what is declared.
func (t *troupe) whole() error {
	v, err := t.look()
	if err != nil {
		return err
	}
	if err := t.settledIn(v); err != nil {
		return err
	}
	if v.sharer == nil || !meta.IsStatusConditionTrue(v.sharer.Status.Conditions, v1alpha1.ConditionReady) {
		return fmt.Errorf("SharerAccount %s is not Ready: %s", t.name, v)
	}
	if len(v.shares) != 2 {
		return fmt.Errorf("there are %d ImageShares", len(v.shares))
	}
	for i := range v.shares {
		if !isReady(&v.shares[i]) {
			return fmt.Errorf("ImageShare %s is not Ready: %s", v.shares[i].Name, v)
		}
	}
	return t.nothingBut(v.shares)
}

// String is what the objects say.
func (v view) String() string {
	var out []string
	if v.sharer != nil {
		out = append(out, v.sharer.Name+": "+sentences(v.sharer.Status.Conditions))
	}
	for i := range v.shares {
		out = append(out, v.shares[i].Name+": "+sentences(v.shares[i].Status.Conditions))
	}
	return strings.Join(out, "\n")
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
