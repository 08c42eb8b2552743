// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
)

var _ = DescribeTable("A packed chart has all that the directory has", func(version, packedVersion, image string) {
	archive, err := pack(chartPath, GinkgoT().TempDir(), version)
	Expect(err).NotTo(HaveOccurred())
	Expect(filepath.Base(archive)).To(Equal("imageshare-operator-" + packedVersion + ".tgz"))
	packed, err := loader.Load(archive)
	Expect(err).NotTo(HaveOccurred())
	Expect(packed.Files).To(HaveLen(len(ourChart().Files)))
	manifest, err := renderChart(packed, accountMade)
	Expect(err).NotTo(HaveOccurred())
	all := byName(objects([]byte(manifest)))
	Expect(all).To(HaveLen(len(rendered(accountMade))))
	Expect(field(all[deployment], manager+".image")).To(Equal(image))
},
	Entry("as it is", "", "0.1.0", "imageshare-operator:v0.1.0"),
	Entry("as a release", "1.2.3", "1.2.3", "imageshare-operator:v1.2.3"),
)
