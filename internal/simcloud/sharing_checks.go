// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"net/http"
	"slices"
	"strconv"
)

const (
	// resourceImage is the type of an image in a share, and permissionImage what its targets may do with it (vendor docs, permissions
	// for resource sharing).
	resourceImage   = "Image"
	permissionImage = "AliyunRSDefaultPermissionImage"
	// maxShared is how many resources, and how many targets, one call can name.
	maxShared = 5
)

// sharingAsk is what a call asks to be put into a share, or taken out of it.
type sharingAsk struct {
	images  []string
	targets []string
}

func (a sharingAsk) empty() bool { return len(a.images)+len(a.targets) == 0 }

func errBothEmpty() *apiError {
	return fail(http.StatusBadRequest, "ResourceAndTargetBothEmpty", "Either a resource or a shared target must be specified.")
}

// sharingAsk reads Resources.N, Targets.N and PermissionNames.N. The newer ResourceArns.N is refused rather than ignored.
func (c *call) sharingAsk() (sharingAsk, *apiError) {
	ask := sharingAsk{images: c.sharedImages(), targets: c.q.list("Targets")}
	if len(c.q.list("ResourceArns")) > 0 {
		return ask, errInvalidParam("ResourceArns")
	}
	for _, n := range c.q.numbers("Resources") {
		prefix := "Resources." + strconv.Itoa(n) + "."
		switch kind := c.q.get(prefix + "ResourceType"); {
		case c.q.get(prefix+"ResourceId") == "" || kind == "":
			return ask, errInvalidParam("Resources")
		case kind != resourceImage:
			return ask, errInvalidParam("ResourceType")
		}
	}
	names := c.q.list("PermissionNames")
	err := firstError(checkShared("Resources", ask.images), checkShared("Targets", ask.targets), checkShared("PermissionNames", names))
	if err == nil && slices.ContainsFunc(names, func(name string) bool { return name != permissionImage }) {
		err = errNoEntity("Permission")
	}
	return ask, err
}

func checkShared(param string, list []string) *apiError {
	switch {
	case len(list) > maxShared:
		return fail(http.StatusBadRequest, "InvalidParameter."+param+".Length", "The maximum number of %s exceeds %d.", param, maxShared)
	case hasDuplicate(list):
		return fail(http.StatusBadRequest, "InvalidParameter."+param+".Duplicate", "The %s contains duplicate values.", param)
	}
	return nil
}

// check holds what is refused about the account, then about each target, then about each image. The order is a guess.
func (j *joining) check(ask sharingAsk) *apiError {
	dir := j.doc.directoryOf(j.share.Owner)
	switch {
	case dir == nil:
		return errNotInDirectory()
	case !dir.Sharing:
		return errConflictWith("NotEnableSharingWithResourceDirectory", "You have not enabled sharing with your Resource Directory.")
	}
	for _, target := range ask.targets {
		if err := j.checkTarget(dir, target); err != nil {
			return err
		}
	}
	for _, id := range ask.images {
		if err := j.checkImage(id); err != nil {
			return err
		}
	}
	return nil
}

// checkTarget lets pass what is in the owner's directory, but not the root folder: the documents that were read do not name it.
func (j *joining) checkTarget(dir *Directory, target string) *apiError {
	site := j.doc.account(j.share.Owner).Site
	other := j.doc.directory(target)
	account := j.doc.account(target)
	if other != nil {
		account = j.doc.account(other.Master)
	}
	switch {
	case target == j.share.Owner:
		return errConflictWith("ShareWithYourself", "You cannot share resources with yourself.")
	case target == dir.ID || dir.has(target) || dir.folder(target) != nil:
		return nil
	case account != nil && account.Site != site:
		return errConflictWith("InvalidTarget.SiteMismatch", "Cross-site resource sharing is not supported.")
	}
	return fail(http.StatusBadRequest, "InvalidTarget", "The shared target does not exist in the resource directory.")
}

// checkImage lets pass custom images of the owner. What an image of others answers is a guess.
func (j *joining) checkImage(id string) *apiError {
	img := j.doc.ownImage(j.share.Owner, j.share.Region, id)
	switch {
	case img == nil:
		return errInvalidParam("Resources")
	case j.share.External:
		return errConflictWith("ExternalTargetsNotAllowed.ResourceType",
			"The resource share includes resource types that cannot be shared with accounts outside the resource directory.")
	case j.doc.encryptionOf(img).service && j.doc.Dialects.SharedServiceKey == "error":
		return errConflictWith("OperationNotPermitted", "The specified service key encrypted image is not supported for this operation.")
	}
	return nil
}

// checkResources counts the resources in the account's shares of the region.
func (j *joining) checkResources() *apiError {
	n := 0
	for _, s := range j.doc.ownShares(j.share.Owner, j.share.Region, j.m) {
		n += len(s.entities(AssociationResource, j.m, Association.live))
	}
	if j.added && n > j.doc.Limits.SharedResources {
		return errConflictWith("QuotaExceeded.SharedResource.Count", "The maximum number of shared resources per account exceeds the limit.")
	}
	return nil
}
