// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// A write of the trust policy says whom its sender knew. One that was held up for
// as long as it took another operator to come to lead says so after that one has
// untrusted somebody.
var _ = Describe("An operator that has just come to lead", func() {
	var s *scene
	var late string
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.interval = 10 * time.Minute
		s.share("golden", "m-encrypted", sharee(1), sharee(2))
		s.start()
		s.ready("golden")
		Eventually(s.trusted).Should(Equal([]string{sharee(1), sharee(2)}))
		s.editTrust(func(now string) string { late = now; return now })
		s.stop()
		s.clock.forward(time.Minute)
		s.start()
	})
	untrusts := func() {
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(1)) })
		s.ready("golden")
		s.inTime(s.trusted, Equal([]string{sharee(1)}))
	}
	comesLate := func() { s.editTrust(func(string) string { return late }) }
	recorded := func() any { return s.sharer().Status.Role.Trust }

	It("untrusts also whom a late write of the one before it puts back", func() {
		untrusts()
		comesLate()
		s.inTime(s.trusted, Equal([]string{sharee(1)}))
		s.clock.forward(latePatience)
		s.inTime(recorded, And(HaveLen(1), HaveKey(sharee(1))))
	})

	It("forgets whom it has untrusted once nothing can be late any more", func() {
		untrusts()
		Expect(recorded()).To(HaveKey(sharee(2)))
		s.clock.forward(latePatience)
		s.inTime(recorded, And(HaveLen(1), HaveKey(sharee(1))))
	})

	It("trusts again whom it had untrusted, without waiting", func() {
		untrusts()
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(2)) })
		s.ready("golden")
		Expect(s.onImage("m-encrypted")()).To(ConsistOf(sharee(1), sharee(2)))
		Expect(s.trusted()).To(Equal([]string{sharee(1), sharee(2)}))
	})

	It("lets a deleted SharerAccount go once nothing can be late any more, and says so", func() {
		s.delete("golden")
		s.inTime(s.trusted, BeEmpty())
		Expect(kube.Delete(s.ctx, s.sharer())).To(Succeed())
		Eventually(s.sharerCondition("default", v1alpha1.ConditionReady)).Should(be("False", v1alpha1.ReasonInUse, "looked at once more within 5m0s"))
		s.clock.forward(latePatience)
		s.askSharer()
		Eventually(func() error { return kube.Get(s.ctx, client.ObjectKey{Name: "default"}, &v1alpha1.SharerAccount{}) }).Should(Satisfy(apierrors.IsNotFound))
	})

	It("looks once more when nothing can be late any more, whatever wakes it", func() {
		untrusts()
		comesLate()
		s.clock.forward(latePatience)
		s.share("plain", image, sharee(3))
		s.ready("plain")
		Eventually(s.trusted).Should(Equal([]string{sharee(1)}))
		Eventually(recorded).Should(HaveLen(1))
	})

	It("says no more that the role trusts everyone when everyone is gone", func() {
		s.delete("golden")
		s.inTime(s.trusted, BeEmpty())
		Eventually(func() []metav1.Condition { return s.sharer().Status.Conditions }).ShouldNot(ContainElement(HaveField("Type", v1alpha1.ConditionRoleReady)))
	})
})

var _ = Describe("A role that another cluster claims when all of ours is gone", func() {
	It("keeps no SharerAccount from being deleted", func(ctx context.Context) {
		s := newScene(ctx)
		s.interval = 10 * time.Minute
		Expect(s.cloud.AddRole(simcloud.Role{Account: sharerID, Name: roleName, Trust: manualTrust})).To(Succeed())
		s.share("golden", "m-encrypted", sharee(1))
		s.start()
		s.ready("golden")
		s.stop()
		s.start()
		s.delete("golden")
		s.inTime(s.roleIs, Not(ContainSubstring(sharee(1))))
		tags := func() []simcloud.Tag {
			role, _ := s.cloud.Role(sharerID, roleName)
			return role.Tags
		}
		s.inTime(tags, BeEmpty())
		Expect(s.cloud.SetRole(sharerID, roleName, func(r *simcloud.Role) {
			r.Tags = []simcloud.Tag{{Key: converge.TagOwner, Value: "another"}}
		})).To(Succeed())
		Expect(s.sharer().Status.Role.Trust).To(HaveLen(1), "it is yet to be seen whether somebody comes back")
		Expect(kube.Delete(s.ctx, s.sharer())).To(Succeed())
		s.clock.forward(latePatience)
		Eventually(func() error { return kube.Get(s.ctx, client.ObjectKey{Name: "default"}, &v1alpha1.SharerAccount{}) }).Should(Satisfy(apierrors.IsNotFound))
	})
})
