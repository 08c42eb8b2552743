// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// overlay is a directory of somebody who installs config/default with some of
// the components.
func overlay(components ...string) string {
	GinkgoHelper()
	config, err := filepath.Abs("../../config")
	Expect(err).NotTo(HaveOccurred())
	dir, err := filepath.EvalSymlinks(GinkgoT().TempDir())
	Expect(err).NotTo(HaveOccurred())
	in := func(path string) string {
		relative, err := filepath.Rel(dir, filepath.Join(config, path))
		Expect(err).NotTo(HaveOccurred())
		return relative
	}
	file := map[string][]string{"resources": {in("default")}}
	for _, component := range components {
		file["components"] = append(file["components"], in("components/"+component))
	}
	text, err := yaml.Marshal(file)
	Expect(err).NotTo(HaveOccurred())
	Expect(os.WriteFile(filepath.Join(dir, "kustomization.yaml"), text, 0o600)).To(Succeed())
	return dir
}

var _ = Describe("Kustomize", func() {
	It("makes every component something that the API server accepts", func(ctx context.Context) {
		found, err := os.ReadDir("../../config/components")
		Expect(err).NotTo(HaveOccurred())
		Expect(found).NotTo(BeEmpty())
		var all []string
		for _, component := range found {
			all = append(all, component.Name())
		}
		before := byName(built("../../config/default"))
		for _, component := range all {
			Expect(byName(built(overlay(component)))).NotTo(Equal(before), component)
		}
		for _, obj := range built(overlay(all...)) {
			Expect(apply(ctx, obj, client.DryRunAll)).To(Succeed(), name(obj))
		}
	})

	It("makes samples that the API server accepts", func(ctx context.Context) {
		samples := built("../../config/samples")
		Expect(len(samples)).To(BeNumerically(">", 4))
		install(ctx, samples)
		secret, err := os.ReadFile("../../config/samples/credentials_secret.yaml")
		Expect(err).NotTo(HaveOccurred())
		for _, obj := range objects(secret) {
			Expect(apply(ctx, obj, client.DryRunAll)).To(Succeed(), name(obj))
		}
	})

	It("runs two replicas that share a lease, on two nodes if there are two", func() {
		all := byName(built("../../config/default"))
		Expect(field(all[deployment], "spec.replicas")).To(BeEquivalentTo(2))
		Expect(field(all[deployment], manager+".args")).To(ContainElement("--leader-elect"))
		Expect(field(all[deployment], pod+".topologySpreadConstraints.0.topologyKey")).To(Equal("kubernetes.io/hostname"))
		labels := field(all[deployment], "spec.template.metadata.labels")
		Expect(field(all[budget], "spec.selector.matchLabels")).To(Equal(labels))
		Expect(field(all[network], "spec.podSelector.matchLabels")).To(Equal(labels))
	})

	It("is in one file, with the image that it was asked for", func(ctx context.Context) {
		dist := GinkgoT().TempDir()
		out, err := exec.CommandContext(ctx, "make", "-C", "../..", "build-installer", "IMG=registry.example.com/operator:v9", "DIST="+dist).CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(out))
		text, err := os.ReadFile(filepath.Join(dist, "install.yaml"))
		Expect(err).NotTo(HaveOccurred())
		Expect(string(text)).NotTo(ContainSubstring("controller:latest"))
		one := byName(objects(text))
		for known, obj := range byName(built("../../config/default")) {
			Expect(one).To(HaveKey(known))
			if strings.HasPrefix(known, "Deployment/") {
				Expect(field(one[known], manager+".image")).To(Equal("registry.example.com/operator:v9"))
				continue
			}
			Expect(one[known]).To(Equal(obj))
		}
		for _, obj := range one {
			Expect(apply(ctx, obj, client.DryRunAll)).To(Succeed(), name(obj))
		}
	})
})
