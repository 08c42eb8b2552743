// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// trusted is whom the role trusts, as the cloud has it, but for the account
// itself, which stands in for nobody; nil when there is no role.
func (s *scene) trusted() []string {
	role, there := s.cloud.Role(sharerID, roleName)
	if !there {
		return nil
	}
	policy, err := share.ParseTrustPolicy(role.Trust)
	Expect(err).NotTo(HaveOccurred())
	return policy.Without(share.NewSet[share.Principal](sharerID)).Principals().Strings()
}

// sharer reads the SharerAccount default.
func (s *scene) sharer() *v1alpha1.SharerAccount {
	obj := &v1alpha1.SharerAccount{}
	Expect(kube.Get(s.ctx, client.ObjectKey{Name: "default"}, obj)).To(Succeed())
	return obj
}

// roleTells waits until the SharerAccount says something of its role.
func (s *scene) roleTells(status, reason, message string) {
	Eventually(s.sharerCondition("default", v1alpha1.ConditionRoleReady)).WithOffset(1).Should(be(status, reason, message))
}

// neverStranded checks that nobody was ever on an encrypted image without being
// able to decrypt it, until somebody laid hands on the role.
func (s *scene) neverStranded() {
	for _, entry := range s.cloud.Journal() {
		if entry.ByHand && entry.Role != "" {
			return
		}
		Expect(entry.Stranded).To(BeEmpty(), "after %s (%d)", entry.Action, entry.Seq)
	}
}

var _ = Describe("An encrypted image", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	It("is shared with no other action: role, key policy and trust come first", func() {
		s.share("golden", "m-encrypted", sharee(1), sharee(2))
		s.start()
		s.ready("golden")
		Expect(s.onImage("m-encrypted")()).To(Equal([]string{sharee(1), sharee(2)}))
		Expect(s.trusted()).To(Equal([]string{sharee(1), sharee(2)}))
		Expect(s.cloud.Decrypts(region, "m-encrypted", sharee(1))).To(BeTrue())
		golden := s.get("golden")
		Expect(golden.Status.Encrypted).To(Equal(v1alpha1.EncryptedYes))
		Expect(golden.Status.ImageKeys).To(Equal([]string{region + "/key-one"}))
		s.tells(v1alpha1.ConditionRoleReady, "True", v1alpha1.ReasonSucceeded, "do not name "+region)
		s.roleTells("True", v1alpha1.ReasonSucceeded, "(2)")
		role := s.sharer().Status.Role
		Expect(role.Origin).To(Equal(v1alpha1.RoleCreated))
		Expect(role.Trust[sharee(1)].ImageShares).To(Equal([]string{s.namespace + "/golden"}))
		s.neverStranded()
	})

	It("lets go of the key, the trust and the role when it is no longer shared", func() {
		s.share("golden", "m-encrypted", sharee(1))
		s.start()
		s.ready("golden")
		s.delete("golden")
		Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }).Should(BeNil())
		Eventually(s.trusted).Should(BeNil())
		Eventually(func() *v1alpha1.RoleStatus { return s.sharer().Status.Role }).Should(BeNil())
		_, left := s.cloud.Policy(sharerID, "ImageShareOperator-ImageKeys-1")
		Expect(left).To(BeFalse())
		s.neverStranded()
	})

	It("leaves one ImageShare whole when another goes, whatever they have in common", func(ctx context.Context) {
		other := newNamespace(ctx)
		s.share("golden", "m-encrypted", sharee(1), sharee(2))
		second := s.draft("silver", "m-encryptedtwo", sharee(2), sharee(3))
		second.Namespace = other
		s.create(second)
		s.start()
		s.ready("golden")
		Eventually(s.trusted).Should(Equal([]string{sharee(1), sharee(2), sharee(3)}))
		Eventually(s.onImage("m-encryptedtwo")).Should(HaveLen(2))
		s.delete("golden")
		Eventually(s.trusted).Should(Equal([]string{sharee(2), sharee(3)}))
		Expect(s.onImage("m-encryptedtwo")()).To(Equal([]string{sharee(2), sharee(3)}))
		Expect(s.cloud.Decrypts(region, "m-encryptedtwo", sharee(2))).To(BeTrue())
		Eventually(s.keyPolicy).ShouldNot(ContainSubstring("key-one"))
		Expect(s.keyPolicy()).To(ContainSubstring("key-two"))
		s.neverStranded()
	})

	It("is shared with somebody else without a gap when its sharees are swapped", func() {
		s.share("golden", "m-encrypted", sharee(1))
		s.start()
		s.ready("golden")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids([]string{sharee(2)}) })
		s.ready("golden")
		Eventually(s.onImage("m-encrypted")).Should(Equal([]string{sharee(2)}))
		Eventually(s.trusted).Should(Equal([]string{sharee(2)}))
		s.neverStranded()
	})

	It("keeps what it has for good when it is deleted under Retain", func() {
		s.share("golden", "m-encrypted", sharee(1))
		s.share("silver", "m-encryptedtwo", sharee(2))
		s.start()
		s.ready("golden")
		s.ready("silver")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain })
		s.delete("golden")
		Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }).Should(BeNil())
		s.delete("silver")
		Eventually(func() *v1alpha1.RoleStatus { return s.sharer().Status.Role }).Should(BeNil())
		Expect(s.trusted()).To(Equal([]string{sharee(1)}))
		Expect(s.cloud.Decrypts(region, "m-encrypted", sharee(1))).To(BeTrue())
		s.neverStranded()
	})
})

// keyPolicy is the documents of the operator's key policies.
func (s *scene) keyPolicy() string {
	var out []string
	role, _ := s.cloud.Role(sharerID, roleName)
	for _, attached := range role.Policies {
		policy, _ := s.cloud.Policy(sharerID, attached.Name)
		at := slices.IndexFunc(policy.Versions, func(v simcloud.PolicyVersion) bool { return v.Default })
		if at >= 0 {
			out = append(out, policy.Versions[at].Document)
		}
	}
	return strings.Join(out, "\n")
}
