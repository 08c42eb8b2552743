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

var _ = Describe("Sharing an image with accounts", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.start()
	})

	It("shares with everyone declared, ten at a time, and says so", func() {
		s.share("golden", image, sharees1to(25)...)
		s.ready("golden")
		Expect(s.onImage(image)()).To(Equal(sharees1to(25)))
		Expect(s.cloud.CountCalls("ModifyImageSharePermission")).To(Equal(3))
		got := s.get("golden")
		Expect(got.Status.Shared).To(Equal("25/25"))
		Expect(got.Status.NotShared).To(BeEmpty())
		Expect(got.Status.ObservedGeneration).To(Equal(got.Generation))
		Expect(got.Status.Ledger).To(HaveLen(25))
		Expect(got.Finalizers).To(ConsistOf(v1alpha1.Finalizer))
		Eventually(s.notices(eventGranted)).Should(ConsistOf(ContainSubstring(sharee(1))))
	})

	It("follows every edit", func() {
		s.share("golden", image, sharee(1), sharee(2))
		s.ready("golden")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids([]string{sharee(2), sharee(3)}) })
		Eventually(s.onImage(image)).Should(Equal([]string{sharee(2), sharee(3)}))
		s.ready("golden")
		Eventually(s.notices(eventRevoked)).Should(ConsistOf(ContainSubstring(sharee(1))))
	})

	It("shares with the union of all ImageShares of an image", func() {
		s.share("one", image, sharee(1), sharee(2))
		s.share("two", image, sharee(2), sharee(3))
		s.ready("one")
		s.ready("two")
		Expect(s.onImage(image)()).To(Equal(sharees1to(3)))
		Expect(s.get("two").Status.Ledger).To(HaveLen(2))

		By("deleting one, only what nobody else declares goes")
		s.delete("one")
		Eventually(func() any { return s.get("one") }).Should(BeNil())
		Expect(s.onImage(image)()).To(Equal([]string{sharee(2), sharee(3)}))
		s.ready("two")
	})

	It("takes everything away when the last ImageShare is deleted", func() {
		s.share("golden", image, sharee(1), sharee(2))
		s.ready("golden")
		s.delete("golden")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
		Expect(s.onImage(image)()).To(BeEmpty())
	})

	It("leaves everything in place under Retain, and says what", func() {
		s.share("golden", image, sharee(1))
		s.ready("golden")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain })
		s.delete("golden")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
		Expect(s.onImage(image)()).To(ConsistOf(sharee(1)))
		Eventually(s.notices(eventRetained)).Should(ConsistOf(ContainSubstring(sharee(1))))

		By("applying it again, it takes over what is there without a write")
		writes := s.cloud.CountCalls("ModifyImageSharePermission")
		s.share("golden", image, sharee(1))
		s.ready("golden")
		Expect(s.get("golden").Status.Ledger[sharee(1)].Origin).To(Equal(v1alpha1.OriginFound))
		Expect(s.cloud.CountCalls("ModifyImageSharePermission")).To(Equal(writes))
	})

	It("keeps its hands off while suspended, also when deleted", func() {
		s.share("golden", image, sharee(1))
		s.ready("golden")
		s.edit("golden", func(o *v1alpha1.ImageShare) {
			o.Spec.Suspend = true
			o.Spec.Sharees.AccountIDs = ids([]string{sharee(2)})
		})
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonSuspended, "nothing is granted")
		Consistently(s.onImage(image)).Should(ConsistOf(sharee(1)))
		s.delete("golden")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
		Expect(s.onImage(image)()).To(ConsistOf(sharee(1)))
	})

	It("writes nothing while the SharerAccount is suspended, and goes on afterwards", func() {
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Suspend = true })
		s.share("golden", image, sharee(1))
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonSuspended, `SharerAccount "default" is suspended`)
		Consistently(s.onImage(image)).Should(BeEmpty())
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Suspend = false })
		s.ready("golden")
		Expect(s.onImage(image)()).To(ConsistOf(sharee(1)))
	})

	It("puts back an account that somebody removed by hand", func() {
		s.share("golden", image, sharee(1), sharee(2))
		s.ready("golden")
		Expect(s.cloud.ShareByHand(region, image, nil, []string{sharee(1)})).To(Succeed())
		Eventually(s.onImage(image)).Should(Equal(sharees1to(2)))
		s.ready("golden")
	})

	It("puts back everybody when somebody removed all by hand", func() {
		s.share("golden", image, sharee(1), sharee(2))
		s.ready("golden")
		Expect(s.cloud.ShareByHand(region, image, nil, sharees1to(2))).To(Succeed())
		Eventually(s.onImage(image)).Should(Equal(sharees1to(2)))
		s.ready("golden")
	})

	It("reports an account that somebody added by hand, and leaves it where that is wanted", func() {
		draft := s.draft("golden", image, sharee(1))
		keep(draft)
		s.create(draft)
		s.ready("golden")
		Expect(s.cloud.ShareByHand(region, image, []string{sharee(9)}, nil)).To(Succeed())
		s.tells(v1alpha1.ConditionUndeclaredSharees, "True", v1alpha1.ReasonUndeclared, sharee(9))
		s.ready("golden")
		Expect(s.get("golden").Status.Undeclared).To(ConsistOf(v1alpha1.Sharee(sharee(9))))
		Consistently(s.onImage(image)).Should(ConsistOf(sharee(1), sharee(9)))
		Expect(s.notices(v1alpha1.ReasonUndeclared)()).To(HaveLen(1))

		By("deleting the ImageShare, it still stays")
		s.delete("golden")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
		Expect(s.onImage(image)()).To(ConsistOf(sharee(9)))
	})

	It("swaps one of fifty of fifty, the leaving one first", func() {
		s.share("golden", image, sharees1to(50)...)
		s.ready("golden")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(append(sharees1to(49), sharee(51))) })
		s.ready("golden")
		Expect(s.onImage(image)()).To(ConsistOf(append(sharees1to(49), sharee(51))))
		for _, entry := range s.cloud.Journal() {
			Expect(entry.Code).To(Equal(simcloud.CodeOK), "nothing was ever refused")
		}
	})

	It("looks at once when asked to", func() {
		s.stop()
		s.interval = time.Hour
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		Expect(s.cloud.ShareByHand(region, image, nil, []string{sharee(1)})).To(Succeed())
		s.edit("golden", func(o *v1alpha1.ImageShare) {
			o.Annotations = map[string]string{v1alpha1.ReconcileRequestedAt: "now"}
		})
		Eventually(s.onImage(image)).Should(ConsistOf(sharee(1)))
		Eventually(func() string { return s.get("golden").Status.LastHandledReconcileAt }).Should(Equal("now"))
	})
})
