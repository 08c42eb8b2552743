// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// A rule that asks what only the loop can tell, so that admission lets through
// what it refuses.
var scrubbed = v1alpha1.Rule{Images: v1alpha1.RuleImages{Tags: map[string]v1alpha1.RuleValue{"scrubbed": "true"}}}

func (s *scene) scrub(imageID string) {
	Expect(s.cloud.SetImageTags(region, imageID, []simcloud.Tag{{Key: "scrubbed", Value: "true"}})).To(Succeed())
}

// undecided waits until nobody knows whether the ImageShare golden is admitted.
func (s *scene) undecided(message string) {
	EventuallyWithOffset(1, s.condition("golden", v1alpha1.ConditionReady)).Should(be("Unknown", v1alpha1.ReasonUndecided, message))
}

var _ = Describe("Rules that are tightened", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.start()
		s.share("golden", image, sharee(1), sharee(2))
		s.ready("golden")
		s.rules(v1alpha1.Rule{Regions: []string{"cn-beijing"}})
		s.refused("region cn-hangzhou is not among its regions")
	})

	gone := func() *v1alpha1.ImageShare { return s.get("golden") }

	It("do not stop a deletion from taking away what was granted", func() {
		s.delete("golden")
		Eventually(gone).Should(BeNil())
		Expect(s.onImage(image)()).To(BeEmpty())
	})

	It("do not stop Retain from leaving it, before the deletion", func() {
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain })
		s.delete("golden")
		Eventually(gone).Should(BeNil())
		Expect(s.onImage(image)()).To(HaveLen(2))
	})

	It("do not stop Retain after the deletion either, when the credentials are gone", func() {
		s.deleteSecret()
		s.clock.forward(minute)
		Eventually(s.condition("golden", v1alpha1.ConditionReady)).Should(be("False", v1alpha1.ReasonSharerAccountNotReady, "Secret"))
		s.delete("golden")
		Consistently(gone).ShouldNot(BeNil())
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain })
		Eventually(gone).Should(BeNil())
		Expect(s.onImage(image)()).To(HaveLen(2))
	})

	It("do not stop anybody from taking the finalizer off", func() {
		s.stop()
		s.delete("golden")
		patch := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`))
		Expect(kube.Patch(s.ctx, s.get("golden"), patch)).To(Succeed())
		Eventually(gone).Should(BeNil())
		Expect(s.onImage(image)()).To(HaveLen(2))
	})

	It("do not stop it from expiring", func() {
		s.expire(-time.Minute)
		Eventually(s.condition("golden", v1alpha1.ConditionReady)).Should(be("True", v1alpha1.ReasonExpired, ""))
		Expect(s.onImage(image)()).To(BeEmpty())
	})
})

var _ = Describe("Rules", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.interval = time.Hour
	})

	It("admit an ImageShare in whole or not at all", func() {
		s.share("golden", image, sharee(1), sharee(2))
		s.rules(v1alpha1.Rule{AccountIDs: ids([]string{sharee(1)})}, v1alpha1.Rule{AccountIDs: ids([]string{sharee(2)}), RequireConfirmation: true})
		s.start()
		s.refused("rules[0]: it does not admit " + sharee(2) + "; rules[1]: it does not admit " + sharee(1) + ", the image is not confirmed")
		Expect(s.onImage(image)()).To(BeEmpty())
		Expect(s.get("golden").Finalizers).To(BeEmpty())
		s.rules(v1alpha1.Rule{AccountIDs: ids([]string{sharee(1)})}, v1alpha1.Rule{AccountIDs: ids(sharees1to(2))})
		s.ready("golden")
	})

	It("let through what others declare of the same image, and no more", func() {
		s.share("golden", image, sharee(1), sharee(2))
		s.share("silver", image, sharee(2), sharee(3))
		s.rules(v1alpha1.Rule{AccountIDs: ids([]string{sharee(2), sharee(3)})})
		s.start()
		s.ready("silver")
		s.refused("it does not admit " + sharee(1))
		Expect(s.onImage(image)()).To(Equal([]string{sharee(2), sharee(3)}))
	})

	It("hear of it at once when the namespace is labelled, or a label is taken off", func() {
		labelled := v1alpha1.Rule{Namespaces: v1alpha1.RuleNamespaces{MatchLabels: map[string]v1alpha1.RuleValue{"shares": "images"}}}
		s.rules(labelled)
		s.label("images")
		s.start()
		Eventually(func() error { return kube.Create(s.ctx, s.draft("golden", image, sharee(1))) }).Should(Succeed())
		s.ready("golden")
		s.label("")
		s.refused("lacks the label shares=images")
		s.label("images")
		s.ready("golden")
	})

	It("take a confirmation for the image that it names, and hear of it at once", func() {
		s.share("golden", image, sharee(1))
		s.share("silver", "m-second", sharee(1))
		s.rules(v1alpha1.Rule{RequireConfirmation: true})
		s.start()
		s.refused("make sure that it holds no secrets and no personal data, then say so with the annotation")
		s.confirm("golden", image)
		s.ready("golden")
		s.confirm("silver", image)
		Eventually(s.condition("silver", v1alpha1.ConditionReady)).Should(HaveField("Reason", v1alpha1.ReasonNotAllowed))
		Consistently(s.condition("silver", v1alpha1.ConditionReady)).Should(be("False", v1alpha1.ReasonNotAllowed, "confirms image m-second"))
		Expect(s.onImage("m-second")()).To(BeEmpty())
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Annotations = nil })
		s.refused("security-confirmed=m-golden")
		Expect(s.onImage(image)()).To(HaveLen(1))
	})

	It("know an image by its family", func() {
		Expect(s.cloud.AddImage(simcloud.Image{ID: "m-family", Region: region, Owner: sharerID, Family: "ubuntu"})).To(Succeed())
		s.rules(v1alpha1.Rule{Images: v1alpha1.RuleImages{Families: []string{"ubuntu"}}})
		s.start()
		s.share("golden", "m-family", sharee(1))
		s.ready("golden")
	})

	It("neither admit nor refuse while nobody can look at the image", func() {
		s.interval = 500 * time.Millisecond
		s.rules(scrubbed)
		s.scrub(image)
		denied := s.cloud.Inject(simcloud.Fault{Kind: simcloud.Refuse, Action: "DescribeImages"})
		s.start()
		s.share("golden", image, sharee(1))
		Eventually(s.condition("golden", v1alpha1.ConditionReady)).Should(HaveField("Status", BeEquivalentTo("Unknown")))
		Consistently(s.onImage(image)).Should(BeEmpty())
		denied.Remove()
		s.ready("golden")
	})

	It("trust nobody who is not admitted with the keys of an encrypted image", func() {
		s.rules(scrubbed)
		s.start()
		s.share("golden", "m-encrypted", sharee(1))
		s.refused("the image lacks the tag scrubbed=true")
		Expect(s.get("golden").Finalizers).To(BeEmpty())
		Consistently(s.trusted).Should(BeEmpty())
		s.scrub("m-encrypted")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Annotations = map[string]string{v1alpha1.ReconcileRequestedAt: "now"} })
		s.ready("golden")
		Expect(s.trusted()).To(Equal([]string{sharee(1)}))

		By("nor once the tag is gone, for those who come then; who has it keeps the keys")
		Expect(s.cloud.SetImageTags(region, "m-encrypted", nil)).To(Succeed())
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Suspend = true })
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonSuspended, "")
		s.clock.forward(2 * factsTTL)
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Suspend = false })
		s.refused("the image lacks the tag scrubbed=true")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(2)) })
		s.refused("the image lacks the tag scrubbed=true")
		Consistently(s.trusted).Should(Equal([]string{sharee(1)}))
		Expect(s.onImage("m-encrypted")()).To(Equal([]string{sharee(1)}))
		s.neverStranded()
	})
})

var _ = It("takes a SharerAccount that is older than rules for one that admits nothing", func() {
	key := ImageKey{Account: sharerID, Region: region, ID: image}
	p, m := &pass{key: key}, newMember((&scene{namespace: "team"}).draft("golden", image), key, sharerID, nil, time.Now())
	m.sharer = &v1alpha1.SharerAccount{}
	p.rule(m)
	Expect(m.refused).To(BeTrue())
	Expect(m.problem.message).To(ContainSubstring("has no rules, and so admits nothing: add one"))
})

var _ = Describe("A rule for a folder", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.rules(v1alpha1.Rule{ResourceDirectoryPaths: pathsIn([]string{productsPath})})
	})

	It("admits the folder and those below it, by their IDs too", func() {
		s.start()
		s.organize("golden", image, []string{productsPath, teamID})
		s.ready("golden")
		Expect(s.targets(image)()).To(ConsistOf(productsID, teamID))
	})

	It("admits no folder that is only written below it", func() {
		s.start()
		s.organize("golden", image, []string{productsPath + "/" + sandboxesID})
		s.refused("it does not admit " + sandboxPath)
		Expect(s.targets(image)()).To(BeEmpty())
	})

	It("admits no folder of which nobody can tell where it is, but the one it names", func() {
		s.allow("ecs:*", "resourcesharing:*")
		s.start()
		s.organize("golden", image, []string{teamPath})
		s.undecided("where in the directory " + teamID + " is could not be found out. The resource directory cannot be read: allow the credentials resourcemanager:GetFolder")
		Expect(s.targets(image)()).To(BeEmpty())
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.ResourceDirectoryPaths = pathsIn([]string{productsPath}) })
		s.ready("golden")
	})
})
