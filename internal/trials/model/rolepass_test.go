// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// rolePass is one pass of the loop of the role, composed as the controllers
// compose it.
type rolePass struct {
	operator
	// from is the ImageShares as the cache shows them, and sharer the
	// SharerAccount as it was last read or written.
	from    [2]imageShare
	sharer  sharer
	version uint32
	// lastRead is the role as the pass last read it.
	lastRead role
	// cause is whether there was anything for which the role may be written, at
	// the last live look.
	cause bool
}

// lookAfterRole is a pass of the loop of the role. Sure is true when nothing that
// was sent can still take effect. Nobody can be sure of that in the middle of a
// pass of another, nor that he is alone.
func lookAfterRole(sure bool) event {
	words := map[bool]string{true: "the operator looks at the role, and takes from it", false: "the operator looks at the role"}[sure]
	return event{words: words, pass: true, alike: !sure, where: ofRole, do: func(p *play) bool {
		alone := p.nested == len(p.running)
		if sure && !alone {
			p.unsure = true
			return false
		}
		p.nested++
		defer func() { p.nested-- }()
		o := &rolePass{operator: operator{play: p, name: operatorNames[p.nested-1]}, from: p.Shares, sharer: p.Sharer, version: p.sharerVersion}
		return o.run(sure, alone)
	}}
}

var operatorNames = [...]string{"operator", "the other operator"}

func (o *rolePass) run(sure, alone bool) bool {
	needed := o.known.needs(o.from)
	if needed.Trust.Empty() && o.sharer == (sharer{}) {
		return false
	}
	ctx := context.Background()
	task := converge.RoleTask{Name: "R", Account: sharerID, Owner: operators, Access: share.ImageKeys, Taking: true, Sure: sure, Alone: alone}
	seen, err := converge.ObserveRole(ctx, ram{o}, task)
	if err != nil {
		return true
	}
	plan := share.DiffRole(needed, task.Access, o.sharer.ledger(), seen).HoldExcess()
	ledger := plan.Ledger
	o.unsure = o.unsure || !plan.Untrust.And(ledger.Unsure()).Empty() || !plan.NoKeys.And(ledger.UnsureKeys()).Empty()
	outcome := converge.RunRole(ctx, task, plan, seen, ram{o}, o)
	next := o.sharer.with(outcome.Ledger)
	next.Claimed = outcome.Seen.Known && outcome.Seen.ClaimedBy == task.Owner
	if outcome.StoreErr == nil && next != o.sharer {
		_ = o.write("reports in the SharerAccount", next)
	}
	return true
}

// write stores the SharerAccount on the condition that nobody else has changed
// it.
func (o *rolePass) write(words string, next sharer) error {
	if o.tell != nil {
		words += ": " + next.String()
	}
	return o.call(sharerWrite, words, func(f fate) error {
		if o.sharerVersion != o.version {
			return errStale
		}
		o.Sharer = next
		o.sharerVersion++
		if f == well {
			o.sharer, o.version = next, o.sharerVersion
		}
		return nil
	})
}

// RecordRole writes the ledger of the role.
func (o *rolePass) RecordRole(_ context.Context, ledger share.RoleLedger) error {
	next := o.sharer.with(ledger)
	if next == o.sharer {
		return nil
	}
	return o.write("records in the SharerAccount", next)
}

// LiveNeeds reads the ImageShares, and the SharerAccount after that.
func (o *rolePass) LiveNeeds(context.Context) (share.Needed, error) {
	var live [2]imageShare
	if err := o.call(sharesRead, "reads the ImageShares live", func(fate) error { live, o.cause = o.Shares, o.hasCause(); return nil }); err != nil {
		return share.Needed{}, err
	}
	err := o.call(sharerRead, "reads the SharerAccount live", func(fate) error {
		if o.sharerVersion != o.version {
			return errStale
		}
		return nil
	})
	return o.known.needs(live), err
}

// needs is what the ImageShares need of the role, as the controllers work it
// out.
func (k *known) needs(shares [2]imageShare) share.Needed {
	if n, there := k.needed[shares]; there && !k.forgetful {
		return n
	}
	var needs []share.Need
	for i, s := range shares {
		if shields := k.shields(s); s.There && s.Cipher != plain && shields != nobody {
			needs = append(needs, needOf(i, s, shields))
		}
	}
	n := share.CombineNeeds(needs)
	if len(k.needed) > 1<<16 {
		clear(k.needed)
	}
	k.needed[shares] = n
	return n
}

// shields is from whom nothing may be taken for the sake of an ImageShare.
func (k *known) shields(s imageShare) who {
	shields := s.Ledger.owns()
	if k.hasty {
		shields = nobody
	}
	if !s.Deleted {
		shields |= s.Declares
	}
	return shields
}

// needOf is what one ImageShare needs of the role.
func needOf(i int, s imageShare, shields who) share.Need {
	n := share.Need{ID: names[i], Shields: share.As[share.Principal](sets[shields]), ShieldsAllKeys: s.Cipher == unlooked}
	if s.Cipher == encrypted {
		n.ShieldsKeys = theKey
		if s.standing() == share.Active {
			n.Keys, n.Trust = theKey, share.As[share.Principal](sets[s.Declares])
		}
	}
	return n
}
