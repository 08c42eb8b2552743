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

var _ = Describe("What nobody sees of resource shares", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	It("is asked for once an hour, or at once when somebody asks, where they may not be read and nobody shares with directories", func() {
		s.allow("ecs:*")
		r := s.loop()
		s.share("golden", image, sharee(1))
		asked := func() int {
			s.cloud.ForgetCalls()
			for range 5 {
				s.clock.forward(10 * minute)
				s.look(r)
			}
			return s.cloud.CountCalls("ListResourceShares")
		}
		Expect(asked()).To(Equal(1))
		s.clock.forward(minute)
		Expect(asked()).To(BeNumerically("<=", 1))
		s.cloud.ForgetCalls()
		s.ask("golden", "now")
		s.look(r)
		Expect(s.cloud.CountCalls("ListResourceShares")).To(Equal(1))
		Expect(s.condition("golden", v1alpha1.ConditionReady)()).To(be("True", v1alpha1.ReasonSucceeded, ""))
	})

	It("is said of an ImageShare that is deleted: one that nobody is on may not be removed", func() {
		s.share("golden", image, sharee(1))
		s.start()
		s.ready("golden")
		s.allow("ecs:*", "resourcesharing:List*", "resourcemanager:*")
		s.addByHand("imageshare-"+image, image, ourTag)
		s.clock.forward(minute)
		s.delete("golden")
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonDenied, "resourcesharing:DeleteResourceShare")
		Expect(s.onImage(image)()).To(BeEmpty())
		s.allow(everything)
		s.clock.forward(2 * minute)
		Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }).Should(BeNil())
	})

	It("is in no ledger any more once the image has been gone for a minute, and its resource share with it", func() {
		s.organize("golden", image, []string{productsPath})
		s.start()
		s.ready("golden")
		Expect(s.cloud.DeleteImage(region, image)).To(Succeed())
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonImageNotFound, "Looking again in a minute")
		Expect(s.held()).To(Equal([]string{productsID}))
		s.clock.forward(minute)
		s.ask("golden", "now")
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonImageNotFound, "")
		Eventually(s.held).Should(BeEmpty())
		Expect(s.allShares()).To(BeEmpty())
	})

	It("is told as it is after a look, not as it was before: who was taken off by hand meanwhile is not undeclared", func() {
		s.organize("golden", image, []string{productsPath})
		s.edit("golden", keep)
		r := s.loop()
		s.look(r)
		s.look(r)
		ours := s.soleShare(image)
		s.console(ours, func(one *simcloud.Share) {
			one.Associations = append(one.Associations, simcloud.Association{Type: simcloud.AssociationTarget, Entity: sandboxesID, Status: simcloud.Associated})
		})
		s.ask("golden", "now")
		s.look(r)
		Expect(s.get("golden").Status.Undeclared).To(ConsistOf(BeEquivalentTo(sandboxesID)))
		s.declarePaths("golden", productsPath, teamPath)
		slow := s.cloud.Inject(simcloud.Fault{Kind: simcloud.Latency, Action: "AssociateResourceShare", Delay: time.Second, Times: 1})
		done := make(chan struct{})
		go func() {
			defer GinkgoRecover()
			defer close(done)
			Eventually(slow.Hits).Should(Equal(1))
			s.console(ours, func(one *simcloud.Share) { one.Associations = withoutEntity(one.Associations, sandboxesID) })
		}()
		s.look(r)
		<-done
		Expect(s.targets(image)()).To(ConsistOf(productsID, teamID))
		Expect(s.get("golden").Status.Undeclared).To(BeEmpty())
	})
})
