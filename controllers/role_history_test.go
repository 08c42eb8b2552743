// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// Histories that ordinary people make, most of them with an interval so long
// that only what is woken is done.
var _ = Describe("The encryption role, after", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.interval = 10 * time.Minute
		s.share("golden", "m-encrypted", sharee(1))
		s.start()
		s.ready("golden")
		s.roleTells("True", v1alpha1.ReasonSucceeded, "")
	})
	AfterEach(func() { s.neverStranded() })
	accountIsGood := func() {
		Eventually(s.sharerCondition("default", v1alpha1.ConditionReady)).WithOffset(1).Should(be("True", v1alpha1.ReasonSucceeded, ""))
		s.roleTells("True", v1alpha1.ReasonSucceeded, "")
	}

	It("one image has taken the place of another, with another key", func() {
		s.delete("golden")
		Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }).Should(BeNil())
		s.clock.forward(11 * time.Minute)
		s.share("silver", "m-encryptedtwo", sharee(2))
		s.ready("silver")
		s.inTime(s.trusted, Equal([]string{sharee(2)}))
		s.inTime(s.keyPolicy, And(ContainSubstring("key-two"), Not(ContainSubstring("key-one"))))
		accountIsGood()
	})

	It("the account was suspended for a while", func() {
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Suspend = true })
		s.roleTells("Unknown", v1alpha1.ReasonSuspended, "")
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Suspend = false })
		accountIsGood()
	})

	It("nobody could be asked for a moment whose the credentials are", func() {
		fault := s.cloud.Inject(simcloud.Fault{Kind: simcloud.ServerError, Action: "GetCallerIdentity", Times: 1})
		s.share("plain", image, sharee(1))
		Eventually(fault.Hits).Should(Equal(1))
		s.ready("plain")
		accountIsGood()
	})

	It("the trust policy was full, and the advice was followed", func() {
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(60)) })
		s.roleTells("False", v1alpha1.ReasonTrustPolicyFull, "there is no room for")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(40)) })
		s.ready("golden")
		accountIsGood()
	})

	It("the trust policy was full, and has become longer: somebody asks, and all are trusted", func() {
		s.dialect("trustLimit", "2048")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(60)) })
		s.roleTells("False", v1alpha1.ReasonTrustPolicyFull, "there is no room for")
		s.dialect("trustLimit", "6144")
		s.askSharer()
		Eventually(s.trusted).Should(HaveLen(60))
		accountIsGood()
	})

	It("a region got its service key, which only its alias tells: somebody asks, and it is known", func() {
		Expect(s.cloud.AddKey(simcloud.Key{ID: "key-north", Region: "cn-beijing", Owner: sharerID})).To(Succeed())
		s.shareNorthern("northern", "key-north")
		Eventually(s.northernKey("key-north")).Should(Equal(v1alpha1.KeyEnabled))
		Expect(s.cloud.AddKey(simcloud.Key{ID: "key-made", Region: "cn-beijing", Owner: sharerID, Aliases: []string{"alias/acs/ecs"}})).To(Succeed())
		s.shareNorthern("later", "key-made")
		Eventually(s.northernKey("key-made")).Should(Equal(v1alpha1.KeyEnabled), "it is not asked for each time")
		s.askSharer()
		Eventually(s.northernKey("key-made")).Should(Equal(v1alpha1.KeyService))
		Expect(s.northernKey("key-north")()).To(Equal(v1alpha1.KeyEnabled))
	})

	It("a stranger's statement has come to name a sharee of ours too", func() {
		stranger := `{"Principal": {"Service": ["` + sharee(1) + `@ecs.aliyuncs.com", "1999999999999999@ecs.aliyuncs.com"]}, "Action": "sts:AssumeRole", "Effect": "Allow"}`
		s.editTrust(func(trust string) string { return strings.Replace(trust, "[", "["+stranger+",", 1) })
		s.share("silver", "m-encryptedtwo", sharee(2))
		s.ready("silver")
		Expect(s.roleIs()).To(ContainSubstring(stranger))
		s.delete("golden")
		Eventually(func() *v1alpha1.ImageShare { return s.get("golden") }).Should(BeNil())
		s.delete("silver")
		s.inTime(func() *v1alpha1.RoleStatus { return s.sharer().Status.Role }, BeNil())
		Expect(s.roleIs()).To(Equal(`{"Statement":[` + stranger + `],"Version":"1"}`))
	})

	It("everybody was taken off an encrypted image", func() {
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = nil })
		s.approve("golden")
		s.ready("golden")
		Expect(s.get("golden").Status.Conditions).NotTo(ContainElement(HaveField("Type", v1alpha1.ConditionRoleReady)))
	})

	DescribeTable("somebody has declared an image that cannot be shared, which keeps nothing on the role",
		func(id, reason string) {
			s.share("mistaken", id, sharee(1))
			Eventually(s.condition("mistaken", v1alpha1.ConditionReady)).Should(HaveField("Reason", reason))
			s.delete("golden")
			s.inTime(s.trusted, BeEmpty())
		},
		Entry("that there is none", "m-nosuchimage", v1alpha1.ReasonImageNotFound),
		Entry("that is somebody else's", "m-foreign", v1alpha1.ReasonImageNotOwned),
	)

	It("it was rewritten often, and put right: nobody else waits for that", func() {
		for range contendedAfter {
			s.editTrust(func(string) string { return manualTrust })
			s.clock.forward(11 * time.Minute)
			s.askSharer()
			Eventually(s.trusted).Should(Equal([]string{sharee(1)}))
		}
		s.share("silver", "m-encryptedtwo", sharee(2))
		s.ready("silver")
		accountIsGood()
	})

	It("KMS of another region stopped answering, which holds nobody else up", func() {
		s.cloud.Inject(simcloud.Fault{Kind: simcloud.Refuse, Action: "DescribeKey", Region: "cn-beijing"})
		s.shareNorthern("northern", "key-north")
		Eventually(func() []string { return s.get("northern").Status.ImageKeys }).ShouldNot(BeEmpty())
		s.share("silver", "m-encryptedtwo", sharee(2))
		s.ready("silver")
		Expect(s.cloud.CountCalls("DescribeKey")).To(BeNumerically("<", 10))
		accountIsGood()
		Eventually(s.sharerCondition("default", v1alpha1.ConditionKeysUnhealthy)).Should(be("Unknown", v1alpha1.ReasonCloudUnavailable, "KMS of cn-beijing does not answer"))
	})

	It("nobody needs it any more, which leaves the account in peace", func() {
		s.delete("golden")
		s.inTime(func() *v1alpha1.RoleStatus { return s.sharer().Status.Role }, BeNil())
		s.clock.forward(11 * time.Minute)
		s.share("plain", image, sharee(1))
		s.ready("plain")
		s.cloud.ForgetCalls()
		Consistently(func() int { return s.cloud.CountCalls("GetCallerIdentity") }, "3s").Should(BeNumerically("<=", 1))
	})
})

// shareNorthern declares a sharee of an encrypted image in another region.
func (s *scene) shareNorthern(name, key string) {
	snapshot := simcloud.Snapshot{ID: "s-" + name, Region: "cn-beijing", Owner: sharerID, Encrypted: true, KMSKeyID: key}
	Expect(s.cloud.AddSnapshot(snapshot)).To(Succeed())
	Expect(s.cloud.AddImage(simcloud.Image{ID: "m-" + name, Region: "cn-beijing", Owner: sharerID, Disks: []simcloud.Disk{{Snapshot: snapshot.ID, Encrypted: true}}})).To(Succeed())
	northern := s.draft(name, "m-"+name, sharee(1))
	northern.Spec.Image.Region = "cn-beijing"
	s.create(northern)
}

// northernKey is what the status tells of a key in that region.
func (s *scene) northernKey(key string) func() v1alpha1.KeyState {
	return func() v1alpha1.KeyState { return s.sharer().Status.Role.Keys["cn-beijing/"+key].State }
}

// askSharer makes the operator look at the account at once.
func (s *scene) askSharer() {
	s.editSharer(func(o *v1alpha1.SharerAccount) {
		o.Annotations = map[string]string{v1alpha1.ReconcileRequestedAt: s.clock.Now().String()}
	})
}

// inTime waits until something holds, however many intervals that takes: each
// look is asked for.
func (s *scene) inTime(actual any, matcher types.GomegaMatcher) {
	Eventually(func(g Gomega) {
		s.askSharer()
		g.Eventually(actual, "500ms").Should(matcher)
	}).WithOffset(1).Should(Succeed())
}
