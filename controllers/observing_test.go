// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// setMode changes the mode of the ImageShare golden.
func (s *scene) setMode(mode v1alpha1.Mode) {
	s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Mode = mode })
}

// observe creates the ImageShare golden to see what would be done.
func (s *scene) observe(imageID string, accounts ...string) {
	draft := s.draft("golden", imageID, accounts...)
	draft.Spec.Mode = v1alpha1.ModeObserve
	s.create(draft)
}

// untouched checks that nothing was written to the cloud since so many writes.
func (s *scene) untouched(since int) {
	written := slices.DeleteFunc(s.cloud.Journal()[since:], func(e simcloud.Entry) bool { return e.ByHand })
	ExpectWithOffset(1, written).To(BeEmpty())
}

var _ = Describe("An ImageShare that observes", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.start()
	})

	observes := func(message string) {
		Eventually(s.condition("golden", v1alpha1.ConditionReady)).WithOffset(1).Should(be("Unknown", v1alpha1.ReasonObserving, message))
	}

	It("shows whom it would share an image with, and does so once it is enforced", func() {
		s.observe("m-encrypted", sharee(1), sharee(2))
		s.declarePaths("golden", productsPath)
		observes("Observing: the operator would share the image with " + sharee(1) + ", " + sharee(2) + ", " + productsPath + ", and does nothing")
		Expect(s.apart("golden", sharee(1))().State).To(Equal(v1alpha1.ShareeWouldGrant))
		golden := s.get("golden")
		Expect(golden.Status.Shared).To(Equal("0/3"))
		Expect(golden.Status.Encrypted).To(Equal(v1alpha1.EncryptedYes))
		Expect(golden.Finalizers).To(BeEmpty())
		s.tells(v1alpha1.ConditionImageShareable, "True", v1alpha1.ReasonShareable, "")
		s.untouched(0)

		s.setMode(v1alpha1.ModeEnforce)
		s.ready("golden")
		Expect(s.onImage("m-encrypted")()).To(HaveLen(2))
		s.neverStranded()
	})

	It("shows what it would take away, keeps it, and takes nothing away when it is deleted", func() {
		s.organize("golden", image, []string{productsPath}, sharee(1), sharee(2))
		s.ready("golden")
		s.setMode(v1alpha1.ModeObserve)
		observes("Observing: everything is as declared, and nothing would be done")
		before := len(s.cloud.Journal())
		s.edit("golden", func(o *v1alpha1.ImageShare) {
			o.Spec.Sharees = v1alpha1.Sharees{AccountIDs: ids([]string{sharee(1), sharee(3)})}
		})
		observes("would share the image with " + sharee(3) + ", and would stop sharing it with " + sharee(2) + ", " + productsID)
		Expect(s.apart("golden", sharee(2))().State).To(Equal(v1alpha1.ShareeWouldRevoke))
		Expect(s.apart("golden", productsID)().State).To(Equal(v1alpha1.ShareeWouldRevoke))

		By("and would say so of all once it has expired")
		s.expire(-time.Minute)
		observes("would stop sharing it with " + sharee(1) + ", " + sharee(2) + ", " + productsID)
		s.delete("golden")
		Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }).Should(BeNil())
		Expect(s.onImage(image)()).To(Equal([]string{sharee(1), sharee(2)}))
		Expect(s.targets(image)()).To(Equal([]string{productsID}))
		s.untouched(before)
	})

	It("is told what is in the way", func() {
		s.observe("m-service", sharee(1))
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonServiceKey, "")
		s.untouched(0)
	})

	It("shields what it declares from its siblings, and shows nothing of theirs", func() {
		s.share("silver", image, sharee(1), sharee(2))
		s.ready("silver")
		s.observe(image, sharee(2))
		observes("everything is as declared")
		s.delete("silver")
		Eventually(s.onImage(image)).Should(Equal([]string{sharee(2)}))
	})
})
