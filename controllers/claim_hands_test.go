// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

var _ = Describe("An image that belongs to another operator", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.start()
		s.byHand(sharee(8))
		s.claimByHand(stranger)
		s.share("golden", image, sharee(1))
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonImageClaimed, stranger)
	})

	It("changes hands when somebody approves that, by the name of who has it", func() {
		s.tells(v1alpha1.ConditionPlanHeld, "True", v1alpha1.ReasonPlanHeld, `though the image belongs to operator "`+stranger+`"`)
		Expect(s.get("golden").Status.HeldPlan.From).To(Equal(stranger))
		Expect(s.heldBack("golden")).To(Equal([]string{"Grant " + sharee(1) + " ChangesHands", "Revoke " + sharee(8) + " BeforeTakeover"}))
		s.untouched(2)
		s.approve("golden")
		Eventually(s.claimedBy).Should(Equal(owner))
		s.ready("golden")
		Expect(s.onImage(image)()).To(Equal([]string{sharee(1)}), "all of what was told is approved")
		Expect(s.get("golden").Status.HeldPlan.Hash).To(BeEmpty())
	})

	It("stays where it is when a third one has it by the time of the approval", func() {
		Eventually(func() string { return s.get("golden").Status.HeldPlan.From }).Should(Equal(stranger))
		hash := s.get("golden").Status.HeldPlan.Hash
		s.claimByHand("a third one")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Annotations = map[string]string{v1alpha1.ApprovedPlan: hash} })
		Eventually(func() string { return s.get("golden").Status.HeldPlan.From }).Should(Equal("a third one"))
		Consistently(s.claimedBy).Should(Equal("a third one"))
		Expect(s.onImage(image)()).To(Equal([]string{sharee(8)}))
	})

	It("stays where it is when the approval is taken back", func() {
		s.approve("golden")
		Eventually(s.claimedBy).Should(Equal(owner))
		// As long as the approval stands, it may change hands once more.
		s.edit("golden", func(o *v1alpha1.ImageShare) {
			delete(o.Annotations, v1alpha1.ApprovedPlan)
			o.Spec.Sharees.AccountIDs = ids(sharees1to(2))
		})
		Eventually(s.onImage(image)).Should(ContainElement(sharee(2)), "it was seen that the approval is taken back")
		s.claimByHand(stranger)
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(3)) })
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonImageClaimed, stranger)
		Consistently(s.claimedBy).Should(Equal(stranger))
	})
})

// Two operators share one image, from two clusters: the other is played by hand,
// here as one that keeps and there as one that revokes.
var _ = DescribeTable("Two operators on one image: the second writes nothing, and takes away nobody whom the first has granted",
	func(ctx context.Context, policy v1alpha1.UndeclaredSharees) {
		s := newScene(ctx)
		s.byHand(sharee(8))
		s.claimByHand(stranger)
		s.start()
		draft := s.draft("golden", image, sharee(1))
		draft.Spec.UndeclaredSharees = policy
		s.create(draft)
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonImageClaimed, stranger)
		Expect(s.onImage(image)()).To(Equal([]string{sharee(8)}))
		Consistently(s.onImage(image)).Should(Equal([]string{sharee(8)}))
		s.untouched(2)
	},
	Entry("it would revoke", v1alpha1.UndeclaredRevoke),
	Entry("it would keep", v1alpha1.UndeclaredKeep),
)

var _ = It("takes the tag of a cluster that it was cloned from for its own, and takes away nobody by that", func(ctx context.Context) {
	s := newScene(ctx)
	s.byHand(sharee(8))
	s.claimByHand(owner)
	s.start()
	s.share("golden", image, sharee(1))
	s.holds(sharee(8))
	Expect(s.onImage(image)()).To(Equal([]string{sharee(1), sharee(8)}))
	Expect(s.get("golden").Status.ClaimedBy).To(Equal(owner))
})
