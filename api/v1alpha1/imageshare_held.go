// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TakenOver is since when an image is kept as it is declared, way by way.
//
// +kubebuilder:validation:MinProperties=1
type TakenOver struct {
	// accounts is since when its launch permissions are.
	// +optional
	Accounts metav1.Time `json:"accounts,omitzero"` //nolint:kubeapilinter // A time is text in JSON.
	// organization is since when its resource share is.
	// +optional
	Organization metav1.Time `json:"organization,omitzero"` //nolint:kubeapilinter // A time is text in JSON.
}

// HeldPlan is a set of changes of an image that waits for somebody's approval,
// or has it.
type HeldPlan struct {
	// hash names the set. Whoever may approve sets the annotation
	// imageshare.alibabacloud.com/approved-plan to it, on any ImageShare of the
	// image. That covers these changes until they are done, and nothing else.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	Hash string `json:"hash,omitempty"`

	// since is when the set came to be held.
	// +required
	Since metav1.Time `json:"since,omitzero"` //nolint:kubeapilinter // A time is text in JSON, and always there.

	// from is the ID of the operator that the image would be taken from, if it
	// belongs to another.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	From string `json:"from,omitempty"`

	// changes are what would be done.
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=1000
	Changes []HeldChange `json:"changes,omitempty"`
}

// HeldChange is one change of a held plan.
type HeldChange struct {
	// action is Grant or Revoke.
	// +required
	Action HeldAction `json:"action,omitempty"`

	// sharee is the ID of the account, directory or folder.
	// +required
	Sharee Sharee `json:"sharee,omitempty"`

	// reason is why the change is held: BeforeTakeover (the sharee was on the
	// image before the operator came to it, and nobody declares it),
	// TooManyRevocations and TooManyGrants (more at a time than the limits of the
	// SharerAccount allow), NobodyLeft (nobody would have the image any more,
	// since a declaration became empty), NotAllowed (the rules of the
	// SharerAccount do not allow any more what an ImageShare has), ChangesHands
	// (another operator has claimed the image).
	// +required
	Reason HeldReason `json:"reason,omitempty"`
}

// HeldAction is what a held change would do.
//
// +kubebuilder:validation:Enum=Grant;Revoke
type HeldAction string

const (
	// HeldGrant would share the image with the sharee.
	HeldGrant HeldAction = "Grant"
	// HeldRevoke would take it away.
	HeldRevoke HeldAction = "Revoke"
)

// HeldReason is why a change is held.
//
// +kubebuilder:validation:Enum=BeforeTakeover;TooManyRevocations;TooManyGrants;NobodyLeft;NotAllowed;ChangesHands
type HeldReason string
