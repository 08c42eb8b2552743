// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

var _ = Describe("What must come as no surprise: the operator", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	It("keeps who was there before though the directory does not answer after a restart", func() {
		s.byHand(sharee(9))
		r := s.loop()
		s.organize("golden", image, []string{productsPath}, sharee(1))
		for range 4 {
			s.look(r)
			s.clock.forward(time.Minute)
			Expect(s.cloud.FinishSharing()).To(Succeed())
		}
		Expect(s.heldBack("golden")).To(Equal([]string{"Revoke " + sharee(9) + " BeforeTakeover"}))
		f := s.cloud.Inject(simcloud.Fault{Kind: simcloud.Unavailable, Action: "GetAccount"})
		r.memory = newMemory(s.clock.Now) // as after a restart
		s.look(r)
		f.Remove()
		s.clock.forward(5 * time.Minute)
		s.look(r)
		Expect(s.onImage(image)()).To(ContainElement(sharee(9)))
	})

	It("says the same at each look where the image cannot be tagged and somebody is there whom nobody declares", func() {
		s.allow("ecs:Describe*", "ecs:ModifyImageSharePermission")
		s.byHand(sharee(9))
		r := s.loop()
		s.share("golden", image, sharees1to(2)...)
		s.look(r)
		told := s.get("golden").ResourceVersion
		for _, wait := range []time.Duration{minute, minute, time.Hour + minute, minute} {
			s.clock.forward(wait)
			s.look(r)
			Expect(s.get("golden").Status.HeldPlan.Hash).To(BeEmpty())
			Expect(s.get("golden").ResourceVersion).To(Equal(told))
		}
	})

	It("keeps the name of a held plan when a look fails", func() {
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Limits.GrantsPerImage = 1 })
		r := s.loop()
		s.share("golden", image, sharees1to(3)...)
		s.look(r)
		before := s.get("golden").Status.HeldPlan
		Expect(before.Changes).To(HaveLen(3))
		s.clock.forward(time.Minute)
		f := s.cloud.Inject(simcloud.Fault{Kind: simcloud.Unavailable, Action: lookAt})
		s.catchUp(r)
		_, _ = r.Reconcile(s.ctx, ImageKey{Account: sharerID, Region: region, ID: image})
		f.Remove()
		s.clock.forward(time.Minute)
		s.look(r)
		Expect(s.get("golden").Status.HeldPlan.Hash).To(Equal(before.Hash))
	})

	It("does not forget an approval when a look fails", func() {
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Limits.GrantsPerImage = 1 })
		r := s.loop()
		s.share("golden", image, sharees1to(3)...)
		s.look(r)
		s.approve("golden")
		f := s.cloud.Inject(simcloud.Fault{Kind: simcloud.Unavailable, Action: lookAt})
		s.catchUp(r)
		_, _ = r.Reconcile(s.ctx, ImageKey{Account: sharerID, Region: region, ID: image})
		f.Remove()
		s.clock.forward(time.Minute)
		s.look(r)
		Expect(s.onImage(image)()).To(HaveLen(3))
	})

	It("keeps a folder on our resource share that is not to be taken off", func() {
		r := s.loop()
		s.organize("golden", image, []string{productsPath}, sharee(1))
		for range 4 {
			s.look(r)
			s.clock.forward(time.Minute)
			Expect(s.cloud.FinishSharing()).To(Succeed())
		}
		s.associateByHand(sandboxesID)
		s.claimByHand("")
		f := s.cloud.Inject(simcloud.Fault{Kind: simcloud.Unavailable, Action: tagImage})
		s.declarePaths("golden")
		s.look(r)
		f.Remove()
		Expect(s.targets(image)()).To(ContainElement(sandboxesID))
	})

	It("writes nothing about resource shares while the SharerAccount is suspended", func() {
		r := s.loop()
		s.organize("golden", image, []string{productsPath})
		for range 4 {
			s.look(r)
			s.clock.forward(time.Minute)
			Expect(s.cloud.FinishSharing()).To(Succeed())
		}
		Expect(s.allShares()).To(HaveLen(1))
		lost := s.get("golden")
		lost.Status = v1alpha1.ImageShareStatus{}
		Expect(kube.Status().Update(s.ctx, lost)).To(Succeed())
		s.console(s.allShares()[0].ID, func(one *simcloud.Share) {
			var left []simcloud.Association
			for _, a := range one.Associations {
				if a.Type != simcloud.AssociationTarget {
					left = append(left, a)
				}
			}
			one.Associations = left
		})
		s.claimByHand("")
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Suspend = true })
		s.delete("golden")
		before := len(s.cloud.Journal())
		s.look(r)
		s.untouched(before)
	})

	It("tells whoever cannot approve where to approve", func() {
		s.byHand(sharee(9))
		s.start()
		s.share("golden", image, sharee(1))
		s.holds(sharee(9))
		s.share("silver", image, sharee(1))
		s.edit("silver", func(o *v1alpha1.ImageShare) { o.Spec.Suspend = true })
		Eventually(s.condition("silver", v1alpha1.ConditionPlanHeld)).Should(be("True", v1alpha1.ReasonPlanHeld, ""))
		c := s.condition("silver", v1alpha1.ConditionPlanHeld)()
		Expect(c.Message).NotTo(ContainSubstring("annotate imageshare silver"))
	})
})
