// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud/alibaba"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

var _ = Describe("The claim on an image, and trouble with it:", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	It("by two operators at once: whoever is shown after both have written", func() {
		r := s.loop()
		s.share("golden", image, sharee(1))
		r.Accounts = NewAccounts(r.Live, alibaba.New(alibaba.Options{Transport: afterwards{tagImage, func() { s.claimByHand(stranger) }}}),
			operatorNamespace, s.getenv, s.clock.Now)
		s.look(r)
		Expect(s.written()).To(Equal([]string{tagImage}))
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonImageClaimed, stranger)
		for range 3 {
			s.look(r)
		}
		Expect(s.onImage(image)()).To(BeEmpty())
		Expect(s.claimedBy()).To(Equal(stranger))
	})

	It("by two operators that have both seen it free: neither takes it for settled, and one goes on", func() {
		r := s.loop()
		other := *r
		other.Owner, other.memory = stranger, newMemory(s.clock.Now)
		s.share("golden", image, sharee(1))
		s.catchUp(r)
		mine, theirs := s.passOf(r), s.passOf(&other)
		for _, p := range []*pass{mine, theirs} {
			_, err := p.lookAtImage(s.ctx)
			Expect(err).NotTo(HaveOccurred())
		}
		Expect(mine.claim(s.ctx, nobody).kind).To(Equal(claimFresh))
		Expect(theirs.claim(s.ctx, nobody).kind).To(Equal(claimFresh))
		Expect(s.passOf(r).claim(s.ctx, nobody).kind).To(Equal(claimOthers))
		Expect(s.passOf(&other).claim(s.ctx, nobody).kind).To(Equal(claimSettled))
	})

	It("that the cloud does not show yet is waited for, and a write is not repeated for it", func() {
		r := s.loop()
		s.share("golden", image, sharee(1))
		s.cloud.Inject(simcloud.Fault{Kind: simcloud.StaleRead, Action: lookAt, Skip: 1, Times: 1})
		s.look(r)
		Expect(s.written()).To(Equal([]string{tagImage}))
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonProgressing, "does not show yet")
		s.look(r)
		Expect(s.written()).To(Equal([]string{tagImage, modify}))
		s.ready("golden")
	})

	It("of which the answer was lost is looked at", func() {
		r := s.loop()
		s.share("golden", image, sharee(1))
		s.cloud.Inject(simcloud.Fault{Kind: simcloud.DropAfter, Action: tagImage, Times: 1})
		s.look(r)
		Expect(s.written()).To(Equal([]string{tagImage, modify}))
		s.ready("golden")
	})

	It("that the cloud never shows is given up, and stops no grant", func() {
		s.cloud.Inject(simcloud.Fault{Kind: simcloud.Unavailable, Action: tagImage})
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		s.tells(v1alpha1.ConditionUnclaimed, "True", v1alpha1.ReasonNotVisible, "does not show it")
		Expect(s.cloud.CountCalls(tagImage)).To(Equal(2))
	})

	It("is no removal that the cloud has accepted: who was found there is told of as what waits, and goes at the next look", func() {
		r := s.loop()
		s.byHand(sharee(1), sharee(2))
		s.share("golden", image, sharee(1), sharee(2))
		s.look(r)
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids([]string{sharee(1)}) })
		s.look(r)
		Expect(s.written()).To(Equal([]string{tagImage}))
		Expect(s.get("golden").Status.NotShared).To(ContainElement(And(
			HaveField("Sharee", BeEquivalentTo(sharee(2))), HaveField("Message", ContainSubstring("claimed a moment ago")))))
		s.look(r)
		Expect(s.onImage(image)()).To(Equal([]string{sharee(1)}))
		s.ready("golden")
	})

	It("that nobody can look at keeps who was found there, and that is told", func() {
		r := s.loop()
		s.byHand(sharee(1))
		s.share("golden", image, sharee(1))
		s.share("silver", image, sharee(2))
		s.look(r)
		s.allow("ecs:DescribeImageSharePermission", "ecs:ModifyImageSharePermission")
		s.delete("golden")
		for range 2 {
			s.look(r)
			Expect(s.onImage(image)()).To(Equal(sharees1to(2)))
			Expect(s.get("golden").Status.NotShared).To(ConsistOf(And(
				HaveField("Reason", v1alpha1.ReasonDenied), HaveField("Message", ContainSubstring("ecs:DescribeImages")))))
		}
		s.allow("ecs:*")
		s.look(r)
		Expect(s.onImage(image)()).To(Equal([]string{sharee(2)}))
		Expect(s.get("golden")).To(BeNil())
	})

	It("that somebody takes off is put back, once an hour, and told", func() {
		r := s.loop()
		s.share("golden", image, sharee(1))
		s.look(r)
		recorded(r)
		by := func(n int) {
			s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(n)) })
			s.look(r)
			ExpectWithOffset(1, s.onImage(image)()).To(Equal(sharees1to(n)))
		}
		s.claimByHand("")
		by(2)
		Expect(s.claimedBy()).To(Equal(owner))
		Expect(recorded(r)).To(ContainElement(ContainSubstring("ClaimRestored")))

		By("again and again")
		s.cloud.ForgetCalls()
		for n := range 4 {
			s.claimByHand("")
			by(3 + n)
		}
		Expect(s.cloud.CountCalls(tagImage)).To(BeZero())
		Expect(recorded(r)).NotTo(ContainElement(ContainSubstring("ClaimRestored")))
		s.ready("golden")
		Expect(s.get("golden").Status.ClaimedBy).To(Equal(owner))

		By("after an hour, at the look that is made then anyway")
		s.clock.forward(time.Hour + time.Second)
		s.look(r)
		Expect(s.cloud.CountCalls(tagImage)).To(Equal(1))
		Expect(s.claimedBy()).To(Equal(owner))
		Expect(recorded(r)).To(ContainElement(ContainSubstring("ClaimRestored")))
	})

	DescribeTable("that is impossible is told, and stops no grant",
		func(before func(s *scene), reason, message string, after func(s *scene)) {
			before(s)
			r := s.loop()
			s.share("golden", image, sharees1to(2)...)
			s.look(r)
			Expect(s.onImage(image)()).To(Equal(sharees1to(2)))
			s.ready("golden")
			s.tells(v1alpha1.ConditionUnclaimed, "True", reason, message)
			Expect(recorded(r)).To(ContainElement(ContainSubstring("Unclaimed")))

			By("it is not tried with each write")
			s.cloud.ForgetCalls()
			s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(1)) })
			s.look(r)
			Expect(s.onImage(image)()).To(Equal(sharees1to(1)))
			Expect(s.cloud.CountCalls(tagImage)).To(BeZero())
			s.tells(v1alpha1.ConditionUnclaimed, "True", reason, message)
			Expect(recorded(r)).NotTo(ContainElement(ContainSubstring("Unclaimed")))

			By("once it is put right and somebody asks, the image is claimed")
			after(s)
			s.ask("golden", "now")
			s.look(r)
			Expect(s.claimedBy()).To(Equal(owner))
			Expect(s.get("golden").Status.Conditions).NotTo(ContainElement(HaveField("Type", v1alpha1.ConditionUnclaimed)))
			s.ready("golden")
		},
		Entry("tagging is denied", func(s *scene) {
			s.allow("ecs:Describe*", "ecs:ModifyImageSharePermission")
		}, v1alpha1.ReasonDenied, "allow ecs:TagResources", func(s *scene) { s.allow("ecs:*") }),
		Entry("the image has twenty tags", func(s *scene) {
			var tags []simcloud.Tag
			for n := range 20 {
				tags = append(tags, simcloud.Tag{Key: fmt.Sprint("key-", n)})
			}
			Expect(s.cloud.SetImageTags(region, image, tags)).To(Succeed())
		}, v1alpha1.ReasonTooManyTags, "take one off", func(s *scene) { s.claimByHand("") }),
	)
})
