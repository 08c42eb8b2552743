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

var _ = Describe("Reading the cloud's answers", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	It("an image that is deleted: believed at the second look, a minute later", func() {
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		Expect(s.cloud.DeleteImage(region, image)).To(Succeed())
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonImageNotFound, "Looking again in a minute")
		Expect(s.get("golden").Status.Ledger).To(HaveLen(1))
		s.clock.forward(minute)
		s.ask("golden", "after a minute")
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonImageNotFound, "check the ID and the region")
		Expect(s.get("golden").Status.Ledger).To(BeEmpty())
		s.delete("golden")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
	})

	It("a look that is denied: never taken for an image that is gone", func() {
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		s.allow("ecs:ModifyImageSharePermission")
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonDenied, "")
		s.clock.forward(time.Hour)
		s.delete("golden")
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonDenied, "")
		Consistently(func() any { return s.get("golden") }).ShouldNot(BeNil())
		Expect(s.get("golden").Status.Ledger).To(HaveLen(1))
		s.allow("ecs:*")
		s.ask("golden", "again")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
		Expect(s.onImage(image)()).To(BeEmpty())
	})

	It("every dialect of the cloud", func() {
		s.start()
		for name, values := range simcloud.DialectValues() {
			if name == "deniedRead" || name == "creatingImage" {
				continue // About other calls than those made here.
			}
			for _, value := range values {
				By(name + ": " + value)
				s.clock.forward(minute) // The account's budget fills up again.
				Expect(s.cloud.SetDialect(name, value)).To(Succeed())
				s.share("golden", image, append(sharees1to(11), "9999999999999999")...)
				s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonShareesFailed, "9999999999999999")
				Expect(s.onImage(image)()).To(Equal(sharees1to(11)))
				Expect(s.cloud.ShareByHand(region, image, nil, []string{sharee(3)})).To(Succeed())
				s.delete("golden")
				Eventually(func() any { return s.get("golden") }).Should(BeNil())
				Expect(s.onImage(image)()).To(BeEmpty())
			}
			Expect(s.cloud.SetDialect(name, values[0])).To(Succeed())
		}
	})
})
