// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// MustApplyRBAC creates the operator's ServiceAccount and all roles that ship.
func (s *Stage) MustApplyRBAC() {
	s.t.Helper()
	objs, err := Manifests(Path("config", "rbac", "*.yaml"))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, obj := range objs {
		if err := s.Kube.Create(s.ctx, obj); err != nil {
			s.t.Fatalf("create %s %s: %v", obj.GetKind(), obj.GetName(), err)
		}
	}
}

// Token is a token of a ServiceAccount in the operator's namespace, which is
// created if it is not there.
func (s *Stage) Token(name string) string {
	s.t.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: OperatorNamespace, Name: name}}
	if err := s.Kube.Create(s.ctx, account.DeepCopy()); client.IgnoreAlreadyExists(err) != nil {
		s.t.Fatalf("create ServiceAccount %s: %v", name, err)
	}
	token := &authenticationv1.TokenRequest{}
	if err := s.Kube.SubResource("token").Create(s.ctx, account, token); err != nil {
		s.t.Fatalf("ask for a token of ServiceAccount %s: %v", name, err)
	}
	return token.Status.Token
}

// As is a kubeconfig of who has a token; it leads to the API server by no proxy.
func (s *Stage) As(token string) string {
	s.t.Helper()
	return kubeconfig(s.t, api.Cluster{Server: s.Config.Host, CertificateAuthorityData: s.Config.CAData}, api.AuthInfo{Token: token})
}
