// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// sharingRows are the part of Resource Sharing.
var sharingRows = []codeRow{
	{403, "NoPermission", cloud.Denied, cloud.AboutCall, "allow resourcesharing:AssociateResourceShare in its RAM policy"},
	{409, "NotEnableSharingWithResourceDirectory", cloud.Denied, cloud.AboutDirectory, "must enable resource sharing for the directory"},
	{409, "AccountNotInResourceDirectory", cloud.Invalid, cloud.AboutDirectory, "is in no resource directory: join it to one"},
	{409, "NotManagementAccount", cloud.Denied, cloud.AboutDirectory, "only the management account"},
	{409, "ActionNotPermitted", cloud.Denied, cloud.AboutDirectory, "only the management account"},
	{409, "ActionNotPermitted.CreateServiceLinkedRole", cloud.Denied, cloud.AboutCall, "allow ram:CreateServiceLinkedRole"},
	{400, "InvalidTarget", cloud.Invalid, cloud.AboutTarget, "no such directory or folder: check the path"},
	{409, "InvalidTarget.LegalEntityMismatch", cloud.Invalid, cloud.AboutTarget, "another legal entity"},
	{409, "InvalidTarget.SiteMismatch", cloud.Invalid, cloud.AboutTarget, "another site of Alibaba Cloud"},
	{400, "InvalidTarget.Brandnew", cloud.Invalid, cloud.AboutTarget, "no such directory or folder"},
	{400, "InvalidParameter.Targets", cloud.Invalid, cloud.AboutTarget, "no such directory or folder"},
	{400, "InvalidParameter.Targets.Duplicate", cloud.Conflict, cloud.AboutTarget, "there already"},
	{400, "InvalidParameter.Targets.Length", cloud.Invalid, cloud.AboutCall, "please report it"},
	{409, "ShareWithYourself", cloud.Invalid, cloud.AboutTarget, "remove it from the declared ones"},
	{400, "DisassociateInvalid", cloud.NotFound, cloud.AboutTarget, "is not there"},
	{409, "AssociateConflict", cloud.Conflict, cloud.AboutTarget, "just being changed"},
	{409, "DisassociateConflict", cloud.Conflict, cloud.AboutTarget, "just being changed"},
	{409, "ExternalTargetWithdrawConflict", cloud.Conflict, cloud.AboutTarget, "just being changed"},
	{404, "EntityNotExists.ResourceShare", cloud.NotFound, cloud.AboutCall, "no such resource share in this region"},
	{409, "ResourceShareStatusMismatchAction", cloud.Conflict, cloud.AboutCall, "tried again"},
	{409, "ConcurrentExecutionError", cloud.Conflict, cloud.AboutCall, "tried again"},
	{409, "ExternalTargetsNotAllowed.ResourceType", cloud.Invalid, cloud.AboutImage, "take that back in the console"},
	{400, "NotSupport.AllowExternalTargets", cloud.Invalid, cloud.AboutImage, "take that back in the console"},
	{409, "QuotaExceeded.ResourceShare.Count", cloud.Quota, cloud.AboutCall, "as many resource shares in this region"},
	{409, "QuotaExceeded.SharedResource.Count", cloud.Quota, cloud.AboutCall, "share fewer images"},
	{409, "QuotaExceeded.PendingInvitations", cloud.Quota, cloud.AboutCall, "Quota Center"},
	{400, "InvalidParameter.ResourceShareName", cloud.Invalid, cloud.AboutCall, "1 to 50"},
	{400, "InvalidParameter.ResourceShareName.Length", cloud.Invalid, cloud.AboutCall, "1 to 50"},
	{400, "InvalidParameter.Resources", cloud.Invalid, cloud.AboutImage, "belongs to the account"},
	{400, "InvalidParameter.Resources.Length", cloud.Invalid, cloud.AboutCall, "please report it"},
	{400, "InvalidParameter.Resources.Duplicate", cloud.Invalid, cloud.AboutCall, "please report it"},
	{400, "InvalidParameter.ResourceType", cloud.Invalid, cloud.AboutImage, "share the image with accounts"},
	{400, "NotSupport.ResourceType.ResourcesParameter", cloud.Invalid, cloud.AboutImage, "share the image with accounts"},
	{400, "InvalidParameter.Tag", cloud.Invalid, cloud.AboutCall, "knows its own resource shares"},
	{409, "OperationNotPermitted", cloud.Invalid, cloud.AboutImage, "copy it with a key of your own"},
	{404, "EntityNotExists.Permission", cloud.Invalid, cloud.AboutCall, "please report it"},
	{400, "InvalidParameter.PermissionNames.Length", cloud.Invalid, cloud.AboutCall, "please report it"},
	{400, "InvalidParameter.ResourceShareId", cloud.Invalid, cloud.AboutCall, "please report it"},
	{400, "InvalidParameter.AllowExternalTargets", cloud.Invalid, cloud.AboutCall, "please report it"},
	{400, "MissingParameter.ResourceShareId", cloud.Invalid, cloud.AboutCall, "please report it"},
	{400, "ResourceAndTargetBothEmpty", cloud.Invalid, cloud.AboutCall, "please report it"},
	{400, "ConflictedAssociationType", cloud.Invalid, cloud.AboutCall, "please report it"},
	{409, "LeavingFailed.Account", cloud.Invalid, cloud.AboutCall, "please report it"},
	{400, "Throttling.User", cloud.Throttled, cloud.AboutCall, "goes on by itself"},
	{404, "EntityNotExists.Brandnew", cloud.Unknown, cloud.AboutCall, "The vendor says so"},
	{400, "InvalidParameter.MaxResults", cloud.Unknown, cloud.AboutCall, "The vendor says so"},
}

// directoryRows are the part of Resource Directory.
var directoryRows = []codeRow{
	{403, "NoPermission", cloud.Denied, cloud.AboutCall, "allow resourcemanager:GetAccount in its RAM policy; if a member"},
	{409, "NoPermission.ResourceDirectory.MemberAccount", cloud.Denied, cloud.AboutDirectory, "only the management account"},
	{404, "EntityNotExists.ResourceDirectory", cloud.NotFound, cloud.AboutDirectory, "give the paths of folders in full"},
	{404, "ResourceDirectoryNotInUse", cloud.NotFound, cloud.AboutDirectory, "in no resource directory"},
	{404, "EntityNotExists.Folder", cloud.NotFound, cloud.AboutTarget, "no such folder"},
	{404, "EntityNotExists.Account", cloud.NotFound, cloud.AboutAccount, "not in the resource directory"},
	{400, "InvalidParameter.FolderId", cloud.Invalid, cloud.AboutTarget, "begins with fd-"},
	{400, "InvalidParameter.AccountId", cloud.Invalid, cloud.AboutAccount, "check it"},
	{400, "MissingParameter.AccountId", cloud.Invalid, cloud.AboutCall, "please report it"},
	{400, "DisassociateInvalid.Brandnew", cloud.Unknown, cloud.AboutCall, "The vendor says so"},
}

func TestCodesOfSharing(t *testing.T) { checkCodes(t, "Associate", sharingRows) }

func TestCodesOfDirectories(t *testing.T) { checkCodes(t, "Member", directoryRows) }

// What RAM means by a code is not what Resource Sharing means, and the other
// way round.
func TestCodesThatTwoProductsHave(t *testing.T) {
	for code := range sharingMeans {
		if found, ok := meant(code); !ok || found.subject != cloud.AboutRole {
			t.Errorf("%s is RAM's no more: it belongs into the table", code)
		}
	}
}
