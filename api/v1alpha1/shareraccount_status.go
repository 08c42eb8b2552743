// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SharerAccountStatus is what the operator found.
// +kubebuilder:validation:MinProperties=1
type SharerAccountStatus struct {
	// conditions are Ready, always; Reconciling or Stalled while the one or the
	// other holds; RoleReady while an ImageShare needs the encryption role,
	// KeysUnhealthy while keys of shared images cannot be used, DeletionsHeld
	// while deleted ImageShares wait, and RootCredentials while the credentials
	// are those of the account itself.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation of the spec that this status tells
	// of; -1 until the operator has looked.
	// +optional
	// +kubebuilder:validation:Minimum=-1
	ObservedGeneration int64 `json:"observedGeneration,omitempty"` //nolint:kubeapilinter // A plain number, as every kind has it; the API server counts from one.

	// lastHandledReconcileAt is the value of the annotation
	// imageshare.alibabacloud.com/reconcile-requested-at that was last obeyed.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	LastHandledReconcileAt string `json:"lastHandledReconcileAt,omitempty"`

	// identity is the ARN of the user or role that the credentials belong to.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Identity string `json:"identity,omitempty"`

	// imageShares is how many ImageShares refer to this account.
	// +optional
	// +kubebuilder:validation:Minimum=0
	ImageShares *int32 `json:"imageShares,omitempty"`

	// role is the encryption role, while ImageShares need it.
	// +optional
	Role *RoleStatus `json:"role,omitempty"`

	// heldDeletions are deleted ImageShares that take nothing away for now, since
	// they were more at a time than the limits let through.
	// +optional
	HeldDeletions HeldDeletions `json:"heldDeletions,omitzero"`

	// releasedDeletions tells that held deletions were let go and are not all
	// done: those of ImageShares with this deletionHeldSince.
	// +optional
	ReleasedDeletions *metav1.Time `json:"releasedDeletions,omitempty"`
}

// RoleStatus is the encryption role, and its ledger: what was put on it for
// ImageShares.
// +kubebuilder:validation:MinProperties=1
type RoleStatus struct {
	// arn of the role.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	ARN string `json:"arn,omitempty"`

	// origin is Created (by the operator, and deleted when nobody needs it) or
	// Adopted (it was there, and stays).
	// +optional
	Origin RoleOrigin `json:"origin,omitempty"`

	// trusted is how many sharees the role was read to trust for ImageShares.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Trusted *int32 `json:"trusted,omitempty"`

	// trust is the ledger of the trust policy, by sharee: the ID of an
	// account or of a whole directory, or the path of a folder. An image is shared with those only who are Given here.
	// +optional
	Trust map[string]TrustEntry `json:"trust,omitempty"` //nolint:kubeapilinter // A map is patched entry by entry, so that an older operator loses no field of a newer one's entries.

	// keys is the ledger of the key policies, by key: its region, a slash, and
	// its ID.
	// +optional
	Keys map[string]KeyEntry `json:"keys,omitempty"` //nolint:kubeapilinter // A map is patched entry by entry, so that an older operator loses no field of a newer one's entries.

	// allKeys is the ledger entry of the policy AliyunKMSFullAccess.
	// +optional
	AllKeys TrustEntry `json:"allKeys,omitzero"`

	// trustPolicySize is how many characters the trust policy has.
	// +optional
	// +kubebuilder:validation:Minimum=0
	TrustPolicySize *int32 `json:"trustPolicySize,omitempty"`

	// trustPolicyRefused is the smallest size, in characters, that the cloud has
	// refused for being too long. The vendor does not publish the limit.
	// +optional
	// +kubebuilder:validation:Minimum=1
	TrustPolicyRefused int32 `json:"trustPolicyRefused,omitempty"`

	// keyPolicySizes is how many characters each of the operator's key policies
	// has, of the 6144 that the cloud takes.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	KeyPolicySizes []int32 `json:"keyPolicySizes,omitempty"`

	// changedAt is when the operator last changed the role or its policies. It
	// takes the cloud some time to act on that.
	// +optional
	ChangedAt metav1.Time `json:"changedAt,omitzero"` //nolint:kubeapilinter // A time is text in JSON.
}

// RoleOrigin is how the encryption role came to be.
//
// +kubebuilder:validation:Enum=Created;Adopted
type RoleOrigin string

const (
	// RoleCreated was made by the operator.
	RoleCreated RoleOrigin = "Created"
	// RoleAdopted was there.
	RoleAdopted RoleOrigin = "Adopted"
)

// TrustEntry is one thing on the role on account of ImageShares.
type TrustEntry struct {
	// origin is Granted (by the operator), Found (it was there before) or Left
	// (for good, by an ImageShare that was deleted under Retain).
	// +required
	Origin Origin `json:"origin,omitempty"`

	// stage is Pending (about to be there), Given (it was read there) or Going
	// (about to be taken away).
	// +required
	Stage Stage `json:"stage,omitempty"`

	// imageShares are the first three ImageShares that need it, in alphabetical
	// order, each as namespace/name.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=3
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=512
	ImageShares []string `json:"imageShares,omitempty"`

	// others is how many more ImageShares need it.
	// +optional
	// +kubebuilder:validation:Minimum=1
	Others int32 `json:"others,omitempty"`
}

// KeyEntry is the key of an image.
type KeyEntry struct {
	// origin is Granted (by the operator), Found (it was there before) or Left
	// (for good, by an ImageShare that was deleted under Retain).
	// +optional
	Origin Origin `json:"origin,omitempty"`

	// stage is Pending (the role is about to have it), Given (the role was read
	// to have it) or Going (about to be taken away); empty when the role is not
	// to have it, since it cannot be used.
	// +optional
	Stage Stage `json:"stage,omitempty"`

	// state is Enabled, or why the key cannot be used: Disabled,
	// PendingDeletion and PendingImport in the vendor's words; NotFound;
	// OtherAccount; ServiceKey, the key of ECS itself, whose images cannot be
	// shared; NotAdmitted, when a policy of the key's own keeps the role out;
	// Unknown, when it could not be looked at.
	// +optional
	State KeyState `json:"state,omitempty"`
}

// Stage is where an entry of the role's ledger stands.
//
// +kubebuilder:validation:Enum=Pending;Given;Going
type Stage string

const (
	// StagePending is about to be there, or has vanished.
	StagePending Stage = "Pending"
	// StageGiven was read there.
	StageGiven Stage = "Given"
	// StageGoing is about to be taken away, or was a moment ago, when another
	// operator may have been about to put it back.
	StageGoing Stage = "Going"
)

// KeyState is what is known of a key.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=64
type KeyState string

// The states that are not the vendor's own words.
const (
	// KeyEnabled can be used.
	KeyEnabled KeyState = "Enabled"
	// KeyNotFound is no key that the account has.
	KeyNotFound KeyState = "NotFound"
	// KeyOtherAccount belongs to another account.
	KeyOtherAccount KeyState = "OtherAccount"
	// KeyService is the key of ECS itself.
	KeyService KeyState = "ServiceKey"
	// KeyNotAdmitted has a policy that keeps the role out.
	KeyNotAdmitted KeyState = "NotAdmitted"
	// KeyUnknown could not be looked at.
	KeyUnknown KeyState = "Unknown"
)
