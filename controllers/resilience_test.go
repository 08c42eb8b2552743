// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

var _ = Describe("Coming through", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	It("an operator killed in the middle of a grant", func() {
		hanging := s.cloud.Inject(simcloud.Fault{Kind: simcloud.Hang, Action: "ModifyImageSharePermission", Times: 1})
		s.start()
		s.share("golden", image, sharees1to(12)...)
		Eventually(hanging.Hits).Should(Equal(1))
		Expect(s.get("golden").Status.Ledger).To(HaveLen(12), "the intent is written before the call leaves")
		s.stop()
		hanging.Remove()

		By("the declaration changes while nobody works")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(2)) })
		s.start()
		s.ready("golden")
		Expect(s.onImage(image)()).To(Equal(sharees1to(2)))
		Expect(s.get("golden").Status.Ledger).To(HaveLen(2))
	})

	It("an answer that is lost after the grant was done", func() {
		s.cloud.Inject(simcloud.Fault{Kind: simcloud.DropAfter, Action: "ModifyImageSharePermission", Times: 1})
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		s.delete("golden")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
		Expect(s.onImage(image)()).To(BeEmpty())
	})

	It("an answer that is lost after the revoke was done", func() {
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		s.cloud.Inject(simcloud.Fault{Kind: simcloud.DropAfter, Action: "ModifyImageSharePermission", Times: 1})
		s.delete("golden")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
		Expect(s.onImage(image)()).To(BeEmpty())
	})

	It("an API server that is away for a while", func() {
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		s.severed.Store(true)
		Expect(s.cloud.ShareByHand(region, image, nil, []string{sharee(1)})).To(Succeed())
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(2)) })
		Consistently(s.onImage(image)).Should(BeEmpty(), "nothing is granted that cannot be looked up first")
		s.severed.Store(false)
		s.ready("golden")
		Expect(s.onImage(image)()).To(Equal(sharees1to(2)))
	})

	It("a cloud that is down for a while", func() {
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		down := s.cloud.Inject(simcloud.Fault{Kind: simcloud.Unavailable})
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(2)) })
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonCloudUnavailable, "")
		s.tells(v1alpha1.ConditionAccountsShared, "Unknown", v1alpha1.ReasonCloudUnavailable, "")
		down.Remove()
		s.ready("golden")
	})

	It("a moment of trouble in a routine look, without a word", func() {
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		moment := s.cloud.Inject(simcloud.Fault{Kind: simcloud.Unavailable, Action: "DescribeImageSharePermission", Times: 2})
		Eventually(moment.Hits).Should(Equal(2))
		Eventually(func() int { return s.cloud.CountCalls("DescribeImageSharePermission") }).Should(BeNumerically(">=", 4))
		s.ready("golden")
		Expect(s.notices(v1alpha1.ReasonCloudUnavailable)()).To(BeEmpty())

		By("drift that cannot be mended is told at once")
		unseen := s.cloud.Inject(simcloud.Fault{Kind: simcloud.Unavailable, Action: "DescribeImages"})
		Expect(s.cloud.ShareByHand(region, image, nil, []string{sharee(1)})).To(Succeed())
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonCloudUnavailable, "")
		Expect(s.get("golden").Status.Shared).To(Equal("0/1"))
		unseen.Remove()
		s.ready("golden")

		By("and trouble that lasts is told")
		s.cloud.Inject(simcloud.Fault{Kind: simcloud.Unavailable, Action: "DescribeImageSharePermission"})
		s.clock.forward(2 * time.Minute)
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonCloudUnavailable, "")
	})

	It("an account whose calls hang, without keeping others waiting", func() {
		s.start()
		s.cloud.Inject(simcloud.Fault{Kind: simcloud.Hang, Action: "DescribeImageSharePermission", Account: sharerID})
		for i := range 10 {
			id := fmt.Sprintf("m-slow%d", i)
			Expect(s.cloud.AddImage(simcloud.Image{ID: id, Region: region, Owner: sharerID})).To(Succeed())
			s.share(id, id, sharee(1))
		}
		Eventually(func() int { return s.cloud.CountCalls("GetCallerIdentity") }).Should(BeNumerically(">", 0))
		obj := s.draft("golden", image, sharee(1))
		obj.Spec.SharerRef.Name = "another"
		s.create(obj)
		Eventually(s.condition("golden", v1alpha1.ConditionReady), "5s").Should(be("False", v1alpha1.ReasonSharerAccountNotFound, ""))
	})

	It("a sibling that takes over what a deleted one had, and goes in turn", func() {
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		heir := s.draft("heir", image, sharee(1))
		heir.Spec.SharerRef.Name = "mistyped"
		s.create(heir)
		s.delete("golden")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
		Expect(s.onImage(image)()).To(ConsistOf(sharee(1)), "the heir declares it")
		Expect(s.get("heir").Finalizers).To(ConsistOf(v1alpha1.Finalizer))
		s.delete("heir")
		Eventually(func() any { return s.get("heir") }).Should(BeNil())
		Expect(s.onImage(image)()).To(BeEmpty())
	})

	It("a deleted ImageShare that somebody else still holds", func() {
		s.start()
		s.share("golden", image, sharee(1))
		s.share("other", image, sharee(2))
		s.ready("golden")
		s.ready("other")
		s.edit("golden", func(o *v1alpha1.ImageShare) {
			o.Finalizers = append(o.Finalizers, "example.com/held")
			o.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain
		})
		s.delete("golden")
		Eventually(func() []string { return s.get("golden").Finalizers }).Should(ConsistOf("example.com/held"))
		s.stop()
		s.interval = time.Hour
		s.start()
		Eventually(s.condition("other", v1alpha1.ConditionReady)).Should(be("False", v1alpha1.ReasonPlanHeld, sharee(1)))
		calls := len(s.cloud.Calls())
		Eventually(func() int { return len(s.cloud.Calls()) - calls }, "3s").Should(BeNumerically("<=", 6))
		Consistently(func() int { return len(s.cloud.Calls()) - calls }).Should(BeNumerically("<=", 6), "it does not keep the loop busy")
		Expect(s.onImage(image)()).To(Equal(sharees1to(2)))
	})

	It("a request for a look of any length", func() {
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		s.ask("golden", strings.Repeat("now ", 200))
		s.delete("golden")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
	})

	It("a namespace that is being deleted, where events are refused", func() {
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		Expect(kube.Delete(s.ctx, namespace(s.namespace))).To(Succeed())
		s.delete("golden")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
		Expect(s.onImage(image)()).To(BeEmpty())
	})
})

// ask makes the operator look at once.
func (s *scene) ask(name, when string) {
	s.edit(name, func(o *v1alpha1.ImageShare) { o.Annotations = map[string]string{v1alpha1.ReconcileRequestedAt: when} })
}
