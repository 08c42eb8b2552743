// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// many makes ImageShares of encrypted images as the loop of images leaves them
// once it has looked: three keys, and sharees that overlap.
func (s *scene) many(count int) {
	for i := range count {
		obj := s.draft(fmt.Sprintf("share-%d", i), fmt.Sprintf("m-many%d", i), sharees1to(10+i%20)...)
		s.create(obj)
		obj.Status.Encrypted = v1alpha1.EncryptedYes
		obj.Status.ImageKeys = []string{region + []string{"/key-one", "/key-two", "/key-three"}[i%3]}
		s.admitted(obj)
	}
}

// admitted has the loop of images look at an ImageShare as it is now.
func (s *scene) admitted(obj *v1alpha1.ImageShare) {
	obj.Status.ObservedGeneration = obj.Generation
	setCondition(&obj.Status.Conditions, obj.Generation, v1alpha1.ConditionImageShareable, metav1.ConditionTrue, v1alpha1.ReasonShareable, "")
	ExpectWithOffset(1, kube.Status().Update(s.ctx, obj)).To(Succeed())
}

// lookAtAccount lets the loop of SharerAccounts look until it has nothing more
// to do at once.
func (s *scene) lookAtAccount(r *ImageShareReconciler) {
	for {
		s.catchUp(r)
		result, err := s.roles.Reconcile(s.ctx, s.sharer())
		Expect(err).NotTo(HaveOccurred())
		if result.RequeueAfter > againPace {
			return
		}
	}
}

var _ = DescribeTable("What the encryption role costs, whatever the number of ImageShares",
	func(ctx context.Context, count int) {
		s := newScene(ctx)
		s.interval = 10 * minute
		r := s.loop()
		s.many(count)
		s.lookAtAccount(r)
		Expect(s.cloud.CountCalls("CreateRole")+s.cloud.CountCalls("UpdateRole")).To(Equal(1), "one trust write for all of them")
		Expect(s.cloud.CountCalls("CreatePolicy")).To(Equal(1))
		Expect(s.trusted()).To(HaveLen(min(9+count, 29)))

		By("a status that does not grow with the number of ImageShares")
		role := s.sharer().Status.Role
		Expect(role.Trust[sharee(1)].ImageShares).To(HaveLen(min(count, maxReasons)))
		Expect(role.Trust[sharee(1)].Others).To(BeEquivalentTo(max(count-maxReasons, 0)))
		Expect(*role.TrustPolicySize).To(BeEquivalentTo(len(s.roleIs())))
		Expect(role.KeyPolicySizes).To(HaveExactElements(BeEquivalentTo(len(s.keyPolicy()))))

		By("nothing while the interval lasts, unless something is needed")
		s.cloud.ForgetCalls()
		s.writes.Store(0)
		s.lookAtAccount(r)
		Expect(s.cloud.CountCalls("GetRole")).To(BeZero())

		By("one look an interval")
		s.clock.forward(11 * minute)
		s.lookAtAccount(r)
		Expect(s.cloud.CountCalls("GetRole")).To(Equal(1))
		Expect(s.cloud.CountCalls("GetPolicy")).To(Equal(1))
		Expect(s.cloud.CountCalls("DescribeKey")).To(BeNumerically("<=", 4), "three keys, and the service key if there is none")
		Expect(s.writes.Load()).To(BeZero())

		By("one trust write for a burst of changes")
		for i := range min(count, 20) {
			name := fmt.Sprintf("share-%d", i)
			s.edit(name, func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(31 + i%3)) })
			s.admitted(s.get(name))
		}
		s.lookAtAccount(r)
		Expect(s.cloud.CountCalls("UpdateRole")).To(Equal(1))
	},
	Entry(nil, 1), Entry(nil, 200),
)

// BenchmarkRole counts what a burst of new ImageShares, and a routine look, cost
// of the encryption role.
func BenchmarkRole(b *testing.B) {
	benchmark(b)
	for _, count := range []int{1, 200} {
		b.Run(fmt.Sprintf("imageshares=%d", count), func(b *testing.B) {
			counts := map[string]int{}
			for b.Loop() {
				b.StopTimer()
				s, strike := setScene(b.Context())
				s.interval = 10 * minute
				r := s.loop()
				s.many(count)
				b.StartTimer()
				s.lookAtAccount(r)
				b.StopTimer()
				counts["first-trust-writes/op"] += s.cloud.CountCalls("CreateRole") + s.cloud.CountCalls("UpdateRole")
				s.cloud.ForgetCalls()
				s.writes.Store(0)
				s.clock.forward(11 * minute)
				s.lookAtAccount(r)
				counts["interval-role-reads/op"] += s.cloud.CountCalls("GetRole")
				counts["interval-cloud-calls/op"] += len(s.cloud.Calls())
				counts["interval-api-writes/op"] += int(s.writes.Load())
				strike()
				b.StartTimer()
			}
			report(b, counts)
		})
	}
}
