// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"sigs.k8s.io/yaml"
)

var _ = Describe("The chart", func() {
	It("has nothing that helm lint complains of", func() {
		for _, values := range []string{"", everything, accountMade, watched} {
			result := lint.RunAll(chartPath, merged(values), operatorNamespace, lint.WithKubeVersion(&ourKubernetes))
			for _, message := range result.Messages {
				// An icon is recommended; there is none.
				Expect(message.Err).To(MatchError(ContainSubstring("icon is recommended")))
			}
		}
	})

	It("is not for a Kubernetes that lacks what it uses", func() {
		text, err := os.ReadFile(chartPath + "/Chart.yaml")
		Expect(err).NotTo(HaveOccurred())
		Expect(merged(string(text))).To(HaveKeyWithValue("kubeVersion", ">=1.33.0-0"))
	})

	It("refuses another type for every value", func() {
		for _, leaf := range leaves(shipped(), shipped()) {
			_, err := render(nested(leaf, "7.5"))
			Expect(err).To(MatchError(ContainSubstring("values don't meet the specifications of the schema")), leaf)
		}
	})

	It("refuses a value that it does not have, at every level", func() {
		for _, leaf := range append(leaves(shipped(), shipped()), "nosuch") {
			parts := strings.Split(leaf, ".")
			_, err := render(nested(strings.Join(append(parts[:len(parts)-1], "nosuch"), "."), "1"))
			Expect(err).To(MatchError(ContainSubstring("nosuch")), leaf)
		}
	})

	It("has a schema for every value and for nothing else", func() {
		text, err := os.ReadFile(chartPath + "/values.schema.json")
		Expect(err).NotTo(HaveOccurred())
		var schema map[string]any
		Expect(json.Unmarshal(text, &schema)).To(Succeed())
		known := slices.DeleteFunc(declared(schema), func(path string) bool {
			// A chart that has this one in it hands down its global values.
			return path == "global"
		})
		Expect(known).To(Equal(leaves(shipped(), shipped())))
	})

	It("has every value in its documentation, with its default", func() {
		text, err := os.ReadFile("../../docs/install.md")
		Expect(err).NotTo(HaveOccurred())
		_, table, _ := strings.Cut(string(text), "### Values")
		table, _, _ = strings.Cut(table, "\n## ")
		var told []string
		for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| `?(.*?)`? \\|").FindAllStringSubmatch(table, -1) {
			told = append(told, row[1])
			fallback := any(shipped())
			for step := range strings.SplitSeq(row[1], ".") {
				fallback = fallback.(map[string]any)[step]
			}
			if row[2] != "see values.yaml" {
				Expect(yaml.Marshal(fallback)).To(MatchYAML(row[2]), row[1])
			}
		}
		slices.Sort(told)
		Expect(told).To(Equal(leaves(shipped(), shipped())))
	})
})

var _ = DescribeTable("The chart's schema refuses", func(values, where string) {
	_, err := render(values)
	Expect(err).To(MatchError(And(ContainSubstring("values don't meet"), ContainSubstring(where))))
},
	Entry("an interval that is none", "operator: {resyncInterval: 10 minutes}", "/operator/resyncInterval"),
	Entry("an argument that is no flag", "operator: {extraArgs: [debug]}", "/operator/extraArgs/0"),
	Entry("a digest that is none", "image: {digest: 'sha256:12'}", "/image/digest"),
	Entry("a role that cannot be a part of another", "rbac: {aggregateTo: {editor: [cluster-admin]}}", "/rbac/aggregateTo/editor/0"),
	Entry("a second POD_NAMESPACE", "env: [{name: POD_NAMESPACE, value: x}]", "/env/0/name"),
	Entry("an access key in clear", "env: [{name: ALIBABA_CLOUD_ACCESS_KEY_SECRET, value: x}]", "/env/0"),
	Entry("an account ID that YAML takes for a number", "sharerAccount: {spec: {accountID: 1000000000000001}}", "/sharerAccount/spec/accountID"),
	Entry("a SharerAccount of no account", "sharerAccount: {create: true}", "/sharerAccount/spec"),
	Entry("all Pods of a budget unavailable by a word", "podDisruptionBudget: {maxUnavailable: all}", "/podDisruptionBudget/maxUnavailable"),
	Entry("an interval that Prometheus does not know", "metrics: {serviceMonitor: {interval: 1.5m}}", "/metrics/serviceMonitor/interval"),
	Entry("a place of runbooks that is none", "metrics: {prometheusRule: {runbookBaseURL: docs}}", "/metrics/prometheusRule/runbookBaseURL"),
	Entry("a reader of no kind", "metrics: {readers: [{name: prometheus}]}", "/metrics/readers/0"),
	Entry("a role with an ARN for a name", "podIdentity: {roleName: 'acs:ram::1000000000000001:role/imageshare'}", "/podIdentity/roleName"),
)

// nested is a value at a path such as a.b, as YAML.
func nested(path, value string) string {
	parts := strings.Split(path, ".")
	return "{" + strings.Join(parts, ": {") + ": " + value + strings.Repeat("}", len(parts))
}

// declared are the names of the values that a schema has.
func declared(schema map[string]any) []string {
	var out []string
	properties, _ := schema["properties"].(map[string]any)
	for key, one := range properties {
		deeper := one.(map[string]any)
		if deeper["additionalProperties"] != false {
			out = append(out, key)
			continue
		}
		for _, leaf := range declared(deeper) {
			out = append(out, key+"."+leaf)
		}
	}
	slices.Sort(out)
	return out
}
