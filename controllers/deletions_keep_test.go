// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// expireNow lets an ImageShare expire.
func (s *scene) expireNow(name string) {
	s.edit(name, func(o *v1alpha1.ImageShare) {
		o.Spec.ExpiresAt.Time = s.clock.Now().Add(-time.Minute).Truncate(time.Second)
	})
}

// settled deletes some ImageShares and answers which of them are held in the
// end: what was let through first may be done before the gate closes.
func (s *scene) settled(names []string) (left []string) {
	s.deleteAll(names)
	Eventually(func(g Gomega) {
		left = s.there(names)()
		g.Expect(len(left)).To(And(BeNumerically(">=", len(names)-3), BeEquivalentTo(s.sharer().Status.HeldDeletions.Count)))
		for _, name := range left {
			g.Expect(s.condition(name, v1alpha1.ConditionReady)()).To(be("False", v1alpha1.ReasonDeletionHeld, ""))
		}
	}).WithOffset(1).Should(Succeed())
	return left
}

var _ = Describe("Held deletions", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.interval = time.Minute
		s.letThrough(3)
		s.start()
	})

	It("are undone without anybody losing access: Retain, and applying the same again", func() {
		names := s.herd(30)
		s.deleteAll(names)
		Eventually(func() int { return int(s.sharer().Status.HeldDeletions.Count) }).Should(BeNumerically(">", 20))
		kept := s.there(names)()
		kept = slices.DeleteFunc(kept, func(name string) bool { return slices.Contains(s.stripped(names)(), name) })
		Expect(len(kept)).To(BeNumerically(">=", 27), "no more than three were let through")
		entries := len(s.cloud.Journal())
		s.retain(kept)
		Eventually(s.there(names)).Should(BeEmpty())
		s.shareAll(kept)
		for _, name := range kept {
			Expect(s.onImage(name)()).To(Equal([]string{sharee(1)}))
		}
		for _, entry := range s.cloud.Journal()[entries:] {
			Expect(entry.Remove).To(BeEmpty())
		}
		Eventually(func() string { return s.sharer().Status.HeldDeletions.Hash }).Should(BeEmpty())
	})

	It("stay held when the operator is started anew, and are let go by their name", func() {
		left := s.settled(s.herd(8))
		held := s.sharer().Status.HeldDeletions
		s.stop()
		s.start()
		s.stayHeld(left)
		Expect(s.sharer().Status.HeldDeletions).To(Equal(held))
		s.stop()
		s.approveDeletions(held.Hash)
		s.start()
		Eventually(s.there(left)).Should(BeEmpty())
	})

	It("wait quietly", func() {
		s.stop()
		s.interval = 300 * time.Millisecond
		s.start()
		left := s.settled(s.herd(6))
		for _, name := range left {
			Eventually(s.condition(name, v1alpha1.ConditionAccountsShared)).Should(be("Unknown", v1alpha1.ReasonDeletionHeld, ""), "it is not looked for")
		}
		Eventually(s.notices(v1alpha1.ReasonDeletionsHeld)).ShouldNot(BeEmpty())
		Eventually(s.notices(v1alpha1.ReasonDeletionHeld)).Should(HaveLen(len(left)))
		written, described := s.writes.Load(), s.cloud.CountCalls(describe)
		Consistently(s.writes.Load, "3s").Should(Equal(written))
		Expect(s.cloud.CountCalls(describe)).To(Equal(described), "nothing is wanted of the images")
		s.stayHeld(left)
	})

	It("are let go with a SharerAccount that is deleted too, as when the kinds are deleted", func() {
		left := s.settled(s.herd(6))
		Expect(kube.Delete(s.ctx, s.sharer())).To(Succeed())
		Eventually(s.sharerCondition("default", v1alpha1.ConditionReady)).Should(be("False", v1alpha1.ReasonDeletionsHeld, ""))
		s.stayHeld(left)
		s.approveDeletions(s.sharer().Status.HeldDeletions.Hash)
		Eventually(s.there(left)).Should(BeEmpty())
		Expect(s.stripped(left)()).To(Equal(left))
		Eventually(func() error {
			return kube.Get(s.ctx, client.ObjectKey{Name: "default"}, &v1alpha1.SharerAccount{})
		}).ShouldNot(Succeed())
	})
})
