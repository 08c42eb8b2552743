// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// A pass looks twice: at the cache, and live before it acts. In between an
// ImageShare may have become another.
var _ = Describe("An ImageShare that the live look finds changed", func() {
	var (
		s *scene
		r *ImageShareReconciler
	)
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		r = s.loop()
	})

	// What is not in the ledger would stay when the ImageShare is deleted a
	// moment later: it was let go at once, with everybody on the image.
	mustHaveInItsLedger := func(accounts ...string) {
		GinkgoHelper()
		now := s.get("golden")
		if meta.IsStatusConditionTrue(now.Status.Conditions, v1alpha1.ConditionReady) {
			Expect(now.Status.Ledger).To(HaveLen(len(accounts)))
			Expect(now.Finalizers).To(ContainElement(v1alpha1.Finalizer))
		}
		Expect(now.Status.Shared).NotTo(HavePrefix("2/"), "nobody is shared by an ImageShare whose ledger does not say so")
		r.Client = r.Client.(*hindsight).Client
		for range 3 {
			s.look(r)
		}
		Expect(s.get("golden").Status.Shared).To(Equal("2/2"))
		s.delete("golden")
		for range 3 {
			s.look(r)
		}
		Expect(s.get("golden")).To(BeNil())
		Expect(s.onImage(image)()).To(BeEmpty())
	}

	It("is not told to share what the one before it under its name has left", func() {
		s.share("golden", image, sharee(1), sharee(2))
		s.look(r)
		s.delete("golden")
		old := s.hindsight(r.Client)
		s.discard(s.get("golden"))
		s.share("golden", image, sharee(1), sharee(2))
		s.lookBehind(r, old)
		mustHaveInItsLedger(sharee(1), sharee(2))
	})

	It("is not told to share whom an edit has declared who was there before", func() {
		s.share("golden", image, sharee(1))
		s.look(r)
		Expect(s.cloud.ShareByHand(region, image, []string{sharee(2)}, nil)).To(Succeed())
		Expect(s.cloud.ShareByHand(region, image, nil, []string{sharee(1)})).To(Succeed())
		old := s.hindsight(r.Client)
		s.edit("golden", func(o *v1alpha1.ImageShare) {
			o.Spec.Sharees.AccountIDs = []v1alpha1.AccountID{v1alpha1.AccountID(sharee(1)), v1alpha1.AccountID(sharee(2))}
		})
		s.lookBehind(r, old)
		mustHaveInItsLedger(sharee(1), sharee(2))
	})
})
