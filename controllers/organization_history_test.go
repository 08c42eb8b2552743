// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud/alibaba"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

var goldenKey = []ImageKey{{Account: sharerID, Region: region, ID: image}}

var _ = Describe("The last resource share, when the image is gone and nobody may delete it,", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.interval = time.Hour
	})
	goes := func(accounts ...string) {
		s.organize("golden", image, []string{productsPath}, accounts...)
		s.start()
		s.ready("golden")
		s.allow("ecs:*", "resourcesharing:List*", "resourcemanager:*")
		Expect(s.cloud.DeleteImage(region, image)).To(Succeed())
		s.ask("golden", "at first")
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonImageNotFound, "Looking again in a minute")
		s.clock.forward(minute)
	}
	// denied is what Ready tells, until somebody may do it.
	denied := be("False", v1alpha1.ReasonDenied, "resourcesharing:DeleteResourceShare")
	staysUntilAllowed := func(told types.GomegaMatcher) {
		Eventually(s.condition("golden", v1alpha1.ConditionReady)).WithOffset(1).Should(told)
		for _, when := range []string{"once", "twice"} {
			s.cloud.ForgetCalls()
			s.clock.forward(2 * minute)
			s.ask("golden", when)
			Consistently(s.condition("golden", v1alpha1.ConditionReady), "2s").WithOffset(1).Should(Or(told, HaveField("Message", ContainSubstring("no present Ready"))))
			Expect(s.cloud.CountCalls("DeleteResourceShare")).WithOffset(1).To(BeNumerically("~", 1, 1))
		}
		s.allow(everything)
		s.ask("golden", "now")
		Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }).WithOffset(1).Should(BeNil())
		Expect(s.allShares()).WithOffset(1).To(BeEmpty())
	}

	It("holds its ImageShare, which says so, until somebody may", func() {
		goes()
		s.delete("golden")
		staysUntilAllowed(be("False", v1alpha1.ReasonShareesFailed, "resourcesharing:DeleteResourceShare"))
	})

	It("holds it also when accounts had the image, and do not any more", func() {
		goes(sharee(1))
		s.delete("golden")
		staysUntilAllowed(Or(denied, be("False", v1alpha1.ReasonShareesFailed, "resourcesharing:DeleteResourceShare")))
	})

	It("holds it also when it had been noticed before that the image is gone", func() {
		goes()
		s.ask("golden", "again")
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonImageNotFound, "")
		s.delete("golden")
		staysUntilAllowed(Or(denied, be("False", v1alpha1.ReasonShareesFailed, "resourcesharing:DeleteResourceShare")))
	})

	It("does not hold one that leaves everything in place, beside one that does not", func() {
		s.share("silver", image, sharee(2))
		goes(sharee(1))
		s.ask("golden", "again")
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonImageNotFound, "")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain })
		s.delete("golden")
		Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }, "4s").Should(BeNil())
		Expect(s.allShares()).To(HaveLen(1))
	})
})

var _ = DescribeTable("Nothing is written to Resource Sharing while somebody wants hands off, and somebody",
	func(ctx context.Context, suspend func(*scene, bool), meddle func(s *scene, ours string)) {
		s := newScene(ctx)
		r := s.loop()
		s.organize("golden", image, []string{productsPath})
		s.look(r)
		s.look(r)
		suspend(s, true)
		s.look(r)
		meddle(s, s.soleShare(image))
		s.cloud.ForgetCalls()
		for range 3 {
			s.clock.forward(2 * minute)
			s.look(r)
		}
		Expect(s.cloud.CountCalls("ListResourceShares")).To(BeNumerically(">", 0))
		Expect(s.sharingWrites()).To(BeZero())
		suspend(s, false)
		s.look(r)
		Expect(s.sharingWrites()).To(BeNumerically(">", 0), "there was something to do")
	},
	Entry("with the ImageShare has taken the image off", suspendGolden, takeImageOff),
	Entry("with the account has taken the image off", suspendAccount, takeImageOff),
	Entry("with the ImageShare has made a second one", suspendGolden, addSecond),
	Entry("with the account has made a second one", suspendAccount, addSecond),
)

func suspendGolden(s *scene, suspended bool) {
	s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Suspend = suspended })
}

func suspendAccount(s *scene, suspended bool) {
	s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Suspend = suspended })
}

func takeImageOff(s *scene, ours string) {
	s.console(ours, func(one *simcloud.Share) { one.Associations = withoutEntity(one.Associations, image) })
}

func addSecond(s *scene, _ string) { s.addByHand("imageshare-"+image, image, ourTag, productsID) }

var _ = Describe("An image shared with folders, after a while,", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	It("has nobody undeclared for one ImageShare because the other has dropped a folder", func() {
		s.organize("golden", image, []string{productsPath, sandboxPath})
		s.organize("silver", image, []string{productsPath})
		s.start()
		s.ready("golden")
		s.ready("silver")
		s.declarePaths("golden", productsPath)
		Eventually(s.targets(image)).Should(Equal([]string{productsID}))
		s.ready("golden")
		Consistently(s.notices(v1alpha1.ReasonUndeclared)).Should(BeEmpty())
		Expect(s.get("silver").Status.Undeclared).To(BeEmpty())
	})

	It("names in an event the account that is dropped beside a folder", func() {
		s.organize("golden", image, []string{productsPath}, sharee(1), sharee(2))
		s.start()
		s.ready("golden")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids([]string{sharee(1)}) })
		Eventually(s.notices(eventRevoked)).Should(ContainElement(ContainSubstring(sharee(2))))
		Expect(s.notices(eventRevoked)()).NotTo(ContainElement(ContainSubstring(productsID)))
	})

	It("keeps what an ImageShare has left in place though the image is said to be gone, once", func() {
		Expect(s.cloud.AddImage(simcloud.Image{ID: "m-late", Region: region, Owner: sharerID})).To(Succeed())
		r, keys := s.loop(), []ImageKey{{Account: sharerID, Region: region, ID: "m-late"}}
		s.organize("golden", "m-late", []string{productsPath})
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain })
		s.lookAtAll(r, keys)
		s.delete("golden")
		s.lookAtAll(r, keys)
		Expect(s.get("golden")).To(BeNil())
		s.share("silver", "m-late", sharee(1))
		gone := s.cloud.Inject(simcloud.Fault{Kind: simcloud.StaleRead, Action: describe, WritesAgo: len(s.cloud.Journal()), Times: 1})
		s.lookAtAll(r, keys)
		Expect(gone.Hits()).To(Equal(1))
		Expect(s.condition("silver", v1alpha1.ConditionReady)()).To(be("False", v1alpha1.ReasonImageNotFound, ""))
		s.lookAtAll(r, keys)
		Expect(s.condition("silver", v1alpha1.ConditionReady)()).To(be("False", v1alpha1.ReasonPlanHeld, productsID))
		Expect(s.targets("m-late")()).To(Equal([]string{productsID}))
	})

	It("tells what is declared twice in the same words each time", func() {
		r := s.loop()
		s.organize("golden", image, []string{directoryID, productsPath, teamPath, sandboxPath}, inTeam, inProducts, inRoot)
		s.look(r)
		s.look(r)
		told := s.condition("golden", v1alpha1.ConditionRedundantSharees)()
		Expect(told).To(be("True", v1alpha1.ReasonRedundant, "is within "+directoryID))
		s.writes.Store(0)
		for range 20 {
			s.look(r)
		}
		Expect(s.writes.Load()).To(BeZero())
		Expect(s.condition("golden", v1alpha1.ConditionRedundantSharees)()).To(Equal(told))
	})
})

var _ = DescribeTable("A folder has a plain image though the resource directory does not answer, which is asked once a minute, with",
	func(ctx context.Context, kind simcloud.FaultKind) {
		s := newScene(ctx)
		r := s.loop()
		r.Accounts = NewAccounts(r.Live, alibaba.New(alibaba.Options{CallTimeout: 500 * time.Millisecond}), operatorNamespace, s.getenv, s.clock.Now)
		for _, action := range []string{"GetResourceDirectory", "GetFolder", "GetAccount"} {
			s.cloud.Inject(simcloud.Fault{Kind: kind, Action: action})
		}
		s.organize("golden", image, []string{productsPath, teamID}, inTeam)
		for looks := range 2 {
			for range 4 {
				s.lookAtAll(r, goldenKey)
			}
			Expect(s.counted("GetResourceDirectory", "GetFolder", "GetAccount")).To(Equal(looks + 1))
			s.clock.forward(minute)
		}
		Expect(s.condition("golden", v1alpha1.ConditionReady)()).To(be("True", v1alpha1.ReasonSucceeded, ""))
		s.tells(v1alpha1.ConditionOrganizationShared, "True", v1alpha1.ReasonSucceeded, "taken at their word")
		Expect(s.has(image, inProducts)()).To(BeTrue())
	},
	Entry("silence", simcloud.Hang), Entry("an error", simcloud.ServerError), Entry("a connection that ends", simcloud.DropBefore),
)
