// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"regexp"
	"slices"
	"time"
)

var (
	sharePattern = regexp.MustCompile(`^rs-[A-Za-z0-9]{4,20}$`)
	// shareNamePattern is what a name may hold besides being short enough (vendor docs, CreateResourceShare).
	shareNamePattern = regexp.MustCompile(`^[\p{Han}A-Za-z0-9._-]+$`)
)

// newShareID makes up an ID of the vendor's form.
func newShareID() string { return "rs-" + rand.Text()[:12] }

func (d *Document) completeShares() error {
	seen := map[string]bool{}
	for i := range d.Shares {
		s := &d.Shares[i]
		if err := d.completeShare(s); err != nil {
			return fmt.Errorf("shares[%d].%w", i, err)
		}
		if seen[s.ID] {
			return fmt.Errorf("shares[%d].id: %q is there twice", i, s.ID)
		}
		seen[s.ID] = true
	}
	return nil
}

func (d *Document) completeShare(s *Share) error {
	s.ID = cmp.Or(s.ID, newShareID())
	s.Status = cmp.Or(s.Status, ShareActive)
	if s.Updated.IsZero() {
		s.Updated = s.Created
	}
	statuses := []string{ShareActive, ShareDeleting, ShareDeleted}
	switch {
	case !sharePattern.MatchString(s.ID):
		return fmt.Errorf("id: %q is no ID of a share", s.ID)
	case !d.hasRegion(s.Region):
		return fmt.Errorf("region: %q is not among the regions", s.Region)
	case d.account(s.Owner) == nil:
		return fmt.Errorf("owner: %q is not among the accounts", s.Owner)
	case checkShareName(s.Name) != nil:
		return fmt.Errorf("name: %q is no name of a share", s.Name)
	case !slices.Contains(statuses, s.Status):
		return fmt.Errorf("status: %q is none of %q", s.Status, statuses)
	}
	*s = s.clone() // the associations may be those of another document
	return s.completeAssociations()
}

func (s *Share) completeAssociations() error {
	for i := range s.Associations {
		a := &s.Associations[i]
		if err := completeAssociation(a, s.Created); err != nil {
			return fmt.Errorf("associations[%d].%w", i, err)
		}
		if a.live() && s.live(a.Type, a.Entity) != a {
			return fmt.Errorf("associations[%d].entity: %q is there twice", i, a.Entity)
		}
	}
	return nil
}

func completeAssociation(a *Association, since time.Time) error {
	a.Status = cmp.Or(a.Status, Associated)
	if a.Created.IsZero() {
		a.Created = since
	}
	if a.Updated.IsZero() {
		a.Updated = a.Created
	}
	entities := []*regexp.Regexp{imagePattern}
	if a.Type == AssociationTarget {
		entities = []*regexp.Regexp{directoryPattern, folderPattern, accountPattern}
	}
	statuses := []string{Associating, Associated, Failed, Disassociating, Disassociated}
	failures := []string{"", FailureUnavailable, FailureLimitExceeded, FailureZonal, FailureInternal, FailureUnsupported}
	switch {
	case a.Type != AssociationResource && a.Type != AssociationTarget:
		return fmt.Errorf("type: %q is none of %q", a.Type, []string{AssociationResource, AssociationTarget})
	case !slices.ContainsFunc(entities, func(p *regexp.Regexp) bool { return p.MatchString(a.Entity) }):
		return fmt.Errorf("entity: %q is no %s", a.Entity, a.Type)
	case !slices.Contains(statuses, a.Status):
		return fmt.Errorf("status: %q is none of %q", a.Status, statuses)
	case !slices.Contains(failures, a.Failure):
		return fmt.Errorf("failure: %q is none of %q", a.Failure, failures)
	}
	return nil
}
