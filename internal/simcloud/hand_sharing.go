// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"fmt"
	"slices"
)

// Share is a copy of a resource share as it stands now; false means that there is none, or none any more.
func (w *World) Share(id string) (Share, bool) {
	for _, s := range w.sharesNow() {
		if s.ID == id {
			return s, true
		}
	}
	return Share{}, false
}

// Shares are copies of the resource shares of an account and region as they stand now, the deleted among them, in the order in which
// they were made.
func (w *World) Shares(owner, region string) []Share {
	return slices.DeleteFunc(w.sharesNow(), func(s Share) bool { return s.Owner != owner || s.Region != region })
}

func (w *World) sharesNow() []Share {
	doc := w.document()
	return doc.sharesAt(doc.moment(w.clock()))
}

// AddShare makes a share, with what is in it, without a look at states or quotas, and says its ID.
func (w *World) AddShare(s Share) (string, error) {
	s = s.clone()
	if s.ID == "" {
		s.ID = newShareID()
	}
	if s.Created.IsZero() {
		s.Created, s.Updated = w.clock(), w.clock()
	}
	return s.ID, w.byHand(Entry{Action: "AddShare", Account: s.Owner, Region: s.Region, Share: s.ID}, func(next *Document) error {
		next.Shares = append(next.Shares, s)
		return next.completeShares()
	})
}

// SetShare changes a share as it stands now, such as by an association more. Whose it is, and where, stays as it is.
func (w *World) SetShare(id string, change func(s *Share)) error {
	return w.byHandOnShare("SetShare", id, func(_ *Document, s *Share) error {
		was := *s
		change(s)
		s.ID, s.Owner, s.Region, s.Updated = was.ID, was.Owner, was.Region, w.clock()
		return nil
	})
}

// DeleteShare lets a share go, as a person in the console does.
func (w *World) DeleteShare(id string) error {
	return w.byHandOnShare("DeleteShare", id, func(next *Document, s *Share) error {
		s.delete(next.moment(w.clock()))
		return nil
	})
}

// FailAssociation lets what is in a share, or on its way into it, fail for a reason such as FailureLimitExceeded.
func (w *World) FailAssociation(id, entity, reason string) error {
	return w.byHandOnShare("FailAssociation", id, func(_ *Document, s *Share) error {
		i := slices.IndexFunc(s.Associations, func(a Association) bool { return a.Entity == entity && a.live() })
		if i < 0 || reason == "" {
			return fmt.Errorf("share %s: %s is not in it, or there is no reason", id, entity)
		}
		a := &s.Associations[i]
		a.Status, a.Failure, a.Updated = Failed, reason, w.clock()
		return nil
	})
}

// FinishSharing ends at once whatever is on its way in any share, the stuck included.
func (w *World) FinishSharing() error {
	return w.byHand(Entry{Action: "FinishSharing"}, func(next *Document) error {
		next.Shares = next.sharesAt(next.moment(w.clock()))
		for i := range next.Shares {
			next.Shares[i].finish()
		}
		return nil
	})
}

func (s *Share) finish() {
	for i := range s.Associations {
		s.Associations[i] = s.Associations[i].finished(0)
	}
	if s.Status == ShareDeleting {
		s.Status = ShareDeleted
	}
}

func (w *World) byHandOnShare(action, id string, change func(next *Document, s *Share) error) error {
	e := Entry{Action: action, Share: id}
	if s, ok := w.Share(id); ok {
		e.Account, e.Region = s.Owner, s.Region
	}
	return w.byHand(e, func(next *Document) error {
		next.Shares = next.sharesAt(next.moment(w.clock()))
		s := next.share(id)
		if s == nil {
			return fmt.Errorf("share %s: there is none", id)
		}
		if err := change(next, s); err != nil {
			return err
		}
		return next.completeShares()
	})
}
