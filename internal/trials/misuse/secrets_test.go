// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// The keys of a Secret.
const (
	keyID     = "ALIBABA_CLOUD_ACCESS_KEY_ID"
	keySecret = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
	keyToken  = "ALIBABA_CLOUD_SECURITY_TOKEN"
)

// fill puts other contents into the troupe's Secret.
func (t *troupe) fill(data map[string]string) error {
	return retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		secret := t.secretOf(t.name, "", "")
		if err := t.Kube.Get(t.Context(), client.ObjectKeyFromObject(secret), secret); err != nil {
			return err
		}
		secret.Data, secret.StringData = nil, data
		return t.Kube.Update(t.Context(), secret)
	})
}

// account changes the troupe's account in the cloud.
func (t *troupe) changeAccount(change func(a *simcloud.Account)) error {
	return t.Cloud.UpdateAccount(t.account, change)
}

// swap puts other contents into the Secret, and expects the SharerAccount to say
// something, and nobody to lose anything.
func swap(what string, data func(t *troupe) map[string]string, reasons ...string) step {
	return outside(scene("the Secret "+what, func(t *troupe) error {
		return inTurn(
			func() error { return t.within(func() error { return t.declare(plainName, firstTwo(t)...) }) },
			func() error { return t.within(t.whole) },
			func() error { return t.fill(data(t)) },
		)
	}, allOf(sharerSays(reasons...), has(plainImage, firstTwo))))
}

// secretScenes swap Secrets under ImageShares that are at work. Nobody loses
// anything by them.
func secretScenes() []step {
	return []step{
		swap("has the key of another account", func(t *troupe) map[string]string {
			return map[string]string{keyID: t.otherID, keySecret: t.otherSecret}
		}, v1alpha1.ReasonWrongAccount),
		swap("has a wrong secret", func(t *troupe) map[string]string {
			return map[string]string{keyID: t.keyID, keySecret: "wrong"}
		}, v1alpha1.ReasonCredentialsRejected),
		swap("has a key that there is not", func(*troupe) map[string]string {
			return map[string]string{keyID: "FAKE-NOBODY", keySecret: "wrong"}
		}, v1alpha1.ReasonCredentialsRejected),
		swap("has a token too many", func(t *troupe) map[string]string {
			return map[string]string{keyID: t.keyID, keySecret: t.keySecret, keyToken: "wrong"}
		}, v1alpha1.ReasonCredentialsRejected),
		swap("lacks a key", func(t *troupe) map[string]string {
			return map[string]string{keyID: t.keyID, "secret": t.keySecret}
		}, v1alpha1.ReasonSecretInvalid),
		swap("is empty", func(*troupe) map[string]string { return nil }, v1alpha1.ReasonSecretInvalid),
		swap("has blanks for a key", func(*troupe) map[string]string {
			return map[string]string{keyID: " \n", keySecret: "\t"}
		}, v1alpha1.ReasonSecretInvalid),
		swap("has bytes that are no text", func(*troupe) map[string]string {
			return map[string]string{keyID: "\xff\x00\r\n\x01", keySecret: "\xfe\x00\r\n: x"}
		}, v1alpha1.ReasonCredentialsRejected),
		swap("has the right key, with blanks and line feeds around it", func(t *troupe) map[string]string {
			return map[string]string{keyID: " " + t.keyID + "\n", keySecret: "\r\n" + t.keySecret + "\n\n"}
		}, v1alpha1.ReasonSucceeded),
	}
}

// keyScenes take away the Secret, the access key, or what may be done with it.
func keyScenes() []step {
	return []step{
		outside(scene("the Secret is deleted", func(t *troupe) error {
			return t.Kube.Delete(t.Context(), t.secretOf(t.name, "", ""))
		}, sharerSays(v1alpha1.ReasonSecretNotFound))),
		outside(scene("the Secret is deleted and made anew at once, with the key of another account", func(t *troupe) error {
			return inTurn(func() error { return t.Kube.Delete(t.Context(), t.secretOf(t.name, "", "")) },
				func() error { return t.Kube.Create(t.Context(), t.secretOf(t.name, t.otherID, t.otherSecret)) })
		}, sharerSays(v1alpha1.ReasonWrongAccount))),
		outside(scene("the access key is deactivated", func(t *troupe) error {
			return t.changeAccount(func(a *simcloud.Account) {
				a.Users = []simcloud.User{a.Users[0]}
				a.Users[0].AccessKeys = []simcloud.AccessKey{{ID: t.keyID, Secret: t.keySecret, Inactive: true}}
			})
		}, sharerSays(v1alpha1.ReasonCredentialsRejected))),
		scene("the user may do nothing any more, and more is declared", func(t *troupe) error {
			return inTurn(func() error {
				return t.changeAccount(func(a *simcloud.Account) {
					a.Users = []simcloud.User{a.Users[0]}
					a.Users[0].Allow = nil
				})
			}, func() error { return t.declare(plainName, t.sharees...) })
		}, shareSays(plainName, v1alpha1.ReasonDenied, v1alpha1.ReasonSharerAccountNotReady, v1alpha1.ReasonImageNotFound)),
		scene("the account is in arrears, and more is declared", func(t *troupe) error {
			return inTurn(func() error { return t.changeAccount(func(a *simcloud.Account) { a.Arrears = true }) },
				func() error { return t.declare(plainName, t.sharees...) })
		}, nil),
	}
}
