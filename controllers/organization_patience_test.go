// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

var anAccountForItsFolder = swap{image: image, accounts: []string{inTeam, inProducts}, to: productsPath, reaches: inTeam}

var aFolderForTheDirectory = swap{image: image, paths: []string{productsPath, sandboxPath}, to: directoryID, reaches: inProducts}

// changeSlowly declares what comes in the place of what was declared, and waits
// until it is on its way, where it stays.
func (c swap) changeSlowly(s *scene) {
	s.dialect("stuckAssociating", "yes")
	c.change(s)
	Eventually(s.apart("golden", c.to)).Should(HaveField("Reason", v1alpha1.ReasonAssociating))
}

var _ = Describe("Keeping somebody on the image until another has it", func() {
	It("ends with who is taken off by hand meanwhile: an account", func(ctx context.Context) {
		c := anAccountForItsFolder
		s := c.starts(ctx)
		c.changeSlowly(s)
		Consistently(s.held, "1s").Should(ContainElements(inProducts, inTeam))
		Expect(s.cloud.ShareByHand(region, image, nil, []string{inProducts})).To(Succeed())
		Eventually(s.held).ShouldNot(ContainElement(inProducts))
		Consistently(s.held, "1s").Should(ContainElement(inTeam))
	})

	It("ends with who is taken off by hand meanwhile: a folder", func(ctx context.Context) {
		c := aFolderForTheDirectory
		s := c.starts(ctx)
		c.changeSlowly(s)
		Consistently(s.held, "1s").Should(ContainElements(productsID, sandboxesID))
		s.console(s.soleShare(image), func(one *simcloud.Share) { one.Associations = withoutEntity(one.Associations, sandboxesID) })
		Eventually(s.held).ShouldNot(ContainElement(sandboxesID))
		Consistently(s.held, "1s").Should(ContainElement(productsID))
	})

	It("goes on though nobody may read who has it, which some clouds answer with an empty list", func(ctx context.Context) {
		c := anAccountForItsFolder
		s := c.starts(ctx)
		never := s.watches(image, inTeam)
		s.dialect("deniedRead", "empty200")
		s.allow("ecs:DescribeImages", "ecs:Modify*", "resourcesharing:*", "resourcemanager:*")
		c.changeSlowly(s)
		Consistently(s.onImage(image), "2s").Should(ContainElement(inTeam))
		never()
	})

	DescribeTable("lasts a quarter of an hour at most, also when the first attempt to take it away fails,",
		func(ctx context.Context, c swap, action string) {
			s := c.starts(ctx)
			c.changeSlowly(s)
			s.clock.forward(bridgePatience - minute)
			Consistently(s.has(image, c.reaches), "1s").Should(BeTrue())
			fault := s.cloud.Inject(simcloud.Fault{Kind: simcloud.Unavailable, Action: action})
			s.clock.forward(2 * minute)
			Eventually(fault.Hits).Should(BeNumerically(">", 0))
			fault.Remove()
			Eventually(s.has(image, c.reaches)).Should(BeFalse())
			Eventually(s.held).Should(HaveLen(1))
		},
		Entry("an account", anAccountForItsFolder, modify),
		Entry("a folder", aFolderForTheDirectory, "DisassociateResourceShare"),
	)
})
