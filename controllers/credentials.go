// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// The keys of a Secret with credentials, and the variables of the
// environment: the vendor's own names.
const (
	keyAccessKeyID     = "ALIBABA_CLOUD_ACCESS_KEY_ID"
	keyAccessKeySecret = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
	keySecurityToken   = "ALIBABA_CLOUD_SECURITY_TOKEN" //nolint:gosec // The name of a variable, not what is in it.
)

// credentialSource reads credentials, always anew.
type credentialSource struct {
	// live reads Secrets uncached, so that the operator needs no more than to
	// get them.
	live      client.Reader
	namespace string
	env       func(string) string
}

// read finds the credentials of a SharerAccount, or says why it cannot.
func (s credentialSource) read(ctx context.Context, sharer *v1alpha1.SharerAccount) (cloud.Credentials, *verdict) {
	name := sharer.Spec.Credentials.SecretRef.Name
	if name == "" {
		return s.fromEnvironment()
	}
	var secret corev1.Secret
	err := s.live.Get(ctx, client.ObjectKey{Namespace: s.namespace, Name: name}, &secret)
	switch {
	case apierrors.IsNotFound(err):
		return cloud.Credentials{}, &verdict{class: waiting, reason: v1alpha1.ReasonSecretNotFound, message: fmt.Sprintf(
			"Secret %q is not in namespace %q: create it there, with the keys %s and %s", name, s.namespace, keyAccessKeyID, keyAccessKeySecret)}
	case apierrors.IsForbidden(err):
		return cloud.Credentials{}, &verdict{class: waiting, blind: true, reason: v1alpha1.ReasonSecretNotFound, message: fmt.Sprintf(
			"The operator may not get Secret %q in namespace %q: give its ServiceAccount a Role that allows it", name, s.namespace)}
	case err != nil:
		return cloud.Credentials{}, &verdict{class: retry, blind: true, reason: v1alpha1.ReasonPending, message: fmt.Sprintf(
			"Secret %q in namespace %q could not be read", name, s.namespace)}
	}
	return fromSecret(&secret)
}

func fromSecret(secret *corev1.Secret) (cloud.Credentials, *verdict) {
	value := func(key string) string { return strings.TrimSpace(string(secret.Data[key])) }
	found := cloud.Credentials{
		AccessKeyID:     value(keyAccessKeyID),
		AccessKeySecret: value(keyAccessKeySecret),
		SecurityToken:   value(keySecurityToken),
	}
	missing := missingKeys(found)
	if missing == "" {
		return found, nil
	}
	return cloud.Credentials{}, &verdict{class: fixSpec, reason: v1alpha1.ReasonSecretInvalid, message: fmt.Sprintf(
		"Secret %q in namespace %q has no %s; its keys must be named as the vendor's environment variables", secret.Name, secret.Namespace, missing)}
}

func (s credentialSource) fromEnvironment() (cloud.Credentials, *verdict) {
	found := cloud.Credentials{
		AccessKeyID:     s.env(keyAccessKeyID),
		AccessKeySecret: s.env(keyAccessKeySecret),
		SecurityToken:   s.env(keySecurityToken),
	}
	missing := missingKeys(found)
	if missing == "" {
		return found, nil
	}
	return cloud.Credentials{}, &verdict{class: fixSpec, reason: v1alpha1.ReasonCredentialsMissing, message: fmt.Sprintf(
		"spec.credentials names no Secret, and the operator's environment has no %s: set one or the other", missing)}
}

func missingKeys(c cloud.Credentials) string {
	var missing []string
	if c.AccessKeyID == "" {
		missing = append(missing, keyAccessKeyID)
	}
	if c.AccessKeySecret == "" {
		missing = append(missing, keyAccessKeySecret)
	}
	return strings.Join(missing, " and no ")
}
