// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// declare creates a SharerAccount with these credentials.
func declare(ctx context.Context, credentials string) error {
	return apply(ctx, fmt.Sprintf(`{apiVersion: imageshare.alibabacloud.com/v1alpha1, kind: SharerAccount, metadata: {name: mine},
  spec: {accountID: "1234567890123456", rules: [{namespaces: {names: ["*"]}}], credentials: %s}}`, credentials))
}

var _ = DescribeTable("Refusing credentials that cannot be right",
	func(ctx context.Context, credentials, message string) {
		newScene(ctx)
		Expect(declare(ctx, credentials)).To(MatchError(ContainSubstring(message)))
	},
	Entry("two kinds at once", `{secretRef: {name: a}, oidc: {}}`, `secretRef, oidc and ecsInstanceRole exclude each other`),
	Entry("two other kinds", `{oidc: {}, ecsInstanceRole: {}}`, `exclude each other`),
	Entry("nothing at all", `{}`, `should have at least 1 properties`),
	Entry("the name of a role for its ARN", `{assumeRole: {roleARN: imageshare}}`, `must be the ARN of a RAM role, such as acs:ram::`),
	Entry("a role without its ARN", `{assumeRole: {externalID: tenant-7}}`, `roleARN: Required value`),
	Entry("the ARN of another cloud", `{assumeRole: {roleARN: "arn:aws:iam::123456789012:role/imageshare"}}`, `must be the ARN of a RAM role`),
	Entry("a role for a provider", `{oidc: {providerARN: "acs:ram::1234567890123456:role/x"}}`, `must be the ARN of an OIDC identity provider`),
	Entry("a token file", `{oidc: {tokenFile: /etc/passwd}}`, `unknown field "spec.credentials.oidc.tokenFile"`),
	Entry("too short a time", `{assumeRole: {roleARN: "acs:ram::1234567890123456:role/x", durationSeconds: 899}}`, `greater than or equal to 900`),
	Entry("too long a time", `{assumeRole: {roleARN: "acs:ram::1234567890123456:role/x", durationSeconds: 43201}}`, `less than or equal to 43200`),
	Entry("a session name with a blank", `{assumeRole: {roleARN: "acs:ram::1234567890123456:role/x", sessionName: "a b"}}`, `may hold letters, digits and . @ - _`),
	Entry("an external ID with a blank", `{assumeRole: {roleARN: "acs:ram::1234567890123456:role/x", externalID: "a b"}}`, `may hold letters, digits and _ + = , . @ : / -`),
	Entry("an external ID of one character", `{assumeRole: {roleARN: "acs:ram::1234567890123456:role/x", externalID: a}}`, `at least 2 chars long`),
)

var _ = DescribeTable("Taking credentials as they are written",
	func(ctx context.Context, credentials string) {
		newScene(ctx)
		Expect(declare(ctx, credentials)).To(Succeed())
		// What is read and written back as a whole stays what it was.
		var obj v1alpha1.SharerAccount
		Expect(kube.Get(ctx, client.ObjectKey{Name: "mine"}, &obj)).To(Succeed())
		before := *obj.Spec.Credentials.DeepCopy()
		obj.Labels = map[string]string{"touched": "yes"}
		Expect(kube.Update(ctx, &obj)).To(Succeed())
		Expect(obj.Spec.Credentials).To(Equal(before))
		var written map[string]any
		Expect(yaml.Unmarshal([]byte(credentials), &written)).To(Succeed())
		raw := &unstructured.Unstructured{}
		raw.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("SharerAccount"))
		Expect(kube.Get(ctx, client.ObjectKey{Name: "mine"}, raw)).To(Succeed())
		kept, _, _ := unstructured.NestedMap(raw.Object, "spec", "credentials")
		for key := range written {
			Expect(kept).To(HaveKey(key))
		}
	},
	Entry("an empty oidc", `{oidc: {}}`),
	Entry("an empty ecsInstanceRole", `{ecsInstanceRole: {}}`),
	Entry("a role on top of the environment", `{assumeRole: {roleARN: "acs:ram::1234567890123456:role/x"}}`),
	Entry("everything", `{oidc: {roleARN: "acs:ram::1234567890123456:role/pod", providerARN: "acs:ram::1234567890123456:oidc-provider/ack-rrsa-c1234"},
  assumeRole: {roleARN: "acs:ram::1234567890123456:role/x", externalID: "tenant:7/9+f=2,c.@_-", sessionName: a.b@c-d_e, durationSeconds: 900}}`),
)

// shipped creates the objects of a manifest that ships.
func shipped(ctx context.Context, path string) {
	GinkgoHelper()
	text, err := os.ReadFile(path)
	Expect(err).NotTo(HaveOccurred())
	for part := range strings.SplitSeq(string(text), "\n---\n") {
		obj := &unstructured.Unstructured{}
		Expect(yaml.Unmarshal([]byte(part), &obj.Object)).To(Succeed())
		Expect(kube.Create(ctx, obj)).To(Succeed())
		DeferCleanup(func(ctx context.Context) { Expect(kube.Delete(ctx, obj)).To(Succeed()) })
	}
}

var _ = It("may get Secrets in its own namespace, and nothing else that is secret", func(ctx context.Context) {
	for _, name := range []string{"role", "role_binding", "leader_election_role", "leader_election_role_binding"} {
		shipped(ctx, "../config/rbac/"+name+".yaml")
	}
	may := func(verb, resource, subresource, namespace string) bool {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User:               "system:serviceaccount:" + operatorNamespace + ":controller-manager",
			Groups:             []string{"system:serviceaccounts", "system:serviceaccounts:" + operatorNamespace, "system:authenticated"},
			ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: verb, Resource: resource, Subresource: subresource, Namespace: namespace, Version: "v1"},
		}}
		Expect(kube.Create(ctx, review)).To(Succeed())
		return review.Status.Allowed
	}
	Eventually(func() bool { return may("get", "secrets", "", operatorNamespace) }).Should(BeTrue())
	for _, verb := range []string{"list", "watch", "create", "update", "patch", "delete"} {
		Expect(may(verb, "secrets", "", operatorNamespace)).To(BeFalse(), verb)
	}
	for _, elsewhere := range []string{"default", "kube-system", ""} {
		Expect(may("get", "secrets", "", elsewhere)).To(BeFalse(), elsewhere)
	}
	var everywhere rbacv1.ClusterRole
	Expect(kube.Get(ctx, client.ObjectKey{Name: "manager-role"}, &everywhere)).To(Succeed())
	for _, rule := range everywhere.Rules {
		Expect(rule.Resources).NotTo(ContainElement(BeElementOf("secrets", "*")), "in every namespace, be it by name")
	}
	Expect(may("create", "serviceaccounts", "token", operatorNamespace)).To(BeFalse())
	Expect(may("get", "configmaps", "", operatorNamespace)).To(BeFalse())
	Expect(may("create", "pods", "exec", operatorNamespace)).To(BeFalse())
})
