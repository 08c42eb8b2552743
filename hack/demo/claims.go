// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// says claims that a condition of an ImageShare stands so, for its present
// spec.
func says(kind, status, reason string) func(*v1alpha1.ImageShare) error {
	return func(obj *v1alpha1.ImageShare) error {
		found := meta.FindStatusCondition(obj.Status.Conditions, kind)
		if found == nil {
			return fmt.Errorf("there is no condition %s", kind)
		}
		if string(found.Status) != status || found.Reason != reason || found.ObservedGeneration != obj.Generation {
			return fmt.Errorf("%s is %s, %s, for generation %d of %d: %s",
				kind, found.Status, found.Reason, found.ObservedGeneration, obj.Generation, found.Message)
		}
		return nil
	}
}

// shared claims that the counts of an ImageShare are so, and that it is Ready.
func shared(counts string) func(*v1alpha1.ImageShare) error {
	return func(obj *v1alpha1.ImageShare) error {
		if obj.Status.Shared != counts {
			return fmt.Errorf("shared is %s", obj.Status.Shared)
		}
		return says(v1alpha1.ConditionReady, "True", v1alpha1.ReasonSucceeded)(obj)
	}
}

// undeclared claims that the status lists exactly these accounts as declared
// by nobody.
func undeclared(ids ...string) func(*v1alpha1.ImageShare) error {
	return func(obj *v1alpha1.ImageShare) error {
		got := make([]string, 0, len(obj.Status.Undeclared))
		for _, id := range obj.Status.Undeclared {
			got = append(got, string(id))
		}
		slices.Sort(got)
		slices.Sort(ids)
		if !slices.Equal(got, ids) {
			return fmt.Errorf("undeclared are %s", strings.Join(got, ", "))
		}
		return nil
	}
}

// apart claims that one account, and no other, is not as it should be, and
// that the status says so in words.
func apart(id string, state v1alpha1.ShareeState, reason, words string) func(*v1alpha1.ImageShare) error {
	return func(obj *v1alpha1.ImageShare) error {
		if len(obj.Status.NotShared) != 1 {
			return fmt.Errorf("%d accounts are told of", len(obj.Status.NotShared))
		}
		one := obj.Status.NotShared[0]
		if string(one.Sharee) != id || one.State != state || one.Reason != reason || !strings.Contains(one.Message, words) {
			return fmt.Errorf("told of is %s, %s, %s: %s", one.Sharee, one.State, one.Reason, one.Message)
		}
		return nil
	}
}

// gone claims that an object is not there any more.
func gone(get func() error) func() error {
	return func() error {
		err := get()
		if err == nil {
			return errors.New("it is still there")
		}
		if apierrors.IsNotFound(err) {
			return nil
		}
		return err
	}
}

// contains claims that an output has some words in it.
func contains(output string, words ...string) func() error {
	return func() error {
		for _, word := range words {
			if !strings.Contains(output, word) {
				return fmt.Errorf("%q is not in it", word)
			}
		}
		return nil
	}
}
