// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import "net/http"

// refusePublishing turns away what has to do with community images and launch permissions: this world has no agreement that
// one could sign, and no invitations. Codes: vendor docs, ModifyImageSharePermission, error codes.
func refusePublishing(q *request, img *Image) *apiError {
	public, err := q.boolParam("IsPublic")
	if err != nil {
		return err
	}
	accounts := len(q.list("AddAccount"))+len(q.list("RemoveAccount")) > 0
	launch := q.get("LaunchPermission") != ""
	switch {
	case public && (accounts || launch):
		return fail(http.StatusForbidden, "InvalidParameter.IsPublic", "The specified parameter IsPublic is conflicted with other parameters.")
	case launch:
		return errLaunchPermission(accounts)
	case len(q.list("AddGroup"))+len(q.list("RemoveGroup")) > 0:
		return fail(http.StatusBadRequest, "InvalidGroup.Malformed", "The specified Group is wrongly formed.")
	case public:
		return fail(http.StatusForbidden, "PublicImageAgreement.NotSigned",
			`The current account has not signed "Community Image Terms of Service".`)
	case q.get("IsPublic") != "" && !img.Community && !accounts:
		return fail(http.StatusForbidden, "Image.NotPublic", "The specified image is not public image.")
	}
	return nil
}

// unpublishes says that the call takes a community image back, as far as refusePublishing let it pass.
func unpublishes(q *request, img *Image) bool {
	return img.Community && q.get("IsPublic") != ""
}

// errLaunchPermission is about a parameter that is by invitation only, which nobody in this world has.
func errLaunchPermission(accounts bool) *apiError {
	if accounts {
		return fail(http.StatusBadRequest, "UnnecessaryParameter.LaunchPermission",
			`The specified parameter "LaunchPermission" is unnecessary if parameter "AddAccounts" or "RemoveAccounts" exist.`)
	}
	return fail(http.StatusBadRequest, "ForbiddenParameter.LaunchPermission",
		`The specified parameter "LaunchPermission" is forbidden for current account.`)
}
