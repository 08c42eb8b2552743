// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

var _ = Describe("The claim on an image that nobody declares any more", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	It("is given up with the last ImageShare, and not before", func() {
		s.start()
		s.share("golden", image, sharee(1))
		s.share("silver", image, sharee(2))
		s.ready("golden")
		s.ready("silver")
		s.delete("silver")
		Eventually(func() any { return s.get("silver") }).Should(BeNil())
		Expect(s.claimedBy()).To(Equal(owner))
		s.givenUp(0)
		s.delete("golden")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
		Expect(s.claimedBy()).To(BeEmpty())
		s.givenUp(1)
		Expect(s.written()[len(s.written())-1]).To(Equal(untagImage), "after the access that it stands for")
	})

	DescribeTable("when the last ImageShare goes",
		func(before func(s *scene), holder string, untags int) {
			s.start()
			s.share("golden", image, sharee(1))
			s.ready("golden")
			before(s)
			s.delete("golden")
			Eventually(func() any { return s.get("golden") }).Should(BeNil())
			Expect(s.claimedBy()).To(Equal(holder))
			s.givenUp(untags)
		},
		Entry("and everything is retained, is given up", func(s *scene) {
			s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain })
		}, "", 1),
		Entry("while it is suspended, stays", func(s *scene) {
			s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Suspend = true })
			s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonSuspended, "")
		}, owner, 0),
		Entry("and another operator has it meanwhile, stays that one's", func(s *scene) {
			s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain })
			s.claimByHand(stranger)
		}, stranger, 0),
		Entry("and no answer comes, is given up at the second try", func(s *scene) {
			s.cloud.Inject(simcloud.Fault{Kind: simcloud.DropBefore, Action: untagImage, Times: 1})
		}, "", 1),
		Entry("and taking tags off is denied, stays, and holds nobody", func(s *scene) {
			s.allow("ecs:Describe*", "ecs:ModifyImageSharePermission")
		}, owner, 0),
	)

	It("is made anew for one that comes at once, however often that happens", func() {
		r := s.loop()
		for n := range 4 {
			s.share("golden", image, sharee(1))
			s.look(r)
			Expect(s.claimedBy()).To(Equal(owner), "round %d", n)
			s.delete("golden")
			s.look(r)
			Expect(s.get("golden")).To(BeNil())
			Expect(s.claimedBy()).To(BeEmpty())
		}
	})

	It("is nothing to an image that is gone", func() {
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		Expect(s.cloud.DeleteImage(region, image)).To(Succeed())
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonImageNotFound, "")
		s.clock.forward(minute)
		s.delete("golden")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
		s.givenUp(0)
	})
})
