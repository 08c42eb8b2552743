// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// The life of an encrypted image that is shared with folders, with the operator
// killed once in the middle of a call, before it has done anything or after.
var _ = DescribeTable("An encrypted image is shared with folders by one resource share, without a gap in trust, with the operator killed before or after",
	func(ctx context.Context, action string) {
		for _, kind := range []simcloud.FaultKind{simcloud.Hang, simcloud.DropAfter} {
			s, strike := setScene(ctx)
			strike = sync.OnceFunc(strike)
			DeferCleanup(strike)
			until, killed := s.killedBy(simcloud.Fault{Kind: kind, Action: action, Times: 1}, minute)
			isReady := func() bool { return s.condition("golden", v1alpha1.ConditionReady)().Status == "True" }
			s.start()
			s.organize("golden", "m-encrypted", []string{productsPath}, sharee(1))
			until(isReady)
			s.declarePaths("golden", productsPath, directoryID)
			until(isReady)
			Expect(s.targets("m-encrypted")()).To(Equal([]string{productsID, directoryID}))
			s.declarePaths("golden", directoryID)
			until(isReady)
			Expect(s.targets("m-encrypted")()).To(Equal([]string{directoryID}))
			Expect(s.allShares()).To(HaveLen(1))
			s.delete("golden")
			until(func() bool { return s.trusted() == nil && s.get("golden") == nil })
			s.forgetsTheRole()
			Expect(killed()).To(BeTrue(), "the call was made")
			Expect(s.allShares()).To(BeEmpty())
			Expect(s.trusted()).To(BeNil())
			s.neverStranded()
			strike()
		}
	},
	Entry("the making of the resource share", "CreateResourceShare"),
	Entry("the adding of a folder to it", "AssociateResourceShare"),
	Entry("the taking of a folder off it", "DisassociateResourceShare"),
	Entry("its deletion", "DeleteResourceShare"),
)

var _ = Describe("A resource share", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	It("is made once, whatever becomes of the answers", func() {
		for _, action := range sharingCalls {
			s.cloud.Inject(simcloud.Fault{Kind: simcloud.DropAfter, Action: action, Times: 2})
			s.cloud.Inject(simcloud.Fault{Kind: simcloud.ServerError, Effect: true, Action: action, Skip: 1, Times: 1})
		}
		s.start()
		s.organize("golden", "m-encrypted", []string{productsPath})
		s.ready("golden")
		s.declarePaths("golden", sandboxPath, productsPath)
		s.ready("golden")
		s.declarePaths("golden", sandboxPath)
		s.passes()
		Expect(s.targets("m-encrypted")()).To(Equal([]string{sandboxesID}))
		Expect(s.cloud.CountCalls("CreateResourceShare")).To(Equal(1))
		s.drop("golden")
		Expect(s.allShares()).To(BeEmpty())
		Eventually(s.trusted).Should(BeNil())
		s.neverStranded()
	})

	It("is waited for that is listed late, by an operator that was killed when it asked for it", func() {
		s.cloud.Inject(simcloud.Fault{Kind: simcloud.DropAfter, Action: "CreateResourceShare", Times: 1})
		s.organize("golden", image, []string{productsPath})
		s.start()
		Eventually(func() int { return len(s.allShares()) }).Should(Equal(1))
		s.stop()
		late := s.cloud.Inject(simcloud.Fault{Kind: simcloud.StaleRead, Product: "ResourceSharing", WritesAgo: len(s.cloud.Journal())})
		s.clock.forward(2 * awaitPace)
		s.start()
		Eventually(late.Hits).Should(BeNumerically(">", 0))
		Eventually(s.apart("golden", productsPath)).Should(HaveField("Message", ContainSubstring("not listed yet")))
		Expect(s.cloud.CountCalls("CreateResourceShare")).To(Equal(1))

		By("also when it is not wanted any more")
		s.delete("golden")
		Consistently(func() *v1alpha1.ImageShare { return s.get("golden") }).ShouldNot(BeNil())
		late.Remove()
		s.clock.forward(minute)
		Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }).Should(BeNil())
		Expect(s.allShares()).To(BeEmpty())
	})

	It("is asked for again when the first never came", func() {
		lost := s.cloud.Inject(simcloud.Fault{Kind: simcloud.DropBefore, Action: "CreateResourceShare", Times: 1})
		s.organize("golden", image, []string{productsPath})
		s.start()
		Eventually(lost.Hits).Should(Equal(1))
		Consistently(func() int { return s.cloud.CountCalls("CreateResourceShare") }).Should(Equal(1))
		s.clock.forward(minute)
		s.ready("golden")
		Expect(s.allShares()).To(HaveLen(1))
	})

	It("takes more than five folders, five at a time, and lets go of them so", func() {
		paths, ids := []string{}, []string{}
		for i := range 7 {
			id := fmt.Sprintf("fd-FkMany000%d", i)
			Expect(s.cloud.AddFolder(directoryID, simcloud.Folder{ID: id})).To(Succeed())
			paths, ids = append(paths, directoryID+"/"+rootID+"/"+id), append(ids, id)
		}
		s.organize("golden", image, paths)
		s.start()
		s.ready("golden")
		Expect(s.targets(image)()).To(Equal(ids))
		Expect(s.get("golden").Status.Shared).To(Equal("7/7"))
		Expect(s.cloud.CountCalls("CreateResourceShare")).To(Equal(1))
		Expect(s.cloud.CountCalls("AssociateResourceShare")).To(Equal(1))
		s.declarePaths("golden", paths[6])
		s.ready("golden")
		Expect(s.targets(image)()).To(Equal(ids[6:]))
		Expect(s.cloud.CountCalls("DisassociateResourceShare")).To(Equal(2))
		for _, entry := range s.cloud.Journal() {
			Expect(len(entry.Targets)).To(BeNumerically("<=", 5), entry.Action)
		}
	})
})

var _ = Describe("A folder that moves", func() {
	var s *scene
	movedPath := sandboxPath + "/" + teamID
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	DescribeTable("is told of, keeps what it has, and is right again when its path is, with",
		func(id string) {
			s.organize("golden", id, []string{teamPath}, sharee(1))
			s.start()
			s.ready("golden")
			Expect(s.cloud.MoveFolder(teamID, sandboxesID)).To(Succeed())
			Eventually(s.apart("golden", teamPath)).Should(And(
				HaveField("State", v1alpha1.ShareeFailed), HaveField("Reason", v1alpha1.ReasonPathMismatch), HaveField("Message", ContainSubstring(movedPath))))
			s.tells(v1alpha1.ConditionOrganizationShared, "False", v1alpha1.ReasonShareesFailed, movedPath)
			s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonShareesFailed, movedPath)
			Consistently(s.targets(id)).Should(Equal([]string{teamID}))
			Expect(s.onImage(id)()).To(Equal([]string{sharee(1)}))
			s.declarePaths("golden", movedPath)
			s.ready("golden")
			Expect(s.has(id, inTeam)()).To(BeTrue())
			Expect(s.sharingWrites()).To(Equal(1))
			if id == "m-encrypted" {
				Eventually(s.trusted).Should(Equal([]string{sharee(1), movedPath}))
			}
			s.drop("golden")
			Eventually(s.trusted).Should(BeNil())
			s.strandsNobody()
		},
		Entry("a plain image", image),
		Entry("an encrypted image", "m-encrypted"),
	)

	It("is followed by trust where its ID alone is given", func() {
		s.organize("golden", "m-encrypted", []string{teamID})
		s.start()
		s.ready("golden")
		Expect(s.cloud.MoveFolder(teamID, sandboxesID)).To(Succeed())
		Eventually(s.has("m-encrypted", inTeam)).Should(BeFalse())
		Eventually(s.has("m-encrypted", inTeam)).Should(BeTrue())
		s.ready("golden")
		Eventually(s.trusted).Should(Equal([]string{movedPath}))
		Expect(s.targets("m-encrypted")()).To(Equal([]string{teamID}))
		s.strandsNobody()
	})
})
