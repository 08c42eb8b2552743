// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import "github.com/imageshare-operator/imageshare-operator/internal/cloud"

// The sentences about resource shares and directories.
const (
	enableSharing = "the management account must enable resource sharing for the directory: " +
		"in its console, Resource Management, Resource Sharing, Settings"
	notInDirectory = "the account that owns the image is in no resource directory: join it to one, " +
		"or share the image with accounts by their IDs"
	managementOnly = "only the management account of the resource directory may do this"
	linkedRole     = "Resource Sharing cannot make its service-linked role: allow ram:CreateServiceLinkedRole in the RAM policy"

	noSuchTarget = "the resource directory of the image's owner has no such directory or folder: check the path, " +
		"and whether the folder was deleted"
	otherEntity = "this directory or folder belongs to another legal entity than the image's owner, " +
		"and cannot be shared with: remove it from the declared ones"
	otherSiteTarget = "this directory or folder belongs to another site of Alibaba Cloud (China or international), " +
		"and cannot be shared with: remove it from the declared ones"
	ownTarget   = "this is the account that owns the image: it needs no share, remove it from the declared ones"
	targetThere = "what was to be added to the resource share is there already; it is looked at again"
	targetGone  = "what was to be taken from the resource share is not there"
	targetBusy  = "what was to be changed on the resource share is just being changed; it is tried again"

	shareName     = "this cannot be the name of a resource share: it has 1 to 50 letters, digits, dots, hyphens and underscores"
	noSuchShare   = "the account of these credentials has no such resource share in this region"
	shareState    = "the resource share is being deleted or is not ready yet; it is tried again"
	shareExternal = "the resource share was set to take accounts outside the directory, which images cannot be shared with so: " +
		"take that back in the console of Resource Sharing"
	shareTags = "Resource Sharing does not take the tag by which the operator knows its own resource shares: " +
		"check in its console whether resource shares of the account can have tags"
	shareQuota = "the account has as many resource shares in this region as its quota allows: delete those that are not needed, " +
		"or raise the quota in Quota Center"
	sharedQuota = "the account shares as many resources in this region as its quota allows: share fewer images with directories " +
		"and folders, or raise the quota in Quota Center"
	sharingQuota = "a quota of Resource Sharing is used up: see Resource Sharing in Quota Center"
	notShareable = "Resource Sharing does not take the image: check that it is in this region and belongs to the account of these credentials"
	noImages     = "Resource Sharing does not take images in this region: share the image with accounts by their IDs"
	notPermitted = "Resource Sharing does not permit this with the image: if it is encrypted with the service key of ECS, " +
		"copy it with a key of your own and share the copy"

	noDirectory = "the account of these credentials is in no resource directory, or may not know of it: " +
		"check in its console, or give the paths of folders in full"
	noSuchFolder  = "the resource directory has no such folder, or these credentials may not see it: check the ID, and whether it was deleted"
	oddFolder     = "this cannot be the ID of a folder: it begins with fd- and ends in ten letters and digits, upper and lower case told apart"
	noSuchMember  = "the account is not in the resource directory of these credentials"
	oddMember     = "this cannot be the ID of an account: check it"
	membersDenied = "; if a member of the resource directory may not read it at all, give the paths of folders in full"
)

// sharingCodes are the codes of Resource Sharing and of Resource Directory.
// Sources: Resource Sharing, service error codes; the pages of
// CreateResourceShare, GetFolder and GetResourceDirectory.
//
// A target that is given twice is never sent, so that a duplicate can only be
// one that is there already.
var sharingCodes = map[string]meaning{
	"notenablesharingwithresourcedirectory": {cloud.Denied, cloud.AboutDirectory, enableSharing},
	"accountnotinresourcedirectory":         {cloud.Invalid, cloud.AboutDirectory, notInDirectory},
	"notmanagementaccount":                  {cloud.Denied, cloud.AboutDirectory, managementOnly},
	"actionnotpermitted":                    {cloud.Denied, cloud.AboutDirectory, managementOnly},
	"nopermission.resourcedirectory.*":      {cloud.Denied, cloud.AboutDirectory, managementOnly},
	"actionnotpermitted.*":                  {cloud.Denied, cloud.AboutCall, linkedRole},

	"invalidtarget.*":                    {cloud.Invalid, cloud.AboutTarget, noSuchTarget},
	"invalidtarget.legalentitymismatch":  {cloud.Invalid, cloud.AboutTarget, otherEntity},
	"invalidtarget.sitemismatch":         {cloud.Invalid, cloud.AboutTarget, otherSiteTarget},
	"invalidparameter.targets.*":         {cloud.Invalid, cloud.AboutTarget, noSuchTarget},
	"invalidparameter.targets.length":    {cloud.Invalid, cloud.AboutCall, ourFault},
	"invalidparameter.targets.duplicate": {cloud.Conflict, cloud.AboutTarget, targetThere},
	"sharewithyourself":                  {cloud.Invalid, cloud.AboutTarget, ownTarget},
	"disassociateinvalid":                {cloud.NotFound, cloud.AboutTarget, targetGone},
	"associateconflict":                  {cloud.Conflict, cloud.AboutTarget, targetBusy},
	"disassociateconflict":               {cloud.Conflict, cloud.AboutTarget, targetBusy},
	"externaltargetwithdrawconflict":     {cloud.Conflict, cloud.AboutTarget, targetBusy},

	"entitynotexists.resourceshare":        {cloud.NotFound, cloud.AboutCall, noSuchShare},
	"resourcesharestatusmismatchaction":    {cloud.Conflict, cloud.AboutCall, shareState},
	"concurrentexecutionerror":             {cloud.Conflict, cloud.AboutCall, lookAgain},
	"externaltargetsnotallowed.*":          {cloud.Invalid, cloud.AboutImage, shareExternal},
	"notsupport.allowexternaltargets":      {cloud.Invalid, cloud.AboutImage, shareExternal},
	"quotaexceeded.*":                      {cloud.Quota, cloud.AboutCall, sharingQuota},
	"quotaexceeded.resourceshare.*":        {cloud.Quota, cloud.AboutCall, shareQuota},
	"quotaexceeded.sharedresource.*":       {cloud.Quota, cloud.AboutCall, sharedQuota},
	"invalidparameter.resourcesharename.*": {cloud.Invalid, cloud.AboutCall, shareName},

	"invalidparameter.resources.*":          {cloud.Invalid, cloud.AboutImage, notShareable},
	"invalidparameter.resources.length":     {cloud.Invalid, cloud.AboutCall, ourFault},
	"invalidparameter.resources.duplicate":  {cloud.Invalid, cloud.AboutCall, ourFault},
	"notsupport.resourcetype.*":             {cloud.Invalid, cloud.AboutImage, noImages},
	"operationnotpermitted":                 {cloud.Invalid, cloud.AboutImage, notPermitted},
	"entitynotexists.permission":            {cloud.Invalid, cloud.AboutCall, ourFault},
	"invalidparameter.permissionnames.*":    {cloud.Invalid, cloud.AboutCall, ourFault},
	"invalidparameter.resourceshareid.*":    {cloud.Invalid, cloud.AboutCall, ourFault},
	"invalidparameter.allowexternaltargets": {cloud.Invalid, cloud.AboutCall, ourFault},
	"resourceandtargetbothempty":            {cloud.Invalid, cloud.AboutCall, ourFault},
	"conflictedassociationtype":             {cloud.Invalid, cloud.AboutCall, ourFault},
	"leavingfailed.*":                       {cloud.Invalid, cloud.AboutCall, ourFault},

	"entitynotexists.resourcedirectory": {cloud.NotFound, cloud.AboutDirectory, noDirectory},
	"resourcedirectorynotinuse":         {cloud.NotFound, cloud.AboutDirectory, noDirectory},
	"entitynotexists.folder":            {cloud.NotFound, cloud.AboutTarget, noSuchFolder},
	"entitynotexists.account":           {cloud.NotFound, cloud.AboutAccount, noSuchMember},
	"invalidparameter.folderid.*":       {cloud.Invalid, cloud.AboutTarget, oddFolder},
	"invalidparameter.accountid.*":      {cloud.Invalid, cloud.AboutAccount, oddMember},
}

// sharingMeans is what Resource Sharing means by codes that RAM has for roles.
var sharingMeans = map[string]meaning{
	"invalidparameter.resourcetype": {cloud.Invalid, cloud.AboutImage, noImages},
	"invalidparameter.tag":          {cloud.Invalid, cloud.AboutCall, shareTags},
}

// ofSharing gives a code the meaning that it has in Resource Sharing.
func ofSharing(err error) error {
	for code, found := range sharingMeans {
		if hasCode(err, code) {
			return &cloud.Error{Kind: found.kind, Subject: found.subject, Code: cloud.AsError(err).Code, Message: found.says}
		}
	}
	return err
}
