// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"slices"
	"time"
)

// moment is what the state of a share depends on besides itself.
type moment struct {
	now   time.Time
	delay time.Duration
	stuck bool
}

func (d *Document) moment(now time.Time) moment {
	return moment{now: now, delay: time.Duration(d.Limits.SharingDelayMilliseconds) * time.Millisecond,
		stuck: d.Dialects.StuckAssociating == "yes"}
}

// due says whether what began then is done by now.
func (m moment) due(began time.Time) bool { return !m.now.Before(began.Add(m.delay)) }

// past says whether what ended then has left the lists by now.
func (m moment) past(ended time.Time) bool { return !m.now.Before(ended.Add(lingering)) }

// at is the association as it stands at that moment.
func (a Association) at(m moment) Association {
	switch {
	case a.Status == Associating && !m.stuck && m.due(a.Updated):
		return a.finished(m.delay)
	case a.Status == Disassociating && m.due(a.Updated):
		return a.finished(m.delay)
	}
	return a
}

// finished is the association when what it is about is done, which took so long.
func (a Association) finished(took time.Duration) Association {
	switch {
	case a.Status == Disassociating:
		a.Status = Disassociated
	case a.Status != Associating:
		return a
	case a.Failure != "":
		a.Status = Failed
	default:
		a.Status = Associated
	}
	a.Updated = a.Updated.Add(took)
	return a
}

func (a Association) over(m moment) bool {
	return (a.Status == Failed || a.Status == Disassociated) && m.past(a.Updated)
}

// live says whether the association is there or on its way, in one direction or the other.
func (a Association) live() bool {
	return a.Status == Associating || a.Status == Associated || a.Status == Disassociating
}

// carries says whether the association has an effect: until it is gone it has.
func (a Association) carries() bool { return a.Status == Associated || a.Status == Disassociating }

// at is a copy of the share as it stands at that moment.
func (s *Share) at(m moment) Share {
	c := s.clone()
	for i := range c.Associations {
		c.Associations[i] = c.Associations[i].at(m)
	}
	c.Associations = slices.DeleteFunc(c.Associations, func(a Association) bool { return a.over(m) })
	if c.Status == ShareDeleting && m.due(c.Updated) {
		c.Status, c.Updated = ShareDeleted, c.Updated.Add(m.delay)
	}
	return c
}

// sharesAt lists copies of the shares as they stand at that moment, without those that are past.
func (d *Document) sharesAt(m moment) []Share {
	list := make([]Share, 0, len(d.Shares))
	for i := range d.Shares {
		if s := d.Shares[i].at(m); s.Status != ShareDeleted || !m.past(s.Updated) {
			list = append(list, s)
		}
	}
	return list
}

// live finds the association of the entity that is there or on its way; nil means that there is none.
func (s *Share) live(kind, entity string) *Association {
	i := slices.IndexFunc(s.Associations, func(a Association) bool { return a.Type == kind && a.Entity == entity && a.live() })
	if i < 0 {
		return nil
	}
	return &s.Associations[i]
}

// entities lists what of a kind passes the test, as it stands at that moment.
func (s *Share) entities(kind string, m moment, passes func(Association) bool) []string {
	var list []string
	for _, a := range s.Associations {
		if now := a.at(m); now.Type == kind && passes(now) {
			list = append(list, now.Entity)
		}
	}
	return list
}
