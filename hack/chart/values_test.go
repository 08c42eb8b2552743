// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"maps"
	"os"
	"reflect"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// none stands for a field or an object that is not there.
const none = "<none>"

// valueCase sets one value and looks at one field of one object.
type valueCase struct {
	// with is what has to be set besides, for the value to count.
	with string
	// set is the value.
	set string
	// object and path say where to look; without a path it is whether the object
	// is there.
	object, path string
	// was and is are the field before and after, as YAML.
	was, is string
}

var allValues = slices.Concat(operatorValues, podValues, networkValues, accessValues, monitoringValues, kindValues)

var _ = Describe("Each value of the chart", func() {
	for _, c := range allValues {
		It("changes what it says: "+c.set, func(ctx context.Context) {
			before := byName(rendered(c.with))
			after := byName(rendered(c.with, c.set))
			if c.path == "" {
				Expect(present(before[c.object] != nil)).To(Equal(c.was), "before, %s in %v", c.object, slices.Sorted(maps.Keys(before)))
				Expect(present(after[c.object] != nil)).To(Equal(c.is), "after, %s in %v", c.object, slices.Sorted(maps.Keys(after)))
			} else {
				Expect(before).To(HaveKey(c.object))
				Expect(after).To(HaveKey(c.object))
				Expect(shown(field(before[c.object], c.path))).To(MatchYAML(c.was), "before")
				Expect(shown(field(after[c.object], c.path))).To(MatchYAML(c.is), "after")
			}
			for known, obj := range after {
				if !reflect.DeepEqual(before[known], obj) {
					Expect(apply(ctx, obj, client.DryRunAll)).To(Succeed(), known)
				}
			}
		})
	}

	It("is something that the API server accepts, if it is left as it is", func(ctx context.Context) {
		for _, values := range []string{"", accountMade, everything, watched} {
			for _, obj := range rendered(values) {
				Expect(apply(ctx, obj, client.DryRunAll)).To(Succeed(), name(obj))
			}
		}
	})

	It("leaves it to the API server what a SharerAccount may say", func(ctx context.Context) {
		for wrong, complaint := range map[string]string{"nosuch: 1": "nosuch", "rules: [{}]": "namespaces", "limits: {grantsPerImage: -1}": "grantsPerImage"} {
			made := byName(rendered(accountMade, "sharerAccount: {spec: {"+wrong+"}}"))
			Expect(apply(ctx, made[sharer], client.DryRunAll)).To(MatchError(ContainSubstring(complaint)))
		}
	})

	It("is among those that are tried", func() {
		tried := map[string]bool{}
		for _, c := range allValues {
			for _, leaf := range leaves(merged(c.set), shipped()) {
				tried[leaf] = tried[leaf] || c.was != c.is
			}
		}
		maps.DeleteFunc(tried, func(_ string, changes bool) bool { return !changes })
		Expect(slices.Sorted(maps.Keys(tried))).To(Equal(leaves(shipped(), shipped())))
	})
})

func present(is bool) string {
	if is {
		return "there"
	}
	return none
}

func shown(value any) string {
	GinkgoHelper()
	if value == nil {
		return none
	}
	text, err := yaml.Marshal(value)
	Expect(err).NotTo(HaveOccurred())
	return string(text)
}

// shipped are the values in the chart.
func shipped() map[string]any {
	GinkgoHelper()
	text, err := os.ReadFile(chartPath + "/values.yaml")
	Expect(err).NotTo(HaveOccurred())
	return merged(string(text))
}

// leaves are the names of the values in a file, as far down as the chart's own
// go: what is an empty map there is one value, whatever is in it.
func leaves(values, own map[string]any) []string {
	var out []string
	for key, value := range values {
		deeper, isMap := value.(map[string]any)
		ownDeeper, _ := own[key].(map[string]any)
		if !isMap || len(ownDeeper) == 0 || key == "resources" {
			out = append(out, key)
			continue
		}
		for _, leaf := range leaves(deeper, ownDeeper) {
			out = append(out, key+"."+leaf)
		}
	}
	slices.Sort(out)
	return out
}
