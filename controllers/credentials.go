// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

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

// The variables that pod identity puts into a Pod (ACK, use RRSA to authorize
// Pods).
const (
	envRoleARN     = "ALIBABA_CLOUD_ROLE_ARN"
	envProviderARN = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"
	envTokenFile   = "ALIBABA_CLOUD_OIDC_TOKEN_FILE"
)

// credentialSource finds out where credentials come from, always anew.
type credentialSource struct {
	// live reads Secrets uncached, so that the operator needs no more than to
	// get them.
	live      client.Reader
	namespace string
	env       func(string) string
}

// read finds the credentials of a SharerAccount, without the role to assume
// with them, or says why it cannot.
func (s credentialSource) read(ctx context.Context, sharer *v1alpha1.SharerAccount) (cloud.Target, *verdict) {
	from := sharer.Spec.Credentials
	switch {
	case from.SecretRef.Name != "":
		found, problem := s.fromSecret(ctx, from.SecretRef.Name)
		return cloud.Target{Credentials: found}, problem
	case from.OIDC != nil:
		return s.fromPod(*from.OIDC)
	case from.ECSInstanceRole != nil:
		return cloud.Target{Instance: cloud.InstanceRole{Use: true, Name: string(from.ECSInstanceRole.Name)}}, nil
	}
	return s.fromEnvironment()
}

// fromSecret reads credentials from a Secret in the operator's namespace.
func (s credentialSource) fromSecret(ctx context.Context, name string) (cloud.Credentials, *verdict) {
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
	return inSecret(&secret)
}

// inSecret reads what is in a Secret.
func inSecret(secret *corev1.Secret) (cloud.Credentials, *verdict) {
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

// fromPod is pod identity: what the spec leaves out is in the environment. The
// token is always in the file that the environment names: a path in an object
// would let its author read the operator's files.
func (s credentialSource) fromPod(declared v1alpha1.OIDC) (cloud.Target, *verdict) {
	found := cloud.PodIdentity{
		RoleARN:     cmp.Or(string(declared.RoleARN), s.env(envRoleARN)),
		ProviderARN: cmp.Or(string(declared.ProviderARN), s.env(envProviderARN)),
		TokenFile:   s.env(envTokenFile),
	}
	missing := lacking([]lack{{found.RoleARN, envRoleARN}, {found.ProviderARN, envProviderARN}, {found.TokenFile, envTokenFile}})
	if missing == "" {
		return cloud.Target{Pod: found}, nil
	}
	return cloud.Target{}, &verdict{class: fixSpec, reason: v1alpha1.ReasonCredentialsMissing, message: fmt.Sprintf(
		"Pod identity (RRSA) is to be used, and the operator's environment has no %s: enable it for the operator's Pod, which sets these variables, "+
			"or name role and provider in spec.credentials.oidc", missing)}
}

// fromEnvironment takes an access key if there is one, and pod identity if not.
func (s credentialSource) fromEnvironment() (cloud.Target, *verdict) {
	found := cloud.Credentials{
		AccessKeyID:     s.env(keyAccessKeyID),
		AccessKeySecret: s.env(keyAccessKeySecret),
		SecurityToken:   s.env(keySecurityToken),
	}
	missing := missingKeys(found)
	switch {
	case missing == "":
		return cloud.Target{Credentials: found}, nil
	case found == cloud.Credentials{} && s.env(envRoleARN)+s.env(envProviderARN)+s.env(envTokenFile) != "":
		return s.fromPod(v1alpha1.OIDC{})
	}
	return cloud.Target{}, &verdict{class: fixSpec, reason: v1alpha1.ReasonCredentialsMissing, message: fmt.Sprintf(
		"spec.credentials names no credentials, and the operator's environment has no %s, and no variables of pod identity (%s, %s, %s): set one or the other",
		missing, envRoleARN, envProviderARN, envTokenFile)}
}

func missingKeys(c cloud.Credentials) string {
	return lacking([]lack{{c.AccessKeyID, keyAccessKeyID}, {c.AccessKeySecret, keyAccessKeySecret}})
}

// lack is a value that there must be, and what it is called.
type lack struct{ value, name string }

// lacking names what is not there.
func lacking(list []lack) string {
	var missing []string
	for _, one := range list {
		if one.value == "" {
			missing = append(missing, one.name)
		}
	}
	return strings.Join(missing, " and no ")
}

// roleToAssume is the role to assume with the credentials.
func roleToAssume(declared v1alpha1.AssumeRole) cloud.RoleToAssume {
	return cloud.RoleToAssume{
		RoleARN:     string(declared.RoleARN),
		ExternalID:  declared.ExternalID,
		SessionName: declared.SessionName,
		Duration:    time.Duration(declared.DurationSeconds) * time.Second,
	}
}
