// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

var _ = Describe("The places of an image", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.start()
	})

	It("are taken by strangers that stay", func() {
		s.byHand(sharees1to(60)[57:]...)
		draft := s.draft("golden", image, sharees1to(50)...)
		keep(draft)
		s.create(draft)
		s.placeless("golden", sharees1to(50)[47:]...)
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonQuotaExceeded, "there would be 53")
		Expect(s.onImage(image)()).To(Equal(append(sharees1to(47), sharees1to(60)[57:]...)))
		s.nothingRefused()
	})

	It("are taken by those who are to go, until somebody approves that", func() {
		s.byHand(sharees1to(60)[57:]...)
		s.share("golden", image, sharees1to(50)...)
		s.holds("before the operator came")
		s.placeless("golden", sharees1to(50)[47:]...)
		Expect(s.onImage(image)()).To(Equal(append(sharees1to(47), sharees1to(60)[57:]...)))
		s.approve("golden")
		s.ready("golden")
		Expect(s.onImage(image)()).To(Equal(sharees1to(50)))
		s.nothingRefused()
	})

	It("are as many as the cloud says where that is less than was thought", func() {
		s.quota(5)
		s.share("golden", image, sharees1to(8)...)
		s.tells(v1alpha1.ConditionStalled, "True", v1alpha1.ReasonQuotaExceeded, "QuotaExceed.ShareImageUser")
		Expect(s.cloud.CountCalls(lookUpQuota)).To(BeZero())
		s.quota(8)
		s.ready("golden")

		By("a quota that was lowered is looked up once the cloud has refused somebody")
		s.quota(60)
		s.redeclare(sharees1to(51)...)
		s.ready("golden")
		s.quota(52)
		s.redeclare(sharees1to(54)...)
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonQuotaExceeded, "QuotaExceed.ShareImageUser")
		s.clock.forward(minute)
		s.placeless("golden", sharee(53), sharee(54))
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonQuotaExceeded, "can be shared with 52 accounts")
		Expect(s.onImage(image)()).To(Equal(sharees1to(52)))
	})

	It("are fewer on every image once that is known", func() {
		s.quota(40)
		s.share("golden", image, sharees1to(51)...)
		s.placeless("golden", sharees1to(51)[40:]...)
		s.share("silver", "m-second", sharees1to(45)...)
		s.placeless("silver", sharees1to(45)[40:]...)
		Expect(s.onImage("m-second")()).To(Equal(sharees1to(40)))
		s.nothingRefused()
	})

	It("are of one region", func() {
		s.quota(60)
		s.share("golden", image, sharees1to(55)...)
		draft := s.draft("north", "m-north", sharees1to(55)...)
		draft.Spec.Image.Region = "cn-beijing"
		s.create(draft)
		s.ready("golden")
		s.placeless("north", sharees1to(55)[50:]...)
		Expect(s.cloud.Sharees("cn-beijing", "m-north")).To(ConsistOf(sharees1to(50)))
		s.nothingRefused()
	})

	It("are not taken by accounts that are held back for another reason", func() {
		s.share("golden", image, append(sharees1to(50), sharerID)...)
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonShareesFailed, "leave it out")
		Expect(s.onImage(image)()).To(Equal(sharees1to(50)))
		Expect(s.cloud.CountCalls(lookUpQuota)).To(BeZero())
		s.nothingRefused()
	})
})

var _ = DescribeTable("What it costs to know the quota",
	func(ctx context.Context, n, lookups int, before ...string) {
		s := newScene(ctx)
		if len(before) > 0 {
			Expect(s.cloud.ShareByHand(region, image, before, nil)).To(Succeed())
		}
		r := s.loop()
		s.share("golden", image, sharees1to(n)...)
		for range 4 {
			s.look(r)
		}
		Expect(s.cloud.CountCalls(lookUpQuota)).To(Equal(lookups))
		s.clock.forward(quotaTTL)
		s.look(r)
		Expect(s.cloud.CountCalls(lookUpQuota)).To(Equal(2*lookups), "once an hour while it decides something")
	},
	Entry("few accounts", 3, 0),
	Entry("as many as fit", 50, 0),
	Entry("one more", 51, 1),
	Entry("a stranger beside them", 50, 1, sharee(60)),
	Entry("somebody there who is declared", 50, 0, sharee(50)),
)

var _ = Describe("The quota of an account", func() {
	It("is looked up once for all its images of a region", func(ctx context.Context) {
		s := newScene(ctx)
		s.start()
		for _, id := range []string{image, "m-second"} {
			s.share(id, id, sharees1to(52)...)
			s.placeless(id, sharee(51), sharee(52))
		}
		Expect(s.cloud.CountCalls(lookUpQuota)).To(Equal(1))
	})

	It("does not matter to a resource share", func(ctx context.Context) {
		s := newScene(ctx)
		s.quota(1)
		s.start()
		s.organize("golden", image, []string{sandboxPath, productsPath}, sharee(1))
		s.ready("golden")
		Expect(s.cloud.CountCalls(lookUpQuota)).To(BeZero())
		s.nothingRefused()
	})
})
