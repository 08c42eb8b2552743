// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// assumeCodes say what the codes of AssumeRole mean, which elsewhere mean
// something else. Source: AssumeRole, prerequisites and error codes.
var assumeCodes = map[string]string{
	"nopermission": "the role {role} may not be assumed with these credentials, which must be those of a RAM user or role: allow them sts:AssumeRole on it, " +
		"and let its trust policy name their account, with the external ID that stands here if it asks for one",
	"entitynotexist.role":              "there is no RAM role {role}: make it, or name another",
	"invalidparameter.rolearn":         "{role} is not the ARN of a RAM role",
	"invalidparameter.durationseconds": "the role {role} may not be assumed for that long: ask for less, or raise its maximum session duration",
	"invalidparameter.externalid":      "the external ID is not one that STS takes",
	"invalidparameter.rolesessionname": "the session name is not one that STS takes",
}

// oidcCodes say what the codes of AssumeRoleWithOIDC mean. Source: ACK, use RRSA
// to authorize Pods, error messages. What statuses they come with is not
// documented, and not looked at.
var oidcCodes = map[string]string{ //nolint:gosec // Names of codes and what they mean.
	"authenticationfail.oidctoken.expired": "the OIDC token has expired: the file that ALIBABA_CLOUD_OIDC_TOKEN_FILE names is no longer renewed; " +
		"mount a projected ServiceAccount token, which kubelet renews, and start the operator's Pod anew",
	"authenticationfail.oidctoken.audiencenotmatch": "the OIDC token is made out to another audience: the audience of the projected ServiceAccount token must be sts.aliyuncs.com",
	"authenticationfail.oidctoken.*": "STS does not accept the OIDC token: check that it is from the cluster of the identity provider in " +
		"ALIBABA_CLOUD_OIDC_PROVIDER_ARN, and that pod identity (RRSA) is enabled there",
	"authenticationfail.nopermission": "the role {role} may not be assumed with the OIDC token: its trust policy must name the identity provider (Federated), " +
		"which must be registered in RAM, and the operator's ServiceAccount (oidc:sub)",
	"entitynotexist.role":              "there is no RAM role {role}: make it, or name another",
	"entitynotexist.oidcprovider":      "the identity provider is not registered in RAM: check its ARN",
	"invalidparameter.rolearn":         "{role} is not the ARN of a RAM role",
	"invalidparameter.oidcproviderarn": "the ARN of the identity provider is not one that STS takes",
}

// unassumed is the error of asking for credentials as the callers of the calls
// that need them are to see it. Whatever STS finds wrong with the role is wrong
// with the credentials, and says nothing about the image, the role or the key
// that the call is about: a role to assume that is not there must never be taken
// for an encryption role that is not there.
func unassumed(err error, codes map[string]string, role string) error {
	found := cloud.AsError(err)
	says := codes[normal(found.Code)]
	if says == "" && strings.HasPrefix(normal(found.Code), "authenticationfail.oidctoken.") {
		says = codes["authenticationfail.oidctoken.*"]
	}
	switch found.Kind {
	case cloud.Throttled, cloud.Unavailable, cloud.Unauthenticated:
		return err
	case cloud.Conflict:
		return &cloud.Error{Kind: cloud.Unavailable, Code: found.Code, Message: triedAgain}
	case cloud.Unknown:
		if says == "" {
			return err
		}
	default:
	}
	if says == "" {
		says = found.Message
	}
	return &cloud.Error{Kind: cloud.Unauthenticated, Code: found.Code, Message: strings.ReplaceAll(says, "{role}", role)}
}
