// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// prometheusKinds are the kinds of the Prometheus operator that the chart and
// config/monitoring have objects of, as that operator ships them.
func prometheusKinds(ctx context.Context) []*unstructured.Unstructured {
	GinkgoHelper()
	dir, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/prometheus-operator/prometheus-operator").Output()
	Expect(err).NotTo(HaveOccurred())
	var out []*unstructured.Unstructured
	for _, kind := range []string{"servicemonitors", "prometheusrules"} {
		text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "example/prometheus-operator-crd/monitoring.coreos.com_"+kind+".yaml"))
		Expect(err).NotTo(HaveOccurred())
		out = append(out, objects(text)...)
	}
	return out
}

var _ = Describe("What is for Prometheus and Grafana", func() {
	It("is the same in the chart and in config/monitoring", func() {
		ours, theirs := byName(plain(rendered(watched))), byName(plain(built("../../config/monitoring")))
		for known := range byName(rendered("")) {
			delete(ours, known)
		}
		Expect(slices.Sorted(maps.Keys(ours))).To(Equal(slices.Sorted(maps.Keys(theirs))))
		for known, their := range theirs {
			Expect(ours[known].Object).To(Equal(their.Object), known)
		}
	})

	It("is something that the API server accepts, in config/monitoring too", func(ctx context.Context) {
		for _, obj := range built("../../config/monitoring") {
			Expect(apply(ctx, obj, client.DryRunAll)).To(Succeed(), name(obj))
		}
	})

	It("is judged by the kinds that it is for", func(ctx context.Context) {
		for known, field := range map[string][]string{watch: {"spec", "nosuch"}, alerts: {"spec", "nosuch"}} {
			obj := byName(rendered(watched))[known]
			Expect(unstructured.SetNestedField(obj.Object, "x", field...)).To(Succeed())
			Expect(apply(ctx, obj, client.DryRunAll)).To(MatchError(ContainSubstring("nosuch")), known)
		}
	})

	It("goes with a release of another name, in another namespace", func() {
		const values = "namePrefix: sharing\ncommonLabels: {team: infra}\n" + watched
		manifest, err := renderIn("sharing", ourChart(), values)
		Expect(err).NotTo(HaveOccurred())
		all, usual := byName(objects([]byte(manifest))), byName(rendered(watched))
		found, service := all["ServiceMonitor/sharing-operator"], all["Service/sharing-controller-manager-metrics"]
		Expect(found.GetNamespace()).To(Equal("sharing"))
		Expect(service.GetNamespace()).To(Equal("sharing"))
		Expect(field(found, "spec.namespaceSelector")).To(BeNil(), "it looks elsewhere than beside itself")
		for key, value := range field(found, "spec.selector.matchLabels").(map[string]any) {
			Expect(service.GetLabels()).To(HaveKeyWithValue(key, value))
		}
		Expect(field(service, "spec.ports."+field(found, endpoint+".port").(string))).NotTo(BeNil())

		// The alerts and the dashboard ask for nothing that a release changes.
		Expect(field(all["PrometheusRule/sharing-operator"], "spec")).To(Equal(field(usual[alerts], "spec")))
		Expect(field(all["ConfigMap/sharing-dashboard"], "data")).To(Equal(field(usual[dashboard], "data")))
		Expect(all["PrometheusRule/sharing-operator"].GetNamespace()).To(Equal("sharing"))

		binding := all["ClusterRoleBinding/sharing-metrics-reader"]
		role := all["ClusterRole/"+field(binding, "roleRef.name").(string)]
		Expect(role).NotTo(BeNil())
		Expect(field(role, "rules.0.nonResourceURLs")).To(ConsistOf("/metrics"))
	})
})

var _ = DescribeTable("The chart refuses to have watched what is not there", func(values, complaint string) {
	_, err := render(watched, values)
	Expect(err).To(MatchError(ContainSubstring(complaint)))
},
	Entry("without metrics", "metrics: {enabled: false}", "metrics.serviceMonitor.enabled asks for what is not there: metrics.enabled is false"),
	Entry("without metrics, of which alerts would tell", "metrics: {enabled: false, serviceMonitor: {enabled: false}}", "metrics.prometheusRule.enabled"),
	Entry("without a Service", "metrics: {service: {enabled: false}}", "metrics.service.enabled is false"),
)
