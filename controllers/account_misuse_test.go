// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

var _ = Describe("A SharerAccount that is used wrongly", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })
	sharerTells := func(name, status, reason, message string) {
		GinkgoHelper()
		Eventually(s.sharerCondition(name, v1alpha1.ConditionReady)).Should(And(
			HaveField("Status", BeEquivalentTo(status)), HaveField("Reason", reason), HaveField("Message", ContainSubstring(message))))
	}

	It("says at once that the role cannot be looked at where the edit has sent it, though the role was as it should be a moment ago", func() {
		s.start()
		s.share("golden", "m-encrypted", sharee(1))
		s.ready("golden")
		Eventually(s.sharerCondition("default", v1alpha1.ConditionRoleReady)).Should(HaveField("Status", BeEquivalentTo("True")))
		s.clock.forward(s.interval)
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Endpoints.RAM = "127.0.0.1:9" })
		sharerTells("default", "Unknown", v1alpha1.ReasonCloudUnavailable, "127.0.0.1:9")
		Eventually(s.sharerCondition("default", v1alpha1.ConditionRoleReady)).Should(HaveField("Status", BeEquivalentTo("Unknown")))
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Endpoints = allEndpoints(s.endpoint) })
		sharerTells("default", "True", v1alpha1.ReasonSucceeded, "")
	})

	It("is let go at once if it is the younger of two of one account, whatever the older one's ImageShares have", func() {
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		var younger *v1alpha1.SharerAccount
		Eventually(func() bool { // Creation times are whole seconds.
			younger = s.createSharer("younger", sharerID)
			older := &v1alpha1.SharerAccount{}
			Expect(kube.Get(s.ctx, client.ObjectKey{Name: "default"}, older)).To(Succeed())
			if older.CreationTimestamp.Before(&younger.CreationTimestamp) {
				return true
			}
			s.discard(younger)
			return false
		}).Should(BeTrue())
		sharerTells("younger", "False", v1alpha1.ReasonDuplicateAccount, "delete it, or that one")
		Expect(kube.Delete(s.ctx, younger)).To(Succeed())
		Eventually(func() error {
			return kube.Get(s.ctx, client.ObjectKeyFromObject(younger), &v1alpha1.SharerAccount{})
		}).Should(MatchError(ContainSubstring("not found")))
		Consistently(s.onImage(image)).Should(ConsistOf(sharee(1)))
		s.ready("golden")
	})

	It("says that nobody looks at the role while it waits to go", func() {
		s.start()
		s.share("golden", "m-encrypted", sharee(1))
		s.ready("golden")
		Eventually(s.sharerCondition("default", v1alpha1.ConditionRoleReady)).Should(HaveField("Status", BeEquivalentTo("True")))
		Expect(kube.Delete(s.ctx, &v1alpha1.SharerAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}})).To(Succeed())
		sharerTells("default", "False", v1alpha1.ReasonInUse, "")
		Eventually(s.sharerCondition("default", v1alpha1.ConditionRoleReady)).Should(HaveField("Status", BeEquivalentTo("Unknown")))
		s.delete("golden")
		s.gone("default")
	})

	It("is refused in words where a name is none", func() {
		for message, edit := range map[string]func(*v1alpha1.SharerAccountSpec){
			"must be the name of a Secret": func(o *v1alpha1.SharerAccountSpec) { o.Credentials.SecretRef.Name = "../default" },
			"must be the name of a RAM role": func(o *v1alpha1.SharerAccountSpec) {
				o.Credentials = v1alpha1.Credentials{ECSInstanceRole: &v1alpha1.ECSInstanceRole{Name: "a role"}}
			},
			"delete the SharerAccount and create it anew": func(o *v1alpha1.SharerAccountSpec) { o.RoleName = "another" },
		} {
			obj := &v1alpha1.SharerAccount{}
			Expect(kube.Get(s.ctx, client.ObjectKey{Name: "default"}, obj)).To(Succeed())
			edit(&obj.Spec)
			Expect(kube.Update(s.ctx, obj)).To(MatchError(ContainSubstring(message)))
		}
	})

	It("tells of a rule that asks for much in a message that comes to its end", func() {
		s.start()
		tags := map[string]v1alpha1.RuleValue{}
		for i := range 20 {
			tags[fmt.Sprintf("a-tag-with-a-long-name-that-no-image-has-%d", i)] = "true"
		}
		s.rules(v1alpha1.Rule{Images: v1alpha1.RuleImages{Tags: tags}})
		s.share("golden", image, sharee(1))
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonNotAllowed, "and 17 more). Declare what a rule admits, or ask whoever looks after the SharerAccount for a rule")
	})
})
