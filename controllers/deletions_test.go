// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// herd makes so many images, and an ImageShare for each, of the same name, and
// waits until all are Ready.
func (s *scene) herd(count int) []string {
	var names []string
	for i := range count {
		name := fmt.Sprintf("m-herd%02d", i)
		Expect(s.cloud.AddImage(simcloud.Image{ID: name, Region: region, Owner: sharerID})).To(Succeed())
		names = append(names, name)
	}
	s.shareAll(names)
	return names
}

// shareAll declares an ImageShare for each of some images, of the same name, and
// waits until all are Ready: a few at a time, as an account has few calls under
// way.
func (s *scene) shareAll(names []string) {
	for some := range slices.Chunk(names, 4) {
		for _, name := range some {
			s.share(name, name, sharee(1))
		}
		for _, name := range some {
			s.ready(name)
		}
	}
}

// letThrough sets how many deletions are let through.
func (s *scene) letThrough(deletions int32) {
	s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Limits.Deletions = deletions })
}

// deleteAll deletes ImageShares one right after the other.
func (s *scene) deleteAll(names []string) {
	for _, name := range names {
		s.delete(name)
	}
}

// there are those of some ImageShares that are still there.
func (s *scene) there(names []string) func() []string {
	return func() (out []string) {
		for _, name := range names {
			if s.get(name) != nil {
				out = append(out, name)
			}
		}
		return out
	}
}

// stripped are those of some images that nobody has any more.
func (s *scene) stripped(names []string) func() []string {
	return func() (out []string) {
		for _, name := range names {
			if len(s.onImage(name)()) == 0 {
				out = append(out, name)
			}
		}
		return out
	}
}

// heldDeletions waits until so many deletions are held, and answers what the
// SharerAccount tells of them.
func (s *scene) heldDeletions(count int) v1alpha1.HeldDeletions {
	Eventually(func() int { return int(s.sharer().Status.HeldDeletions.Count) }).WithOffset(1).Should(Equal(count))
	return s.sharer().Status.HeldDeletions
}

// approveDeletions approves on the SharerAccount.
func (s *scene) approveDeletions(hash string) {
	s.editSharer(func(o *v1alpha1.SharerAccount) { o.Annotations = map[string]string{v1alpha1.ApprovedPlan: hash} })
}

// retain patches deletionPolicy Retain.
func (s *scene) retain(names []string) {
	for _, name := range names {
		patch := client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"deletionPolicy":"Retain"}}`))
		Expect(client.IgnoreNotFound(kube.Patch(s.ctx, s.draft(name, name), patch))).To(Succeed())
	}
}

// stayHeld expects that nothing is taken away for a while.
func (s *scene) stayHeld(names []string) {
	Consistently(s.stripped(names), "2s").WithOffset(1).Should(BeEmpty())
	ExpectWithOffset(1, s.there(names)()).To(Equal(names))
}

var _ = Describe("Many ImageShares deleted at a time", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.interval = time.Hour
		s.letThrough(3)
		s.start()
	})

	It("go when they are no more than are allowed", func() {
		names := s.herd(4)
		s.edit(names[3], func(o *v1alpha1.ImageShare) { o.Spec.Suspend = true })
		s.deleteAll(names)
		Eventually(s.there(names)).Should(BeEmpty())
		Expect(s.stripped(names)()).To(Equal(names[:3]), "one that is suspended takes nothing away, and does not count")
		Expect(s.sharer().Status.HeldDeletions.Hash).To(BeEmpty())
	})

	It("wait when they are more, say so, and go once somebody approves these", func() {
		names := s.herd(8)
		s.deleteAll(names[:3])
		Eventually(s.there(names[:3])).Should(BeEmpty())
		rest := names[3:7]
		s.deleteAll(rest)
		held := s.heldDeletions(4)
		s.stayHeld(rest)
		Expect(held.Until.Sub(held.Since.Time)).To(Equal(time.Hour))
		Expect(held.ImageShares).To(Equal([]string{s.namespace + "/" + rest[0], s.namespace + "/" + rest[1], s.namespace + "/" + rest[2], s.namespace + "/" + rest[3]}))
		until := held.Until.UTC().Format(time.RFC3339)
		for _, name := range rest {
			Expect(s.condition(name, v1alpha1.ConditionReady)()).To(be("False", v1alpha1.ReasonDeletionHeld, "held until "+until))
			Expect(s.condition(name, v1alpha1.ConditionStalled)()).To(be("True", v1alpha1.ReasonDeletionHeld, `approve that on SharerAccount "default"`))
		}
		Eventually(s.sharerCondition("default", v1alpha1.ConditionDeletionsHeld)).Should(be("True", v1alpha1.ReasonDeletionsHeld,
			"More ImageShares than the limit of 3 were deleted within 10m0s, so that 4 are held until "+until))
		Expect(s.sharerCondition("default", v1alpha1.ConditionReady)()).To(be("False", v1alpha1.ReasonDeletionsHeld, v1alpha1.ApprovedPlan+"="+held.Hash))
		Expect(s.sharerCondition("default", v1alpha1.ConditionStalled)()).To(be("True", v1alpha1.ReasonDeletionsHeld, "set deletionPolicy to Retain"))

		By("another image, and an ImageShare that expires, are not concerned")
		s.expireNow(names[7])
		Eventually(s.onImage(names[7])).Should(BeEmpty())

		By("approving them")
		s.approveDeletions(held.Hash)
		Eventually(s.there(rest)).Should(BeEmpty())
		Expect(s.stripped(rest)()).To(Equal(rest))
		Eventually(s.sharerCondition("default", v1alpha1.ConditionReady)).Should(be("True", v1alpha1.ReasonSucceeded, ""))
		Eventually(func() any { return s.sharer().Status.ReleasedDeletions }).Should(BeNil())
		Expect(s.sharerCondition("default", v1alpha1.ConditionDeletionsHeld)()).To(HaveField("Status", BeEmpty()))

		By("deleting another, which that approval is not of")
		s.share("late", names[0], sharee(1))
		s.ready("late")
		s.delete("late")
		Expect(s.heldDeletions(1).Hash).NotTo(Equal(held.Hash))
		Consistently(s.onImage(names[0])).Should(HaveLen(1))
	})

	It("go when the countdown is over", func() {
		names := s.herd(5)
		left := s.settled(names)
		s.clock.forward(time.Hour - 8*time.Second)
		s.editSharer(func(o *v1alpha1.SharerAccount) {
			o.Annotations = map[string]string{v1alpha1.ReconcileRequestedAt: "now"}
		})
		Eventually(func() string { return s.sharer().Status.LastHandledReconcileAt }).Should(Equal("now"))
		Expect(s.there(names)()).To(Equal(left), "not a second before")
		Eventually(s.there(names)).Should(BeEmpty())
		Expect(s.stripped(names)()).To(Equal(names))
		Eventually(func() string { return s.sharer().Status.HeldDeletions.Hash }).Should(BeEmpty())
	})

	It("go when the limit is raised to as many", func() {
		names := s.herd(7)
		s.settled(names)
		s.letThrough(7)
		Eventually(s.there(names)).Should(BeEmpty())
	})
})
