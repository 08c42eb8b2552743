// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"context"
	"time"
)

// AssociationBatch is how many targets one call of Resource Sharing may name
// (CreateResourceShare and AssociateResourceShare, Targets.N).
const AssociationBatch = 5

// Sharing speaks to Resource Sharing, which reaches directories and folders. A
// resource share belongs to a region, and holds what is in that region. What is
// asked for comes to be later: only a later read tells.
type Sharing interface {
	// ResourceShares reads every resource share of the account in a region that
	// is not deleted yet, with what is associated with it or was lately: by lists of
	// the whole account, so that many images cost no more than one. Those that
	// carry the tag are marked.
	ResourceShares(ctx context.Context, region string, tag Tag) ([]ResourceShare, error)
	// CreateResourceShare makes a resource share and answers its ID. The vendor
	// knows no name as taken: made twice there are two.
	CreateResourceShare(ctx context.Context, share NewResourceShare) (string, error)
	// Associate adds at most [AssociationBatch] targets to a resource share.
	Associate(ctx context.Context, region, share string, targets []string) error
	// Disassociate takes at most [AssociationBatch] targets from a resource
	// share. One that is not there is no error.
	Disassociate(ctx context.Context, region, share string, targets []string) error
	// DeleteResourceShare deletes a resource share, whatever it holds. One that
	// is gone, or is being deleted, is NotFound.
	DeleteResourceShare(ctx context.Context, region, share string) error
}

// Tag is a tag of a resource share.
type Tag struct{ Key, Value string }

// NewResourceShare is a resource share to be made: of one image, with at most
// [AssociationBatch] targets, for members of the directory only.
type NewResourceShare struct {
	Image ImageRef
	// Name has 1 to 50 characters: letters, digits, dots, hyphens and
	// underscores.
	Name string
	// Targets are IDs of resource directories (rd-…) and folders (fd-…).
	Targets []string
	Tag     Tag
}

// ResourceShare is a resource share of the account.
type ResourceShare struct {
	ID      string
	Name    string
	Created time.Time
	// Deleting is true while it is being deleted: who is on it has it still.
	Deleting bool
	// Tagged is true when it carries the tag that was asked for.
	Tagged bool
	// Images are the images that it holds, and Targets whom it shares them
	// with, each in its latest state.
	Images, Targets []Association
}

// Association is one thing on a resource share.
type Association struct {
	// Entity is the ID of the image, the directory, the folder or the account.
	Entity string
	State  AssociationState
	// Reason is what the vendor says of one that has failed.
	Reason string
}

// AssociationState is the vendor's AssociationStatus.
type AssociationState string

// The states that the vendor documents for ListResourceShareAssociations.
const (
	Associating       AssociationState = "Associating"
	Associated        AssociationState = "Associated"
	AssociationFailed AssociationState = "Failed"
	Disassociating    AssociationState = "Disassociating"
	Disassociated     AssociationState = "Disassociated"
)
