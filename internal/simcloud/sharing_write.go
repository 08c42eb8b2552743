// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"net/http"
	"slices"
	"unicode/utf8"
)

func checkShareName(name string) *apiError {
	switch {
	case name == "":
		return errMissingParam("ResourceShareName")
	case utf8.RuneCountInString(name) > 50:
		return errInvalidParam("ResourceShareName.Length")
	case !shareNamePattern.MatchString(name):
		return errInvalidParam("ResourceShareName")
	}
	return nil
}

// createResourceShare makes a share, with or without something in it. Nothing keeps a name from being used twice, and a repeated call
// from making a second share (vendor docs, CreateResourceShare: there is no token).
func createResourceShare(c *call) (tree, *apiError) {
	external, err := c.q.boolParam("AllowExternalTargets")
	if err != nil {
		return nil, errInvalidParam("AllowExternalTargets")
	}
	tags, err := c.q.tags("Key", "Value")
	if err == nil && len(tags) > 0 {
		err = checkTags(tags)
	}
	if err != nil {
		return nil, errInvalidParam("Tag")
	}
	ask, err := c.sharingAsk()
	if err := firstError(checkShareName(c.q.get("ResourceShareName")), err); err != nil {
		return nil, err
	}
	c.share = newShareID()
	share := Share{ID: c.share, Region: c.region(), Owner: c.account(), Name: c.q.get("ResourceShareName"), Status: ShareActive,
		External: external, Tags: tags, Created: c.now, Updated: c.now}
	err = c.change(func(next *Document) (bool, *apiError) {
		own := next.ownShares(c.account(), c.region(), next.moment(c.now))
		if len(own) >= next.Limits.ResourceShares {
			return false, errConflictWith("QuotaExceeded.ResourceShare.Count", "The maximum number of ResourceShare exceeds the limit.")
		}
		next.Shares = append(next.Shares, share)
		_, err := c.joining(next, next.share(share.ID)).run(ask)
		return err == nil, err
	})
	return tree{"ResourceShare": share.row()}, err
}

// ownShares are the shares of an account and region that are not deleted.
func (d *Document) ownShares(account, region string, m moment) []Share {
	return slices.DeleteFunc(d.sharesAt(m), func(s Share) bool {
		return s.Owner != account || s.Region != region || s.Status == ShareDeleted
	})
}

// onShare changes the share that the call names, as it stands now. What is past in other shares is dropped on the way.
func (c *call) onShare(edit func(next *Document, s *Share) (bool, *apiError)) *apiError {
	id := c.q.get("ResourceShareId")
	switch {
	case id == "":
		return errMissingParam("ResourceShareId")
	case !sharePattern.MatchString(id):
		return errInvalidParam("ResourceShareId")
	}
	return c.change(func(next *Document) (bool, *apiError) {
		next.Shares = next.sharesAt(next.moment(c.now))
		s := next.share(id)
		switch {
		case s == nil || s.Owner != c.account() || s.Region != c.region():
			return false, errNoEntity("ResourceShare")
		case s.Status != ShareActive:
			return false, errConflictWith("ResourceShareStatusMismatchAction", "The status of the resource share does not allow the specified operation.")
		}
		return edit(next, s)
	})
}

func updateResourceShare(c *call) (tree, *apiError) {
	name := c.q.get("ResourceShareName")
	external, err := c.q.boolParam("AllowExternalTargets")
	if err != nil {
		return nil, errInvalidParam("AllowExternalTargets")
	}
	if err := checkShareName(name); err != nil {
		return nil, err
	}
	var row tree
	err = c.onShare(func(_ *Document, s *Share) (bool, *apiError) {
		if external && s.holdsImage() {
			return false, fail(http.StatusBadRequest, "NotSupport.AllowExternalTargets", "The resources do not support external targets.")
		}
		s.Name, s.Updated = name, c.now
		if c.q.has("AllowExternalTargets") {
			s.External = external
		}
		row = s.row()
		return true, nil
	})
	return tree{"ResourceShare": row}, err
}

func (s *Share) holdsImage() bool {
	return slices.ContainsFunc(s.Associations, func(a Association) bool { return a.Type == AssociationResource && a.live() })
}

// deleteResourceShare lets a share go with all that is in it, even with what is only on its way.
func deleteResourceShare(c *call) (tree, *apiError) {
	return tree{}, c.onShare(func(_ *Document, s *Share) (bool, *apiError) {
		s.delete(c.moment())
		return true, nil
	})
}

func (s *Share) delete(m moment) {
	s.Status, s.Updated = ShareDeleting, m.now
	for i := range s.Associations {
		if a := &s.Associations[i]; a.Status == Associating || a.Status == Associated {
			a.Status, a.Updated = Disassociating, m.now
		}
	}
}
