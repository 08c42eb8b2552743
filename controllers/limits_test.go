// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

var _ = Describe("What is too much at a time", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.start()
	})

	It("waits when a declaration becomes empty and nobody would be left", func() {
		s.share("golden", image, sharee(1), sharee(2))
		s.ready("golden")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = nil })
		s.holds("after whom nobody would have it, since a declaration became empty")
		Consistently(s.onImage(image)).Should(Equal(sharees1to(2)))

		By("putting the declaration right, nothing is held any more")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(2)) })
		s.ready("golden")
		Expect(s.get("golden").Status.HeldPlan.Hash).To(BeEmpty())

		By("an ImageShare that is deleted takes everything with it, and waits for nobody")
		s.delete("golden")
		Eventually(s.onImage(image)).Should(BeEmpty())
	})

	It("waits when an edit drops more than half, and the rest of the plan goes on", func() {
		s.share("golden", image, sharees1to(15)...)
		s.ready("golden")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(append(sharees1to(4), sharee(20))) })
		s.holds("and 1 more")
		Eventually(s.onImage(image)).Should(HaveLen(16))

		By("approving it on a sibling")
		s.share("silver", image, sharee(1))
		Eventually(func() string { return s.get("silver").Status.HeldPlan.Hash }).Should(Equal(s.get("golden").Status.HeldPlan.Hash))
		s.ready("silver")
		s.approve("silver")
		Eventually(s.onImage(image)).Should(Equal(append(sharees1to(4), sharee(20))))
		s.ready("golden")
	})

	It("waits when more would be granted than the account allows", func() {
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Limits.GrantsPerImage = 3 })
		s.share("golden", image, sharees1to(4)...)
		s.holds("sharing it with " + sharee(1))
		Consistently(s.onImage(image)).Should(BeEmpty())
		s.approve("golden")
		s.ready("golden")
	})

	It("is approved by nobody who is suspended, and by no other hash", func() {
		s.byHand(sharee(9))
		s.share("golden", image, sharee(1))
		s.holds(sharee(9))
		s.share("silver", image, sharee(1))
		s.edit("silver", func(o *v1alpha1.ImageShare) { o.Spec.Suspend = true })
		Eventually(func() string { return s.get("silver").Status.HeldPlan.Hash }).ShouldNot(BeEmpty())
		s.approve("silver")
		s.edit("golden", func(o *v1alpha1.ImageShare) {
			o.Annotations = map[string]string{v1alpha1.ApprovedPlan: "0123456789abcdef", v1alpha1.ReconcileRequestedAt: "now"}
		})
		Eventually(func() string { return s.get("golden").Status.LastHandledReconcileAt }).Should(Equal("now"))
		Consistently(s.onImage(image)).Should(ConsistOf(sharee(1), sharee(9)))
	})

	It("is not what has expired", func() {
		s.share("golden", image, sharees1to(15)...)
		s.ready("golden")
		s.expire(-time.Minute)
		Eventually(s.onImage(image)).Should(BeEmpty())
		Eventually(s.condition("golden", v1alpha1.ConditionReady)).Should(be("True", v1alpha1.ReasonExpired, ""))
	})
})
