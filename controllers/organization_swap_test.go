// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// watches looks all the time whether an account has the image. What it answers
// checks that it never was without it, and ends the watch.
func (s *scene) watches(imageID, account string) (never func()) {
	var without atomic.Int64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for tick := time.NewTicker(time.Millisecond); ; {
			select {
			case <-done:
				return
			case <-tick.C:
				if !s.has(imageID, account)() {
					without.Add(1)
				}
			}
		}
	}()
	return func() {
		close(done)
		<-ended
		ExpectWithOffset(1, without.Load()).To(BeZero(), "%s was without %s", account, imageID)
	}
}

// first is where in the journal an action stands first that passes.
func (s *scene) first(action string, passes func(simcloud.Entry) bool) int {
	return slices.IndexFunc(s.cloud.Journal(), func(e simcloud.Entry) bool { return e.Action == action && passes(e) })
}

// takings is how often somebody was to be taken off a resource share.
func (s *scene) takings() int { return s.counted("DisassociateResourceShare", "DeleteResourceShare") }

// swap is what somebody declares in the place of what was declared, both of
// which reach one account.
type swap struct {
	image string
	paths []string
	// accounts are declared before, beside the paths; none is afterwards.
	accounts []string
	to       string
	reaches  string
}

var swaps = []TableEntry{
	Entry("a folder for the whole directory, plain", swap{image: image, paths: []string{productsPath}, to: directoryID, reaches: inProducts}),
	Entry("a folder for the whole directory, encrypted", swap{image: "m-encrypted", paths: []string{productsPath}, to: directoryID, reaches: inTeam}),
	Entry("a folder for the one that it is in", swap{image: image, paths: []string{teamPath}, to: productsPath, reaches: inTeam}),
	Entry("an account for the folder that it is in, plain", swap{image: image, accounts: []string{inTeam}, to: productsPath, reaches: inTeam}),
	Entry("an account for the folder that it is in, encrypted", swap{image: "m-encrypted", accounts: []string{inTeam}, to: productsPath, reaches: inTeam}),
	Entry("an account for the whole directory", swap{image: image, accounts: []string{inRoot}, to: directoryID, reaches: inRoot}),
}

// starts is the scene with what was declared before.
func (c swap) starts(ctx context.Context) *scene {
	s := newScene(ctx)
	s.organize("golden", c.image, c.paths, c.accounts...)
	s.start()
	s.ready("golden")
	Expect(s.has(c.image, c.reaches)()).To(BeTrue())
	Expect(s.cloud.FinishSharing()).To(Succeed())
	return s
}

// change declares what comes in its place.
func (c swap) change(s *scene) {
	s.edit("golden", func(o *v1alpha1.ImageShare) {
		o.Spec.Sharees = v1alpha1.Sharees{ResourceDirectoryPaths: pathsIn([]string{c.to})}
	})
}

// leaver is who was declared before, as a ledger has it.
func (c swap) leaver(s *scene) string { return s.held()[0] }

var _ = DescribeTable("Nobody is without the image for a moment when somebody declares, in the place of",
	func(ctx context.Context, c swap) {
		s := c.starts(ctx)
		leaver, never := c.leaver(s), s.watches(c.image, c.reaches)
		s.dialect("stuckAssociating", "yes")
		s.cloud.ForgetCalls()
		c.change(s)
		Eventually(s.apart("golden", c.to)).Should(HaveField("Reason", v1alpha1.ReasonAssociating))
		Consistently(s.takings, "2s").Should(BeZero())
		Expect(s.apart("golden", leaver)()).To(And(HaveField("State", v1alpha1.ShareeRevoking), HaveField("Reason", v1alpha1.ReasonRevoking)))
		Expect(s.held()).To(ContainElement(leaver))
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonShareesPending, "")

		By("the one that was declared before goes when the other has come")
		Expect(s.cloud.FinishSharing()).To(Succeed())
		s.ready("golden")
		never()
		Expect(s.onImage(c.image)()).To(BeEmpty())
		Expect(s.targets(c.image)()).To(HaveLen(1))
		Expect(s.held()).To(Equal(s.targets(c.image)()))
		Expect(s.get("golden").Status.Undeclared).To(BeEmpty())
		s.neverStranded()
	}, swaps,
)

var _ = DescribeTable("However long it takes, nobody is without the image when somebody declares, in the place of",
	func(ctx context.Context, c swap) {
		s := c.starts(ctx)
		never := s.watches(c.image, c.reaches)
		Expect(s.cloud.SetLimits(simcloud.Limits{SharingDelayMilliseconds: 1200})).To(Succeed())
		c.change(s)
		s.ready("golden")
		Eventually(s.targets(c.image)).Should(HaveLen(1))
		never()
		s.neverStranded()
	}, swaps,
)

var _ = DescribeTable("Who was declared before goes all the same, also where the cloud will not have what somebody declares, in the place of",
	func(ctx context.Context, c swap) {
		s := c.starts(ctx)
		leaver, before := c.leaver(s), len(s.cloud.Journal())
		Expect(s.cloud.SetDirectorySharing(directoryID, false)).To(Succeed())
		c.change(s)
		Eventually(s.apart("golden", c.to)).Should(HaveField("Reason", v1alpha1.ReasonSharingUnavailable))
		Eventually(s.has(c.image, c.reaches)).Should(BeFalse())
		Eventually(s.held).ShouldNot(ContainElement(leaver))
		asked := max(s.first("AssociateResourceShare", func(e simcloud.Entry) bool { return e.Seq > before }),
			s.first("CreateResourceShare", func(e simcloud.Entry) bool { return e.Seq > before }))
		Expect(asked).To(BeNumerically(">", 0), "it was asked for before anybody was taken away")
		for _, action := range []string{modify, "DisassociateResourceShare", "DeleteResourceShare"} {
			taken := s.first(action, func(e simcloud.Entry) bool { return e.Seq > before })
			Expect(taken).To(Or(Equal(-1), BeNumerically(">", asked)), action)
		}
		s.neverStranded()
	}, swaps,
)

var _ = It("takes a folder off though the whole directory, which was to come in its place, has failed on the way", func(ctx context.Context) {
	c := swap{image: image, paths: []string{productsPath}, to: directoryID, reaches: inProducts}
	s := c.starts(ctx)
	ours := s.soleShare(image)
	s.dialect("stuckAssociating", "yes")
	c.change(s)
	Eventually(s.apart("golden", directoryID)).Should(HaveField("Reason", v1alpha1.ReasonAssociating))
	Expect(s.has(image, inProducts)()).To(BeTrue())
	Expect(s.cloud.FailAssociation(ours, directoryID, simcloud.FailureLimitExceeded)).To(Succeed())
	Eventually(s.has(image, inProducts)).Should(BeFalse())
	Eventually(s.held).ShouldNot(ContainElement(productsID))
})

var _ = It("keeps an account on the image while the list does not show yet what was made for its folder", func(ctx context.Context) {
	c := swap{image: image, accounts: []string{inTeam}, to: productsPath, reaches: inTeam}
	s := c.starts(ctx)
	never := s.watches(image, inTeam)
	s.dialect("stuckAssociating", "yes")
	late := s.cloud.Inject(simcloud.Fault{Kind: simcloud.StaleRead, Product: "ResourceSharing", WritesAgo: 1})
	c.change(s)
	Eventually(func() int { return s.cloud.CountCalls("CreateResourceShare") }).Should(Equal(1))
	Consistently(s.onImage(image), "2s").Should(Equal([]string{inTeam}))
	late.Remove()
	Expect(s.cloud.FinishSharing()).To(Succeed())
	s.ready("golden")
	never()
	Expect(s.onImage(image)()).To(BeEmpty())
})
