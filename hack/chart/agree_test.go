// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"maps"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

var _ = DescribeTable("The chart and config/default install the same",
	func(values string, components ...string) {
		ours := byName(plain(rendered(values)))
		theirs := byName(plain(built(overlay(components...))))
		// Helm makes the namespace itself, or finds it.
		delete(theirs, "Namespace/"+operatorNamespace)
		Expect(slices.Sorted(maps.Keys(ours))).To(Equal(slices.Sorted(maps.Keys(theirs))))
		for known, their := range theirs {
			Expect(ours[known].Object).To(Equal(their.Object), known)
		}
	},
	Entry("as they are", ""),
	Entry("with pod identity", "podIdentity: {roleName: imageshare}", "pod-identity"),
	Entry("with the role of the instance", "networkPolicy: {instanceMetadata: true}", "instance-role"),
	Entry("with roles that are parts of Kubernetes' own", "rbac: {aggregateTo: {editor: [edit], admin: [admin]}}", "aggregation"),
)

// plain are objects without what tells of Helm, and without the place of the
// image, which each has its own way to fill in.
func plain(all []*unstructured.Unstructured) []*unstructured.Unstructured {
	GinkgoHelper()
	for _, obj := range all {
		labels := obj.GetLabels()
		maps.DeleteFunc(labels, func(key, _ string) bool {
			return key == "helm.sh/chart" || strings.HasPrefix(key, "app.kubernetes.io/") && key != "app.kubernetes.io/name"
		})
		obj.SetLabels(labels)
		annotations := obj.GetAnnotations()
		delete(annotations, "helm.sh/resource-policy")
		obj.SetAnnotations(annotations)
		if obj.GetKind() != "Deployment" {
			continue
		}
		containers := field(obj, pod+".containers").([]any)
		Expect(containers).To(HaveLen(1))
		Expect(containers[0].(map[string]any)["image"]).To(BeElementOf("controller:latest", "imageshare-operator:v0.1.0"))
		delete(containers[0].(map[string]any), "image")
	}
	return all
}
