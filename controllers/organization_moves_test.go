// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// movedPath is where the team's folder is once it has moved.
const movedPath = sandboxPath + "/" + teamID

// mistakenPath is a path of the team's folder where it has never been.
const mistakenPath = directoryID + "/" + rootID + "/" + teamID

// trustsOnTheWay are the trust policies that the operator has written since so
// many writes, in their order.
func (s *scene) trustsOnTheWay(since int) []string {
	var out []string
	for _, e := range s.cloud.Journal()[since:] {
		if !e.ByHand && e.Role != "" && e.DocumentAfter != "" && e.Policy == "" {
			out = append(out, e.DocumentAfter)
		}
	}
	return out
}

var _ = Describe("A folder of an encrypted image", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	trustStays := func() {
		Consistently(func(g Gomega) {
			g.Expect(s.trusted()).To(ContainElement(teamPath))
			g.Expect(string(s.get("golden").Status.Ledger[teamID].Path)).To(Equal(teamPath))
			g.Expect(s.has("m-encrypted", inTeam)()).To(BeTrue())
		}, "2s").WithOffset(1).Should(Succeed())
	}

	It("stays trusted by the path that it has while its ImageShare is suspended, whatever is declared", func() {
		s.organize("golden", "m-encrypted", []string{teamPath})
		s.start()
		s.ready("golden")
		s.edit("golden", func(o *v1alpha1.ImageShare) {
			o.Spec.Suspend, o.Spec.Sharees.ResourceDirectoryPaths = true, pathsIn([]string{mistakenPath})
		})
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonSuspended, "")
		trustStays()
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Suspend = false })
		Eventually(s.apart("golden", mistakenPath)).Should(HaveField("Reason", v1alpha1.ReasonPathMismatch))
		trustStays()
		s.declarePaths("golden", teamPath)
		s.ready("golden")
		Eventually(s.trusted).Should(Equal([]string{teamPath}))
		s.neverStranded()
	})

	It("stays trusted by the path that it has when another is declared that the directory contradicts", func() {
		s.organize("golden", "m-encrypted", []string{teamPath})
		s.start()
		s.ready("golden")
		s.declarePaths("golden", mistakenPath)
		Eventually(s.apart("golden", mistakenPath)).Should(And(HaveField("Reason", v1alpha1.ReasonPathMismatch), HaveField("Message", ContainSubstring(teamPath))))
		trustStays()
		s.drop("golden")
		Expect(s.has("m-encrypted", inTeam)()).To(BeFalse())
		Eventually(s.trusted).Should(BeNil())
		s.neverStranded()
	})

	It("is followed when it moves, if it is declared by its ID alone", func() {
		s.organize("golden", "m-encrypted", []string{teamID})
		s.start()
		s.ready("golden")
		Expect(s.trusted()).To(Equal([]string{teamPath}))
		since := len(s.cloud.Journal())
		Expect(s.cloud.MoveFolder(teamID, sandboxesID)).To(Succeed())
		Eventually(func(g Gomega) {
			g.Expect(s.apart("golden", teamID)().Reason).NotTo(Equal(v1alpha1.ReasonPathMismatch))
			g.Expect(s.trusted()).To(Equal([]string{movedPath}))
		}).Should(Succeed())
		s.ready("golden")
		Expect(s.get("golden").Status.Folders).To(HaveKeyWithValue(teamID, v1alpha1.ResourceDirectoryPath(movedPath)))
		Expect(string(s.get("golden").Status.Ledger[teamID].Path)).To(Equal(movedPath))
		Expect(s.has("m-encrypted", inTeam)()).To(BeTrue())
		both := 0
		for _, trust := range s.trustsOnTheWay(since) {
			old, now := strings.Contains(trust, teamPath), strings.Contains(trust, movedPath)
			Expect(old || now).To(BeTrue(), trust)
			if old && now {
				both++
			}
		}
		Expect(both).To(BeNumerically(">", 0), "the new path is trusted before the old one no longer is")
		Expect(s.takings()).To(BeZero())
		Expect(s.notices(v1alpha1.ReasonShareesFailed)()).To(BeEmpty())
		s.strandsNobody()
	})

	for _, declared := range [][]string{{teamPath, movedPath}, {movedPath, teamPath, teamID}} {
		It("has the image before and after a move that was announced by declaring both paths: "+strings.Join(declared, ", "), func() {
			s.organize("golden", "m-encrypted", declared)
			s.start()
			for _, parent := range []string{sandboxesID, productsID, ""} {
				s.ready("golden")
				Expect(s.get("golden").Status.Shared).To(Equal("1/1"))
				Expect(s.targets("m-encrypted")()).To(Equal([]string{teamID}))
				Eventually(s.trusted).Should(ContainElements(teamPath, movedPath))
				Expect(s.has("m-encrypted", inTeam)()).To(BeTrue())
				if parent == "" {
					break
				}
				Expect(s.cloud.MoveFolder(teamID, parent)).To(Succeed())
				Expect(s.has("m-encrypted", inTeam)()).To(BeTrue())
				path := map[string]string{sandboxesID: movedPath, productsID: teamPath}[parent]
				Eventually(func() string { return string(s.get("golden").Status.Ledger[teamID].Path) }).Should(Equal(path))
			}
			Expect(s.takings()).To(BeZero())
			Expect(s.notices(v1alpha1.ReasonShareesFailed)()).To(BeEmpty())
			s.neverStranded()
		})
	}
})
