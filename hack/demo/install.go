// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The names that config/default and config/samples give.
const (
	operatorNamespace  = "imageshare-system"
	operatorAccount    = "imageshare-controller-manager"
	operatorDeployment = "imageshare-controller-manager"
	credentialsSecret  = "alibaba-cloud-credentials"
	sharerAccount      = "default"
)

// install applies the manifests that ship.
func (s *stage) install(ctx context.Context) error {
	manifests, err := s.ctl.run(ctx, "", "kustomize", configPath)
	if err != nil {
		return fmt.Errorf("render %s: %w\n%s", configPath, err, manifests)
	}
	out, err := s.ctl.run(ctx, manifests, "apply", "--server-side", "-f", "-")
	if err != nil {
		return fmt.Errorf("apply %s: %w\n%s", configPath, err, out)
	}
	s.say.progress("applied %s as it ships: %d objects, with the CRDs, the namespace, the operator's ServiceAccount and its roles",
		configPath, strings.Count(out, " serverside-applied"))
	out, err = s.ctl.run(ctx, "", "wait", "--for=condition=Established", "--timeout=30s",
		"crd/imageshares.imageshare.alibabacloud.com", "crd/shareraccounts.imageshare.alibabacloud.com")
	if err != nil {
		return fmt.Errorf("wait for the CRDs: %w\n%s", err, out)
	}
	return nil
}

// account makes what ties the samples to the simulated cloud: the Secret with
// the keys, and the endpoints of the SharerAccount, with the rules of the
// sample. They come first, so that
// nothing is ever sent to the real cloud.
func (s *stage) account(ctx context.Context) error {
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: operatorNamespace, Name: credentialsSecret},
		StringData: map[string]string{
			"ALIBABA_CLOUD_ACCESS_KEY_ID":     s.cloud.key.ID,
			"ALIBABA_CLOUD_ACCESS_KEY_SECRET": s.cloud.key.Secret,
		},
	}
	if err := s.kube.Create(ctx, secret); err != nil {
		return fmt.Errorf("make the Secret with the keys: %w", err)
	}
	sharer := fmt.Sprintf(`apiVersion: imageshare.alibabacloud.com/v1alpha1
kind: SharerAccount
metadata:
  name: %[1]s
spec:
  accountID: %[2]q
  credentials:
    secretRef:
      name: %[3]s
  endpoints: {ecs: %[4]s, ram: %[4]s, sts: %[4]s, kms: %[4]s, resourcesharing: %[4]s, resourcemanager: %[4]s, quotas: %[4]s, insecure: true}
  rules:
  - namespaces: {names: [platform, shop]}
`, sharerAccount, s.cloud.sharer, credentialsSecret, s.cloud.endpoint)
	out, err := s.ctl.run(ctx, sharer, "apply", "--server-side", "--field-manager=demo", "-f", "-")
	if err != nil {
		return fmt.Errorf("make the SharerAccount: %w\n%s", err, out)
	}
	s.say.progress("made the Secret with the (fake) keys, and a SharerAccount whose endpoints are the simulated cloud's")
	return nil
}
