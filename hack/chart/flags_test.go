// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// notInChart are the flags that no value sets, and why.
var notInChart = map[string]string{
	"kubeconfig":           "for an operator outside of the cluster",
	"version":              "ends the program",
	"zap-devel":            "for whoever works on the operator; there is extraArgs",
	"zap-stacktrace-level": "there is extraArgs",
	"zap-time-encoding":    "there is extraArgs",
}

var _ = Describe("The operator's flags", func() {
	It("are accepted as the chart gives them, and each has a value or a reason to have none", func(ctx context.Context) {
		program := stage.Program(GinkgoTB())
		given := map[string]bool{}
		for _, args := range argumentLists() {
			out, err := exec.CommandContext(ctx, program, append(args, "--version")...).CombinedOutput()
			Expect(err).NotTo(HaveOccurred(), "%v: %s", args, out)
			Expect(strings.TrimSpace(string(out))).To(Equal("dev"))
			for _, arg := range args {
				name, _, _ := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
				given[name] = true
			}
		}
		usage, _ := exec.CommandContext(ctx, program, "-h").CombinedOutput()
		var known []string
		for _, line := range regexp.MustCompile(`(?m)^  -([a-z-]+)`).FindAllStringSubmatch(string(usage), -1) {
			known = append(known, line[1])
		}
		slices.Sort(known)
		for left := range notInChart {
			given[left] = true
		}
		Expect(slices.Sorted(maps.Keys(given))).To(Equal(known))
	})
})

// argumentLists are those that the chart gives for the values that are tried,
// and those of config/default.
func argumentLists() [][]string {
	GinkgoHelper()
	made := [][]string{arguments(byName(built("../../config/default"))[deployment])}
	for _, c := range operatorValues {
		if obj := byName(rendered(c.with, c.set))[deployment]; obj != nil {
			made = append(made, arguments(obj))
		}
	}
	return made
}

func arguments(deployment *unstructured.Unstructured) []string {
	GinkgoHelper()
	var out []string
	for _, arg := range field(deployment, manager+".args").([]any) {
		out = append(out, arg.(string))
	}
	return out
}
