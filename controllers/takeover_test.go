// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// byHand shares the image as a person at the console would.
func (s *scene) byHand(accounts ...string) {
	ExpectWithOffset(1, s.cloud.ShareByHand(region, image, accounts, nil)).To(Succeed())
}

// associateByHand adds a target to the operator's own resource share.
func (s *scene) associateByHand(target string) {
	own := s.allShares()
	ExpectWithOffset(1, own).To(HaveLen(1))
	ExpectWithOffset(1, s.cloud.SetShare(own[0].ID, func(one *simcloud.Share) {
		one.Associations = append(one.Associations, simcloud.Association{Type: simcloud.AssociationTarget, Entity: target})
	})).To(Succeed())
}

// keep makes an ImageShare keep whom nobody declares.
func keep(o *v1alpha1.ImageShare) { o.Spec.UndeclaredSharees = v1alpha1.UndeclaredKeep }

// approve approves what is held of an image, on one of its ImageShares.
func (s *scene) approve(name string) {
	Eventually(func() string { return s.get(name).Status.HeldPlan.Hash }).WithOffset(1).ShouldNot(BeEmpty())
	hash := s.get(name).Status.HeldPlan.Hash
	s.edit(name, func(o *v1alpha1.ImageShare) {
		if o.Annotations == nil {
			o.Annotations = map[string]string{}
		}
		o.Annotations[v1alpha1.ApprovedPlan] = hash
	})
}

// holds waits until the ImageShare golden waits for an approval.
func (s *scene) holds(message string) {
	Eventually(s.condition("golden", v1alpha1.ConditionReady)).WithOffset(1).Should(be("False", v1alpha1.ReasonPlanHeld, message))
	ExpectWithOffset(1, s.condition("golden", v1alpha1.ConditionPlanHeld)()).To(be("True", v1alpha1.ReasonPlanHeld, message))
	ExpectWithOffset(1, s.condition("golden", v1alpha1.ConditionStalled)()).To(be("True", v1alpha1.ReasonPlanHeld, message))
}

// heldBack is the held plan of an ImageShare, change by change.
func (s *scene) heldBack(name string) []string {
	var out []string
	for _, c := range s.get(name).Status.HeldPlan.Changes {
		out = append(out, string(c.Action)+" "+string(c.Sharee)+" "+string(c.Reason))
	}
	return out
}

var _ = Describe("Whom nobody declares", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.start()
	})

	It("stays when he was on the image before, until somebody approves that he goes", func() {
		s.byHand(sharee(8), sharee(9))
		s.share("golden", image, sharee(1))
		s.holds("Held until somebody approves it: taking it from " + sharee(8) + ", " + sharee(9) +
			", who had it before the operator came to the image, and whom nobody declares. To go on, declare them; or approve with kubectl annotate imageshare golden")
		Expect(s.onImage(image)()).To(Equal([]string{sharee(1), sharee(8), sharee(9)}), "what is declared is granted all the same")
		Expect(s.heldBack("golden")).To(Equal([]string{"Revoke " + sharee(8) + " BeforeTakeover", "Revoke " + sharee(9) + " BeforeTakeover"}))
		Expect(s.apart("golden", sharee(9))().State).To(Equal(v1alpha1.ShareeHeld))
		s.tells(v1alpha1.ConditionUndeclaredSharees, "True", v1alpha1.ReasonUndeclared, "Taking it from them waits for an approval")
		Consistently(s.onImage(image)).Should(HaveLen(3))

		By("declaring one of them, the name of what is left stays")
		hash := s.get("golden").Status.HeldPlan.Hash
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids([]string{sharee(1), sharee(8)}) })
		Eventually(func() []string { return s.heldBack("golden") }).Should(Equal([]string{"Revoke " + sharee(9) + " BeforeTakeover"}))
		Expect(s.get("golden").Status.HeldPlan.Hash).To(Equal(hash))

		s.approve("golden")
		s.ready("golden")
		Expect(s.onImage(image)()).To(Equal([]string{sharee(1), sharee(8)}))
		golden := s.get("golden")
		Expect(golden.Status.HeldPlan.Hash).To(BeEmpty())
		Expect(golden.Status.ApprovedPlans).To(BeEmpty())
		Expect(golden.Status.Ledger).NotTo(HaveKey(sharee(9)))

		By("an approval is for once: whoever comes again comes as a stray, and goes by itself")
		s.byHand(sharee(9))
		Eventually(s.onImage(image)).Should(Equal([]string{sharee(1), sharee(8)}))
	})

	It("goes when he comes later", func() {
		s.share("golden", image, sharee(1))
		s.ready("golden")
		Expect(s.get("golden").Status.TakenOver.Accounts.IsZero()).To(BeFalse())
		s.byHand(sharee(9))
		Eventually(s.notices(eventReverted)).Should(ContainElement(ContainSubstring(sharee(9))))
		Expect(s.onImage(image)()).To(Equal([]string{sharee(1)}))
		s.ready("golden")
		Expect(s.get("golden").Status.Undeclared).To(BeEmpty())
		Expect(s.get("golden").Status.Ledger).To(HaveLen(1))
	})

	It("stays while he would go with more than is allowed at a time", func() {
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Limits.RevocationsPerImage = 2 })
		s.share("golden", image, sharee(1))
		s.ready("golden")
		s.byHand(sharee(7), sharee(8), sharee(9))
		s.holds("who are more at a time than limits.revocationsPerImage of the SharerAccount allows")
		s.approve("golden")
		Eventually(s.onImage(image)).Should(Equal([]string{sharee(1)}))
		s.ready("golden")
	})

	It("stays where an ImageShare keeps him, and the others are told", func() {
		draft := s.draft("silver", image, sharee(2))
		keep(draft)
		s.create(draft)
		s.share("golden", image, sharee(1))
		s.ready("golden")
		s.byHand(sharee(9))
		for _, name := range []string{"golden", "silver"} {
			Eventually(s.condition(name, v1alpha1.ConditionSettingsDiffer)).Should(be("True", v1alpha1.ReasonKeepWins,
				"undeclaredSharees is Keep in "+s.namespace+"/silver and Revoke in "+s.namespace+"/golden"))
			Eventually(s.condition(name, v1alpha1.ConditionUndeclaredSharees)).Should(be("True", v1alpha1.ReasonUndeclared, "The operator leaves them"))
			s.ready(name)
		}

		By("it is no difference any more once that one has expired")
		s.edit("silver", func(o *v1alpha1.ImageShare) { o.Spec.ExpiresAt = metav1.NewTime(s.clock.Now().Add(-minute)) })
		s.holds(sharee(9))
		Expect(s.get("golden").Status.Conditions).NotTo(ContainElement(HaveField("Type", v1alpha1.ConditionSettingsDiffer)))

		By("and was there before once nobody keeps him any more")
		s.delete("silver")
		s.holds(sharee(9))
		Consistently(s.onImage(image)).Should(ConsistOf(sharee(1), sharee(9)))
		Eventually(func() any { return s.get("silver") }).Should(BeNil())
	})

	It("is what the last ImageShare leaves when it goes", func() {
		s.byHand(sharee(9))
		s.share("golden", image, sharee(1))
		s.holds(sharee(9))
		s.delete("golden")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
		Expect(s.onImage(image)()).To(Equal([]string{sharee(9)}))
	})

	It("is not whom an ImageShare has found and declared: he goes with it", func() {
		s.byHand(sharee(1), sharee(2))
		s.share("golden", image, sharee(1), sharee(2))
		s.ready("golden")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids([]string{sharee(1)}) })
		Eventually(s.onImage(image)).Should(Equal([]string{sharee(1)}))
		s.delete("golden")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
		Expect(s.onImage(image)()).To(BeEmpty())
	})

	It("was there before when a status was lost", func() {
		s.share("golden", image, sharee(1), sharee(2))
		s.ready("golden")
		s.stop()
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids([]string{sharee(1)}) })
		lost := s.get("golden")
		lost.Status = v1alpha1.ImageShareStatus{}
		Expect(kube.Status().Update(s.ctx, lost)).To(Succeed())
		s.start()
		s.holds(sharee(2))
		Expect(s.onImage(image)()).To(Equal(sharees1to(2)))
	})

	It("would go where an ImageShare observes, and is held once it is enforced", func() {
		s.byHand(sharee(9))
		s.observe(image, sharee(1))
		Eventually(s.condition("golden", v1alpha1.ConditionReady)).Should(be("Unknown", v1alpha1.ReasonObserving,
			"would share the image with "+sharee(1)+", and would stop sharing it with "+sharee(9)))
		s.untouched(1)
		s.setMode(v1alpha1.ModeEnforce)
		s.holds(sharee(9))
	})

	It("is on an organization's resource share too: what somebody added to ours is taken off it", func() {
		s.organize("golden", image, []string{productsPath})
		s.ready("golden")
		s.associateByHand(sandboxesID)
		Eventually(s.targets(image)).Should(Equal([]string{productsID}))
		s.ready("golden")
	})
})
