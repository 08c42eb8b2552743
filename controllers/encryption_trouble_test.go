// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

const aDeny = `{"Statement":[{"Action":"sts:AssumeRole","Effect":"Deny","Principal":{"Service":["` + "1100000000000001" + `@ecs.aliyuncs.com"]}}],"Version":"1"}`

// told is a trouble with encryption: what to do to the world first, what the
// ImageShare golden then says, and what to do about it.
type told struct {
	image         string
	edit          func(*v1alpha1.ImageShare)
	before, after func(*scene)
	// condition, status, reason and message are what golden says.
	condition, status, reason, message string
	// role is the reason that the SharerAccount tells of its role; empty for
	// none.
	role string
}

var _ = DescribeTable("Told before it is tried, with no call to share the image, when",
	func(ctx context.Context, c told) {
		s := newScene(ctx)
		if c.before != nil {
			c.before(s)
		}
		if c.image == "" {
			c.image = "m-encrypted"
		}
		golden := s.draft("golden", c.image, sharee(1))
		if c.edit != nil {
			c.edit(golden)
		}
		s.create(golden)
		s.start()
		s.tells(c.condition, c.status, c.reason, c.message)
		if c.role != "" {
			Eventually(s.sharerCondition("default", v1alpha1.ConditionRoleReady)).Should(HaveField("Reason", c.role))
		}
		Expect(s.condition("golden", v1alpha1.ConditionReady)().Status).NotTo(BeEquivalentTo("True"))
		Consistently(func() int { return s.cloud.CountCalls("ModifyImageSharePermission") }).Should(BeZero())
		if c.after == nil {
			return
		}
		By("until somebody has seen to it")
		c.after(s)
		s.ready("golden")
		Expect(s.cloud.Decrypts(region, c.image, sharee(1))).To(BeTrue())
		s.neverStranded()
	},
	Entry("the image is encrypted with the service key", told{
		image: "m-service", condition: v1alpha1.ConditionImageShareable, status: "False", reason: v1alpha1.ReasonServiceKey,
		message: "cannot be shared since 2025-07-01: copy the image with a customer master key",
	}),
	Entry("the cloud does not say which key, as with the service key", told{
		image: "m-service", before: func(s *scene) { s.dialect("serviceKeyID", "empty") },
		condition: v1alpha1.ConditionImageShareable, status: "False", reason: v1alpha1.ReasonEncryptionUnknown,
		message: "does not say with which key, as it is with the service key",
	}),
	Entry("the image has several encrypted disks", told{
		image: "m-disks", condition: v1alpha1.ConditionImageShareable, status: "False", reason: v1alpha1.ReasonManyEncryptedDisks, message: "several encrypted disks",
	}),
	Entry("the key is disabled", told{
		before:    func(s *scene) { s.setKey(simcloud.KeyDisabled) },
		condition: v1alpha1.ConditionKeysUnhealthy, status: "True", reason: simcloud.KeyDisabled, message: "Enable the key in KMS",
		after: func(s *scene) { s.setKey(simcloud.KeyEnabled) },
	}),
	Entry("the key is about to be deleted", told{
		before:    func(s *scene) { s.setKey(simcloud.KeyPendingDeletion) },
		condition: v1alpha1.ConditionKeysUnhealthy, status: "True", reason: simcloud.KeyPendingDeletion, message: "Cancel the deletion",
		after: func(s *scene) { s.setKey(simcloud.KeyEnabled) },
	}),
	Entry("the key is not in the account", told{
		before:    func(s *scene) { Expect(s.cloud.SetSnapshotKey(region, "s-encrypted-0", "key-gone")).To(Succeed()) },
		condition: v1alpha1.ConditionKeysUnhealthy, status: "True", reason: string(v1alpha1.KeyNotFound), message: "is not in the account",
	}),
	Entry("the key is another account's", told{
		before: func(s *scene) {
			Expect(s.cloud.SetSnapshotKey(region, "s-encrypted-0", "acs:kms:"+region+":"+otherSharerID+":key/theirs")).To(Succeed())
		},
		condition: v1alpha1.ConditionImageShareable, status: "False", reason: v1alpha1.ReasonKeysUnhealthy, message: "a key of account " + otherSharerID,
	}),
	Entry("the key has a policy of its own that keeps the role out", told{
		before: func(s *scene) {
			Expect(s.cloud.AddKey(simcloud.Key{ID: "key-kept", Region: region, Owner: sharerID, Instance: "kst-1", Policy: keyPolicyFor("acs:ram::" + sharerID + ":user/other")})).To(Succeed())
			Expect(s.cloud.SetSnapshotKey(region, "s-encrypted-0", "key-kept")).To(Succeed())
		},
		condition: v1alpha1.ConditionKeysUnhealthy, status: "True", reason: string(v1alpha1.KeyNotAdmitted), message: "add the role to the key's policy",
		after: func(s *scene) {
			Expect(s.cloud.SetKeyPolicy(region, "key-kept", keyPolicyFor("acs:ram::"+sharerID+":role/"+roleName))).To(Succeed())
		},
	}),
	Entry("nobody may look at the snapshots", told{
		before:    func(s *scene) { s.allow("ecs:*Image*", "ram:*", "kms:*") },
		condition: v1alpha1.ConditionReady, status: "Unknown", reason: v1alpha1.ReasonEncryptionUnknown, message: "ecs:DescribeSnapshots",
		after: func(s *scene) { s.allow("ecs:*", "ram:*", "kms:*") },
	}),
	Entry("nobody may look at the snapshots, which the cloud answers with an empty list", told{
		before:    func(s *scene) { s.dialect("deniedRead", "empty200"); s.allow("ecs:*Image*", "ram:*", "kms:*") },
		condition: v1alpha1.ConditionReady, status: "Unknown", reason: v1alpha1.ReasonEncryptionUnknown, message: "ecs:DescribeSnapshots",
		after: func(s *scene) { s.allow("ecs:*", "ram:*", "kms:*") },
	}),
	Entry("nobody may look at the role", told{
		before:    func(s *scene) { s.allow("ecs:*", "kms:*") },
		condition: v1alpha1.ConditionRoleReady, status: "False", reason: v1alpha1.ReasonRoleNotReady, message: `SharerAccount "default": `,
		role: v1alpha1.ReasonDenied, after: func(s *scene) { s.allow("ecs:*", "ram:*", "kms:*") },
	}),
	Entry("nobody may write the key policy", told{
		before:    func(s *scene) { s.allow("ecs:*", "kms:*", "ram:*Role*", "ram:*Tag*", "ram:GetPolicy") },
		condition: v1alpha1.ConditionRoleReady, status: "False", reason: v1alpha1.ReasonRoleNotReady, message: "ram:CreatePolicy",
		role: v1alpha1.ReasonDenied, after: func(s *scene) { s.allow("ecs:*", "ram:*", "kms:*") },
	}),
	Entry("the ImageShare names another role than its SharerAccount", told{
		edit:      func(o *v1alpha1.ImageShare) { o.Spec.Encryption.RoleName = "AdministratorRole" },
		condition: v1alpha1.ConditionRoleReady, status: "False", reason: v1alpha1.ReasonRoleNotAllowed, message: "no other role is looked at",
		after: func(s *scene) {
			Expect(s.cloud.CountCalls("GetRole") + s.cloud.CountCalls("CreateRole")).To(BeZero())
			s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Encryption.RoleName = "" })
		},
	}),
	Entry("a policy that somebody else made has the name of ours", told{
		before: func(s *scene) {
			Expect(s.cloud.AddPolicy(simcloud.Policy{Account: sharerID, Name: "ImageShareOperator-ImageKeys-1", Versions: []simcloud.PolicyVersion{{Document: strangersPolicy, Default: true}}})).To(Succeed())
		},
		condition: v1alpha1.ConditionRoleReady, status: "False", reason: v1alpha1.ReasonRoleNotReady, message: "rename that policy or delete it",
		role: v1alpha1.ReasonPolicyNameTaken, after: func(s *scene) {
			policy, _ := s.cloud.Policy(sharerID, "ImageShareOperator-ImageKeys-1")
			Expect(policy.Versions).To(HaveLen(1))
			Expect(s.cloud.DeletePolicy(sharerID, "ImageShareOperator-ImageKeys-1")).To(Succeed())
		},
	}),
	Entry("another operator writes to the role", told{
		before: func(s *scene) {
			Expect(s.cloud.AddRole(simcloud.Role{Account: sharerID, Name: roleName, Trust: aDeny, Tags: []simcloud.Tag{{Key: "imageshare-operator-owner", Value: "elsewhere"}}})).To(Succeed())
		},
		condition: v1alpha1.ConditionRoleReady, status: "False", reason: v1alpha1.ReasonRoleNotReady, message: "claimed by another operator (elsewhere)",
		role: v1alpha1.ReasonRoleClaimed, after: func(s *scene) {
			role, _ := s.cloud.Role(sharerID, roleName)
			Expect(role.Trust).To(Equal(aDeny))
			Expect(s.cloud.DeleteRole(sharerID, roleName)).To(Succeed())
		},
	}),
)

const strangersPolicy = `{"Statement":[{"Action":"oss:*","Effect":"Allow","Resource":"*"}],"Version":"1"}`

// keyPolicyFor is a key's own policy that admits one principal.
func keyPolicyFor(principal string) string {
	return `{"Statement":[{"Action":["kms:*"],"Effect":"Allow","Principal":{"RAM":["` + principal + `"]},"Resource":["*"]}],"Version":"1"}`
}

func (s *scene) dialect(name, value string) { Expect(s.cloud.SetDialect(name, value)).To(Succeed()) }

// setKey sets the state of the key of m-encrypted.
func (s *scene) setKey(state string) {
	Expect(s.cloud.SetKeyState(region, "key-one", state)).To(Succeed())
}

var _ = Describe("An encrypted image that is shared", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.share("golden", "m-encrypted", sharee(1))
		s.start()
		s.ready("golden")
	})

	It("tells at once that its key was disabled, since nobody can launch it, and revokes nobody", func() {
		s.setKey(simcloud.KeyDisabled)
		s.tells(v1alpha1.ConditionKeysUnhealthy, "True", simcloud.KeyDisabled, "nobody can launch the image")
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonKeysUnhealthy, "")
		Eventually(s.sharerCondition("default", v1alpha1.ConditionKeysUnhealthy)).Should(be("True", v1alpha1.ReasonKeysUnhealthy, "key-one (Disabled)"))
		Expect(s.onImage("m-encrypted")()).To(HaveLen(1))
		s.setKey(simcloud.KeyEnabled)
		s.ready("golden")
		Expect(s.trusted()).To(HaveLen(1))
	})

	It("waits out that RAM takes its time, and asks no more than once in a while", func() {
		Expect(s.cloud.SetLimits(simcloud.Limits{ShareesPerImage: 50, RAMDelayMilliseconds: 3000})).To(Succeed())
		s.cloud.ForgetCalls()
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(4)) })
		Eventually(s.apart("golden", sharee(4))).Should(HaveField("Reason", v1alpha1.ReasonPropagating))
		Expect(isTrue(s.get("golden").Status.Conditions, v1alpha1.ConditionStalled)).To(BeFalse())
		s.ready("golden")
		Expect(s.cloud.CountCalls("ModifyImageSharePermission")).To(BeNumerically("<", 5), "a batch is not taken apart while RAM is late")
		s.neverStranded()
	})

	It("says why when the cloud goes on refusing the role", func() {
		s.editTrust(func(trust string) string {
			return strings.Replace(trust, `"Statement":[`, `"Statement":[{"Action":"sts:AssumeRole","Effect":"Deny","Principal":{"Service":["`+sharee(2)+`@ecs.aliyuncs.com"]}},`, 1)
		})
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(2)) })
		s.roleTells("False", v1alpha1.ReasonRoleRefused, "Deny statement that keeps "+sharee(2)+" out")
		s.clock.forward(lagPatience + minute)
		Eventually(s.apart("golden", sharee(2))).Should(HaveField("Reason", v1alpha1.ReasonRoleRefused))
		Expect(s.onImage("m-encrypted")()).To(Equal([]string{sharee(1)}))
	})
})

// editTrust changes the trust policy as a person would.
func (s *scene) editTrust(change func(string) string) {
	Expect(s.cloud.SetRole(sharerID, roleName, func(r *simcloud.Role) { r.Trust = change(r.Trust) })).To(Succeed())
}
