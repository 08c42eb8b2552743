// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"slices"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

var ourTag = []simcloud.Tag{{Key: converge.TagOwner, Value: owner}}

var _ = Describe("A resource share that somebody else has made of the image", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	It("is told of by its ID, and never touched", func() {
		theirs := s.addByHand("imageshare-"+image, image, []simcloud.Tag{{Key: converge.TagOwner, Value: "elsewhere"}}, sandboxesID, productsID, inRoot)
		before, _ := s.cloud.Share(theirs)
		s.organize("golden", image, []string{productsPath}, sharee(1))
		s.start()
		s.ready("golden")
		s.tells(v1alpha1.ConditionUndeclaredSharees, "True", v1alpha1.ReasonUndeclared, sandboxesID+" (by resource share "+theirs+")")
		Expect(s.get("golden").Status.Undeclared).To(ConsistOf(BeEquivalentTo(sandboxesID), BeEquivalentTo(inRoot)))
		Expect(s.resourceShares(image)).To(HaveLen(2))
		s.drop("golden")
		after, there := s.cloud.Share(theirs)
		Expect(there).To(BeTrue())
		Expect(after).To(Equal(before))
		Expect(s.targets(image)()).To(ConsistOf(sandboxesID, productsID, inRoot))
	})

	It("is told of also for an image that is shared with accounts alone", func() {
		theirs := s.addByHand("theirs", image, nil, productsID)
		s.dialect("reachedListed", "yes")
		s.share("golden", image, sharee(1))
		s.start()
		s.tells(v1alpha1.ConditionUndeclaredSharees, "True", v1alpha1.ReasonUndeclared, productsID+" (by resource share "+theirs+")")
		Expect(s.get("golden").Status.Undeclared).To(ConsistOf(BeEquivalentTo(productsID)), "who is reached is not told of besides")
		s.drop("golden")
		Expect(s.targets(image)()).To(Equal([]string{productsID}))
	})
})

var _ = It("tells what is declared twice, and takes nothing away for it", func(ctx context.Context) {
	s := newScene(ctx)
	s.organize("golden", image, []string{productsPath, teamPath}, inTeam, inRoot)
	s.start()
	s.ready("golden")
	s.tells(v1alpha1.ConditionRedundantSharees, "True", v1alpha1.ReasonRedundant, teamPath+" is within "+productsPath)
	s.tells(v1alpha1.ConditionRedundantSharees, "True", v1alpha1.ReasonRedundant, "account "+inTeam+" is within "+productsPath)
	Expect(s.condition("golden", v1alpha1.ConditionRedundantSharees)().Message).NotTo(ContainSubstring(inRoot))
	Expect(s.targets(image)()).To(Equal([]string{productsID, teamID}))
	s.declarePaths("golden", sandboxPath)
	s.ready("golden")
	Expect(s.get("golden").Status.Conditions).NotTo(ContainElement(HaveField("Type", v1alpha1.ConditionRedundantSharees)))
})

// meddling is what somebody does at the console to our resource share, and what
// the image is shared with then.
type meddling struct {
	do      func(s *scene, ours string)
	targets []string
	// kept is true where the resource share goes on to be the one, told of who
	// is undeclared, and left who has the image in the end.
	kept       bool
	told, left []string
}

var _ = DescribeTable("Putting right what somebody has done to our resource share:",
	func(ctx context.Context, c meddling) {
		for _, id := range []string{image, "m-encrypted"} {
			s, strike := setScene(ctx)
			strike = sync.OnceFunc(strike)
			DeferCleanup(strike)
			s.organize("golden", id, []string{productsPath, sandboxPath})
			s.start()
			s.ready("golden")
			ours := s.soleShare(id)
			c.do(s, ours)
			Eventually(s.targets(id)).Should(Equal(c.targets))
			Eventually(func() int { return len(s.allShares()) }).Should(Equal(1))
			s.ready("golden")
			Expect([]string{ours, s.soleShare(id)}).To(Satisfy(func(both []string) bool { return (both[0] == both[1]) == c.kept }))
			Eventually(func() string { return s.get("golden").Status.ResourceShareID }).Should(Equal(s.soleShare(id)))
			Eventually(func() []v1alpha1.Sharee { return s.get("golden").Status.Undeclared }).Should(HaveLen(len(c.told)))
			for _, told := range c.told {
				Expect(s.get("golden").Status.Undeclared).To(ContainElement(BeEquivalentTo(told)))
			}
			s.drop("golden")
			Expect(s.targets(id)()).To(Equal(c.left))
			strike()
		}
	},
	Entry("it is deleted", meddling{
		do: func(s *scene, ours string) {
			Expect(s.cloud.DeleteShare(ours)).To(Succeed())
			Eventually(func() int { return len(s.resourceShares(s.get("golden").Spec.Image.ID)) }).Should(Equal(1))
		}, targets: []string{productsID, sandboxesID},
	}),
	Entry("a folder is taken off it", meddling{
		do: func(s *scene, ours string) {
			s.console(ours, func(one *simcloud.Share) { one.Associations = withoutEntity(one.Associations, productsID) })
		}, targets: []string{productsID, sandboxesID}, kept: true,
	}),
	Entry("a folder is added to it", meddling{
		do: func(s *scene, ours string) {
			s.console(ours, func(one *simcloud.Share) {
				one.Associations = append(one.Associations, simcloud.Association{Type: simcloud.AssociationTarget, Entity: teamID})
			})
		}, targets: []string{productsID, sandboxesID}, kept: true,
	}),
	Entry("the image is taken off it", meddling{
		do: func(s *scene, ours string) {
			id := s.get("golden").Spec.Image.ID
			s.console(ours, func(one *simcloud.Share) { one.Associations = withoutEntity(one.Associations, id) })
		}, targets: []string{productsID, sandboxesID},
	}),
	Entry("it is called something else", meddling{
		do: func(s *scene, ours string) {
			s.console(ours, func(one *simcloud.Share) { one.Name = "renamed" })
			s.stop()
			s.start()
		}, targets: []string{productsID, sandboxesID}, kept: true,
	}),
	Entry("its tag is taken away", meddling{
		do: func(s *scene, ours string) {
			s.console(ours, func(one *simcloud.Share) { one.Tags = nil })
			s.stop()
			s.start()
		}, targets: []string{productsID, sandboxesID}, kept: true,
	}),
)

func withoutEntity(all []simcloud.Association, entity string) []simcloud.Association {
	return slices.DeleteFunc(slices.Clone(all), func(a simcloud.Association) bool { return a.Entity == entity })
}

var _ = Describe("An image shared with folders", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	It("comes to be on one resource share when there were two, and nobody loses it on the way", func() {
		s.organize("golden", "m-encrypted", []string{productsPath, sandboxPath})
		s.start()
		s.ready("golden")
		ours := s.soleShare("m-encrypted")
		second := s.addByHand("imageshare-m-encrypted", "m-encrypted", ourTag, productsID)
		s.console(ours, func(one *simcloud.Share) { one.Associations = withoutEntity(one.Associations, productsID) })
		Eventually(func() []simcloud.Share { return s.resourceShares("m-encrypted") }).Should(And(HaveLen(1), ContainElement(HaveField("ID", ours))))
		s.ready("golden")
		Expect(s.targets("m-encrypted")()).To(Equal([]string{productsID, sandboxesID}))
		journal := s.cloud.Journal()
		at := func(action, share string) int {
			return slices.IndexFunc(journal, func(e simcloud.Entry) bool { return e.Action == action && e.Share == share })
		}
		Expect(at("AssociateResourceShare", ours)).To(BeNumerically(">", 0))
		Expect(at("DisassociateResourceShare", second)).To(BeNumerically(">", at("AssociateResourceShare", ours)))
		Expect(at("DeleteResourceShare", second)).To(BeNumerically(">", at("DisassociateResourceShare", second)))
		s.neverStranded()
	})

	It("is left alone while the ImageShare or its SharerAccount is suspended, also when it is deleted", func() {
		s.organize("golden", image, []string{productsPath})
		s.start()
		s.ready("golden")
		s.edit("golden", func(o *v1alpha1.ImageShare) {
			o.Spec.Suspend, o.Spec.Sharees.ResourceDirectoryPaths = true, pathsIn([]string{sandboxPath})
		})
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonSuspended, "")
		Expect(s.targets(image)()).To(Equal([]string{productsID}))
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Suspend = true })
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Suspend = false })
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonSuspended, `SharerAccount "default" is suspended`)
		Consistently(s.targets(image)).Should(Equal([]string{productsID}))
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Suspend = false })
		s.ready("golden")
		Expect(s.targets(image)()).To(Equal([]string{sandboxesID}))
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Suspend = true })
		s.drop("golden")
		Expect(s.targets(image)()).To(Equal([]string{sandboxesID}))
	})

	It("is let go of when somebody has deleted its resource share first", func() {
		s.organize("golden", image, []string{productsPath})
		s.start()
		s.ready("golden")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Suspend = true })
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonSuspended, "")
		Expect(s.cloud.DeleteShare(s.soleShare(image))).To(Succeed())
		s.edit("golden", func(o *v1alpha1.ImageShare) {
			o.Spec.Suspend, o.Spec.Sharees.ResourceDirectoryPaths = false, nil
		})
		s.ready("golden")
		Expect(s.held()).To(BeEmpty())
	})

	It("leaves nothing behind when the image itself is deleted", func() {
		s.organize("golden", "m-encrypted", []string{productsPath})
		s.start()
		s.ready("golden")
		Expect(s.cloud.DeleteImage(region, "m-encrypted")).To(Succeed())
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonImageNotFound, "Looking again in a minute")
		s.clock.forward(minute)
		s.ask("golden", "now")
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonImageNotFound, "has no image m-encrypted")
		Eventually(s.allShares).Should(BeEmpty())
		s.drop("golden")
		Eventually(s.trusted).Should(BeNil())
	})
})
