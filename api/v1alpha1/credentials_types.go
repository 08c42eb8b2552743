// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// Credentials is where to find the credentials of an account: in a Secret, by
// pod identity or from an ECS instance, else in the operator's environment; and
// the role to assume with them, if any.
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:XValidation:rule="[has(self.secretRef), has(self.oidc), has(self.ecsInstanceRole)].filter(there, there).size() <= 1",message="secretRef, oidc and ecsInstanceRole exclude each other: keep one of them, or none to use the operator's environment"
type Credentials struct {
	// secretRef names a Secret in the operator's own namespace, with the keys
	// ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, and
	// ALIBABA_CLOUD_SECURITY_TOKEN for temporary credentials.
	// +optional
	SecretRef SecretReference `json:"secretRef,omitzero"`

	// oidc is pod identity, which ACK calls RRSA: a token of the operator's
	// ServiceAccount is exchanged for credentials of a role. The token is in the
	// file that the operator's variable ALIBABA_CLOUD_OIDC_TOKEN_FILE names; it
	// cannot be given here. May be empty: {} takes all from the environment.
	// +optional
	OIDC *OIDC `json:"oidc,omitempty"` //nolint:kubeapilinter // An empty one is a whole declaration: all else is in the environment.

	// ecsInstanceRole is the role attached to the ECS instance that the operator
	// runs on. May be empty: {} takes whichever it is.
	// +optional
	ECSInstanceRole *ECSInstanceRole `json:"ecsInstanceRole,omitempty"` //nolint:kubeapilinter // An empty one is a whole declaration: whichever role the instance has.

	// assumeRole is a role to assume with these credentials, such as one of
	// another account.
	// +optional
	AssumeRole AssumeRole `json:"assumeRole,omitzero"`
}

// SecretReference names a Secret in the operator's namespace.
type SecretReference struct {
	// name of the Secret.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$')",message="must be the name of a Secret: lower-case letters, digits, - and ., such as alibaba-cloud-credentials"
	Name string `json:"name,omitempty"`
}

// OIDC says which role a token of the operator's ServiceAccount is exchanged for.
type OIDC struct {
	// roleARN is the role. Left out, it is what the operator's variable
	// ALIBABA_CLOUD_ROLE_ARN says.
	// +optional
	RoleARN RoleARN `json:"roleARN,omitempty"`

	// providerARN is the cluster's identity provider in RAM. Left out, it is
	// what the operator's variable ALIBABA_CLOUD_OIDC_PROVIDER_ARN says.
	// +optional
	ProviderARN OIDCProviderARN `json:"providerARN,omitempty"`
}

// ECSInstanceRole says which role the ECS instance must have.
type ECSInstanceRole struct {
	// name of the role. Left out, it is whichever the instance has.
	// +optional
	Name RoleName `json:"name,omitempty"`
}

// AssumeRole is a role to assume.
type AssumeRole struct {
	// roleARN is the role. Its account is the one that is spoken for, so it must
	// be that of accountID.
	// +required
	RoleARN RoleARN `json:"roleARN,omitempty"`

	// externalID is what the role's trust policy asks for in sts:ExternalId, if
	// it does. It keeps a role from being assumed on behalf of somebody else,
	// and is no secret.
	// +optional
	// +kubebuilder:validation:MinLength=2
	// +kubebuilder:validation:MaxLength=1224
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_+=,.@:/-]+$')",message="may hold letters, digits and _ + = , . @ : / -"
	ExternalID string `json:"externalID,omitempty"`

	// sessionName is what ActionTrail calls the operator in this role.
	// +optional
	// +kubebuilder:default=imageshare-operator
	// +kubebuilder:validation:MinLength=2
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9.@_-]+$')",message="may hold letters, digits and . @ - _"
	SessionName string `json:"sessionName,omitempty"`

	// durationSeconds is for how long the role is assumed each time. It can be
	// no longer than the role's maximum session duration. Left out, it is what
	// the cloud gives: an hour.
	// +optional
	// +kubebuilder:validation:Minimum=900
	// +kubebuilder:validation:Maximum=43200
	DurationSeconds int32 `json:"durationSeconds,omitempty"`
}

// RoleARN is the ARN of a RAM role.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=128
// +kubebuilder:validation:XValidation:rule="self.matches('^acs:ram::[0-9]{16}:role/[A-Za-z0-9.@_-]{1,64}$')",message="must be the ARN of a RAM role, such as acs:ram::1234567890123456:role/imageshare"
type RoleARN string

// OIDCProviderARN is the ARN of an OIDC identity provider in RAM.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=192
// +kubebuilder:validation:XValidation:rule="self.matches('^acs:ram::[0-9]{16}:oidc-provider/[A-Za-z0-9._-]{1,128}$')",message="must be the ARN of an OIDC identity provider in RAM, such as acs:ram::1234567890123456:oidc-provider/ack-rrsa-c1234"
type OIDCProviderARN string
