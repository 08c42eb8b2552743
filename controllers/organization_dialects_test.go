// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// settings are dialects by their names.
type settings map[string]string

// sharingSettings are the settings that sharing with folders has to come through
// by itself: each dialect by itself, and those of reading together.
func sharingSettings() []TableEntry {
	values := simcloud.DialectValues()
	var out []TableEntry
	for _, name := range []string{"associateTwice", "sharedServiceKey", "sharedWithoutTrust", "directoryTrustForAccounts"} {
		for _, value := range values[name][1:] {
			out = append(out, Entry(name+" "+value, settings{name: value}))
		}
	}
	for _, reads := range values["directoryReads"] {
		for _, listed := range values["reachedListed"] {
			for _, counted := range values["reachedCounted"] {
				out = append(out, Entry(fmt.Sprintf("directoryReads %s, reachedListed %s, reachedCounted %s", reads, listed, counted),
					settings{"directoryReads": reads, "reachedListed": listed, "reachedCounted": counted}))
			}
		}
	}
	return out
}

var _ = DescribeTable("A plain and an encrypted image are shared with folders, changed, and with nobody in the end, under",
	func(ctx context.Context, c settings) {
		s := newScene(ctx)
		Expect(s.cloud.SetDialects(c)).To(Succeed())
		images := map[string]string{"golden": image, "silver": "m-encrypted"}
		s.start()
		for name, id := range images {
			s.organize(name, id, []string{productsPath}, sharee(1), inRoot)
		}
		blind := c["directoryReads"] != "members" && c["directoryReads"] != ""
		told := BeEmpty()
		if blind && c["reachedListed"] == "yes" {
			told = ConsistOf(BeEquivalentTo(inProducts), BeEquivalentTo(inTeam))
		}
		for name, id := range images {
			s.ready(name)
			Expect(s.targets(id)()).To(Equal([]string{productsID}))
			for account, want := range map[string]bool{inProducts: true, inTeam: true, inRoot: true, sharee(1): true, joiner: false} {
				Expect(s.has(id, account)()).To(Equal(want), account)
			}
			Eventually(func() []v1alpha1.Sharee { return s.get(name).Status.Undeclared }).Should(told)
			Expect(s.onImage(id)()).To(ConsistOf(sharee(1), inRoot))
		}
		for name := range images {
			s.declarePaths(name, sandboxPath, teamPath)
		}
		for name, id := range images {
			s.ready(name)
			Expect(s.targets(id)()).To(Equal([]string{sandboxesID, teamID}))
			Expect(s.has(id, inTeam)()).To(BeTrue())
			Expect(s.has(id, inProducts)()).To(BeFalse())
		}
		Eventually(s.trusted).Should(ConsistOf(sharee(1), inRoot, sandboxPath, teamPath))
		s.nobodyElseRevoked()
		for name, id := range images {
			s.drop(name)
			Expect(s.onImage(id)()).To(BeEmpty())
		}
		Expect(s.allShares()).To(BeEmpty())
		Eventually(s.trusted).Should(BeNil())
		s.neverStranded()
	}, sharingSettings(),
)

// nobodyElseRevoked checks that nobody was ever taken off an image who was not on
// it by number.
func (s *scene) nobodyElseRevoked() {
	for _, entry := range s.cloud.Journal() {
		Expect(entry.Before).WithOffset(1).To(ContainElements(entry.Remove), "%s (%d)", entry.Action, entry.Seq)
	}
}

var _ = DescribeTable("An account that is taken out of the spec, while a folder that it is in stays",
	func(ctx context.Context, c settings, known bool) {
		s := newScene(ctx)
		Expect(s.cloud.SetDialects(c)).To(Succeed())
		s.organize("golden", "m-encrypted", []string{productsPath}, inTeam)
		s.start()
		s.ready("golden")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = nil })
		Eventually(s.onImage("m-encrypted")).Should(BeEmpty())
		if known {
			s.ready("golden")
			Expect(s.held()).To(Equal([]string{productsID}))
			Expect(s.get("golden").Status.Undeclared).To(BeEmpty())
		} else {
			Eventually(s.apart("golden", inTeam)).Should(And(HaveField("Reason", v1alpha1.ReasonStillListed), HaveField("Message", ContainSubstring("A resource share may reach it too"))))
			Consistently(s.held).Should(Equal([]string{inTeam, productsID}))
		}
		Expect(s.has("m-encrypted", inTeam)()).To(BeTrue())
		s.drop("golden")
		Expect(s.has("m-encrypted", inTeam)()).To(BeFalse())
		Eventually(s.trusted).Should(BeNil())
		s.neverStranded()
	},
	Entry("leaves the ledger", settings{"reachedListed": "no"}, true),
	Entry("leaves the ledger though it is still listed", settings{"reachedListed": "yes"}, true),
	Entry("is told of and kept where nobody may read where it is", settings{"reachedListed": "yes", "directoryReads": "denied"}, false),
	Entry("is told of and kept where nobody can see where it is", settings{"reachedListed": "yes", "directoryReads": "hidden"}, false),
)

var _ = Describe("A resource share that takes its time", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })
	delay := func(d time.Duration) {
		Expect(s.cloud.SetLimits(simcloud.Limits{SharingDelayMilliseconds: int(d.Milliseconds())})).To(Succeed())
	}

	It("is told of until it is there, and until it is gone", func() {
		delay(1500 * time.Millisecond)
		s.organize("golden", "m-encrypted", []string{productsPath, sandboxPath})
		s.start()
		Eventually(s.apart("golden", productsPath)).Should(And(HaveField("State", v1alpha1.ShareePending), HaveField("Reason", v1alpha1.ReasonAssociating)))
		Expect(s.has("m-encrypted", inProducts)()).To(BeFalse())
		s.passes()
		s.ready("golden")
		Expect(s.has("m-encrypted", inProducts)()).To(BeTrue())
		Expect(s.cloud.CountCalls("CreateResourceShare") + s.cloud.CountCalls("AssociateResourceShare")).To(Equal(1))

		By("whoever is on the way away stays in the ledger, and trusted")
		s.declarePaths("golden", sandboxPath)
		Eventually(s.apart("golden", productsID)).Should(HaveField("State", v1alpha1.ShareeRevoking))
		Expect(s.held()).To(Equal([]string{productsID, sandboxesID}))
		Expect(s.has("m-encrypted", inProducts)()).To(BeTrue())
		s.passes()
		s.ready("golden")
		Expect(s.held()).To(Equal([]string{sandboxesID}))
		Expect(s.cloud.CountCalls("DisassociateResourceShare")).To(Equal(1))
		Eventually(s.trusted).Should(Equal([]string{sandboxPath}))
		s.drop("golden")
		Eventually(s.trusted).Should(BeNil())
		s.neverStranded()
	})

	It("goes with everybody who is on it, and only then is nobody trusted any more", func() {
		s.organize("golden", "m-encrypted", []string{productsPath})
		s.start()
		s.ready("golden")
		delay(3 * time.Second)
		s.delete("golden")
		Eventually(s.trusted).Should(BeNil())
		Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }).Should(BeNil())
		Expect(s.has("m-encrypted", inProducts)()).To(BeFalse())
		s.neverStranded()
	})

	It("is put back to right when somebody changes their mind on the way", func() {
		delay(time.Second)
		s.organize("golden", image, []string{productsPath, sandboxPath})
		s.start()
		s.passes()
		s.ready("golden")
		s.declarePaths("golden", sandboxPath)
		Eventually(func() int { return s.cloud.CountCalls("DisassociateResourceShare") }).Should(Equal(1))
		s.declarePaths("golden", sandboxPath, productsPath)
		Eventually(s.apart("golden", productsPath)).Should(HaveField("Message", ContainSubstring("still taking it off")))
		s.passes()
		s.ready("golden")
		Expect(s.targets(image)()).To(Equal([]string{productsID, sandboxesID}))
		Expect(s.cloud.CountCalls("AssociateResourceShare")).To(Equal(1))
	})

	It("is deleted when it is stuck, and is waited for as long as it is wanted", func() {
		s.dialect("stuckAssociating", "yes")
		s.organize("golden", "m-encrypted", []string{productsPath})
		s.start()
		Eventually(s.apart("golden", productsPath)).Should(HaveField("Reason", v1alpha1.ReasonAssociating))
		Consistently(s.sharingWrites).Should(Equal(1))
		s.drop("golden")
		Expect(s.allShares()).To(BeEmpty())
		s.organize("silver", "m-encrypted", []string{productsPath})
		Eventually(s.apart("silver", productsPath)).Should(HaveField("Reason", v1alpha1.ReasonAssociating))
		Expect(s.cloud.FinishSharing()).To(Succeed())
		s.ready("silver")
		Expect(s.has("m-encrypted", inTeam)()).To(BeTrue())
		s.neverStranded()
	})

	It("is tried again by itself where it was refused because RAM took its time", func() {
		s.dialect("sharedWithoutTrust", "failed")
		Expect(s.cloud.SetLimits(simcloud.Limits{RAMDelayMilliseconds: 2000})).To(Succeed())
		s.organize("golden", "m-encrypted", []string{productsPath})
		s.start()
		Eventually(s.apart("golden", productsPath)).Should(HaveField("Reason", v1alpha1.ReasonAssociationFailed))
		s.ready("golden")
		Expect(s.has("m-encrypted", inTeam)()).To(BeTrue())
		Eventually(s.allShares).Should(HaveLen(1))
	})

	It("is never made for an image of a service key, whatever would be said of it", func() {
		for _, dialect := range simcloud.DialectValues()["sharedServiceKey"] {
			s.dialect("sharedServiceKey", dialect)
			s.organize("golden", "m-service", []string{productsPath})
			s.start()
			s.tells(v1alpha1.ConditionImageShareable, "False", v1alpha1.ReasonServiceKey, "copy the image with a customer master key")
			Consistently(s.sharingWrites).Should(BeZero())
			s.drop("golden")
			s.stop()
		}
	})
})
