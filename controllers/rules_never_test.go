// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

var _ = Describe("What no rule ever admitted: the operator", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	It("takes nobody away on account of an ImageShare that no rule ever admitted", func() {
		s.byHand(sharee(9))
		r := s.loop()
		s.share("golden", image, sharee(1))
		s.look(r)
		Expect(s.heldBack("golden")).To(Equal([]string{"Revoke " + sharee(9) + " BeforeTakeover"}))
		s.rules(v1alpha1.Rule{AccountIDs: ids([]string{sharee(1)}), Images: v1alpha1.RuleImages{}}, v1alpha1.Rule{Images: v1alpha1.RuleImages{Families: []string{"nothing"}}})
		s.share("evil", image, sharee(9))
		s.look(r)
		s.look(r)
		s.delete("evil")
		s.look(r)
		Expect(s.onImage(image)()).To(ContainElement(sharee(9)))
	})

	It("takes no approval of an ImageShare that no rule admits, and none of it when it is deleted", func() {
		s.byHand(sharee(9))
		r := s.loop()
		s.share("golden", image, sharee(1))
		s.look(r)
		hash := s.get("golden").Status.HeldPlan.Hash
		Expect(hash).NotTo(BeEmpty())
		s.rules(v1alpha1.Rule{AccountIDs: ids([]string{sharee(1)})}, v1alpha1.Rule{Images: v1alpha1.RuleImages{Families: []string{"nothing"}}})
		d := s.draft("evil", image, sharee(3))
		d.Annotations = map[string]string{v1alpha1.ApprovedPlan: hash}
		d.Finalizers = []string{v1alpha1.Finalizer}
		s.create(d)
		s.look(r)
		Expect(s.onImage(image)()).To(ContainElement(sharee(9)), "refused: no approval")
		s.delete("evil")
		s.look(r)
		Expect(s.onImage(image)()).To(ContainElement(sharee(9)), "deleted: no approval")
	})

	It("keeps nobody on account of one that only observes and was never admitted", func() {
		r := s.loop()
		s.share("golden", image, sharee(1), sharee(2))
		s.look(r)
		s.rules(v1alpha1.Rule{AccountIDs: ids([]string{sharee(1), sharee(2)}), Images: v1alpha1.RuleImages{}}, v1alpha1.Rule{Images: v1alpha1.RuleImages{Families: []string{"nothing"}}})
		d := s.draft("evil", image, sharee(2), sharee(3))
		keep(d)
		d.Spec.Mode = v1alpha1.ModeObserve
		s.create(d)
		s.look(r)
		s.delete("golden")
		s.look(r)
		s.look(r)
		Expect(s.onImage(image)()).To(BeEmpty())
	})
})
