// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// How many deleted ImageShares of an account take away what they have, within
// how many seconds, where the limits of the SharerAccount do not say so.
const (
	DefaultDeletions             = 20
	DefaultDeletionWindowSeconds = 600
)

// HeldDeletions are deleted ImageShares of an account that wait, since they were
// too many at a time.
type HeldDeletions struct {
	// hash names them. Whoever may approve sets the annotation
	// imageshare.alibabacloud.com/approved-plan of the SharerAccount to it. That
	// covers these ImageShares until they are gone, and no others.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	Hash string `json:"hash,omitempty"`

	// since is when one more was deleted than is let through.
	// +required
	Since metav1.Time `json:"since,omitzero"` //nolint:kubeapilinter // A time is text in JSON, and always there.

	// until is when they are let go without an approval.
	// +required
	Until metav1.Time `json:"until,omitzero"` //nolint:kubeapilinter // A time is text in JSON, and always there.

	// limit is how many were let through at a time when they came to be held.
	// +required
	// +kubebuilder:validation:Minimum=1
	Limit int32 `json:"limit,omitempty"`

	// count is how many are held.
	// +required
	// +kubebuilder:validation:Minimum=1
	Count int32 `json:"count,omitempty"`

	// imageShares are the first hundred of them in alphabetical order, each as
	// namespace/name.
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=512
	ImageShares []string `json:"imageShares,omitempty"`
}
