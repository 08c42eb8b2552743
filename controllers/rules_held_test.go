// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

var _ = Describe("What rules do not allow any more", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.start()
		s.byHand(sharee(3))
		s.share("golden", image, sharees1to(3)...)
		s.ready("golden")
	})

	// tighten lets nobody share with any but the first account.
	tighten := func() {
		s.rules(v1alpha1.Rule{AccountIDs: ids(sharees1to(1))})
		s.refused("it does not admit")
		Eventually(func() []string { return s.heldBack("golden") }).Should(Equal([]string{
			"Revoke " + sharee(1) + " NotAllowed", "Revoke " + sharee(2) + " NotAllowed", "Revoke " + sharee(3) + " NotAllowed",
		}))
	}

	It("stays until somebody approves on the SharerAccount that it goes, what it had found included", func() {
		tighten()
		s.tells(v1alpha1.ConditionPlanHeld, "True", v1alpha1.ReasonPlanHeld, "whom the rules of the SharerAccount do not allow any more")
		s.tells(v1alpha1.ConditionPlanHeld, "True", v1alpha1.ReasonPlanHeld, "kubectl annotate shareraccount default --overwrite")
		Expect(s.apart("golden", sharee(2))().State).To(Equal(v1alpha1.ShareeHeld))
		Consistently(s.onImage(image)).Should(Equal(sharees1to(3)))

		By("an approval of its own counts for nothing")
		s.approve("golden")
		Consistently(s.onImage(image)).Should(Equal(sharees1to(3)))

		hash := s.get("golden").Status.HeldPlan.Hash
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Annotations = map[string]string{v1alpha1.ApprovedPlan: hash} })
		Eventually(s.onImage(image)).Should(BeEmpty())
		Eventually(func() map[string]v1alpha1.LedgerEntry { return s.get("golden").Status.Ledger }).Should(BeEmpty())
		s.refused("it does not admit")
	})

	It("stays for whom another ImageShare declares, which may approve the rest", func() {
		tighten()
		s.share("silver", image, sharee(1))
		s.ready("silver")
		Eventually(func() []string { return s.heldBack("silver") }).Should(Equal([]string{
			"Revoke " + sharee(2) + " NotAllowed", "Revoke " + sharee(3) + " NotAllowed",
		}))
		s.approve("silver")
		Eventually(s.onImage(image)).Should(Equal(sharees1to(1)))
		s.ready("silver")
	})

	It("is held no more once the rules are loosened", func() {
		tighten()
		s.rules(v1alpha1.Rule{})
		s.ready("golden")
		Expect(s.get("golden").Status.HeldPlan.Hash).To(BeEmpty())
		Expect(s.onImage(image)()).To(Equal(sharees1to(3)))
	})
})
