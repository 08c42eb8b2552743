// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"slices"
	"time"
)

// Kinds of associations, as used in Association.Type.
const (
	AssociationResource = "Resource"
	AssociationTarget   = "Target"
)

// States of shares and associations, as the vendor spells them (vendor docs, ListResourceShares and ListResourceShareAssociations).
const (
	ShareActive   = "Active"
	ShareDeleting = "Deleting"
	ShareDeleted  = "Deleted"

	Associating    = "Associating"
	Associated     = "Associated"
	Failed         = "Failed"
	Disassociating = "Disassociating"
	Disassociated  = "Disassociated"
)

// Reasons of failures, as the vendor spells them (vendor docs, ListResourceShareAssociations).
const (
	FailureUnavailable   = "Unavailable"
	FailureLimitExceeded = "LimitExceeded"
	FailureZonal         = "ZonalResourceInaccessible"
	FailureInternal      = "InternalError"
	FailureUnsupported   = "UnsupportedOperation"
)

// lingering is how long what is over stays in the lists: the vendor says 48 to 96 hours.
const lingering = 48 * time.Hour

// Share is a resource share of one account and region. Its name is not unique.
type Share struct {
	// ID begins with rs-; it is made up when empty.
	ID     string `json:"id,omitempty"`
	Region string `json:"region"`
	Owner  string `json:"owner"`
	Name   string `json:"name"`
	// Status is ShareActive when empty.
	Status string `json:"status,omitempty"`
	// External is AllowExternalTargets: such a share takes no images.
	External     bool          `json:"external,omitempty"`
	Tags         []Tag         `json:"tags,omitempty"`
	Created      time.Time     `json:"created,omitzero"`
	Updated      time.Time     `json:"updated,omitzero"`
	Associations []Association `json:"associations,omitempty"`
}

// Association is one resource or one target of a share. What is over stays for a while, so one entity can have several.
type Association struct {
	// Type is AssociationResource or AssociationTarget.
	Type string `json:"type"`
	// Entity is an image, or a directory, a folder or an account.
	Entity string `json:"entity"`
	// Status is Associated when empty. One that is on its way changes when its time has come.
	Status string `json:"status,omitempty"`
	// Failure is why it has failed, or will: one of the reasons above. Against is what of the other kind it failed with.
	Failure string    `json:"failure,omitempty"`
	Against string    `json:"against,omitempty"`
	Created time.Time `json:"created,omitzero"`
	Updated time.Time `json:"updated,omitzero"`
}

// clone copies the share so that changing the copy leaves the original alone.
func (s *Share) clone() Share {
	c := *s
	c.Tags, c.Associations = slices.Clone(s.Tags), slices.Clone(s.Associations)
	return c
}

// share finds a share of any owner; nil means that there is none.
func (d *Document) share(id string) *Share {
	i := slices.IndexFunc(d.Shares, func(s Share) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return &d.Shares[i]
}
