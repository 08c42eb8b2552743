// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"slices"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

func namespace(name string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
}

func (s *scene) createSecret(id, secret string) {
	Expect(kube.Create(s.ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: operatorNamespace, Name: secretName},
		StringData: map[string]string{keyAccessKeyID: id, keyAccessKeySecret: secret},
	})).To(Succeed())
}

func (s *scene) deleteSecret() {
	Expect(kube.Delete(s.ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: operatorNamespace, Name: secretName}})).To(Succeed())
}

func (s *scene) createSharer(name, account string) *v1alpha1.SharerAccount {
	sharer := &v1alpha1.SharerAccount{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.SharerAccountSpec{
			AccountID:   v1alpha1.AccountID(account),
			Credentials: v1alpha1.Credentials{SecretRef: v1alpha1.SecretReference{Name: secretName}},
			Endpoints:   allEndpoints(s.endpoint),
			Rules:       admitAll(),
		},
	}
	Expect(kube.Create(s.ctx, sharer)).To(Succeed())
	return sharer
}

// admitAll is one rule that admits every ImageShare.
func admitAll() []v1alpha1.Rule {
	return []v1alpha1.Rule{{Namespaces: v1alpha1.RuleNamespaces{Names: []string{"*"}}}}
}

// allEndpoints sends every product to one address.
func allEndpoints(address string) v1alpha1.Endpoints {
	at := v1alpha1.Endpoint(address)
	return v1alpha1.Endpoints{ECS: at, RAM: at, STS: at, KMS: at, ResourceSharing: at, ResourceManager: at, Quotas: at, Insecure: true}
}

// create makes an ImageShare. The API server may go by the rules of an older
// SharerAccount for a moment.
func (s *scene) create(draft *v1alpha1.ImageShare) {
	EventuallyWithOffset(2, func() error { return kube.Create(s.ctx, draft) }).Should(Succeed())
}

// share declares sharees of an image.
func (s *scene) share(name, imageID string, accounts ...string) {
	s.create(s.draft(name, imageID, accounts...))
}

func (s *scene) draft(name, imageID string, accounts ...string) *v1alpha1.ImageShare {
	return &v1alpha1.ImageShare{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: name},
		Spec: v1alpha1.ImageShareSpec{
			Image:   v1alpha1.ImageReference{Region: region, ID: imageID},
			Sharees: v1alpha1.Sharees{AccountIDs: ids(accounts)},
		},
	}
}

func ids(accounts []string) []v1alpha1.AccountID {
	out := make([]v1alpha1.AccountID, 0, len(accounts))
	for _, id := range accounts {
		out = append(out, v1alpha1.AccountID(id))
	}
	return out
}

// get reads an ImageShare; it answers nil when there is none.
func (s *scene) get(name string) *v1alpha1.ImageShare {
	obj := &v1alpha1.ImageShare{}
	if err := kube.Get(s.ctx, client.ObjectKey{Namespace: s.namespace, Name: name}, obj); err != nil {
		return nil
	}
	return obj
}

// edit changes an ImageShare as a person would.
func (s *scene) edit(name string, change func(*v1alpha1.ImageShare)) {
	Eventually(func() error {
		obj := s.get(name)
		change(obj)
		return kube.Update(s.ctx, obj)
	}).Should(Succeed())
}

// editSharer changes the SharerAccount default as a person would.
func (s *scene) editSharer(change func(*v1alpha1.SharerAccount)) {
	Eventually(func() error {
		obj := &v1alpha1.SharerAccount{}
		if err := kube.Get(s.ctx, client.ObjectKey{Name: "default"}, obj); err != nil {
			return err
		}
		change(obj)
		return kube.Update(s.ctx, obj)
	}).Should(Succeed())
}

func (s *scene) delete(name string) {
	Expect(kube.Delete(s.ctx, s.get(name))).To(Succeed())
}

// onImage is whom the cloud says the image is shared with.
func (s *scene) onImage(id string) func() []string {
	return func() []string { return slices.Sorted(slices.Values(s.cloud.Sharees(region, id))) }
}

// notices are the events about objects of the scene's namespace, and about
// SharerAccounts.
func (s *scene) notices(reason string) func() []string {
	return func() []string {
		var list eventsv1.EventList
		Expect(kube.List(s.ctx, &list)).To(Succeed())
		var out []string
		for _, e := range list.Items {
			if e.Reason == reason && (e.Namespace == s.namespace || e.Regarding.Kind == "SharerAccount") {
				out = append(out, e.Note)
			}
		}
		return out
	}
}

// newNamespace makes another namespace.
func newNamespace(ctx context.Context) string {
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "team-"}}
	Expect(kube.Create(ctx, ns)).To(Succeed())
	return ns.Name
}
