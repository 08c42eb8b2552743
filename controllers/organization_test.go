// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

var _ = Describe("An image shared with a folder", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	It("is had by everybody in the folder and below, and by nobody else", func() {
		s.organize("golden", image, []string{productsPath}, sharee(1))
		s.start()
		s.ready("golden")
		Expect(s.targets(image)()).To(Equal([]string{productsID}))
		Expect(s.onImage(image)()).To(Equal([]string{sharee(1)}))
		for account, want := range map[string]bool{inProducts: true, inTeam: true, inRoot: false, joiner: false, sharee(1): true} {
			Expect(s.has(image, account)()).To(Equal(want), account)
		}
		golden := s.get("golden")
		Expect(golden.Status.Shared).To(Equal("2/2"))
		Expect(golden.Status.ResourceShareID).To(Equal(s.resourceShares(image)[0].ID))
		Expect(string(golden.Status.Ledger[productsID].Path)).To(Equal(productsPath))
		s.tells(v1alpha1.ConditionOrganizationShared, "True", v1alpha1.ReasonSucceeded, "by resource share "+golden.Status.ResourceShareID)
		s.tells(v1alpha1.ConditionReady, "True", v1alpha1.ReasonSucceeded, "all 2 accounts, directories and folders")

		By("also by those who join later, until they leave")
		Expect(s.cloud.JoinDirectory(directoryID, joiner, teamID)).To(Succeed())
		Expect(s.has(image, joiner)()).To(BeTrue())
		Expect(s.cloud.LeaveDirectory(joiner)).To(Succeed())
		Expect(s.has(image, joiner)()).To(BeFalse())
	})

	It("is shared with no more than is declared, whatever is edited, and with nobody in the end", func() {
		s.organize("golden", image, []string{productsPath})
		s.start()
		s.ready("golden")
		s.declarePaths("golden", directoryID, sandboxPath)
		s.ready("golden")
		Eventually(s.targets(image)).Should(Equal([]string{sandboxesID, directoryID}))
		s.declarePaths("golden", sandboxPath)
		Eventually(s.targets(image)).Should(Equal([]string{sandboxesID}))
		s.declarePaths("golden")
		s.approve("golden")
		Eventually(s.targets(image)).Should(BeEmpty())
		Eventually(func() map[string]v1alpha1.LedgerEntry { return s.get("golden").Status.Ledger }).Should(BeEmpty())
		s.ready("golden")
		Expect(s.get("golden").Status.ResourceShareID).To(BeEmpty())
		s.declarePaths("golden", productsPath)
		s.ready("golden")
		s.delete("golden")
		Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }).Should(BeNil())
		Expect(s.resourceShares(image)).To(BeEmpty())
		Expect(s.has(image, inProducts)()).To(BeFalse())
	})

	It("is trusted with the folder's path before it is shared, when it is encrypted, and until it no longer is", func() {
		s.organize("golden", "m-encrypted", []string{teamPath, directoryID}, sharee(1))
		s.start()
		s.ready("golden")
		Expect(s.trusted()).To(Equal([]string{sharee(1), directoryID, teamPath}))
		Expect(s.has("m-encrypted", inTeam)()).To(BeTrue())
		Expect(s.sharer().Status.Role.Trust[teamPath].ImageShares).To(Equal([]string{s.namespace + "/golden"}))
		s.declarePaths("golden", teamPath)
		Eventually(s.targets("m-encrypted")).Should(Equal([]string{teamID}))
		Eventually(s.trusted).Should(Equal([]string{sharee(1), teamPath}))
		s.delete("golden")
		Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }).Should(BeNil())
		Eventually(s.trusted).Should(BeNil())
		Expect(s.resourceShares("m-encrypted")).To(BeEmpty())
		s.neverStranded()
	})

	It("is one resource share for all its ImageShares, each letting go of its own only", func() {
		s.organize("golden", image, []string{productsPath, sandboxPath})
		s.organize("silver", image, []string{productsPath, directoryID})
		s.start()
		s.ready("golden")
		s.ready("silver")
		Expect(s.resourceShares(image)).To(HaveLen(1))
		Expect(s.targets(image)()).To(Equal([]string{productsID, sandboxesID, directoryID}))
		s.delete("golden")
		Eventually(s.targets(image)).Should(Equal([]string{productsID, directoryID}))
		s.delete("silver")
		Eventually(s.resourceShares).WithArguments(image).Should(BeEmpty())
	})

	It("stays shared when it is deleted under Retain, and is taken over by the next", func() {
		s.organize("golden", "m-encrypted", []string{productsPath})
		s.start()
		s.ready("golden")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain })
		s.delete("golden")
		Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }).Should(BeNil())
		Expect(s.has("m-encrypted", inProducts)()).To(BeTrue())
		s.organize("silver", "m-encrypted", []string{productsPath})
		s.ready("silver")
		Expect(s.get("silver").Status.Ledger[productsID].Origin).To(Equal(v1alpha1.OriginFound))
		Expect(s.resourceShares("m-encrypted")).To(HaveLen(1))
		s.neverStranded()
	})
})
