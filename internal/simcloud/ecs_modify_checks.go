// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"net/http"
	"slices"
)

func errAccount() *apiError {
	return fail(http.StatusNotFound, "InvalidAccount.NotFound",
		`The specified parameter "AddAccount.n" or "RemoveAccount.n" does not exist.`)
}

func errImageStatus() *apiError {
	return fail(http.StatusForbidden, "OperationDenied.InvalidImageStatus", "The specified image cannot be shared when it is deprecated.")
}

// checkImage holds what is refused for the image's sake, whoever it is to be shared with (vendor docs,
// ModifyImageSharePermission, error codes).
func (s *sharing) checkImage() *apiError {
	if err := s.checkStatus(); err != nil {
		return err
	}
	if len(s.add) == 0 {
		return nil
	}
	if s.img.Community {
		return fail(http.StatusForbidden, "Image.Public", "The specified image is public image.")
	}
	if err := s.checkSharedImages(); err != nil {
		return err
	}
	return s.checkEncryption()
}

func (s *sharing) checkStatus() *apiError {
	switch s.img.Status {
	case StatusAvailable:
		return nil
	case StatusCreating, StatusWaiting:
		switch s.doc.Dialects.CreatingImage {
		case "ok":
			return nil
		case "notFound":
			return errImage()
		case "incorrect":
			return fail(http.StatusBadRequest, "IncorrectImageStatus", "The image is not available.")
		}
		return errImageStatus()
	case StatusDeprecated:
		if len(s.add) == 0 && s.doc.Dialects.RemoveDeprecated == "ok" {
			return nil
		}
		return errImageStatus()
	}
	if len(s.add) == 0 {
		return nil
	}
	return errImageStatus()
}

func (s *sharing) checkSharedImages() *apiError {
	limit := s.doc.Limits.SharedImages
	if limit == 0 || len(s.img.Sharees) > 0 {
		return nil
	}
	shared := 0
	for _, img := range s.doc.Images {
		if img.Owner == s.img.Owner && img.Region == s.img.Region && len(img.Sharees) > 0 {
			shared++
		}
	}
	if shared >= limit {
		return fail(http.StatusForbidden, "QuotaExceed.ShareImage", "The shared Image Quota exceeds.")
	}
	return nil
}

// checkAccount holds what is refused for one account's sake.
func (s *sharing) checkAccount(id string) *apiError {
	if id == s.img.Owner {
		// Served with this misspelling (vendor docs, ModifyImageSharePermission), and seen without it.
		code := "InvalidAccount.Forbbiden"
		if s.doc.Dialects.OwnAccount == "forbidden" {
			code = "InvalidAccount.Forbidden"
		}
		return fail(http.StatusNotFound, code, "The specified Account does not yourself.")
	}
	account := s.doc.account(id)
	if account == nil {
		return errAccount()
	}
	barred := s.doc.Dialects.OtherSite == "error" || s.img.ProductCode != ""
	if owner := s.doc.account(s.img.Owner); account.Site != owner.Site && barred {
		return fail(http.StatusForbidden, "InvalidImageId.BidMismatch", "Cannot share the image with users %s of other sites.", id)
	}
	return nil
}

// setSharees is the console's way: it puts accounts on and takes accounts off, without a look at quotas or states.
func setSharees(img *Image, add, remove []Sharee) {
	img.Sharees = slices.Clone(img.Sharees)
	for _, s := range add {
		if !img.sharedWith(s.Account) {
			img.Sharees = append(img.Sharees, s)
		}
	}
	for _, r := range remove {
		img.Sharees = slices.DeleteFunc(img.Sharees, func(s Sharee) bool { return s.Account == r.Account })
	}
}
