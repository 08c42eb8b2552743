// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

var _ = Describe("The claim on an image", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	It("is written before anybody is granted, and costs nothing after that", func() {
		s.claimByHand("")
		r := s.loop()
		s.share("golden", image, sharee(1))
		s.look(r)
		Expect(s.written()).To(Equal([]string{tagImage, modify}))
		Expect(s.claimedBy()).To(Equal(owner))
		Expect(s.cloud.CountCalls(lookAt)).To(Equal(2), "one look before the tag and one after")
		found, _ := s.cloud.Image(region, image)
		Expect(found.Tags).To(ContainElement(foreignTag))
		Expect(s.get("golden").Status.ClaimedBy).To(Equal(owner))
		s.ready("golden")
		Expect(recorded(r)).NotTo(ContainElement(ContainSubstring("ClaimRestored")))

		By("somebody more takes one look, and no write but the one")
		s.cloud.ForgetCalls()
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(2)) })
		s.look(r)
		Expect(s.cloud.CountCalls(lookAt)).To(Equal(1))
		Expect(s.cloud.CountCalls(tagImage)).To(BeZero())

		By("and so does taking somebody off")
		s.cloud.ForgetCalls()
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(1)) })
		s.look(r)
		Expect(s.onImage(image)()).To(Equal(sharees1to(1)))
		Expect(s.cloud.CountCalls(lookAt)).To(Equal(1))
	})

	It("is written before the image is added to a resource share", func() {
		s.start()
		s.organize("golden", image, []string{productsPath})
		s.ready("golden")
		Expect(s.written()[:2]).To(Equal([]string{tagImage, "CreateResourceShare"}))
	})

	It("is not written where nothing is to be written to the image", func() {
		Expect(s.cloud.ShareByHand(region, image, []string{sharee(1)}, nil)).To(Succeed())
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		Expect(s.written()).To(BeEmpty())
		Expect(s.get("golden").Status.ClaimedBy).To(BeEmpty())
	})

	It("of another operator: nothing is written to the image, and everybody is told", func() {
		s.start()
		s.organize("golden", image, []string{productsPath}, sharee(1), sharee(2))
		s.ready("golden")
		s.claimByHand(stranger)
		before := len(s.cloud.Journal())
		s.edit("golden", func(o *v1alpha1.ImageShare) {
			o.Spec.Sharees = v1alpha1.Sharees{AccountIDs: ids([]string{sharee(2), sharee(3)})}
		})
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonImageClaimed, stranger)
		s.tells(v1alpha1.ConditionImageShareable, "False", v1alpha1.ReasonImageClaimed, "--owner-id")
		s.tells(v1alpha1.ConditionStalled, "True", v1alpha1.ReasonImageClaimed, "")
		Expect(s.apart("golden", sharee(1))().Reason).To(Equal(v1alpha1.ReasonImageClaimed))
		Expect(s.apart("golden", productsID)().Reason).To(Equal(v1alpha1.ReasonImageClaimed))
		Expect(s.apart("golden", sharee(3))().Reason).To(Equal(v1alpha1.ReasonImageClaimed))
		Expect(s.get("golden").Status.ClaimedBy).To(Equal(stranger))

		By("also when it is deleted")
		s.delete("golden")
		Eventually(func() string { return s.apart("golden", sharee(2))().Reason }).Should(Equal(v1alpha1.ReasonImageClaimed))
		Consistently(func() any { return s.get("golden") }).ShouldNot(BeNil())
		s.untouched(before)
		Expect(s.claimedBy()).To(Equal(stranger))

		By("and goes on once the other has let go")
		s.claimByHand("")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
		Expect(s.onImage(image)()).To(BeEmpty())
		Expect(s.targets(image)()).To(BeEmpty())
		Expect(s.claimedBy()).To(BeEmpty())
	})

	It("is looked at before a resource share is removed that nobody needs", func() {
		Expect(s.cloud.ShareByHand(region, image, sharees1to(1), nil)).To(Succeed())
		s.addByHand("spare", image, []simcloud.Tag{{Key: converge.TagOwner, Value: owner}})
		s.claimByHand(stranger)
		r := s.loop()
		s.share("golden", image, sharee(1))
		s.look(r)
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonImageClaimed, stranger)
		s.untouched(0)
		s.claimByHand("")
		s.clock.forward(minute)
		s.look(r)
		Expect(s.written()).To(Equal([]string{tagImage, "DeleteResourceShare"}))
		s.ready("golden")
	})

	It("of another operator is looked at again though nothing is to be written, and is no trouble once it is gone", func() {
		r := s.loop()
		s.share("golden", image, sharee(1))
		s.look(r)
		s.claimByHand(stranger)
		s.ask("golden", "now")
		s.look(r)
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonImageClaimed, stranger)
		before := len(s.cloud.Journal())
		s.look(r)
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonImageClaimed, stranger)
		s.claimByHand("")
		s.look(r)
		s.ready("golden")
		Expect(s.get("golden").Status.ClaimedBy).To(BeEmpty())
		s.untouched(before)
	})

	It("of another operator stays one when nobody can look any more", func() {
		r := s.loop()
		s.share("golden", image, sharees1to(2)...)
		s.look(r)
		s.claimByHand(stranger)
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(1)) })
		s.look(r)
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonImageClaimed, "")
		s.allow("ecs:DescribeImageSharePermission", "ecs:ModifyImageSharePermission")
		r.memory = newMemory(s.clock.Now)
		s.look(r)
		Expect(s.onImage(image)()).To(Equal(sharees1to(2)))
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonImageClaimed, "")
	})

	It("does not keep anybody on the image where it was never another's and nobody can look", func() {
		r := s.loop()
		s.share("golden", image, sharees1to(2)...)
		s.look(r)
		s.allow("ecs:DescribeImageSharePermission", "ecs:ModifyImageSharePermission")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(1)) })
		s.look(r)
		Expect(s.onImage(image)()).To(Equal(sharees1to(1)))
		s.ready("golden")
	})

	It("changes hands when a person has approved that", func() {
		r := s.loop()
		s.claimByHand(stranger)
		s.share("golden", image, sharee(1))
		s.look(r)
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonImageClaimed, stranger)
		hash := s.get("golden").Status.HeldPlan.Hash
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Annotations = map[string]string{v1alpha1.ApprovedPlan: hash} })
		s.catchUp(r)
		p := s.passOf(r)
		Expect(p.claim(s.ctx, nobody).kind).To(Equal(claimOthers))
		Expect(p.image.reason).To(Equal(v1alpha1.ReasonImageClaimed))
		Expect(p.claim(s.ctx, "a third").kind).To(Equal(claimOthers))
		Expect(s.claimedBy()).To(Equal(stranger))
		Expect(p.claim(s.ctx, stranger).kind).To(Equal(claimFresh))
		Expect(p.image).To(BeNil())
		Expect(s.claimedBy()).To(Equal(owner))
		s.look(r)
		s.ready("golden")
	})
})
