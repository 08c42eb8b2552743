// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// Rule admits ImageShares. Everything that it names must hold; what it leaves
// out it does not restrict. One rule must admit an ImageShare in whole.
type Rule struct {
	// namespaces are those whose ImageShares the rule admits.
	// +required
	Namespaces RuleNamespaces `json:"namespaces,omitzero"`

	// images are the images that it admits. Any image of the account, when it is
	// left out.
	// +optional
	Images RuleImages `json:"images,omitzero"`

	// regions are the regions whose images it admits, such as cn-hangzhou.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=64
	Regions []string `json:"regions,omitempty"`

	// accountIDs are the accounts that an ImageShare may declare. Where the rule
	// has accountIDs, resourceDirectoryPaths or both, every sharee must be in one
	// of the two: a rule that lists accounts alone admits no folder, and the other
	// way round.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^[0-9]{16}$')",message="must be the ID of an Alibaba Cloud account: 16 digits, in quotes, such as \"1234567890123456\""
	AccountIDs []AccountID `json:"accountIDs,omitempty"`

	// resourceDirectoryPaths are the directories and folders that an ImageShare
	// may declare, each with everything below it: rd-… or rd-…/r-…/fd-…, with all
	// that is above the folder.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^rd-[A-Za-z0-9]{4,20}(/r-[A-Za-z0-9]{6}(/fd-[A-Za-z0-9]{10}){1,5})?$')",message="must be a resource directory (rd-...) or a folder in one with all that is above it (rd-.../r-.../fd-...), every ID in full and without a * at the end"
	ResourceDirectoryPaths []ResourceDirectoryPath `json:"resourceDirectoryPaths,omitempty"`

	// maxSharees is how many sharees an ImageShare may declare: accounts,
	// directories and folders together.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1100
	MaxSharees int32 `json:"maxSharees,omitempty"`

	// requireEncryption admits encrypted images only.
	// +optional
	RequireEncryption bool `json:"requireEncryption,omitempty"` //nolint:kubeapilinter // Either it is required or not; there is no third way to come.

	// requireConfirmation admits an ImageShare only while it has the annotation
	// imageshare.alibabacloud.com/security-confirmed with the ID of its image:
	// somebody has made sure that the image holds nothing that its sharees must
	// not see. Copied to another image, the annotation confirms nothing.
	// +optional
	RequireConfirmation bool `json:"requireConfirmation,omitempty"` //nolint:kubeapilinter // Either it is required or not; there is no third way to come.

	// paidImages says whether images are admitted that derive from a paid image,
	// which whoever launches is charged for: Allow (default) or Deny.
	// +optional
	PaidImages PaidImages `json:"paidImages,omitempty"`
}

// RuleNamespaces are namespaces. Where names and labels are given, both must
// hold.
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:XValidation:rule="!has(self.names) || self.names.size() == 1 || !self.names.exists(n, n == '*')",message="* is every namespace: leave the other names out"
type RuleNamespaces struct {
	// names are the namespaces' names. A single * is every namespace.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	// +kubebuilder:validation:items:XValidation:rule="self == '*' || self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?$')",message="must be the name of a namespace, or * for every namespace"
	Names []string `json:"names,omitempty"`

	// matchLabels are labels that the namespace has, all of them.
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=16
	MatchLabels map[string]RuleValue `json:"matchLabels,omitempty"`
}

// RuleImages are images. Whatever is given must hold.
// +kubebuilder:validation:MinProperties=1
type RuleImages struct {
	// ids are the images' IDs.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=64
	IDs []string `json:"ids,omitempty"`

	// families are image families, of which the image is in one.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=128
	Families []string `json:"families,omitempty"`

	// tags are tags that the image has in Alibaba Cloud, all of them. A pipeline
	// that has removed sensitive data from an image can say so by a tag.
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=20
	Tags map[string]RuleValue `json:"tags,omitempty"`
}

// RuleValue is the value of a label or a tag. It may be empty.
//
// +kubebuilder:validation:MinLength=0
// +kubebuilder:validation:MaxLength=128
type RuleValue string

// PaidImages says whether a rule admits images that derive from a paid image.
//
// +kubebuilder:validation:Enum=Allow;Deny
type PaidImages string

const (
	// PaidImagesAllow admits them.
	PaidImagesAllow PaidImages = "Allow"
	// PaidImagesDeny does not.
	PaidImagesDeny PaidImages = "Deny"
)
