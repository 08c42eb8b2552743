// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"time"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// nanotime is the real time, in nanoseconds.
func nanotime() int64 { return metav1.Now().UnixNano() }

// minute is a long time in the cloud and none in a test.
const minute = time.Minute + time.Second

// ready waits until an ImageShare is Ready as it is now.
func (s *scene) ready(name string) {
	Eventually(s.condition(name, v1alpha1.ConditionReady)).WithOffset(1).Should(be("True", v1alpha1.ReasonSucceeded, ""))
}

// tells waits until a condition of the ImageShare golden says something.
func (s *scene) tells(kind, status, reason, message string) {
	Eventually(s.condition("golden", kind)).WithOffset(1).Should(be(status, reason, message))
}

// condition reads a condition of an ImageShare, if it is of the present
// generation.
func (s *scene) condition(name, kind string) func() metav1.Condition {
	return func() metav1.Condition {
		obj := s.get(name)
		if obj == nil {
			return metav1.Condition{Message: "there is no ImageShare " + name}
		}
		return current(obj.Status.Conditions, obj.Generation, kind)
	}
}

func (s *scene) sharerCondition(name, kind string) func() metav1.Condition {
	return func() metav1.Condition {
		obj := &v1alpha1.SharerAccount{}
		if err := kube.Get(s.ctx, client.ObjectKey{Name: name}, obj); err != nil {
			return metav1.Condition{Message: err.Error()}
		}
		return current(obj.Status.Conditions, obj.Generation, kind)
	}
}

func current(conditions []metav1.Condition, generation int64, kind string) metav1.Condition {
	found := meta.FindStatusCondition(conditions, kind)
	if found == nil || found.ObservedGeneration != generation {
		return metav1.Condition{Message: fmt.Sprintf("no present %s among %v", kind, conditions)}
	}
	return *found
}

// be matches a condition.
func be(status, reason, message string) types.GomegaMatcher {
	return And(
		HaveField("Status", BeEquivalentTo(status)),
		HaveField("Reason", reason),
		HaveField("Message", ContainSubstring(message)),
	)
}

// apart is how a sharee that is not as it should be stands.
func (s *scene) apart(name, account string) func() v1alpha1.ShareeStatus {
	return func() v1alpha1.ShareeStatus {
		if obj := s.get(name); obj != nil {
			for _, one := range obj.Status.NotShared {
				if string(one.Sharee) == account {
					return one
				}
			}
		}
		return v1alpha1.ShareeStatus{}
	}
}
