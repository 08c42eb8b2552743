// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"net/http"
	"slices"
	"time"
)

// maxBatch is how many accounts of a list one call looks at (vendor docs, ModifyImageSharePermission).
const maxBatch = 10

// sharing is one ModifyImageSharePermission at work on a copy of the world.
type sharing struct {
	doc    *Document
	img    *Image
	now    time.Time
	add    []string
	remove []string
	// ram is what has taken effect of roles and policies; reader is the owner's role, set once the image turns out to be encrypted.
	ram        ramState
	reader     *reader
	encryption encryption
}

// modifyImageSharePermission adds accounts to an own image and takes accounts off it. It answers nothing but a request ID.
func modifyImageSharePermission(c *call) (tree, *apiError) {
	if c.q.get("ImageId") == "" {
		return nil, errMissing("ImageId")
	}
	dry, err := c.q.boolParam("DryRun")
	if err != nil {
		return nil, err
	}
	err = c.change(func(next *Document) (bool, *apiError) {
		img := next.ownImage(c.account(), c.region(), c.q.get("ImageId"))
		if img == nil {
			return false, errImage()
		}
		if err := refusePublishing(c.q, img); err != nil {
			return false, err
		}
		img.Sharees = slices.Clone(img.Sharees)
		s := &sharing{doc: next, img: img, now: c.now, add: c.batch("AddAccount"), remove: c.batch("RemoveAccount"), ram: c.w.effectiveRAM()}
		changed, err := s.run()
		if dry {
			return false, firstError(err, errDryRun())
		}
		if err == nil && unpublishes(c.q, img) {
			img.Community, changed = false, true
		}
		return changed, err
	})
	return tree{}, err
}

// batch cuts a list the way the vendor does: silently.
func (c *call) batch(name string) []string {
	list := c.q.list(name)
	if len(list) <= maxBatch {
		return list
	}
	if c.doc.Dialects.OverTen == "ignored" {
		return nil
	}
	return list[:maxBatch]
}

// run checks the image as a whole, then adds, then removes. It says whether the copy is worth keeping, which with some
// dialects it is in spite of an error.
func (s *sharing) run() (bool, *apiError) {
	if err := s.checkImage(); err != nil {
		return false, err
	}
	before := slices.Clone(s.img.Sharees)
	err := s.apply(s.add, s.addOne)
	if err == nil || s.goOn(err) {
		err = firstError(err, s.apply(s.remove, s.removeOne))
	}
	if err != nil && !s.keepsPart(err) {
		s.img.Sharees = before
	}
	return !slices.Equal(before, s.img.Sharees), err
}

// apply runs one list, stopping at the first error unless the dialect goes on behind it.
func (s *sharing) apply(list []string, one func(account string) *apiError) *apiError {
	var first *apiError
	for _, account := range list {
		err := one(account)
		first = firstError(first, err)
		if err != nil && !s.goOn(err) {
			break
		}
	}
	return first
}

func isQuota(err *apiError) bool { return err.code == "QuotaExceed.ShareImageUser" }

func (s *sharing) goOn(err *apiError) bool {
	return !isQuota(err) && s.doc.Dialects.BadAccount == "partialAll"
}

func (s *sharing) keepsPart(err *apiError) bool {
	if isQuota(err) {
		return s.doc.Dialects.QuotaOverflow == "fill"
	}
	return s.doc.Dialects.BadAccount != "atomic"
}

func (s *sharing) addOne(account string) *apiError {
	if err := firstError(s.checkAccount(account), s.checkRole(account)); err != nil {
		return err
	}
	if s.img.sharedWith(account) {
		if s.doc.Dialects.AddExisting == "error" {
			return fail(http.StatusBadRequest, "InvalidAccount.AlreadyShared", "The image is already shared with %s.", account)
		}
		return nil
	}
	if s.taken(account) >= s.quota() {
		return fail(http.StatusForbidden, "QuotaExceed.ShareImageUser", "The shared Image user Quota exceeds.")
	}
	s.img.Sharees = append(s.img.Sharees, Sharee{Account: account, Since: s.now})
	return nil
}

func (s *sharing) removeOne(account string) *apiError {
	if s.img.sharedWith(account) {
		s.img.Sharees = slices.DeleteFunc(s.img.Sharees, func(x Sharee) bool { return x.Account == account })
		return nil
	}
	if s.doc.account(account) == nil || s.doc.Dialects.RemoveMissing == "error" {
		return errAccount()
	}
	return nil
}

// taken is how much of the quota is used by others than the account. Whether those count whom a share reaches is a dialect.
func (s *sharing) taken(account string) int {
	n := len(s.img.Sharees)
	if s.doc.Dialects.ReachedCounted == "yes" {
		others := s.doc.reached(s.img, s.doc.moment(s.now))
		n += len(slices.DeleteFunc(others, func(id string) bool { return id == account }))
	}
	return n
}

func (s *sharing) quota() int { return s.doc.shareesPerImage(s.img.Owner, s.img.Region) }
