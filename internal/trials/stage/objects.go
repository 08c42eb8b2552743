// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// secretName is the Secret that the SharerAccount "default" names.
const secretName = "credentials"

// Secret is a Secret with an access key.
func (s *Stage) Secret(id, secret string) *corev1.Secret {
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: OperatorNamespace, Name: secretName},
		StringData: map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": id, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": secret},
	}
}

// Sharer is the SharerAccount "default": everything is admitted, and the cloud is
// behind the door.
func (s *Stage) Sharer() *v1alpha1.SharerAccount {
	at := v1alpha1.Endpoint(s.Door.address)
	return &v1alpha1.SharerAccount{
		ObjectMeta: metav1.ObjectMeta{Name: "default"},
		Spec: v1alpha1.SharerAccountSpec{
			AccountID:   SharerID,
			Credentials: v1alpha1.Credentials{SecretRef: v1alpha1.SecretReference{Name: secretName}},
			Endpoints:   v1alpha1.Endpoints{ECS: at, RAM: at, STS: at, KMS: at, ResourceSharing: at, ResourceManager: at, Quotas: at, Insecure: true},
			Rules:       []v1alpha1.Rule{{Namespaces: v1alpha1.RuleNamespaces{Names: []string{"*"}}}},
		},
	}
}

// Draft is an ImageShare that shares an image with accounts.
func Draft(namespace, name, image string, accounts ...string) *v1alpha1.ImageShare {
	return &v1alpha1.ImageShare{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: v1alpha1.ImageShareSpec{
			Image:   v1alpha1.ImageReference{Region: Region, ID: image},
			Sharees: v1alpha1.Sharees{AccountIDs: AccountIDs(accounts...)},
		},
	}
}

// AccountIDs are account IDs as the API has them.
func AccountIDs(accounts ...string) []v1alpha1.AccountID {
	out := make([]v1alpha1.AccountID, 0, len(accounts))
	for _, id := range accounts {
		out = append(out, v1alpha1.AccountID(id))
	}
	return out
}

// Paths are directories and folders as the API has them.
func Paths(paths ...string) []v1alpha1.ResourceDirectoryPath {
	out := make([]v1alpha1.ResourceDirectoryPath, 0, len(paths))
	for _, path := range paths {
		out = append(out, v1alpha1.ResourceDirectoryPath(path))
	}
	return out
}

// MustCreate creates an object as the administrator. The admission policy may go
// by an older SharerAccount for a moment.
func (s *Stage) MustCreate(obj client.Object) {
	s.t.Helper()
	s.Until("create "+obj.GetName(), func() error {
		fresh := obj.DeepCopyObject().(client.Object)
		return s.Kube.Create(s.ctx, fresh)
	})
}

// MustEdit changes an ImageShare as a person would.
func (s *Stage) MustEdit(namespace, name string, change func(*v1alpha1.ImageShare)) {
	s.t.Helper()
	s.Until("edit "+name, func() error {
		var obj v1alpha1.ImageShare
		if err := s.Kube.Get(s.ctx, client.ObjectKey{Namespace: namespace, Name: name}, &obj); err != nil {
			return err
		}
		change(&obj)
		return s.Kube.Update(s.ctx, &obj)
	})
}

// MustEditSharer changes the SharerAccount "default" as a person would.
func (s *Stage) MustEditSharer(change func(*v1alpha1.SharerAccount)) {
	s.t.Helper()
	s.Until("edit the SharerAccount", func() error {
		var obj v1alpha1.SharerAccount
		if err := s.Kube.Get(s.ctx, client.ObjectKey{Name: "default"}, &obj); err != nil {
			return err
		}
		change(&obj)
		return s.Kube.Update(s.ctx, &obj)
	})
}

// MustDelete deletes an ImageShare; its finalizer is the operator's matter.
func (s *Stage) MustDelete(namespace, name string) {
	s.t.Helper()
	obj := &v1alpha1.ImageShare{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	s.Until("delete "+name, func() error { return client.IgnoreNotFound(s.Kube.Delete(s.ctx, obj)) })
}

// Get reads an ImageShare; it answers nil when there is none.
func (s *Stage) Get(namespace, name string) *v1alpha1.ImageShare {
	obj := &v1alpha1.ImageShare{}
	if err := s.Kube.Get(s.ctx, client.ObjectKey{Namespace: namespace, Name: name}, obj); err != nil {
		return nil
	}
	return obj
}

// Gone is an error for as long as there is an ImageShare.
func (s *Stage) Gone(namespace, name string) func() error {
	return func() error {
		if s.Get(namespace, name) != nil {
			return fmt.Errorf("%s/%s is still there", namespace, name)
		}
		return nil
	}
}
