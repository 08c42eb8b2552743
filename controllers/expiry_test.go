// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// expire sets when an ImageShare expires, as long from now as the operator sees
// it.
func (s *scene) expire(after time.Duration) {
	at := metav1.NewTime(s.clock.Now().Add(after).Truncate(time.Second))
	s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.ExpiresAt = at })
}

var _ = Describe("An ImageShare that expires", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	expired := func() {
		Eventually(s.condition("golden", v1alpha1.ConditionReady)).WithOffset(1).Should(be("True", v1alpha1.ReasonExpired, "Expired at"))
		golden := s.get("golden")
		Expect(golden.Status.Shared).To(Equal("0/0"))
		Expect(golden.Status.Ledger).To(BeEmpty())
		s.tells(v1alpha1.ConditionExpired, "True", v1alpha1.ReasonExpired, "")
	}

	It("lets go of its own to the second, and of nobody that another declares", func() {
		s.interval = time.Hour
		s.organize("golden", image, []string{productsPath}, sharee(1), sharee(2))
		s.share("silver", image, sharee(2))
		s.start()
		s.ready("golden")
		s.ready("silver")
		s.expire(3 * time.Second)
		s.ready("golden")
		Expect(s.onImage(image)()).To(HaveLen(2))
		expired()
		Expect(s.clock.Now()).To(BeTemporally("~", s.get("golden").Spec.ExpiresAt.Time, 5*time.Second))
		Expect(s.onImage(image)()).To(Equal([]string{sharee(2)}))
		Expect(s.resourceShares(image)).To(BeEmpty())
		s.ready("silver")

		By("and comes to life again with a later time")
		s.expire(time.Hour)
		s.ready("golden")
		Expect(s.onImage(image)()).To(HaveLen(2))
		Eventually(s.condition("golden", v1alpha1.ConditionExpired)).ShouldNot(HaveField("Status", BeEquivalentTo("True")))
	})

	It("lets go of the encryption role too", func() {
		s.share("golden", "m-encrypted", sharee(1))
		s.start()
		s.ready("golden")
		s.expire(-time.Minute)
		expired()
		Eventually(s.trusted).Should(BeNil())
		s.neverStranded()
	})

	It("that had expired when it was made declares nobody, and stays so when its image goes", func() {
		draft := s.draft("golden", image, sharee(1))
		draft.Spec.ExpiresAt = metav1.NewTime(s.clock.Now().Add(-time.Hour))
		s.create(draft)
		s.start()
		expired()
		Expect(s.onImage(image)()).To(BeEmpty())
		Expect(s.cloud.CountCalls(modify)).To(BeZero())
		Expect(s.cloud.DeleteImage(region, image)).To(Succeed())
		s.cloud.ForgetCalls()
		Eventually(func() int { return s.cloud.CountCalls(describe) }).Should(BeNumerically(">", 2))
		expired()
		s.delete("golden")
		Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }).Should(BeNil())
	})

	It("takes nothing away while it is suspended", func() {
		s.share("golden", image, sharee(1))
		s.start()
		s.ready("golden")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Suspend = true })
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonSuspended, "")
		s.expire(-time.Minute)
		Consistently(s.onImage(image), "2s").Should(Equal([]string{sharee(1)}))
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Suspend = false })
		expired()
		Expect(s.onImage(image)()).To(BeEmpty())
	})
})
