// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"maps"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// standing is what an ImageShare counts for.
func (s imageShare) standing() share.Standing {
	switch {
	case s.deleted && (s.retained || s.suspended):
		return share.Leaving
	case s.deleted:
		return share.Withdrawing
	case s.suspended:
		return share.Idle
	}
	return share.Active
}

// needs is what the ImageShares need of the role, as the controllers work it
// out.
func (v view) needs() share.Needed {
	var needs []share.Need
	for _, name := range slices.Sorted(maps.Keys(v.shares)) {
		s := v.shares[name]
		shields := s.ledger.Sharees()
		if !s.deleted {
			shields = shields.With(s.sharees)
		}
		if s.encrypted == "no" || shields.Empty() {
			continue
		}
		n := share.Need{ID: name, Shields: share.As[share.Principal](shields), ShieldsKeys: s.keys, ShieldsAllKeys: s.keys.Empty()}
		if s.standing() == share.Active && s.encrypted == "yes" {
			n.Keys, n.Trust = s.keys, share.As[share.Principal](s.sharees)
		}
		needs = append(needs, n)
	}
	return share.CombineNeeds(needs)
}

// rolePass is one pass of the loop of the role.
type rolePass struct {
	*estate
	r    *runner
	from view
	// sharer is the SharerAccount as it was last read or written.
	sharer sharerAccount
}

// lookAfterRole is a pass of the loop of the role, planned from what a cache
// shows. Held is true when the trust policy is left alone.
func (e *estate) lookAfterRole(from view, taking, held bool) func(*runner) {
	return func(r *runner) {
		p := &rolePass{estate: e, r: r, from: from, sharer: from.sharer}
		p.run(taking, held)
	}
}

func (p *rolePass) run(taking, held bool) {
	needed := p.from.needs()
	if needed.Trust.Empty() && p.sharer.ledger.Empty() && !p.sharer.claimed {
		return
	}
	task := RoleTask{Name: "R", Account: estateAccount, Owner: "me", Access: p.sharer.access, Refused: p.refused, Taking: taking, Sure: len(p.late) == 0, Alone: true}
	seen, err := ObserveRole(context.Background(), p.ram, task)
	if err != nil {
		return
	}
	plan := share.DiffRole(needed, task.Access, p.sharer.ledger, seen)
	if held {
		plan = plan.HoldTrust(plan.Trust)
	}
	outcome := RunRole(context.Background(), task, plan, seen, p.ram, p)
	if p.r.dead {
		p.refused = 0
		return
	}
	p.refused = outcome.Refused
	p.sharer.ledger = outcome.Ledger
	p.sharer.claimed = outcome.Seen.Known && outcome.Seen.ClaimedBy == task.Owner
	same := p.estate.sharer.ledger.Equal(outcome.Ledger) && p.estate.sharer.claimed == p.sharer.claimed
	if outcome.StoreErr == nil && !same {
		_ = p.r.ask("report", func() error { return p.updateSharer(&p.sharer) })
	}
}

// RecordRole writes the ledger of the role.
func (p *rolePass) RecordRole(_ context.Context, ledger share.RoleLedger) error {
	if p.sharer.ledger.Equal(ledger) {
		return nil
	}
	recorded := p.sharer
	recorded.ledger = ledger
	err := p.r.ask("record role", func() error { return p.updateSharer(&recorded) })
	if err == nil {
		p.sharer = recorded
	}
	return err
}

// LiveNeeds lists the ImageShares, and reads the SharerAccount after that.
func (p *rolePass) LiveNeeds(context.Context) (share.Needed, error) {
	var live view
	if err := p.r.ask("list", func() error { live = p.now(); return nil }); err != nil {
		return share.Needed{}, err
	}
	err := p.r.ask("look at the sharer", func() error {
		if p.estate.sharer.version != p.sharer.version {
			return errStale
		}
		return nil
	})
	return live.needs(), err
}

// leaveForGood is the ledger of the role with what an ImageShare has of it
// marked as found: every key, when it is not known which.
func leaveForGood(ledger share.RoleLedger, left share.Sharees, keys share.Keys) share.RoleLedger {
	out := ledger.Clone()
	for id := range left.All() {
		if entry, there := out.Trust[share.Principal(id)]; there {
			entry.Origin = share.Left
			out.Trust[share.Principal(id)] = entry
		}
	}
	for id, entry := range out.Keys {
		if keys.Empty() || keys.Has(id) {
			entry.Origin = share.Left
			out.Keys[id] = entry
		}
	}
	if out.AllKeys != nil {
		out.AllKeys.Origin = share.Left
	}
	return out
}
