// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

const (
	assumedRole = "imageshare"
	provider    = "ack-rrsa-c1"
	podSubject  = "system:serviceaccount:imageshare-system:controller-manager"
)

// arn is the ARN of something of an account in RAM.
func arn(account, what, name string) string { return "acs:ram::" + account + ":" + what + "/" + name }

// addRole makes a role that may do anything in an account, and may be assumed by
// one principal.
func (s *scene) addRole(account, kind, principal, condition string) {
	GinkgoHelper()
	Expect(s.cloud.AddPolicy(simcloud.Policy{Account: account, Name: "all", Versions: []simcloud.PolicyVersion{
		{Document: `{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`}}})).To(Succeed())
	trust := fmt.Sprintf(`{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{%q:%q},"Condition":%s}]}`, kind, principal, condition)
	Expect(s.cloud.AddRole(simcloud.Role{Account: account, Name: assumedRole, Trust: trust, Policies: []simcloud.Attachment{{Name: "all"}}})).To(Succeed())
}

// maySwitch lets the operator's RAM user assume roles, wherever they are.
func (s *scene) maySwitch() {
	GinkgoHelper()
	Expect(s.cloud.UpdateAccount(sharerID, func(a *simcloud.Account) {
		a.Users = []simcloud.User{operatorUser("sts:AssumeRole")}
	})).To(Succeed())
}

// podIdentity is what RRSA sets up: a role, a provider, a token in a file and
// variables that say so. It answers how to replace the token in the file.
func (s *scene) podIdentity(tokens ...simcloud.OIDCToken) (replace func(token string)) {
	GinkgoHelper()
	Expect(s.cloud.AddOIDCProvider(simcloud.OIDCProvider{Account: sharerID, Name: provider, Tokens: tokens})).To(Succeed())
	s.addRole(sharerID, "Federated", arn(sharerID, "oidc-provider", provider), `{"StringEquals":{"oidc:sub":"`+podSubject+`","oidc:aud":"sts.aliyuncs.com"}}`)
	path := filepath.Join(GinkgoT().TempDir(), "token")
	replace = func(token string) { Expect(os.WriteFile(path, []byte(token), 0o600)).To(Succeed()) }
	replace(tokens[0].Token)
	s.env = map[string]string{
		envRoleARN: arn(sharerID, "role", assumedRole), envProviderARN: arn(sharerID, "oidc-provider", provider), envTokenFile: path,
	}
	return replace
}

// calls counts the calls of an action that went as is said.
func (s *scene) calls(action, code string) func() int {
	return func() int {
		count := 0
		for _, c := range s.cloud.Calls() {
			if c.Action == action && c.Code == code {
				count++
			}
		}
		return count
	}
}

var _ = Describe("Credentials that are given out", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) { s = newScene(ctx) })

	sharerTells := func(status, reason, message string) {
		GinkgoHelper()
		Eventually(s.sharerCondition("default", v1alpha1.ConditionReady)).Should(be(status, reason, message))
	}
	assume := func(account, externalID string) {
		s.editSharer(func(o *v1alpha1.SharerAccount) {
			o.Spec.Credentials.AssumeRole = v1alpha1.AssumeRole{RoleARN: v1alpha1.RoleARN(arn(account, "role", assumedRole)), ExternalID: externalID}
		})
	}

	It("assumes a role on top of an access key, and goes on when the role's credentials end", func() {
		s.maySwitch()
		s.addRole(sharerID, "RAM", arn(sharerID, "user", "operator"), `{"StringEquals":{"sts:ExternalId":"tenant-7"}}`)
		assume(sharerID, "tenant-7")
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		sharerTells("True", v1alpha1.ReasonSucceeded, "")
		Expect(s.sharer().Status.Identity).To(Equal("acs:ram::" + sharerID + ":assumed-role/imageshare/imageshare-operator"))
		Expect(s.calls("AssumeRole", simcloud.CodeOK)()).To(Equal(1))

		By("after an hour")
		s.clock.forward(61 * time.Minute)
		s.share("second", "m-second", sharee(2))
		s.ready("second")
		Eventually(s.calls("AssumeRole", simcloud.CodeOK)).Should(Equal(2))
	})

	It("says why a role cannot be assumed, and goes on once it can", func() {
		s.maySwitch()
		s.addRole(sharerID, "RAM", arn(sharerID, "user", "operator"), `{"StringEquals":{"sts:ExternalId":"tenant-7"}}`)
		assume(sharerID, "tenant-8")
		s.start()
		s.share("golden", image, sharee(1))
		sharerTells("False", v1alpha1.ReasonCredentialsRejected, "The role acs:ram::"+sharerID+":role/imageshare may not be assumed with these credentials")
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonSharerAccountNotReady, "may not be assumed")
		assume(sharerID, "tenant-7")
		s.clock.forward(minute)
		s.ready("golden")
	})

	It("writes nothing by a role of another account", func() {
		s.maySwitch()
		s.addRole(otherSharerID, "RAM", "acs:ram::"+sharerID+":root", `{}`)
		since := len(s.cloud.Journal())
		assume(otherSharerID, "")
		s.start()
		s.share("golden", image, sharee(1))
		sharerTells("False", v1alpha1.ReasonWrongAccount, "belong to account "+otherSharerID+", not to "+sharerID)
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonSharerAccountNotReady, "nothing is written")
		Expect(s.cloud.Journal()).To(HaveLen(since))
	})

	It("speaks by pod identity when its environment has no access key, and says what to do when the token is no longer renewed", func() {
		good := simcloud.OIDCToken{Token: "token-one", Subject: podSubject}
		replace := s.podIdentity(good)
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Credentials = v1alpha1.Credentials{} })
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")

		By("an expired token, while the credentials that it was exchanged for still do")
		good.Expires = time.Now().Add(-time.Minute)
		Expect(s.cloud.SetOIDCTokens(sharerID, provider, good)).To(Succeed())
		s.clock.forward(50 * time.Minute)
		Eventually(s.calls("AssumeRoleWithOIDC", "AuthenticationFail.OIDCToken.Expired")).Should(Equal(1))
		s.share("second", "m-second", sharee(2))
		s.ready("second")
		sharerTells("True", v1alpha1.ReasonSucceeded, "")

		By("and when they have expired too")
		s.clock.forward(11 * time.Minute)
		sharerTells("False", v1alpha1.ReasonCredentialsRejected, "The OIDC token has expired: the file that ALIBABA_CLOUD_OIDC_TOKEN_FILE names is no longer renewed")

		By("a token that somebody has renewed")
		Expect(s.cloud.SetOIDCTokens(sharerID, provider, simcloud.OIDCToken{Token: "token-two", Subject: podSubject})).To(Succeed())
		replace("token-two")
		s.clock.forward(minute)
		sharerTells("True", v1alpha1.ReasonSucceeded, "")
	})

	It("takes the role of pod identity from the spec, and the rest from its environment", func() {
		s.podIdentity(simcloud.OIDCToken{Token: "token-one", Subject: podSubject})
		s.env[envRoleARN] = arn(sharerID, "role", "of-somebody-else")
		s.editSharer(func(o *v1alpha1.SharerAccount) {
			o.Spec.Credentials = v1alpha1.Credentials{OIDC: &v1alpha1.OIDC{RoleARN: v1alpha1.RoleARN(arn(sharerID, "role", assumedRole))}}
		})
		s.start()
		sharerTells("True", v1alpha1.ReasonSucceeded, "")
	})

	It("names the variables of pod identity that its environment lacks", func() {
		s.env = map[string]string{envRoleARN: arn(sharerID, "role", assumedRole)}
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Credentials = v1alpha1.Credentials{OIDC: &v1alpha1.OIDC{}} })
		s.start()
		sharerTells("False", v1alpha1.ReasonCredentialsMissing, "no ALIBABA_CLOUD_OIDC_PROVIDER_ARN and no ALIBABA_CLOUD_OIDC_TOKEN_FILE")
	})

	It("changes over to another access key in the Secret without a restart", func() {
		s.start()
		s.share("golden", image, sharee(1))
		s.ready("golden")
		Expect(s.cloud.UpdateAccount(sharerID, func(a *simcloud.Account) {
			a.Users[0].AccessKeys = append(a.Users[0].AccessKeys, simcloud.AccessKey{ID: "FAKE-NEXT", Secret: "fake-next"})
		})).To(Succeed())
		var secret corev1.Secret
		Expect(kube.Get(s.ctx, client.ObjectKey{Namespace: operatorNamespace, Name: secretName}, &secret)).To(Succeed())
		secret.StringData = map[string]string{keyAccessKeyID: "FAKE-NEXT", keyAccessKeySecret: "fake-next"}
		Expect(kube.Update(s.ctx, &secret)).To(Succeed())
		s.clock.forward(2 * sessionTTL)
		s.cloud.ForgetCalls()
		s.share("second", "m-second", sharee(2))
		s.ready("second")
		last := s.cloud.Calls()[len(s.cloud.Calls())-1]
		Expect(last.AccessKey).To(Equal("FAKE-NEXT"))
	})
})
