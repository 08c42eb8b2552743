// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// apply creates what a person has written.
func apply(ctx context.Context, text string) error {
	obj := &unstructured.Unstructured{}
	Expect(yaml.Unmarshal([]byte(text), &obj.Object)).To(Succeed())
	return kube.Create(ctx, obj, client.FieldValidation(metav1.FieldValidationStrict))
}

var _ = DescribeTable("Refusing at once what cannot be right",
	func(ctx context.Context, line, message string) {
		s := newScene(ctx)
		text := fmt.Sprintf(`
apiVersion: imageshare.alibabacloud.com/v1alpha1
kind: ImageShare
metadata: {name: golden, namespace: %s}
spec:
  %s
`, s.namespace, line)
		Expect(apply(ctx, text)).To(MatchError(ContainSubstring(message)))
	},
	Entry("an account ID of 15 digits", `{image: {region: cn-hangzhou, id: m-1}, sharees: {accountIDs: ["123456789012345"]}}`,
		`must be the ID of an Alibaba Cloud account: 16 digits, in quotes`),
	Entry("an account ID of 17 digits", `{image: {region: cn-hangzhou, id: m-1}, sharees: {accountIDs: ["12345678901234567"]}}`,
		`must be the ID of an Alibaba Cloud account: 16 digits, in quotes`),
	Entry("the ID of a RAM user", `{image: {region: cn-hangzhou, id: m-1}, sharees: {accountIDs: ["200000000000000001"]}}`,
		`the IDs of RAM users and RAM roles do not do`),
	Entry("an account ID without quotes", `{image: {region: cn-hangzhou, id: m-1}, sharees: {accountIDs: [1234567890123456]}}`,
		`must be of type string: "integer"`),
	Entry("an account ID twice", `{image: {region: cn-hangzhou, id: m-1}, sharees: {accountIDs: ["1234567890123456", "1234567890123456"]}}`,
		`Duplicate value`),
	Entry("a folder without what is above it but the directory", `{image: {region: cn-hangzhou, id: m-1}, sharees: {resourceDirectoryPaths: ["rd-FkOrg1/fd-FkProducts"]}}`,
		`must be a resource directory (rd-...) or a folder in one with all that is above it`),
	Entry("a folder whose ID is too short", `{image: {region: cn-hangzhou, id: m-1}, sharees: {resourceDirectoryPaths: ["rd-FkOrg1/r-FkTop1/fd-short"]}}`,
		`every ID in full`),
	Entry("a path with six levels of folders", `{image: {region: cn-hangzhou, id: m-1}, sharees: {resourceDirectoryPaths: ["rd-FkOrg1/r-FkTop1/fd-a234567890/fd-b234567890/fd-c234567890/fd-d234567890/fd-e234567890/fd-f234567890"]}}`,
		`at most five levels`),
	Entry("an account as a path", `{image: {region: cn-hangzhou, id: m-1}, sharees: {resourceDirectoryPaths: ["1234567890123456"]}}`,
		`An account ID belongs under accountIDs`),
	Entry("a path with a star in the middle", `{image: {region: cn-hangzhou, id: m-1}, sharees: {resourceDirectoryPaths: ["rd-FkOrg1/*/fd-FkProducts"]}}`,
		`must be a resource directory`),
	Entry("a path twice", `{image: {region: cn-hangzhou, id: m-1}, sharees: {resourceDirectoryPaths: ["rd-FkOrg1", "rd-FkOrg1"]}}`, `Duplicate value`),
	Entry("a region that is none", `{image: {region: Hangzhou, id: m-1}}`, `region must be the ID of an Alibaba Cloud region`),
	Entry("an image that is no custom image", `{image: {region: cn-hangzhou, id: ubuntu_24_04_x64.vhd}}`, `public and marketplace images cannot be shared`),
	Entry("no image", `{sharees: {accountIDs: []}}`, `spec.image: Required value`),
	Entry("a policy that is none", `{image: {region: cn-hangzhou, id: m-1}, deletionPolicy: Delete}`, `supported values: "Revoke", "Retain"`),
	Entry("a field that is none", `{image: {region: cn-hangzhou, id: m-1}, expires: never}`, `unknown field "spec.expires"`),
)

var _ = DescribeTable("Refusing a SharerAccount that cannot be right",
	func(ctx context.Context, line, message string) {
		newScene(ctx)
		text := fmt.Sprintf("{apiVersion: imageshare.alibabacloud.com/v1alpha1, kind: SharerAccount, metadata: {name: mine}, spec: %s}",
			strings.Replace(line, "{", `{rules: [{namespaces: {names: ["*"]}}], `, 1))
		Expect(apply(ctx, text)).To(MatchError(ContainSubstring(message)))
	},
	Entry("an account ID of 15 digits", `{accountID: "123456789012345"}`, `16 digits, in quotes`),
	Entry("an endpoint with a scheme", `{accountID: "1234567890123456", endpoints: {ecs: "https://ecs.aliyuncs.com"}}`, `must be host or host:port, without a scheme`),
	Entry("insecure for the vendor's own endpoints", `{accountID: "1234567890123456", endpoints: {insecure: true}}`, `the vendor's own are always reached by TLS`),
)

var _ = It("refuses to change what cannot be changed, and says what to do", func(ctx context.Context) {
	s := newScene(ctx)
	s.share("golden", image, sharee(1))
	change := func(edit func(*v1alpha1.ImageShare)) error {
		obj := s.get("golden")
		edit(obj)
		return kube.Update(ctx, obj)
	}
	Expect(change(func(o *v1alpha1.ImageShare) { o.Spec.Image.ID = "m-2" })).To(MatchError(ContainSubstring("image cannot be changed: create another ImageShare")))
	Expect(change(func(o *v1alpha1.ImageShare) { o.Spec.Image.Region = "cn-beijing" })).To(MatchError(ContainSubstring("image cannot be changed")))
	Expect(change(func(o *v1alpha1.ImageShare) { o.Spec.SharerRef.Name = "other" })).To(MatchError(ContainSubstring("sharerRef cannot be changed")))
	sharer := &v1alpha1.SharerAccount{}
	Expect(kube.Get(ctx, client.ObjectKey{Name: "default"}, sharer)).To(Succeed())
	sharer.Spec.AccountID = otherSharerID
	Expect(kube.Update(ctx, sharer)).To(MatchError(ContainSubstring("accountID cannot be changed: create another SharerAccount")))
})

var _ = It("fills in defaults, and never lets a fresh object look healthy", func(ctx context.Context) {
	s := newScene(ctx)
	Expect(apply(ctx, fmt.Sprintf(`
apiVersion: imageshare.alibabacloud.com/v1alpha1
kind: ImageShare
metadata: {name: golden, namespace: %s}
spec: {image: {region: cn-hangzhou, id: m-1}}
`, s.namespace))).To(Succeed())
	obj := s.get("golden")
	Expect(obj.Spec.SharerRef.Name).To(Equal("default"))
	Expect(obj.Spec.DeletionPolicy).To(Equal(v1alpha1.DeletionPolicyRevoke))
	Expect(obj.Status.ObservedGeneration).To(BeEquivalentTo(-1))
	Expect(obj.Status.Conditions).To(ConsistOf(And(HaveField("Type", "Ready"), HaveField("Status", BeEquivalentTo("Unknown")), HaveField("Reason", "Pending"))))
})

var _ = It("lets several tools own sharees by server-side apply", func(ctx context.Context) {
	s := newScene(ctx)
	by := func(tool string, accounts ...string) {
		obj := &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "imageshare.alibabacloud.com/v1alpha1", "kind": "ImageShare",
			"metadata": map[string]any{"name": "golden", "namespace": s.namespace},
			"spec": map[string]any{
				"image":   map[string]any{"region": region, "id": image},
				"sharees": map[string]any{"accountIDs": asAny(accounts)},
			},
		}}
		Expect(kube.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj), client.FieldOwner(tool))).To(Succeed())
	}
	by("one", sharee(1))
	by("two", sharee(2))
	Expect(s.get("golden").Spec.Sharees.AccountIDs).To(ConsistOf(ids(sharees1to(2))))
	by("one")
	Expect(s.get("golden").Spec.Sharees.AccountIDs).To(ConsistOf(ids([]string{sharee(2)})))
})

func asAny(texts []string) []any {
	out := make([]any, 0, len(texts))
	for _, t := range texts {
		out = append(out, t)
	}
	return out
}

var _ = It("shows in a table who has the image and whether it is right", func(ctx context.Context) {
	s := newScene(ctx)
	s.start()
	s.share("golden", image, sharees1to(3)...)
	s.ready("golden")
	columns, cells := table(ctx, "namespaces/"+s.namespace+"/imageshares")
	Expect(columns).To(Equal("Name Image Region Sharees Encrypted Ready Status Age Undeclared Expires Message"))
	Expect(cells).To(HavePrefix("golden m-golden cn-hangzhou 3/3 No True Succeeded "))
	columns, cells = table(ctx, "shareraccounts")
	Expect(columns).To(Equal("Name Account Shares Role Trusted Ready Status Age Identity Message"))
	Expect(cells).To(HavePrefix("default " + sharerID))

	By("and can be asked for by image, region and sharer")
	for _, selector := range []client.MatchingFields{{"spec.image.id": image}, {"spec.image.region": region}, {"spec.sharerRef.name": "default"}} {
		var found v1alpha1.ImageShareList
		Expect(kube.List(ctx, &found, client.InNamespace(s.namespace), selector)).To(Succeed())
		Expect(found.Items).To(HaveLen(1))
	}
	var none v1alpha1.ImageShareList
	Expect(kube.List(ctx, &none, client.MatchingFields{"spec.image.id": "m-other"})).To(Succeed())
	Expect(none.Items).To(BeEmpty())
})

// table is what kubectl get shows: the columns, and the cells of the first
// row.
func table(ctx context.Context, path string) (columns, cells string) {
	clients, err := kubernetes.NewForConfig(config)
	Expect(err).NotTo(HaveOccurred())
	body, err := clients.RESTClient().Get().AbsPath("/apis/imageshare.alibabacloud.com/v1alpha1", path).
		SetHeader("Accept", "application/json;as=Table;g=meta.k8s.io;v=v1").DoRaw(ctx)
	Expect(err).NotTo(HaveOccurred())
	var t metav1.Table
	Expect(json.Unmarshal(body, &t)).To(Succeed())
	var names, values []string
	for _, c := range t.ColumnDefinitions {
		names = append(names, c.Name)
	}
	for _, v := range t.Rows[0].Cells {
		values = append(values, fmt.Sprint(v))
	}
	return strings.Join(names, " "), strings.Join(values, " ")
}
