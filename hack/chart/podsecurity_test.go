// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	psapi "k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// everything is the chart with all that can be added to a Pod.
const everything = `
metrics: {certificateSecret: cert}
podIdentity: {roleName: imageshare}
imagePullSecrets: [{name: pull}]
tolerations: [{operator: Exists}]
podLabels: {a: b}
podAnnotations: {a: b}
env: [{name: HTTPS_PROXY, value: "http://proxy.example.com:3128"}]
`

var _ = DescribeTable("Pods keep to the restricted profile of Kubernetes", func(ctx context.Context, made func() []*unstructured.Unstructured) {
	tried := 0
	for _, obj := range made() {
		if obj.GetKind() != "Deployment" {
			continue
		}
		tried++
		found := podOf(obj)
		checks, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
		Expect(err).NotTo(HaveOccurred())
		restricted := psapi.LevelVersion{Level: psapi.LevelRestricted, Version: psapi.LatestVersion()}
		result := policy.AggregateCheckResults(checks.EvaluatePod(restricted, &found.ObjectMeta, &found.Spec))
		Expect(result.Allowed).To(BeTrue(), result.ForbiddenDetail())
		// The API server itself, by the labels of the namespace.
		Expect(kube.Create(ctx, found.DeepCopy(), client.DryRunAll)).To(Succeed())
		found.Spec.Containers[0].SecurityContext.AllowPrivilegeEscalation = new(true)
		Expect(kube.Create(ctx, found, client.DryRunAll)).To(MatchError(ContainSubstring("violates PodSecurity")))
	}
	Expect(tried).To(Equal(1))
},
	Entry("from config/default", func() []*unstructured.Unstructured { return built("../../config/default") }),
	Entry("from the chart", func() []*unstructured.Unstructured { return rendered("") }),
	Entry("from the chart with everything", func() []*unstructured.Unstructured { return rendered(everything) }),
)

// podOf is a Pod as the Deployment makes them.
func podOf(deployment *unstructured.Unstructured) *corev1.Pod {
	GinkgoHelper()
	var template corev1.PodTemplateSpec
	in := field(deployment, "spec.template").(map[string]any)
	Expect(runtime.DefaultUnstructuredConverter.FromUnstructured(in, &template)).To(Succeed())
	found := &corev1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	found.Namespace, found.Name = operatorNamespace, "try"
	return found
}
