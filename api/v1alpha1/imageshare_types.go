// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ImageShare declares an ECS custom image and who may use it. The operator
// makes Alibaba Cloud match the declaration and keeps it matching.
//
// Several ImageShares may declare sharees of one image: what holds is the
// union of them.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=imgshare,categories=alibabacloud
// +kubebuilder:selectablefield:JSONPath=".spec.image.id"
// +kubebuilder:selectablefield:JSONPath=".spec.image.region"
// +kubebuilder:selectablefield:JSONPath=".spec.sharerRef.name"
// +kubebuilder:printcolumn:name="Image",type=string,JSONPath=".spec.image.id"
// +kubebuilder:printcolumn:name="Region",type=string,JSONPath=".spec.image.region"
// +kubebuilder:printcolumn:name="Sharees",type=string,JSONPath=".status.shared"
// +kubebuilder:printcolumn:name="Encrypted",type=string,JSONPath=".status.encrypted"
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Status",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=".metadata.creationTimestamp"
// +kubebuilder:printcolumn:name="Undeclared",type=string,JSONPath=".status.undeclared",priority=1
// +kubebuilder:printcolumn:name="Expires",type=string,JSONPath=".spec.expiresAt",priority=1
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
type ImageShare struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what you want. The operator never writes it.
	// +required
	Spec ImageShareSpec `json:"spec,omitzero"`

	// status is what the operator found and did.
	// +optional
	// +kubebuilder:default={observedGeneration:-1,conditions:{{type:"Ready",status:"Unknown",reason:"Pending",message:"Waiting for the operator",lastTransitionTime:"1970-01-01T00:00:00Z"}}}
	Status ImageShareStatus `json:"status,omitzero"`
}

// ImageShareList is a list of ImageShares.
//
// +kubebuilder:object:root=true
type ImageShareList struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard list's metadata.
	// +optional
	metav1.ListMeta `json:"metadata,omitempty"`
	// items are the ImageShares.
	Items []ImageShare `json:"items"`
}

// ImageShareSpec is who may use which image.
type ImageShareSpec struct {
	// sharerRef names the SharerAccount that owns the image. It cannot be
	// changed: delete the ImageShare and create another.
	// +optional
	// +kubebuilder:default={name: "default"}
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="sharerRef cannot be changed: create another ImageShare, wait until it is Ready, then delete this one"
	SharerRef SharerReference `json:"sharerRef,omitzero"`

	// image is the custom image to share. It cannot be changed: delete the
	// ImageShare and create another.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="image cannot be changed: create another ImageShare for the other image, then delete this one"
	Image ImageReference `json:"image,omitzero"`

	// sharees are those whom the image is shared with. Nobody, when it is left
	// out.
	// +optional
	Sharees Sharees `json:"sharees,omitzero"` //nolint:kubeapilinter // An empty object is as good as none: nobody.

	// encryption is for encrypted images, and is read for no others.
	// +optional
	Encryption Encryption `json:"encryption,omitzero"`

	// undeclaredSharees says what becomes of those whom the image is shared with
	// though no ImageShare declares them: Revoke (default) takes it from them, so
	// that the image ends up with exactly what is declared; Keep leaves them, and
	// takes away only what the operator granted. Whoever was on the image before
	// the operator came to it is never taken off without your approval, see
	// status.heldPlan. Where ImageShares of one image differ, Keep wins.
	// +optional
	// +kubebuilder:default=Revoke
	UndeclaredSharees UndeclaredSharees `json:"undeclaredSharees,omitempty"`

	// mode says whether the operator acts: Enforce (default) makes Alibaba Cloud
	// match; Observe writes nothing there, and shows in the status what would be
	// granted and what revoked on account of this ImageShare. What it declares
	// is shielded from other ImageShares of the image, and deleting it takes
	// nothing away.
	// +optional
	// +kubebuilder:default=Enforce
	Mode Mode `json:"mode,omitempty"`

	// deletionPolicy says what becomes of the access when the ImageShare is
	// deleted: Revoke (default) takes away what the operator granted for it
	// and no other ImageShare declares; Retain leaves everything as it is.
	// +optional
	// +kubebuilder:default=Revoke
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`

	// suspend makes the operator keep its hands off: nothing is granted and
	// nothing taken away on account of this ImageShare, and deleting it while
	// it is suspended takes nothing away either. What it declares is shielded
	// from other ImageShares of the image.
	// +optional
	Suspend bool `json:"suspend,omitempty"` //nolint:kubeapilinter // suspend is the field that people and tools know from Flux, Jobs and CronJobs.

	// expiresAt is a time, such as 2027-01-01T00:00:00Z, from which on this
	// ImageShare declares nobody: what was granted for it and is declared by no
	// other is taken away. The object stays; a later time brings it to life
	// again.
	// +optional
	ExpiresAt metav1.Time `json:"expiresAt,omitzero"` //nolint:kubeapilinter // A time is text in JSON.
}

// SharerReference names a SharerAccount.
// +kubebuilder:validation:MinProperties=1
type SharerReference struct {
	// name of the SharerAccount.
	// +optional
	// +kubebuilder:default="default"
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// ImageReference names a custom image.
type ImageReference struct {
	// region is the ID of the region that the image is in, such as
	// cn-hangzhou. An image can be shared in its own region only.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z]{2,}(-[a-z0-9]+)+$')",message="region must be the ID of an Alibaba Cloud region, such as cn-hangzhou or ap-southeast-1"
	Region string `json:"region,omitempty"`

	// id is the ID of the custom image, such as m-bp1a2b3c4d.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^m-[A-Za-z0-9]+$')",message="id must be the ID of a custom image, such as m-bp1a2b3c4d; public and marketplace images cannot be shared"
	ID string `json:"id,omitempty"`
}

// Sharees are those whom an image is shared with.
type Sharees struct {
	// accountIDs are the IDs of Alibaba Cloud accounts: 16 digits, in quotes.
	// The IDs of RAM users and roles do not do.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=1000
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^[0-9]{16}$')",message="must be the ID of an Alibaba Cloud account: 16 digits, in quotes, such as \"1234567890123456\" (the IDs of RAM users and RAM roles do not do)"
	AccountIDs []AccountID `json:"accountIDs,omitempty"`

	// resourceDirectoryPaths are resource directories and folders of the one
	// that the sharer account is in: rd-… is everybody in the directory,
	// rd-…/r-…/fd-… everybody in the folder and in the folders below it, also
	// those who join later. fd-… alone will do where the operator may read the
	// directory, and for images that are not encrypted. A * at the end changes
	// nothing.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^(rd-[A-Za-z0-9]{4,20}(/r-[A-Za-z0-9]{6}(/fd-[A-Za-z0-9]{10}){0,5})?|fd-[A-Za-z0-9]{10})[*]?$')",message="must be a resource directory (rd-...) or a folder in one with all that is above it (rd-.../r-.../fd-...), every ID in full and in its own upper and lower case; folders have at most five levels. An account ID belongs under accountIDs"
	ResourceDirectoryPaths []ResourceDirectoryPath `json:"resourceDirectoryPaths,omitempty"`
}

// Encryption is how sharees come to decrypt an encrypted image.
// +kubebuilder:validation:MinProperties=1
type Encryption struct {
	// roleName is the role that lets them: the one that the SharerAccount names
	// (by default AliyunECSShareEncryptImageDefaultRole), and no other. With
	// any other, nobody is granted anything on account of this ImageShare, and
	// that role is neither read nor written. Left out, it is the
	// SharerAccount's.
	// +optional
	RoleName RoleName `json:"roleName,omitempty"`
}

// AccountID is the ID of an Alibaba Cloud account. Where users write one, its
// form is checked.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=64
type AccountID string

// ResourceDirectoryPath is a resource directory, or a folder in one.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=128
type ResourceDirectoryPath string

// UndeclaredSharees says what becomes of sharees that nobody declares.
//
// +kubebuilder:validation:Enum=Revoke;Keep
type UndeclaredSharees string

const (
	// UndeclaredRevoke takes the image from them.
	UndeclaredRevoke UndeclaredSharees = "Revoke"
	// UndeclaredKeep leaves them.
	UndeclaredKeep UndeclaredSharees = "Keep"
)

// Mode says whether the operator acts.
//
// +kubebuilder:validation:Enum=Enforce;Observe
type Mode string

const (
	// ModeEnforce makes Alibaba Cloud match.
	ModeEnforce Mode = "Enforce"
	// ModeObserve writes nothing there, and shows what would be done.
	ModeObserve Mode = "Observe"
)

// DeletionPolicy says what becomes of the access when an ImageShare is
// deleted.
//
// +kubebuilder:validation:Enum=Revoke;Retain
type DeletionPolicy string

const (
	// DeletionPolicyRevoke takes away what was granted.
	DeletionPolicyRevoke DeletionPolicy = "Revoke"
	// DeletionPolicyRetain leaves everything as it is.
	DeletionPolicyRetain DeletionPolicy = "Retain"
)
