// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// What else stands in an overlay is somebody else's.
var _ = DescribeTable("A component leaves alone what else is installed", func(component string) {
	const theirs = `apiVersion: v1
kind: ServiceAccount
metadata: {name: mine, namespace: team, annotations: {pod-identity.alibabacloud.com/role-name: theirs}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: mine, namespace: team}
spec:
  selector: {matchLabels: {app: mine}}
  template:
    metadata: {labels: {app: mine}}
    spec: {serviceAccountName: mine, containers: [{name: mine, image: mine}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: mine, namespace: team}
spec: {podSelector: {}, policyTypes: [Egress], egress: []}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: mine}
rules: []
`
	plainly, changed := overlay(), overlay(component)
	for _, dir := range []string{plainly, changed} {
		Expect(os.WriteFile(filepath.Join(dir, "theirs.yaml"), []byte(theirs), 0o600)).To(Succeed())
		file := filepath.Join(dir, "kustomization.yaml")
		text, err := os.ReadFile(file)
		Expect(err).NotTo(HaveOccurred())
		Expect(os.WriteFile(file, []byte(strings.Replace(string(text), "resources:\n", "resources:\n- theirs.yaml\n", 1)), 0o600)).To(Succeed())
	}
	before, after, found := byName(built(plainly)), byName(built(changed)), 0
	for name, obj := range before {
		if obj.GetName() == "mine" {
			Expect(after[name].Object).To(Equal(obj.Object), name)
			found++
		}
	}
	Expect(found).To(Equal(4))
},
	Entry("pod identity", "pod-identity"),
	Entry("the role of the instance", "instance-role"),
	Entry("roles that are parts of Kubernetes' own", "aggregation"),
)
