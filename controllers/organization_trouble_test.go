// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// hitch is something that is wrong with one directory or folder, beside which an
// account is declared that nothing is wrong with.
type hitch struct {
	image, path string
	before      func(*scene)
	// status is what OrganizationShared and Ready say, reason and message what is
	// said of the path, and beside what stands beside Ready.
	status, reason, message, beside string
	// after puts it right; nil when it cannot be.
	after func(*scene)
}

const everything = "*:*"

var _ = DescribeTable("Telling what is wrong with a directory or folder, and going on with accounts all the same, when",
	func(ctx context.Context, c hitch) {
		s := newScene(ctx)
		if c.image == "" {
			c.image = image
		}
		if c.path == "" {
			c.path = productsPath
		}
		if c.before != nil {
			c.before(s)
		}
		s.start()
		s.organize("golden", c.image, []string{c.path}, sharee(1))
		Eventually(s.apart("golden", c.path)).Should(And(HaveField("Reason", c.reason), HaveField("Message", ContainSubstring(c.message))))
		Eventually(s.onImage(c.image)).Should(Equal([]string{sharee(1)}))
		s.tells(v1alpha1.ConditionAccountsShared, "True", v1alpha1.ReasonSucceeded, "")
		for _, kind := range []string{v1alpha1.ConditionOrganizationShared, v1alpha1.ConditionReady} {
			Eventually(s.condition("golden", kind)).Should(And(HaveField("Status", BeEquivalentTo(c.status)), HaveField("Message", ContainSubstring(c.message))), kind)
		}
		Eventually(s.condition("golden", c.beside)).Should(HaveField("Status", BeEquivalentTo("True")))
		Expect(s.targets(c.image)()).To(BeEmpty())
		if c.after == nil {
			return
		}
		By("once it is put right, everything becomes as declared")
		c.after(s)
		s.clock.forward(minute)
		s.ready("golden")
		Expect(s.targets(c.image)()).To(HaveLen(1))
		Expect(s.get("golden").Status.Conditions).NotTo(ContainElement(HaveField("Type", c.beside)))
		s.neverStranded()
	},
	Entry("resource sharing is not enabled for the directory", hitch{
		before: func(s *scene) { Expect(s.cloud.SetDirectorySharing(directoryID, false)).To(Succeed()) },
		status: "False", reason: v1alpha1.ReasonSharingUnavailable, message: "must enable resource sharing for the directory", beside: stalled,
		after: func(s *scene) { Expect(s.cloud.SetDirectorySharing(directoryID, true)).To(Succeed()) },
	}),
	Entry("the account is in no directory", hitch{
		before: func(s *scene) { Expect(s.cloud.LeaveDirectory(sharerID)).To(Succeed()) },
		status: "False", reason: v1alpha1.ReasonSharingUnavailable, message: "is in no resource directory", beside: stalled,
		after: func(s *scene) { Expect(s.cloud.JoinDirectory(directoryID, sharerID, "")).To(Succeed()) },
	}),
	Entry("the path is of another directory", hitch{
		path:   "rd-FkOrg2/" + rootID + "/" + productsID,
		status: "False", reason: v1alpha1.ReasonOtherDirectory, message: "declare a path of its own directory", beside: stalled,
		after: func(s *scene) { s.declarePaths("golden", productsPath) },
	}),
	Entry("the directory is another one, and its own may not be read", hitch{
		path:   "rd-FkOrg2",
		before: func(s *scene) { s.dialect("directoryReads", "denied") },
		status: "False", reason: v1alpha1.ReasonUnknownPath, message: "no such directory or folder", beside: stalled,
		after: func(s *scene) { s.declarePaths("golden", directoryID) },
	}),
	Entry("there is no such folder", hitch{
		path:   directoryID + "/" + rootID + "/fd-FkNowhere0",
		status: "False", reason: v1alpha1.ReasonUnknownPath, message: "no such directory or folder", beside: stalled,
		after: func(s *scene) {
			Expect(s.cloud.AddFolder(directoryID, simcloud.Folder{ID: "fd-FkNowhere0"})).To(Succeed())
		},
	}),
	Entry("the directory has the folder elsewhere", hitch{
		path:   directoryID + "/" + rootID + "/" + teamID,
		status: "False", reason: v1alpha1.ReasonPathMismatch, message: teamPath, beside: stalled,
		after: func(s *scene) { s.declarePaths("golden", teamPath) },
	}),
	Entry("the account has as many resource shares as it may", hitch{
		before: func(s *scene) {
			s.addByHand("theirs", "m-second", nil, sandboxesID)
			Expect(s.cloud.SetLimits(simcloud.Limits{ResourceShares: 1})).To(Succeed())
		},
		status: "False", reason: v1alpha1.ReasonQuotaExceeded, message: "Quota Center", beside: stalled,
		after: func(s *scene) { Expect(s.cloud.SetLimits(simcloud.Limits{})).To(Succeed()) },
	}),
	Entry("the credentials may not make resource shares", hitch{
		before: func(s *scene) { s.allow("ecs:*", "resourcesharing:List*", "resourcemanager:*") },
		status: "False", reason: v1alpha1.ReasonDenied, message: "resourcesharing:CreateResourceShare", beside: stalled,
		after: func(s *scene) { s.allow(everything) },
	}),
	Entry("the credentials may do nothing in Resource Sharing", hitch{
		before: func(s *scene) { s.allow("ecs:*", "resourcemanager:*") },
		status: "Unknown", reason: v1alpha1.ReasonDenied, message: "resourcesharing:ListResourceShares", beside: stalled,
		after: func(s *scene) { s.allow(everything) },
	}),
	Entry("Resource Sharing is silent", hitch{
		before: func(s *scene) { s.cloud.Inject(simcloud.Fault{Kind: simcloud.Refuse, Product: "ResourceSharing"}) },
		status: "Unknown", reason: v1alpha1.ReasonCloudUnavailable, message: "", beside: reconciling,
		after: func(s *scene) { s.cloud.ClearFaults() },
	}),
	Entry("only the ID of a folder is given for an encrypted image, and the directory may not be read", hitch{
		image: "m-encrypted", path: productsID, before: func(s *scene) { s.dialect("directoryReads", "denied") },
		status: "False", reason: v1alpha1.ReasonPathUnresolved, message: "write " + productsID + " as rd-…/r-…/" + productsID, beside: stalled,
		after: func(s *scene) { s.declarePaths("golden", productsPath) },
	}),
	Entry("the same, until the directory may be read", hitch{
		image: "m-encrypted", path: productsID, before: func(s *scene) { s.allow("ecs:*", "ram:*", "kms:*", "resourcesharing:*") },
		status: "False", reason: v1alpha1.ReasonPathUnresolved, message: "allow the credentials resourcemanager:GetFolder", beside: stalled,
		after: func(s *scene) { s.allow(everything); s.ask("golden", "now") },
	}),
)

var _ = Describe("A folder", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	It("that is given by its ID alone will do for a plain image, and is found in the directory for an encrypted one", func() {
		s.organize("golden", "m-encrypted", []string{teamID})
		s.start()
		s.ready("golden")
		Expect(s.get("golden").Status.Folders).To(HaveKeyWithValue(teamID, v1alpha1.ResourceDirectoryPath(teamPath)))
		Expect(s.trusted()).To(Equal([]string{teamPath}))
		Expect(s.has("m-encrypted", inTeam)()).To(BeTrue())
		s.neverStranded()

		By("also where the directory may not be read, if the image is plain")
		s.dialect("directoryReads", "denied")
		s.organize("silver", image, []string{teamID})
		s.ask("silver", "now")
		s.ready("silver")
		Eventually(s.condition("silver", v1alpha1.ConditionOrganizationShared)).Should(be("True", v1alpha1.ReasonSucceeded, "taken at their word"))
		Expect(s.has(image, inTeam)()).To(BeTrue())
	})

	It("that was refused a moment after the operator has started is shared with at once when that is mended", func() {
		s.clock.forward(time.Second - time.Duration(s.clock.Now().Nanosecond()))
		Expect(s.cloud.SetLimits(simcloud.Limits{SharedResources: 1})).To(Succeed())
		s.addByHand("theirs", "m-second", nil, sandboxesID)
		s.organize("golden", image, []string{productsPath})
		s.start()
		s.tells(v1alpha1.ConditionOrganizationShared, "False", v1alpha1.ReasonShareesFailed, "QuotaExceeded.SharedResource.Count")
		Expect(s.cloud.SetLimits(simcloud.Limits{})).To(Succeed())
		s.ready("golden")
	})

	It("has the image also while accounts cannot be added", func() {
		s.allow("ecs:Describe*", "resourcesharing:*", "resourcemanager:*")
		s.organize("golden", image, []string{productsPath}, sharee(1))
		s.start()
		s.tells(v1alpha1.ConditionAccountsShared, "False", v1alpha1.ReasonShareesFailed, "ecs:ModifyImageSharePermission")
		s.tells(v1alpha1.ConditionOrganizationShared, "True", v1alpha1.ReasonSucceeded, "")
		Expect(s.has(image, inProducts)()).To(BeTrue())
	})

	It("keeps the image while Resource Sharing is silent, and accounts come and go", func() {
		s.organize("golden", image, []string{productsPath}, sharee(1))
		s.start()
		s.ready("golden")
		s.cloud.Inject(simcloud.Fault{Kind: simcloud.Refuse, Product: "ResourceSharing"})
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids([]string{sharee(2)}) })
		Eventually(s.onImage(image)).Should(Equal([]string{sharee(2)}))
		s.clock.forward(2 * minute)
		s.tells(v1alpha1.ConditionOrganizationShared, "Unknown", v1alpha1.ReasonCloudUnavailable, "")
		Expect(s.held()).To(Equal([]string{sharee(2), productsID}))
		Expect(s.has(image, inProducts)()).To(BeTrue())
		s.delete("golden")
		Eventually(s.onImage(image)).Should(BeEmpty())
		Consistently(func() *v1alpha1.ImageShare { return s.get("golden") }).ShouldNot(BeNil())
		s.cloud.ClearFaults()
		Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }).Should(BeNil())
		Expect(s.resourceShares(image)).To(BeEmpty())
	})

	It("that was refused is tried again slowly, at once when somebody asks, and leaves no resource shares about", func() {
		s.interval = time.Hour
		Expect(s.cloud.SetLimits(simcloud.Limits{NoEncryptedSharing: []string{region}})).To(Succeed())
		s.organize("golden", "m-encrypted", []string{productsPath})
		s.start()
		s.ask("golden", "at first")
		Eventually(s.apart("golden", productsPath)).Should(And(
			HaveField("Reason", v1alpha1.ReasonAssociationFailed), HaveField("Message", ContainSubstring("The operation is not supported"))))
		calls := s.sharingWrites()
		Consistently(s.sharingWrites, "3s").Should(Equal(calls), "it is not tried in a loop")
		Expect(s.apart("golden", productsPath)()).To(HaveField("Reason", v1alpha1.ReasonAssociationFailed), "the vendor's reason stays told")
		for _, now := range []string{"one", "two", "three"} {
			s.clock.forward(fixPace + minute)
			s.ask("golden", now)
			Eventually(func() string { return s.get("golden").Status.LastHandledReconcileAt }).Should(Equal(now))
			Eventually(s.allShares, "5s").Should(HaveLen(1))
		}
		Expect(s.cloud.SetLimits(simcloud.Limits{})).To(Succeed())
		s.clock.forward(fixPace + minute)
		s.ask("golden", "after all")
		s.ready("golden")
		Expect(s.has("m-encrypted", inProducts)()).To(BeTrue())
		s.drop("golden")
		Expect(s.allShares()).To(BeEmpty())
	})
})
