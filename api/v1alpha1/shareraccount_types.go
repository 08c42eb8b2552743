// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SharerAccount is an Alibaba Cloud account that owns images and shares them:
// its ID, the credentials to speak for it with, and where to reach the cloud.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=sharer;sharers,categories=alibabacloud
// +kubebuilder:printcolumn:name="Account",type=string,JSONPath=".spec.accountID"
// +kubebuilder:printcolumn:name="Shares",type=integer,JSONPath=".status.imageShares"
// +kubebuilder:printcolumn:name="Role",type=string,JSONPath=".status.role.origin"
// +kubebuilder:printcolumn:name="Trusted",type=integer,JSONPath=".status.role.trusted"
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Status",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=".metadata.creationTimestamp"
// +kubebuilder:printcolumn:name="Identity",type=string,JSONPath=".status.identity",priority=1
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
type SharerAccount struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what you want. The operator never writes it.
	// +required
	Spec SharerAccountSpec `json:"spec,omitzero"`

	// status is what the operator found.
	// +optional
	// +kubebuilder:default={observedGeneration:-1,conditions:{{type:"Ready",status:"Unknown",reason:"Pending",message:"Waiting for the operator",lastTransitionTime:"1970-01-01T00:00:00Z"}}}
	Status SharerAccountStatus `json:"status,omitzero"`
}

// SharerAccountList is a list of SharerAccounts.
//
// +kubebuilder:object:root=true
type SharerAccountList struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard list's metadata.
	// +optional
	metav1.ListMeta `json:"metadata,omitempty"`
	// items are the SharerAccounts.
	Items []SharerAccount `json:"items"`
}

// SharerAccountSpec is which account, and how to speak for it.
type SharerAccountSpec struct {
	// accountID is the ID of the Alibaba Cloud account: 16 digits, in quotes.
	// Before anything is written, the credentials are asked whose they are; if
	// they are another account's, nothing is. It cannot be changed: images and
	// grants belong to the account.
	// +required
	// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9]{16}$')",message="must be the ID of an Alibaba Cloud account: 16 digits, in quotes, such as \"1234567890123456\" (the IDs of RAM users and RAM roles do not do)"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="accountID cannot be changed: create another SharerAccount"
	AccountID AccountID `json:"accountID,omitempty"`

	// credentials is where to find the credentials. Left out, the operator's
	// own environment is used: the variables ALIBABA_CLOUD_ACCESS_KEY_ID,
	// ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN, or else
	// those of pod identity, as under oidc.
	// +optional
	Credentials Credentials `json:"credentials,omitzero"`

	// endpoints replaces the vendor's addresses, for private networks and for
	// trying things out. The vendor's own are used for what is left out.
	// +optional
	Endpoints Endpoints `json:"endpoints,omitzero"`

	// roleName is the RAM role that lets sharees decrypt encrypted images. ECS
	// looks for the vendor's own name, so there is seldom a reason to name
	// another. It cannot be changed, since whom the former role trusts would be
	// forgotten: delete the SharerAccount and create it anew.
	// +optional
	// +kubebuilder:default=AliyunECSShareEncryptImageDefaultRole
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="roleName cannot be changed, since whom the former role trusts would be forgotten: delete the SharerAccount and create it anew"
	RoleName RoleName `json:"roleName,omitempty"`

	// keyAccess says how the role gets at the keys of encrypted images:
	// ImageKeys (default) by policies that the operator writes, for these keys
	// and no others; AliyunKMSFullAccess by the vendor's policy of that name,
	// for every key of the account; Unmanaged by whatever somebody else has
	// attached to the role.
	// +optional
	// +kubebuilder:default=ImageKeys
	KeyAccess KeyAccess `json:"keyAccess,omitempty"`

	// rules say which ImageShares may share which images of the account with
	// whom. One rule must admit an ImageShare in whole; what no rule admits is
	// granted nothing. There is at least one.
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Rules []Rule `json:"rules,omitempty"`

	// limits are how much is changed at a time without somebody's approval.
	// +optional
	Limits Limits `json:"limits,omitzero"`

	// suspend is the emergency stop: nothing is written to the cloud in this
	// account while it is true.
	// +optional
	Suspend bool `json:"suspend,omitempty"` //nolint:kubeapilinter // suspend is the field that people and tools know from Flux, Jobs and CronJobs.
}

// Limits are how much is changed at a time without somebody's approval. What
// exceeds them is held, see status.heldPlan of the ImageShares, and
// status.heldDeletions.
//
// +kubebuilder:validation:MinProperties=1
type Limits struct {
	// revocationsPerImage is how many sharees may be taken off one image at a
	// time. Left out, it is ten, or half of the sharees of the image if that is
	// more. Deleting an ImageShare, and its expiry, count for nothing.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	RevocationsPerImage int32 `json:"revocationsPerImage,omitempty"`
	// grantsPerImage is how many sharees one image may be shared with at a time.
	// Left out, there is no limit.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	GrantsPerImage int32 `json:"grantsPerImage,omitempty"`
	// deletions is how many deleted ImageShares of the account may take away
	// what they have within deletionWindowSeconds. When one more is deleted, it
	// and all that are not done are held, see status.heldDeletions. Left out, it
	// is 20. Raising it to as many as are held lets them go.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000
	Deletions int32 `json:"deletions,omitempty"`
	// deletionWindowSeconds is the time within which deletions are counted. Left
	// out, it is 600, ten minutes.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=86400
	DeletionWindowSeconds int32 `json:"deletionWindowSeconds,omitempty"`
}

// RoleName is the name of a RAM role.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=64
// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9.@-]+$')",message="must be the name of a RAM role: letters, digits and . @ -"
type RoleName string

// DefaultRoleName is the role that ECS looks for when an encrypted image is
// shared (Share a custom image, step 1).
const DefaultRoleName RoleName = "AliyunECSShareEncryptImageDefaultRole"

// KeyAccess says how the encryption role gets at keys.
//
// +kubebuilder:validation:Enum=ImageKeys;AliyunKMSFullAccess;Unmanaged
type KeyAccess string

const (
	// KeyAccessImageKeys is policies for the image keys and no others.
	KeyAccessImageKeys KeyAccess = "ImageKeys"
	// KeyAccessAllKeys is the vendor's policy for every key of the account.
	KeyAccessAllKeys KeyAccess = "AliyunKMSFullAccess"
	// KeyAccessUnmanaged is what somebody else arranges.
	KeyAccessUnmanaged KeyAccess = "Unmanaged"
)

// Endpoints are addresses to use instead of the vendor's, each host or
// host:port, for every region.
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:XValidation:rule="!has(self.insecure) || !self.insecure || has(self.ecs) || has(self.ram) || has(self.sts) || has(self.kms) || has(self.resourcesharing) || has(self.resourcemanager) || has(self.quotas)",message="insecure is for the endpoints that stand beside it: name at least one; the vendor's own are always reached by TLS"
type Endpoints struct {
	// ecs is the address of Elastic Compute Service.
	// +optional
	ECS Endpoint `json:"ecs,omitempty"`
	// ram is the address of Resource Access Management.
	// +optional
	RAM Endpoint `json:"ram,omitempty"`
	// sts is the address of Security Token Service.
	// +optional
	STS Endpoint `json:"sts,omitempty"`
	// kms is the address of Key Management Service.
	// +optional
	KMS Endpoint `json:"kms,omitempty"`
	// resourcesharing is the address of Resource Sharing.
	// +optional
	ResourceSharing Endpoint `json:"resourcesharing,omitempty"`
	// resourcemanager is the address of Resource Directory.
	// +optional
	ResourceManager Endpoint `json:"resourcemanager,omitempty"`
	// quotas is the address of Quota Center.
	// +optional
	Quotas Endpoint `json:"quotas,omitempty"`
	// insecure allows plain HTTP, to the endpoints named here. Requests are
	// signed, not encrypted, then, and an OIDC token is sent as it is: for a
	// simulated cloud only.
	// +optional
	Insecure bool `json:"insecure,omitempty"` //nolint:kubeapilinter // Either TLS or not; there is no third way to come.
}

// Endpoint is a host, or a host and a port.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$')",message="must be host or host:port, without a scheme and without a path, such as ecs-vpc.cn-hangzhou.aliyuncs.com"
type Endpoint string
