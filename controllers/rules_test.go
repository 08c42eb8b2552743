// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// rules replaces the rules of the SharerAccount default. A rule that names no
// namespace is for every one.
func (s *scene) rules(rules ...v1alpha1.Rule) {
	for i := range rules {
		if names := &rules[i].Namespaces; len(names.Names) == 0 && len(names.MatchLabels) == 0 {
			names.Names = []string{"*"}
		}
	}
	s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Rules = rules })
}

// refused waits until the ImageShare golden is not admitted, for a reason.
func (s *scene) refused(message string) {
	EventuallyWithOffset(1, s.condition("golden", v1alpha1.ConditionReady)).Should(be("False", v1alpha1.ReasonNotAllowed, message))
	EventuallyWithOffset(1, s.condition("golden", stalled)).Should(be("True", v1alpha1.ReasonNotAllowed, message))
}

// label sets the label shares of the namespace; an empty value takes it off.
func (s *scene) label(value string) {
	Eventually(func() error {
		ns := &corev1.Namespace{}
		if err := kube.Get(s.ctx, client.ObjectKey{Name: s.namespace}, ns); err != nil {
			return err
		}
		if ns.Labels["shares"] = value; value == "" {
			delete(ns.Labels, "shares")
		}
		return kube.Update(s.ctx, ns)
	}).Should(Succeed())
}

// confirm sets the annotation by which somebody answers for an image.
func (s *scene) confirm(name, imageID string) {
	s.edit(name, func(o *v1alpha1.ImageShare) { o.Annotations = map[string]string{v1alpha1.SecurityConfirmed: imageID} })
}

// In each of these the ImageShare is older than the rule, so that the loop alone
// can refuse it.
var _ = DescribeTable("What a rule of the SharerAccount does not admit is granted nothing more, and keeps what it has",
	func(ctx context.Context, imageID string, rule v1alpha1.Rule, message string, mend func(s *scene)) {
		s := newScene(ctx)
		s.start()
		s.share("golden", imageID, sharee(1), sharee(2))
		s.ready("golden")
		s.rules(rule)
		s.refused(message)
		Eventually(s.notices(v1alpha1.ReasonNotAllowed)).Should(ContainElement(ContainSubstring(message)))

		By("an account that is taken off by hand is not put back, and nobody is taken away")
		Expect(s.cloud.ShareByHand(region, imageID, nil, []string{sharee(2)})).To(Succeed())
		Consistently(s.onImage(imageID)).Should(Equal([]string{sharee(1)}))
		Eventually(func() map[string]v1alpha1.LedgerEntry { return s.get("golden").Status.Ledger }).Should(HaveLen(1))

		By("once it is as the rule asks, it is granted again")
		mend(s)
		s.clock.forward(minute)
		s.ready("golden")
		Expect(s.onImage(imageID)()).To(HaveLen(2))
	},
	Entry("namespaces.names", image, v1alpha1.Rule{Namespaces: v1alpha1.RuleNamespaces{Names: []string{"elsewhere"}}},
		"is not among its namespaces", func(s *scene) {
			s.rules(v1alpha1.Rule{Namespaces: v1alpha1.RuleNamespaces{Names: []string{s.namespace}}})
		}),
	Entry("namespaces.matchLabels", image, v1alpha1.Rule{Namespaces: v1alpha1.RuleNamespaces{MatchLabels: map[string]v1alpha1.RuleValue{"shares": "images"}}},
		"lacks the label shares=images", func(s *scene) { s.label("images") }),
	Entry("images.ids", image, v1alpha1.Rule{Images: v1alpha1.RuleImages{IDs: []string{"m-second"}}},
		"rules[0]: image m-golden is not among its images", func(s *scene) { s.rules(v1alpha1.Rule{Images: v1alpha1.RuleImages{IDs: []string{image}}}) }),
	Entry("images.families", image, v1alpha1.Rule{Images: v1alpha1.RuleImages{Families: []string{"ubuntu"}}},
		`the image is in no image family`, func(s *scene) { s.rules(v1alpha1.Rule{}) }),
	Entry("images.tags", image, v1alpha1.Rule{Images: v1alpha1.RuleImages{Tags: map[string]v1alpha1.RuleValue{"scrubbed": "true"}}},
		"the image lacks the tag scrubbed=true", func(s *scene) {
			Expect(s.cloud.SetImageTags(region, image, []simcloud.Tag{{Key: "scrubbed", Value: "true"}})).To(Succeed())
		}),
	Entry("regions", image, v1alpha1.Rule{Regions: []string{"cn-beijing"}},
		"region cn-hangzhou is not among its regions", func(s *scene) { s.rules(v1alpha1.Rule{Regions: []string{region}}) }),
	Entry("accountIDs", image, v1alpha1.Rule{AccountIDs: ids([]string{sharee(1), sharee(3)})},
		"it does not admit "+sharee(2), func(s *scene) { s.rules(v1alpha1.Rule{AccountIDs: ids(sharees1to(2))}) }),
	Entry("resourceDirectoryPaths", image, v1alpha1.Rule{ResourceDirectoryPaths: []v1alpha1.ResourceDirectoryPath{productsPath}},
		"it does not admit "+sharee(1)+", "+sharee(2), func(s *scene) { s.rules(v1alpha1.Rule{}) }),
	Entry("maxSharees", image, v1alpha1.Rule{MaxSharees: 1},
		"2 sharees are declared, and it admits 1", func(s *scene) { s.rules(v1alpha1.Rule{MaxSharees: 2}) }),
	Entry("requireEncryption", image, v1alpha1.Rule{RequireEncryption: true},
		"the image is not encrypted", func(s *scene) { s.rules(v1alpha1.Rule{}) }),
	Entry("requireConfirmation", image, v1alpha1.Rule{RequireConfirmation: true},
		"imageshare.alibabacloud.com/security-confirmed=m-golden on this ImageShare", func(s *scene) { s.confirm("golden", image) }),
	Entry("paidImages", "m-paid", v1alpha1.Rule{PaidImages: v1alpha1.PaidImagesDeny},
		"the image derives from a paid image", func(s *scene) { s.rules(v1alpha1.Rule{PaidImages: v1alpha1.PaidImagesAllow}) }),
)
