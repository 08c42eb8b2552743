// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"net/http"
	"strconv"
)

const (
	versionSharing = "2020-01-10"
	// milliFormat is how resource management and resource sharing write a time (vendor docs, CreateResourceShare, example).
	milliFormat = "2006-01-02T15:04:05.000Z"
)

// sharingOperations are the actions of resource sharing. Its host is regional, and its requests name the region once more. None of
// them can be allowed on one resource alone (vendor docs, AssociateResourceShare, RAM authorization).
func sharingOperations() []operation {
	ops := []operation{
		{action: "EnableSharingWithResourceDirectory", write: true, handle: enableSharing},
		{action: "CheckSharingWithResourceDirectoryStatus", handle: checkSharingStatus},
		{action: "CreateResourceShare", write: true, handle: createResourceShare},
		{action: "UpdateResourceShare", write: true, handle: updateResourceShare},
		{action: "DeleteResourceShare", write: true, handle: deleteResourceShare},
		{action: "AssociateResourceShare", write: true, handle: associateResourceShare},
		{action: "DisassociateResourceShare", write: true, handle: disassociateResourceShare},
		{action: "ListResourceShares", handle: listResourceShares},
		{action: "ListResourceShareAssociations", handle: listResourceShareAssociations},
	}
	for i := range ops {
		ops[i].product, ops[i].version, ops[i].regional = productSharing, versionSharing, true
		ops[i].resources, ops[i].missing = everyResource, errMissingParam
	}
	return ops
}

func errConflictWith(code, message string) *apiError {
	return fail(http.StatusConflict, code, "%s", message)
}

func errNotInDirectory() *apiError {
	return errConflictWith("AccountNotInResourceDirectory", "The account is not a master or a member of a resource directory.")
}

// enableSharing lets everybody in the directory share with each other.
func enableSharing(c *call) (tree, *apiError) {
	return tree{}, c.change(func(next *Document) (bool, *apiError) {
		dir := next.directoryOf(c.account())
		switch {
		case dir == nil:
			return false, errNotInDirectory()
		case dir.Master != c.account():
			return false, errConflictWith("ActionNotPermitted", "Only the management account is allowed to perform this operation.")
		case dir.Sharing:
			return false, errConflictWith("AlreadyEnabled", "Sharing with your Resource Directory is enabled already.")
		}
		dir.Sharing = true
		return true, nil
	})
}

// checkSharingStatus answers no to an account that is in no directory, which is a guess.
func checkSharingStatus(c *call) (tree, *apiError) {
	dir := c.doc.directoryOf(c.account())
	return tree{"EnableSharingWithRd": dir != nil && dir.Sharing}, nil
}

// shareID is the share that the call makes or names.
func (c *call) shareID() string {
	if c.op.product != productSharing || c.share != "" {
		return c.share
	}
	return c.q.get("ResourceShareId")
}

// sharedImages are the images that the call names.
func (c *call) sharedImages() []string {
	var ids []string
	for _, n := range c.q.numbers("Resources") {
		ids = append(ids, c.q.get("Resources."+strconv.Itoa(n)+".ResourceId"))
	}
	return ids
}

func (s *Share) row() tree {
	return tree{
		"ResourceShareId": s.ID, "ResourceShareName": s.Name, "ResourceShareStatus": s.Status, "ResourceShareOwner": s.Owner,
		"AllowExternalTargets": s.External, "ResourceGroupId": "", "CreateTime": s.Created.UTC().Format(milliFormat),
		"UpdateTime": s.Updated.UTC().Format(milliFormat),
	}
}

// row is an association as the lists show it. Every target is called an Account there, whatever it is (vendor docs,
// ListResourceShareAssociations); what it failed with is called by its kind.
func (a Association) row(s *Share) tree {
	row := tree{
		"ResourceShareId": s.ID, "ResourceShareName": s.Name, "AssociationType": a.Type, "EntityId": a.Entity, "EntityType": entityType(a.Type),
		"AssociationStatus": a.Status, "AssociationStatusMessage": "", "External": false, "TargetProperty": "",
		"CreateTime": a.Created.UTC().Format(milliFormat), "UpdateTime": a.Updated.UTC().Format(milliFormat), "AssociationFailedDetails": []tree{},
	}
	if a.Status != Failed {
		return row
	}
	text := failureText(a.Failure)
	row["AssociationStatusMessage"] = text
	row["AssociationFailedDetails"] = []tree{{
		"EntityId": a.Against, "EntityType": targetType(a.Against), "FailureReason": a.Failure, "FailureDescription": text,
		"OperationType": "Associate", "Status": a.Failure, "StatusMessage": text, "AssociateType": "Associate",
	}}
	return row
}

func entityType(kind string) string {
	if kind == AssociationTarget {
		return "Account"
	}
	return resourceImage
}

// targetType calls an entity by its kind (vendor docs, ListResourceShareAssociations, AssociationFailedDetails).
func targetType(id string) string {
	switch {
	case directoryPattern.MatchString(id):
		return "ResourceDirectory"
	case folderPattern.MatchString(id):
		return "Folder"
	case accountPattern.MatchString(id):
		return "Account"
	}
	return resourceImage
}

func failureText(reason string) string {
	switch reason {
	case FailureUnavailable:
		return "You cannot access the specified resource at this time."
	case FailureLimitExceeded:
		return "The resource has been shared with the maximum number of principals."
	case FailureZonal:
		return "The resource is not accessible from the current region."
	case FailureUnsupported:
		return "The operation is not supported."
	}
	return "An internal server error occurred."
}
