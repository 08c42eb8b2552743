// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// survey reads the resource shares, where the image is shared by any.
func (o *imagePass) survey(ctx context.Context) {
	if !o.organized || o.at != o.directoryOf {
		return
	}
	known := o.namedShare()
	o.concerned = o.concerned || o.namesDirectory()
	// One that was asked for a moment ago, by us or by whoever we were before,
	// may come yet.
	if m := &o.Memory; !m.Looked {
		*m = memory{Looked: true, Unsettled: o.heldTargets() && o.without != forgetting, Made: known}
	}
	o.remembered = o.Memory
	o.memorized = true
	task := converge.ShareTask{
		Image: imageID, Known: idOf(known), Unsettled: o.remembered.Unsettled, Made: idOf(o.remembered.Made), Deleted: idOf(o.remembered.Deleted),
	}
	o.org = converge.NewOrganization(sharing{o}, task, o.wantedTargets)
	seen, err := converge.Observe(ctx, o.org, o.group(true), share.Apart{})
	if err != nil {
		seen = share.Observed{}
	}
	if o.remembered.Leaving {
		seen.Lately = sets[directory]
	}
	o.targets = seen
}

// namedShare is the first resource share that a status names; zero if none does.
func (o *imagePass) namedShare() (known uint8) {
	for i, s := range o.members.shares {
		if o.image[i] == o.at && s.There && s.Share != 0 && (known == 0 || s.Share < known) {
			known = s.Share
		}
	}
	return known
}

// namesDirectory reports whether a declaration or a ledger names the directory.
func (o *imagePass) namesDirectory() bool {
	for i, s := range o.members.shares {
		if o.image[i] == o.at && s.There && (s.Declares | s.Ledger.has()).has(3) {
			return true
		}
	}
	return false
}

// heldTargets reports whether a ledger names the directory.
func (o *imagePass) heldTargets() bool {
	for i, s := range o.members.shares {
		if o.image[i] == o.at && s.There && s.Ledger[3] != none {
			return true
		}
	}
	return false
}

// wantedTargets is what the ImageShares want of the directory, but for what
// somebody has to approve.
func (o *imagePass) wantedTargets() share.Combined {
	wanted := share.Combine(o.group(true))
	wanted.Revoke = wanted.Revoke.Without(sets[o.stays&directory])
	return wanted
}

// runTargets carries out the plan for the resource share, and remembers what was
// done.
func (o *imagePass) runTargets(ctx context.Context) {
	w := &way{imagePass: o, targets: true, last: true}
	seen := o.targets
	seen.Claim = o.claim
	if seen.Known && o.org.Untidy() && o.mayTidy() {
		o.tidying = true
		o.untidy = o.org.Tidy(ctx)
		o.tidying = false
	}
	outcome := converge.Run(ctx, o.planner(w, seen), w.group(), seen, o.org, w)
	o.outcomes[1] = outcome
	m := o.remembered
	m.Deleted = numberIn(o.org.Deleted())
	m.Leaving = !outcome.Seen.Sharees.And(share.Combine(o.group(true)).Revoke).Empty()
	switch {
	case o.org.Settled():
		m.Unsettled, m.Made = false, 0
	case o.org.Sent():
		m.Unsettled, m.Made = true, numberIn(o.org.Made())
	}
	o.remembered = m
}

// mayTidy reports whether anything may be written about resource shares that
// nobody needs: not while somebody wants hands off.
func (o *imagePass) mayTidy() bool {
	writes := false
	for _, d := range o.group(true) {
		if d.Standing == share.Idle && (!d.Sharees.Empty() || len(d.Ledger) > 0) {
			return false
		}
		writes = writes || d.Standing == share.Active || d.Standing == share.Withdrawing
	}
	return writes
}

// mayGo is who of the deleted may go when the way of the directory is done.
func (o *imagePass) mayGo(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		waits := o.untidy != nil && o.members.shares[indexOf(id)].standing() == share.Withdrawing
		return waits || !slices.Contains(o.released, id)
	})
}

// tellShare writes the resource share into a status.
func (w *way) tellShare(s *imageShare) {
	if w.last && w.org != nil {
		s.Share = numberIn(w.org.Own())
	}
}

// wrongOnShares is what of the resource shares is not as it should be, once
// everything has come to rest.
func (p *play) wrongOnShares() string {
	if !p.organized {
		return ""
	}
	wanted, shielded := p.directoryWanted()
	giving, ours := p.countShares()
	switch {
	case wanted && giving != 1:
		return fmt.Sprintf("the directory is to have the image by one resource share, and has it by %d", giving)
	case !wanted && !shielded && ours > 0 && !p.Images[p.directoryOf].Held.is(3, true):
		return "nobody wants the directory to have the image, and a resource share of ours is there"
	}
	return ""
}

// directoryWanted reports whether an ImageShare wants the directory to have the
// image, and whether one that is suspended shields it.
func (p *play) directoryWanted() (wanted, shielded bool) {
	for i, s := range p.Shares {
		if p.image[i] != p.directoryOf || !s.There {
			continue
		}
		wanted = wanted || s.standing() == share.Active && s.Declares.has(3)
		shielded = shielded || s.standing() == share.Idle && (s.Declares|s.Ledger.has()).has(3)
	}
	return wanted, shielded
}

// countShares is by how many resource shares the directory has the image, and how
// many there are that are ours to delete.
func (s *state) countShares() (giving, ours int) {
	for _, r := range s.Resources {
		if r.gives() {
			giving++
		}
		if r.There && !r.Left && (r.ByUs || r.Target == off) {
			ours++
		}
	}
	return giving, ours
}

// manyTargets is how many targets fit.
const manyTargets = math.MaxInt
