// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// tries asks the API server whether it would take an ImageShare. It hears of new
// rules a moment late, so ask again.
func (s *scene) tries(draft *v1alpha1.ImageShare) func() error {
	return func() error { return kube.Create(s.ctx, draft.DeepCopy(), client.DryRunAll) }
}

// enforced waits until the API server knows the policy, which takes it a while
// after the kinds have come.
func (s *scene) enforced() {
	s.rules(v1alpha1.Rule{Regions: []string{"cn-nowhere"}})
	Eventually(s.tries(s.draft("probe", image)), time.Minute).Should(MatchError(ContainSubstring("does not admit")))
}

// drafted is an ImageShare of the image m-golden for two accounts, changed.
func (s *scene) drafted(change func(*v1alpha1.ImageShare)) *v1alpha1.ImageShare {
	draft := s.draft("golden", image, sharees1to(2)...)
	if change != nil {
		change(draft)
	}
	return draft
}

func withPaths(paths ...string) func(*v1alpha1.ImageShare) {
	return func(o *v1alpha1.ImageShare) {
		o.Spec.Sharees = v1alpha1.Sharees{ResourceDirectoryPaths: pathsIn(paths)}
	}
}

func confirming(imageID string) func(*v1alpha1.ImageShare) {
	return func(o *v1alpha1.ImageShare) { o.Annotations = map[string]string{v1alpha1.SecurityConfirmed: imageID} }
}

var _ = DescribeTable("Refusing at once what no rule admits",
	func(ctx context.Context, rule v1alpha1.Rule, change func(*v1alpha1.ImageShare), message string) {
		s := newScene(ctx)
		s.enforced()
		s.rules(rule)
		if message == "" {
			Eventually(s.tries(s.drafted(change))).Should(Succeed())
			return
		}
		Eventually(s.tries(s.drafted(change))).Should(MatchError(And(
			ContainSubstring("SharerAccount \"default\" does not admit ImageShare "+s.namespace+"/golden: "+message), ContainSubstring("ask whoever looks after the SharerAccount"))))
	},
	Entry("every namespace", v1alpha1.Rule{}, nil, ""),
	Entry("another namespace", v1alpha1.Rule{Namespaces: v1alpha1.RuleNamespaces{Names: []string{"shop"}}}, nil, "it has no rule for the namespace team-"),
	Entry("its image", v1alpha1.Rule{Images: v1alpha1.RuleImages{IDs: []string{image}}, Regions: []string{region}}, nil, ""),
	Entry("another image", v1alpha1.Rule{Images: v1alpha1.RuleImages{IDs: []string{"m-second"}}}, nil, "no rule for its namespace admits image m-golden in cn-hangzhou"),
	Entry("another region", v1alpha1.Rule{Regions: []string{"cn-beijing"}}, nil, "no rule for its namespace admits image m-golden in cn-hangzhou"),
	Entry("another region, of one that is suspended", v1alpha1.Rule{Regions: []string{"cn-beijing"}}, func(o *v1alpha1.ImageShare) { o.Spec.Suspend = true }, ""),
	Entry("as many sharees", v1alpha1.Rule{MaxSharees: 2}, nil, ""),
	Entry("fewer sharees", v1alpha1.Rule{MaxSharees: 1}, nil, "it declares 2 sharees, more than any rule for its image admits"),
	Entry("its accounts", v1alpha1.Rule{AccountIDs: ids(sharees1to(3))}, nil, ""),
	Entry("one account of two", v1alpha1.Rule{AccountIDs: ids([]string{sharee(2)})}, nil, "no rule for its image admits "+sharee(1)+"."),
	Entry("folders alone", v1alpha1.Rule{ResourceDirectoryPaths: pathsIn([]string{productsPath})}, nil, "no rule for its image admits "+sharee(1)+", "+sharee(2)),
	Entry("a folder, and those below it", v1alpha1.Rule{ResourceDirectoryPaths: pathsIn([]string{productsPath})}, withPaths(productsPath+"*", teamPath), ""),
	Entry("a folder that the operator has to look for", v1alpha1.Rule{ResourceDirectoryPaths: pathsIn([]string{productsPath})}, withPaths(teamID), ""),
	Entry("another folder", v1alpha1.Rule{ResourceDirectoryPaths: pathsIn([]string{teamPath})}, withPaths(productsPath), "no rule for its image admits "+productsPath),
	Entry("accounts alone", v1alpha1.Rule{AccountIDs: ids(sharees1to(3))}, withPaths(teamID), "no rule for its image admits "+teamID),
	Entry("its image, confirmed", v1alpha1.Rule{RequireConfirmation: true}, confirming(image), ""),
	Entry("its image, not confirmed", v1alpha1.Rule{RequireConfirmation: true}, nil, "somebody has to confirm the image before it is shared. Make sure that m-golden holds no secrets"),
	Entry("its image, with the confirmation of another", v1alpha1.Rule{RequireConfirmation: true}, confirming("m-second"), "somebody has to confirm the image"),
	Entry("what only the operator can find out", v1alpha1.Rule{
		Images: v1alpha1.RuleImages{Families: []string{"x"}, Tags: map[string]v1alpha1.RuleValue{"a": "b"}}, RequireEncryption: true, PaidImages: v1alpha1.PaidImagesDeny,
	}, nil, ""),
)

var _ = DescribeTable("Refusing rules that let through more than they seem to",
	func(ctx context.Context, rules, message string) {
		newScene(ctx)
		text := fmt.Sprintf(`{apiVersion: imageshare.alibabacloud.com/v1alpha1, kind: SharerAccount, metadata: {name: mine}, spec: {accountID: "1234567890123456"%s}}`, rules)
		Expect(apply(ctx, text)).To(MatchError(ContainSubstring(message)))
	},
	Entry("none", ``, `spec.rules: Required value`),
	Entry("an empty list", `, rules: []`, `spec.rules in body should have at least 1 items`),
	Entry("a rule that names nothing", `, rules: [{}]`, `spec.rules[0].namespaces: Required value`),
	Entry("a rule without namespaces", `, rules: [{regions: [cn-hangzhou]}]`, `spec.rules[0].namespaces: Required value`),
	Entry("namespaces that name none", `, rules: [{namespaces: {}}]`, `at least 1 properties`),
	Entry("a list of no names", `, rules: [{namespaces: {names: []}}]`, `at least 1 items`),
	Entry("every namespace, and another", `, rules: [{namespaces: {names: ["*", shop]}}]`, `* is every namespace: leave the other names out`),
	Entry("a pattern for namespaces", `, rules: [{namespaces: {names: ["team-*"]}}]`, `must be the name of a namespace, or * for every namespace`),
	Entry("a list of no accounts", `, rules: [{namespaces: {names: ["*"]}, accountIDs: []}]`, `at least 1 items`),
	Entry("an account ID of 15 digits", `, rules: [{namespaces: {names: ["*"]}, accountIDs: ["123456789012345"]}]`, `16 digits, in quotes`),
	Entry("a list of no folders", `, rules: [{namespaces: {names: ["*"]}, resourceDirectoryPaths: []}]`, `at least 1 items`),
	Entry("a folder without what is above it", `, rules: [{namespaces: {names: ["*"]}, resourceDirectoryPaths: [fd-FkProducts]}]`, `with all that is above it`),
	Entry("images that name none", `, rules: [{namespaces: {names: ["*"]}, images: {}}]`, `at least 1 properties`),
	Entry("tags that name none", `, rules: [{namespaces: {names: ["*"]}, images: {tags: {}}}]`, `at least 1 properties`),
	Entry("no sharees at most", `, rules: [{namespaces: {names: ["*"]}, maxSharees: 0}]`, `greater than or equal to 1`),
	Entry("a misspelt field", `, rules: [{namespaces: {names: ["*"]}, region: [cn-hangzhou]}]`, `unknown field`),
)

var _ = Describe("The policy for rules", func() {
	var s *scene
	nowhere := v1alpha1.Rule{Regions: []string{"cn-nowhere"}}
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.enforced()
	})

	It("asks for one rule that admits all of it", func() {
		s.rules(v1alpha1.Rule{AccountIDs: ids([]string{sharee(1)})}, v1alpha1.Rule{AccountIDs: ids([]string{sharee(2)})})
		Eventually(s.tries(s.drafted(nil))).Should(MatchError(ContainSubstring("no single rule admits all of its sharees")))
	})

	It("goes by the labels of the namespace", func() {
		s.rules(v1alpha1.Rule{Namespaces: v1alpha1.RuleNamespaces{MatchLabels: map[string]v1alpha1.RuleValue{"shares": "images"}}})
		Eventually(s.tries(s.drafted(nil))).Should(MatchError(ContainSubstring("it has no rule for the namespace")))
		s.label("images")
		Eventually(s.tries(s.drafted(nil))).Should(Succeed())
	})

	It("lets an ImageShare through whose SharerAccount is not there, and goes by its own alone", func() {
		other := s.drafted(func(o *v1alpha1.ImageShare) { o.Spec.SharerRef.Name = "missing" })
		Expect(s.tries(other)()).To(Succeed())
		Expect(s.tries(s.drafted(nil))()).To(MatchError(ContainSubstring("does not admit")))
		s.createSharer("missing", otherSharerID)
		Consistently(s.tries(other)).Should(Succeed())

		By("also where there is none at all")
		for _, name := range []string{"default", "missing"} {
			s.discard(&v1alpha1.SharerAccount{ObjectMeta: metav1.ObjectMeta{Name: name}})
		}
		Eventually(s.tries(s.drafted(nil))).Should(Succeed())
		Consistently(s.tries(s.drafted(nil))).Should(Succeed())
	})

	Describe("of an ImageShare that is older than the rule", func() {
		BeforeEach(func() {
			s.rules(v1alpha1.Rule{})
			Eventually(func() error { return kube.Create(s.ctx, s.drafted(nil)) }).Should(Succeed())
			s.rules(nowhere)
			Eventually(s.tries(s.draft("probe", image))).Should(MatchError(ContainSubstring("does not admit")))
		})

		change := func(edit func(*v1alpha1.ImageShare)) error {
			var err error
			Eventually(func() bool {
				obj := s.get("golden")
				edit(obj)
				err = kube.Update(s.ctx, obj)
				return isConflict(err)
			}).Should(BeFalse())
			return err
		}

		It("lets through what withdraws, and every edit but of the spec", func() {
			Expect(change(func(o *v1alpha1.ImageShare) { o.Labels = map[string]string{"a": "b"} })).To(Succeed())
			Expect(change(confirming(image))).To(Succeed())
			Expect(change(func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = o.Spec.Sharees.AccountIDs[:1] })).To(Succeed())
			Expect(change(func(o *v1alpha1.ImageShare) { o.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain })).To(Succeed())
			Expect(change(func(o *v1alpha1.ImageShare) { o.Spec.Suspend = true })).To(Succeed())
		})

		It("lets everything through once it is being deleted", func() {
			Expect(change(func(o *v1alpha1.ImageShare) { o.Finalizers = []string{v1alpha1.Finalizer} })).To(Succeed())
			s.delete("golden")
			Expect(change(func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(3)) })).To(Succeed())
			Expect(change(func(o *v1alpha1.ImageShare) { o.Finalizers = nil })).To(Succeed())
			Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }).Should(BeNil())
		})

		It("refuses what asks for more", func() {
			Expect(change(func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(3)) })).To(MatchError(ContainSubstring("does not admit")))
			Expect(change(withPaths(teamPath))).To(MatchError(ContainSubstring("does not admit")))
			at := func(year int) func(*v1alpha1.ImageShare) {
				return func(o *v1alpha1.ImageShare) { o.Spec.ExpiresAt.Time = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
			}
			Expect(change(at(2099))).To(Succeed())
			Expect(change(at(2098))).To(Succeed())
			Expect(change(at(2099))).To(MatchError(ContainSubstring("does not admit")))
			Expect(change(func(o *v1alpha1.ImageShare) { o.Spec.ExpiresAt.Reset() })).To(MatchError(ContainSubstring("does not admit")))
			Expect(change(func(o *v1alpha1.ImageShare) { o.Spec.Suspend = true })).To(Succeed())
			Expect(change(func(o *v1alpha1.ImageShare) { o.Spec.Suspend = false })).To(MatchError(ContainSubstring("does not admit")))
		})
	})

	It("judges the longest lists, and leaves what would cost too much to the operator", func() {
		var many []string
		for n := range 1000 {
			many = append(many, fmt.Sprintf("1300000000000%03d", n))
		}
		full := v1alpha1.Rule{AccountIDs: ids(many[:256])}
		for range 63 {
			full.Namespaces.Names = append(full.Namespaces.Names, fmt.Sprintf("namespace-%d", len(full.Namespaces.Names)))
		}
		full.Namespaces.Names = append(full.Namespaces.Names, s.namespace)
		var rules []v1alpha1.Rule
		for range 64 {
			rules = append(rules, *full.DeepCopy())
		}
		s.rules(rules...)
		Eventually(s.tries(s.draft("golden", image, many[:50]...))).Should(Succeed())
		Expect(s.tries(s.draft("golden", image, many[250:300]...))()).To(MatchError(ContainSubstring("44 of its sharees, " + many[256] + " among them")))
		Expect(s.tries(s.draft("golden", image, many...))()).To(Succeed())
	})
})
