// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

var _ = Describe("Speaking for an account", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	sharerTells := func(name, status, reason, message string) {
		Eventually(s.sharerCondition(name, v1alpha1.ConditionReady)).WithOffset(1).Should(be(status, reason, message))
	}

	It("says whose the credentials are, and how many ImageShares there are", func() {
		s.start()
		s.share("golden", image, sharee(1))
		sharerTells("default", "True", v1alpha1.ReasonSucceeded, "")
		Eventually(func() v1alpha1.SharerAccountStatus {
			obj := &v1alpha1.SharerAccount{}
			Expect(kube.Get(s.ctx, client.ObjectKey{Name: "default"}, obj)).To(Succeed())
			return obj.Status
		}).Should(And(
			HaveField("Identity", ContainSubstring("user/operator")),
			HaveField("ImageShares", HaveValue(BeEquivalentTo(1)))))
	})

	It("takes the credentials of its own environment when no Secret is named", func() {
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Credentials = v1alpha1.Credentials{} })
		s.start()
		s.share("golden", image, sharee(1))
		sharerTells("default", "False", v1alpha1.ReasonCredentialsMissing, "the operator's environment has no ALIBABA_CLOUD_ACCESS_KEY_ID")
		s.stop()
		s.env = map[string]string{keyAccessKeyID: "FAKE-OPERATOR", keyAccessKeySecret: "fake-operator"}
		s.start()
		s.ready("golden")
	})

	It("warns of credentials that may do anything, and works with them", func() {
		s.deleteSecret()
		s.createSecret("FAKE-ROOT", "fake-root")
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		sharerTells("default", "True", v1alpha1.ReasonSucceeded, "")
		Eventually(s.sharerCondition("default", v1alpha1.ConditionRootCredentials)).Should(be("True", v1alpha1.ReasonRootCredentials, "make a RAM user"))
		Eventually(s.notices(v1alpha1.ReasonRootCredentials)).Should(HaveLen(1))

		By("until those of a RAM user are put in")
		s.deleteSecret()
		s.createSecret("FAKE-OPERATOR", "fake-operator")
		s.clock.forward(2 * sessionTTL)
		Eventually(s.sharerCondition("default", v1alpha1.ConditionRootCredentials)).ShouldNot(HaveField("Status", BeEquivalentTo("True")))
		sharerTells("default", "True", v1alpha1.ReasonSucceeded, "")
	})

	It("waits for a SharerAccount that is not there yet", func() {
		Expect(kube.Delete(s.ctx, &v1alpha1.SharerAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}})).To(Succeed())
		s.start()
		s.share("golden", image, sharee(1))
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonSharerAccountNotFound, `no SharerAccount "default": create it`)
		s.createSharer("default", sharerID)
		s.ready("golden")
	})

	It("waits for a Secret that is not there yet", func() {
		s.deleteSecret()
		s.start()
		s.share("golden", image, sharee(1))
		sharerTells("default", "False", v1alpha1.ReasonSecretNotFound, `Secret "credentials" is not in namespace "imageshare-system": create it there`)
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonSharerAccountNotReady, `Secret "credentials" is not in namespace`)
		s.createSecret("FAKE-OPERATOR", "fake-operator")
		s.clock.forward(minute)
		s.ready("golden")
		sharerTells("default", "True", v1alpha1.ReasonSucceeded, "")
	})

	It("names the key that a Secret lacks", func() {
		s.deleteSecret()
		Expect(kube.Create(s.ctx, &corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Namespace: operatorNamespace, Name: secretName},
			StringData: map[string]string{"accessKeyId": "FAKE-OPERATOR", keyAccessKeySecret: "fake-operator"},
		})).To(Succeed())
		s.start()
		sharerTells("default", "False", v1alpha1.ReasonSecretInvalid, "has no ALIBABA_CLOUD_ACCESS_KEY_ID")
	})

	It("writes nothing with the credentials of another account", func() {
		s.deleteSecret()
		s.createSecret("FAKE-OTHER", "fake-other")
		s.start()
		s.share("golden", image, sharee(1))
		sharerTells("default", "False", v1alpha1.ReasonWrongAccount, "belong to account "+otherSharerID+", not to "+sharerID)
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonSharerAccountNotReady, "nothing is written")
		Expect(s.cloud.Journal()).To(BeEmpty())
	})

	It("says that the cloud does not accept the credentials, and picks up new ones", func() {
		s.deleteSecret()
		s.createSecret("FAKE-OPERATOR", "wrong")
		s.start()
		s.share("golden", image, sharee(1))
		sharerTells("default", "False", v1alpha1.ReasonCredentialsRejected, "")
		s.deleteSecret()
		s.createSecret("FAKE-OPERATOR", "fake-operator")
		s.clock.forward(minute)
		s.ready("golden")
	})

	It("lets the older of two SharerAccounts of one account do the work", func() {
		s.start()
		sharerTells("default", "True", v1alpha1.ReasonSucceeded, "")
		Eventually(func() *metav1.Time { // Creation times are whole seconds.
			younger := s.createSharer("younger", sharerID)
			older := &v1alpha1.SharerAccount{}
			Expect(kube.Get(s.ctx, client.ObjectKey{Name: "default"}, older)).To(Succeed())
			if older.CreationTimestamp.Before(&younger.CreationTimestamp) {
				return &younger.CreationTimestamp
			}
			s.discard(younger)
			return nil
		}).ShouldNot(BeNil())
		sharerTells("younger", "False", v1alpha1.ReasonDuplicateAccount, `older SharerAccount "default"`)
		obj := s.draft("golden", image, sharee(1))
		obj.Spec.SharerRef.Name = "younger"
		s.create(obj)
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonSharerAccountNotReady, `as the older "default" and does nothing`)
		sharerTells("default", "True", v1alpha1.ReasonSucceeded, "")

		By("when the older goes, the younger steps in")
		Expect(kube.Delete(s.ctx, &v1alpha1.SharerAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}})).To(Succeed())
		s.ready("golden")
	})

	It("is not let go while an ImageShare has access in it", func() {
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		Expect(kube.Delete(s.ctx, &v1alpha1.SharerAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}})).To(Succeed())
		sharerTells("default", "False", v1alpha1.ReasonInUse, "ImageShare "+s.namespace+"/golden may have access in this account")
		s.delete("golden")
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
		s.gone("default")
		Expect(s.onImage(image)()).To(BeEmpty())
	})

	It("cleans up when SharerAccount, Secret and ImageShares are deleted in one go", func() {
		s.start()
		s.share("one", image, sharee(1))
		s.share("two", "m-second", sharee(2))
		s.ready("one")
		s.ready("two")
		Expect(kube.Delete(s.ctx, &v1alpha1.SharerAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}})).To(Succeed())
		s.deleteSecret()
		s.delete("one")
		s.delete("two")
		s.clock.forward(minute)
		Eventually(func() any { return s.get("one") }).Should(BeNil())
		Eventually(func() any { return s.get("two") }).Should(BeNil())
		s.gone("default")
		Expect(s.onImage(image)()).To(BeEmpty())
		Expect(s.onImage("m-second")()).To(BeEmpty())
	})

	It("frees a deleted ImageShare whose credentials are gone once it is told to retain", func() {
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		s.deleteSecret()
		s.clock.forward(minute)
		sharerTells("default", "False", v1alpha1.ReasonSecretNotFound, "")
		s.delete("golden")
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonSharerAccountNotReady, "")
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain })
		Eventually(func() any { return s.get("golden") }).Should(BeNil())
		Expect(s.onImage(image)()).To(ConsistOf(sharee(1)))
	})
})

// gone waits until a SharerAccount is no more.
func (s *scene) gone(name string) {
	Eventually(func() error {
		return kube.Get(s.ctx, client.ObjectKey{Name: name}, &v1alpha1.SharerAccount{})
	}).WithOffset(1).Should(MatchError(ContainSubstring("not found")))
}
