// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"net/http"
	"slices"
)

const (
	ownerSelf   = "Self"
	ownerOthers = "OtherAccounts"
)

// maxShareIDs is how many shares a list can be narrowed to.
const maxShareIDs = 5

// rowsAfter cuts a page out of rows, as MaxResults and NextToken say.
func (c *call) rowsAfter(name string, rows []tree) (tree, *apiError) {
	size, err := c.q.intParam("MaxResults", 1, 100, 20)
	if err != nil {
		return nil, errInvalidParam("MaxResults")
	}
	from, err := tokenOffset(c.q.get("NextToken"))
	if err != nil {
		return nil, err
	}
	from = min(from, len(rows))
	to := min(from+size, len(rows))
	return tree{"NextToken": tokenAfter(to, len(rows)), name: rows[from:to]}, nil
}

// oneOf reads a parameter that takes one of few values.
func (c *call) oneOf(param string, values ...string) (string, *apiError) {
	value := c.q.get(param)
	if value != "" && !slices.Contains(values, value) {
		return "", errInvalidParam(param)
	}
	return value, nil
}

// wantedShares reads ResourceShareIds, and says whether a share is wanted.
func (c *call) wantedShares() (func(id string) bool, *apiError) {
	ids := c.q.list("ResourceShareIds")
	switch {
	case len(ids) > maxShareIDs:
		return nil, errInvalidParam("ResourceShareIds.Length")
	case hasDuplicate(ids):
		return nil, errInvalidParam("ResourceShareIds.Duplicate")
	case slices.ContainsFunc(ids, func(id string) bool { return !sharePattern.MatchString(id) }):
		return nil, errInvalidParam("ResourceShareIds")
	}
	return func(id string) bool { return len(ids) == 0 || slices.Contains(ids, id) }, nil
}

func hasDuplicate(list []string) bool {
	return len(slices.Compact(slices.Sorted(slices.Values(list)))) != len(list)
}

// listedShares are the shares of the region as they stand, newest first: that order is a guess.
func (c *call) listedShares() []Share {
	list := slices.DeleteFunc(c.doc.sharesAt(c.moment()), func(s Share) bool { return s.Region != c.region() })
	slices.SortStableFunc(list, func(a, b Share) int { return b.Created.Compare(a.Created) })
	return list
}

// listResourceShares lists own shares, or those of others that reach the caller. What was deleted is listed for a while too.
func listResourceShares(c *call) (tree, *apiError) {
	whose, ownerErr := c.oneOf("ResourceOwner", ownerSelf, ownerOthers)
	status, statusErr := c.oneOf("ResourceShareStatus", ShareActive, "Pending", ShareDeleting, ShareDeleted)
	wanted, wantedErr := c.wantedShares()
	tags, tagsErr := c.q.tags("Key", "Value")
	if err := firstError(ownerErr, statusErr, wantedErr, tagsErr); err != nil {
		return nil, err
	}
	if whose == "" {
		return nil, errMissingParam("ResourceOwner")
	}
	name, rows := c.q.get("ResourceShareName"), []tree{}
	for _, s := range c.listedShares() {
		fits := wanted(s.ID) && (name == "" || name == s.Name) && (status == "" || status == s.Status) && s.tagged(tags)
		if fits && c.sees(&s, whose) {
			rows = append(rows, s.row())
		}
	}
	return c.rowsAfter("ResourceShares", rows)
}

// tagged says whether the share has all these tags; one given without a value counts by its key.
func (s *Share) tagged(wanted []Tag) bool {
	return !slices.ContainsFunc(wanted, func(w Tag) bool {
		return !slices.ContainsFunc(s.Tags, func(t Tag) bool { return t.Key == w.Key && (w.Value == "" || t.Value == w.Value) })
	})
}

func (c *call) sees(s *Share, whose string) bool {
	if whose == ownerSelf {
		return s.Owner == c.account()
	}
	return slices.ContainsFunc(s.entities(AssociationTarget, c.moment(), Association.carries), func(target string) bool {
		return c.doc.covers(s.Owner, target, c.account())
	})
}

// wantedAssociations reads what a list of associations is narrowed to, and says whether one of these shares is wanted.
func (c *call) wantedAssociations() (func(s *Share, a Association) bool, *apiError) {
	kind, kindErr := c.oneOf("AssociationType", AssociationResource, AssociationTarget)
	status, statusErr := c.oneOf("AssociationStatus", Associating, Associated, Failed, Disassociating, Disassociated)
	wanted, wantedErr := c.wantedShares()
	if err := firstError(kindErr, statusErr, wantedErr); err != nil {
		return nil, err
	}
	other, param := "Target", "ResourceId"
	if kind == AssociationTarget {
		other, param = param, other
	}
	entity := c.q.get(param)
	switch {
	case kind == "":
		return nil, errMissingParam("AssociationType")
	case c.q.get(other) != "":
		return nil, fail(http.StatusBadRequest, "ConflictedAssociationType", "The specified ResourceId or Target conflicts with AssociationType.")
	}
	return func(s *Share, a Association) bool {
		return wanted(s.ID) && a.Type == kind && (entity == "" || entity == a.Entity) && (status == "" || status == a.Status)
	}, nil
}

// listResourceShareAssociations lists the resources or the targets of own shares. What has failed, or was taken out, is listed for
// a while too, beside what took its place.
func listResourceShareAssociations(c *call) (tree, *apiError) {
	wanted, err := c.wantedAssociations()
	if err != nil {
		return nil, err
	}
	rows := []tree{}
	for _, s := range c.listedShares() {
		for _, a := range s.Associations {
			if s.Owner == c.account() && wanted(&s, a) {
				rows = append(rows, a.row(&s))
			}
		}
	}
	return c.rowsAfter("ResourceShareAssociations", rows)
}
