// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// What strangers write into a trust policy: the account itself, as the console
// proposes, and an account of their own. The spaces tell whether it survives as
// it was written.
const (
	manualStatement = `{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"RAM": ["acs:ram::` + sharerID + `:root"]}}`
	manualTrust     = `{"Statement":[` + manualStatement + `],"Version":"1"}`
	theirs          = `{"Principal": {"Service": ["1999999999999999@ecs.aliyuncs.com"]}, "Action": "sts:AssumeRole", "Effect": "Allow"}`
)

// roleIs is the trust policy as it is in the cloud.
func (s *scene) roleIs() string {
	role, _ := s.cloud.Role(sharerID, roleName)
	return role.Trust
}

var _ = Describe("The encryption role", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	It("is adopted when people have made half of it, and stays theirs", func() {
		Expect(s.cloud.AddRole(simcloud.Role{Account: sharerID, Name: roleName, Trust: manualTrust})).To(Succeed())
		s.share("golden", "m-encrypted", sharee(1))
		s.start()
		s.ready("golden")
		Expect(s.roleIs()).To(And(ContainSubstring(manualStatement), ContainSubstring(sharee(1))))
		Expect(s.sharer().Status.Role.Origin).To(Equal(v1alpha1.RoleAdopted))

		By("and is left as it was found")
		s.delete("golden")
		Eventually(func() *v1alpha1.RoleStatus { return s.sharer().Status.Role }).Should(BeNil())
		Expect(s.roleIs()).To(Equal(manualTrust))
		role, _ := s.cloud.Role(sharerID, roleName)
		Expect(role.Policies).To(BeEmpty())
		Expect(role.Tags).To(BeEmpty())
	})

	It("never loses what strangers put on it, and is not deleted with it", func() {
		s.share("golden", "m-encrypted", sharee(1))
		s.start()
		s.ready("golden")
		s.editTrust(func(string) string { return `{"Version":"1","Statement":[` + manualStatement + "," + theirs + `]}` })
		Expect(s.cloud.AttachByHand(sharerID, roleName, simcloud.PolicySystem, "AliyunECSFullAccess")).To(Succeed())
		Eventually(s.roleIs).Should(And(ContainSubstring(sharee(1)), ContainSubstring(manualStatement), ContainSubstring(theirs)))
		s.delete("golden")
		Eventually(func() *v1alpha1.RoleStatus { return s.sharer().Status.Role }).Should(BeNil())
		Expect(s.roleIs()).To(And(ContainSubstring(manualStatement), ContainSubstring(theirs), Not(ContainSubstring(sharee(1)))))
		role, there := s.cloud.Role(sharerID, roleName)
		Expect(there).To(BeTrue())
		Expect(role.Policies).To(ConsistOf(HaveField("Name", "AliyunECSFullAccess")))
	})

	DescribeTable("is put right when by hand",
		func(damage func(s *scene)) {
			s.share("golden", "m-encrypted", sharee(1))
			s.start()
			s.ready("golden")
			damage(s)
			Eventually(func() bool { return s.cloud.Decrypts(region, "m-encrypted", sharee(1)) }).Should(BeTrue())
			s.ready("golden")
			Expect(s.onImage("m-encrypted")()).To(HaveLen(1))
		},
		Entry("it is deleted", func(s *scene) { Expect(s.cloud.DeleteRole(sharerID, roleName)).To(Succeed()) }),
		Entry("its key policy is detached", func(s *scene) {
			Expect(s.cloud.DetachByHand(sharerID, roleName, simcloud.PolicyCustom, "ImageShareOperator-ImageKeys-1")).To(Succeed())
		}),
		Entry("its key policy is emptied", func(s *scene) {
			Expect(s.cloud.SetPolicy(sharerID, "ImageShareOperator-ImageKeys-1", func(p *simcloud.Policy) {
				for i := range p.Versions {
					p.Versions[i].Document = strangersPolicy
				}
			})).To(Succeed())
		}),
		Entry("its trust policy is overwritten", func(s *scene) { s.editTrust(func(string) string { return manualTrust }) }),
	)

	It("is fought over with nobody: who rewrites it again and again is told of, and put right slowly", func() {
		s.share("golden", "m-encrypted", sharee(1))
		s.start()
		s.ready("golden")
		for range contendedAfter {
			s.editTrust(func(string) string { return manualTrust })
			Eventually(s.trusted).Should(Equal([]string{sharee(1)}))
			s.roleTells("True", v1alpha1.ReasonSucceeded, "")
		}
		s.editTrust(func(string) string { return manualTrust })
		s.roleTells("False", v1alpha1.ReasonRoleContended, "no longer trusts "+sharee(1))
		s.tells(v1alpha1.ConditionRoleReady, "False", v1alpha1.ReasonRoleNotReady, "Somebody else keeps rewriting")
		Consistently(s.trusted).Should(BeEmpty())
		Expect(s.onImage("m-encrypted")()).To(HaveLen(1), "nobody's image is taken away over it")
		s.clock.forward(contendedPace + minute)
		Eventually(s.trusted).Should(Equal([]string{sharee(1)}))

		By("which does not make it any quicker")
		s.roleTells("True", v1alpha1.ReasonSucceeded, "")
		s.editTrust(func(string) string { return manualTrust })
		s.roleTells("False", v1alpha1.ReasonRoleContended, "")
		Consistently(s.trusted).Should(BeEmpty())
	})

	DescribeTable("gets at the keys, and lets go of them, as keyAccess says",
		func(access v1alpha1.KeyAccess, policies ...string) {
			s.share("golden", "m-encrypted", sharee(1))
			s.start()
			s.ready("golden")
			s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.KeyAccess = access })
			Eventually(s.attached).Should(Equal(policies))
			s.ready("golden")
			Expect(s.cloud.Decrypts(region, "m-encrypted", sharee(1))).To(BeTrue())
			s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.KeyAccess = v1alpha1.KeyAccessImageKeys })
			Eventually(s.attached).Should(Equal([]string{"ImageShareOperator-ImageKeys-1"}))
			s.neverStranded()
			s.delete("golden")
			Eventually(s.trusted).Should(BeNil())
		},
		Entry("AliyunKMSFullAccess", v1alpha1.KeyAccessAllKeys, "AliyunKMSFullAccess"),
		Entry("Unmanaged, where what is there stays", v1alpha1.KeyAccessUnmanaged, "ImageShareOperator-ImageKeys-1"),
	)

	It("tells when the trust policy is full, loses nobody, and lets somebody in when somebody leaves", func() {
		s.share("golden", "m-encrypted", sharees1to(50)...)
		s.start()
		s.ready("golden")
		s.share("silver", "m-encryptedtwo", sharees1to(60)[46:]...)
		s.roleTells("False", v1alpha1.ReasonTrustPolicyFull, "there is no room for")
		Eventually(func() int { return len(s.trusted()) }).Should(Equal(54))
		Expect(s.sharerCondition("default", v1alpha1.ConditionRoleReady)().Message).To(And(
			ContainSubstring("has 2044 characters"), ContainSubstring("54 sharees of ImageShares take"), ContainSubstring("folder of the resource directory")))
		Eventually(s.onImage("m-encryptedtwo")).Should(HaveLen(8))

		By("a swap, which has room only once the one who leaves is gone")
		s.edit("silver", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(60)[50:54]) })
		s.ready("silver")
		s.edit("silver", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(60)[56:]) })
		s.ready("silver")
		s.neverStranded()
	})

	DescribeTable("is put in order before its SharerAccount goes",
		func(ctx context.Context, suspended bool) {
			s.share("golden", "m-encrypted", sharee(1))
			s.interval = 10 * time.Minute
			s.start()
			s.ready("golden")
			s.delete("golden")
			Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }).Should(BeNil())
			s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Suspend = suspended })
			Expect(kube.Delete(ctx, s.sharer())).To(Succeed())
			Eventually(func() error { return kube.Get(ctx, client.ObjectKey{Name: "default"}, &v1alpha1.SharerAccount{}) }).ShouldNot(Succeed())
			_, there := s.cloud.Role(sharerID, roleName)
			Expect(there).To(Equal(suspended))
			if suspended {
				Expect(s.trusted()).To(Equal([]string{sharee(1)}))
			}
		},
		Entry(nil, false),
		Entry("unless that is suspended: then all is left as it is", true),
	)
})

// attached is which policies are attached to the role.
func (s *scene) attached() []string {
	role, _ := s.cloud.Role(sharerID, roleName)
	var out []string
	for _, p := range role.Policies {
		out = append(out, p.Name)
	}
	return out
}

var _ = Describe("Whatever the cloud is like", func() {
	for name, values := range simcloud.DialectValues() {
		if !strings.Contains("trustLimit serviceKeyID roleName roleTags trustForm noKeyAccess encryptedMark badAccount", name) {
			continue
		}
		for _, value := range values[1:] {
			It("shares an encrypted image and takes it back: "+name+" "+value, func(ctx context.Context) {
				s := newScene(ctx)
				s.dialect(name, value)
				s.share("golden", "m-encrypted", sharees1to(3)...)
				s.start()
				s.ready("golden")
				s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(4)[2:]) })
				s.ready("golden")
				Eventually(s.trusted).Should(Equal(sharees1to(4)[2:]))
				s.delete("golden")
				Eventually(func() *v1alpha1.RoleStatus { return s.sharer().Status.Role }).Should(BeNil())
				Expect(s.onImage("m-encrypted")()).To(BeEmpty())
				Expect(s.trusted()).NotTo(ContainElement(HavePrefix("11000")))
				s.neverStranded()
			})
		}
	}
})
