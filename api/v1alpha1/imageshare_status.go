// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ImageShareStatus is what the operator found and did.
// +kubebuilder:validation:MinProperties=1
type ImageShareStatus struct {
	// conditions are Ready, always; Reconciling or Stalled while the one or the
	// other holds; ImageShareable, RoleReady (for an encrypted image),
	// AccountsShared and OrganizationShared (for directories and folders), each
	// from its own step; UndeclaredSharees, RedundantSharees, KeysUnhealthy,
	// Unclaimed, Expired and ChargesSharees while they hold.
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

	// shared is how many of the declared sharees the image is shared with, and
	// how many are declared, such as 3/3.
	// +optional
	// +kubebuilder:validation:MinLength=3
	// +kubebuilder:validation:MaxLength=16
	Shared string `json:"shared,omitempty"`

	// notShared lists every sharee that is not as it should be, with its own
	// reason.
	// +optional
	// +listType=map
	// +listMapKey=sharee
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=2000
	NotShared []ShareeStatus `json:"notShared,omitempty"`

	// undeclared lists whom the image is shared with though no ImageShare
	// declares them: the IDs of accounts, directories and folders, the first
	// hundred of them.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Undeclared []Sharee `json:"undeclared,omitempty"`

	// encrypted is Yes or No once that is known of the image.
	// +optional
	Encrypted Encrypted `json:"encrypted,omitempty"`

	// imageKeys are the keys that the image is encrypted with, each as its
	// region, a slash, and its ID.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=256
	ImageKeys []string `json:"imageKeys,omitempty"`

	// claimedBy is the ID of the operator that shares the image, as the tag
	// imageshare-operator-owner on it said when it was last looked at. No other
	// operator writes to the image.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	ClaimedBy string `json:"claimedBy,omitempty"`

	// resourceShareID is the resource share by which the image is shared with
	// directories and folders.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	ResourceShareID string `json:"resourceShareID,omitempty"`

	// folders tells, by the IDs of folders that sharees name without a path,
	// where in the directory they are.
	// +optional
	Folders map[string]ResourceDirectoryPath `json:"folders,omitempty"` //nolint:kubeapilinter // A map is patched entry by entry, as the ledger is.

	// takenOver tells since when whoever comes to the image without being declared
	// is taken off it again. Who was there before is in the ledger as Prior.
	// +optional
	TakenOver TakenOver `json:"takenOver,omitzero"` //nolint:kubeapilinter // Left out as long as it is empty; nobody but the operator writes it.

	// heldPlan is what the operator does not do before somebody approves it.
	// +optional
	HeldPlan HeldPlan `json:"heldPlan,omitzero"`

	// deletionHeldSince tells that the deletion of the ImageShare was held, as one
	// of too many at a time: since when its SharerAccount has held deletions.
	// +optional
	DeletionHeldSince *metav1.Time `json:"deletionHeldSince,omitempty"`

	// approvedPlans are what of approved plans is not done yet.
	// +optional
	// +listType=map
	// +listMapKey=hash
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	ApprovedPlans []HeldPlan `json:"approvedPlans,omitempty"`

	// ledger tells, by the ID of an account, directory or folder, which sharees
	// of this ImageShare are on the image or are about to be, in whose account
	// and since when. Access is taken away by what stands here, and by nothing
	// else.
	// +optional
	Ledger map[string]LedgerEntry `json:"ledger,omitempty"` //nolint:kubeapilinter // A map is patched entry by entry, so that an older operator loses no field of a newer one's entries.
}

// Encrypted tells whether an image is encrypted.
//
// +kubebuilder:validation:Enum=Yes;No
type Encrypted string

const (
	// EncryptedYes is an image of which any disk is encrypted.
	EncryptedYes Encrypted = "Yes"
	// EncryptedNo is an image of which no disk is.
	EncryptedNo Encrypted = "No"
)

// ShareeStatus is why one sharee is not as it should be.
type ShareeStatus struct {
	// sharee is the sharee as it is declared: an account ID, or a
	// resource-directory path. One that is no longer declared is an ID.
	// +required
	Sharee Sharee `json:"sharee,omitempty"`

	// state is Pending (will be tried, or tried again), Failed (needs somebody
	// to change something), Revoking (on its way out), Held (waits for an
	// approval, see heldPlan), or, while the mode is Observe, WouldGrant or
	// WouldRevoke.
	// +required
	State ShareeState `json:"state,omitempty"`

	// reason is a word for machines.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Reason string `json:"reason,omitempty"`

	// message says what is wrong and what to do.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Message string `json:"message,omitempty"`
}

// Sharee is an account, a resource directory, or a folder in one.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=128
type Sharee string

// ShareeState is where a sharee stands that is not shared with.
//
// +kubebuilder:validation:Enum=Pending;Failed;Revoking;Held;WouldGrant;WouldRevoke
type ShareeState string

const (
	// ShareePending will be tried, or tried again.
	ShareePending ShareeState = "Pending"
	// ShareeFailed needs somebody to change something.
	ShareeFailed ShareeState = "Failed"
	// ShareeRevoking is on its way out.
	ShareeRevoking ShareeState = "Revoking"
	// ShareeHeld waits for an approval.
	ShareeHeld ShareeState = "Held"
	// ShareeWouldGrant would be granted if the mode were Enforce.
	ShareeWouldGrant ShareeState = "WouldGrant"
	// ShareeWouldRevoke would be taken away if the mode were Enforce.
	ShareeWouldRevoke ShareeState = "WouldRevoke"
)

// LedgerEntry is one sharee of an ImageShare on the image.
type LedgerEntry struct {
	// sharer is the account that the image belonged to when the entry was
	// made.
	// +required
	Sharer AccountID `json:"sharer,omitempty"`

	// origin is Granted (by the operator) or Found (it was there before it was
	// declared); or, of one whom nobody declares, Prior (it was there before the
	// image was taken over) or Stray (it came later).
	// +required
	Origin Origin `json:"origin,omitempty"`

	// path is where in its directory a folder was when the encryption role came
	// to trust it; for a whole directory it is its ID.
	// +optional
	Path ResourceDirectoryPath `json:"path,omitempty"`

	// since is when the entry was made.
	// +required
	Since metav1.Time `json:"since,omitzero"` //nolint:kubeapilinter // A time is text in JSON, and always there.
}

// Origin is how a sharee came to be on the image, or something on the
// encryption role.
//
// +kubebuilder:validation:Enum=Granted;Found;Left;Prior;Stray
type Origin string

const (
	// OriginGranted was put there by the operator. The entry is written before
	// the grant is sent.
	OriginGranted Origin = "Granted"
	// OriginFound was there before.
	OriginFound Origin = "Found"
	// OriginLeft was left on the encryption role for good, when an ImageShare
	// was deleted under Retain.
	OriginLeft Origin = "Left"
	// OriginPrior was on the image before it was taken over, and nobody declares
	// it.
	OriginPrior Origin = "Prior"
	// OriginStray came to be on the image after that, and nobody declares it.
	OriginStray Origin = "Stray"
)
