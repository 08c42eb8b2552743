// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"maps"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// imagePass is one pass of the loop of an image: the ports that converge runs
// over, as the controllers have them.
type imagePass struct {
	*estate
	r    *runner
	name string
	// members are the ImageShares of the image, and sharer the SharerAccount, as
	// they were last read or written.
	members map[string]imageShare
	owner   sharerAccount
	// known is true once it was found out how the image is encrypted.
	known bool
}

// shareImage is a pass of the loop of an image, planned from what a cache
// shows.
func (e *estate) shareImage(name string, from view) func(*runner) {
	return func(r *runner) {
		p := &imagePass{estate: e, r: r, name: name, members: from.of(name), owner: from.sharer}
		p.run()
	}
}

// of are the ImageShares of an image.
func (v view) of(image string) map[string]imageShare {
	out := maps.Clone(v.shares)
	maps.DeleteFunc(out, func(_ string, s imageShare) bool { return s.image != image })
	return out
}

func (p *imagePass) run() {
	ctx := context.Background()
	p.hold()
	group := p.group()
	seen := share.Observed{}
	blind := false
	if slices.ContainsFunc(group, wantsCloud) {
		found, err := Observe(ctx, p, group, share.Apart{})
		if err == nil {
			seen = found
		}
		if err == nil && !share.Combine(group).Grant.Empty() {
			blind = p.r.ask("inspect", func() error { p.known = true; return nil }) != nil
		}
	}
	// Nobody is expected on the image who is barred from it.
	seen.Doubtful = seen.Doubtful && ExpectsAnybody(p.group(), share.Apart{})
	Run(ctx, func(group []share.Declaration) share.Plan {
		plan := share.Diff(group, seen, 50)
		if blind {
			plan = plan.HoldGrants(plan.Grant)
		}
		return plan
	}, p.group(), seen, p, p)
}

func wantsCloud(d share.Declaration) bool {
	return d.Standing == share.Active || d.Standing == share.Withdrawing && len(d.Ledger) > 0
}

// hold puts the finalizer on.
func (p *imagePass) hold() {
	for _, name := range slices.Sorted(maps.Keys(p.members)) {
		s := p.members[name]
		if s.held || s.deleted || s.standing() != share.Active && len(s.ledger) == 0 {
			continue
		}
		s.held = true
		if p.r.ask("hold "+name, func() error { return p.update(&s) }) == nil {
			p.members[name] = s
		} else {
			delete(p.members, name)
		}
	}
}

func (p *imagePass) group() []share.Declaration {
	var out []share.Declaration
	for _, name := range slices.Sorted(maps.Keys(p.members)) {
		s := p.members[name]
		out = append(out, share.Declaration{ID: name, Standing: s.standing(), Sharees: s.sharees, Ledger: s.ledger, Barred: p.barred(s)})
	}
	return out
}

// barred is whom the role does not let decrypt the image, as far as the
// SharerAccount tells.
func (p *imagePass) barred(s imageShare) share.Sharees {
	keys := p.image().keys
	if !p.known || keys.Empty() {
		return share.Sharees{}
	}
	if !keys.Without(p.owner.ledger.Usable()).Empty() {
		return s.sharees
	}
	trusted := p.owner.ledger.Trusted()
	return s.sharees.Filter(func(id share.Sharee) bool { return !trusted.Has(share.Principal(id)) })
}

func (p *imagePass) image() *estateImage { return p.images[p.name] }

// Record writes a ledger.
func (p *imagePass) Record(_ context.Context, id string, book share.Book) error {
	s := p.members[id]
	s.ledger, s.held = book.Ledger, s.held || !s.deleted
	return p.write("record "+id, s)
}

func (p *imagePass) write(call string, s imageShare) error {
	err := p.r.ask(call, func() error { return p.update(&s) })
	if err == nil {
		p.members[s.name] = s
	}
	return err
}

// Live lists the ImageShares, and reads the SharerAccount after that.
func (p *imagePass) Live(context.Context) ([]share.Declaration, error) {
	var live map[string]imageShare
	if err := p.r.ask("list", func() error { live = p.now().of(p.name); return nil }); err != nil {
		return nil, err
	}
	err := p.r.ask("look at the sharer", func() error { p.owner = p.sharer; return nil })
	if err != nil {
		return nil, err
	}
	p.members = live
	return p.group(), nil
}

// Settle writes the ledger, and what was found out about the image.
func (p *imagePass) Settle(_ context.Context, id string, book share.Book, _ *Outcome) error {
	s := p.members[id]
	before := s
	s.ledger = book.Ledger
	if p.known {
		s.encrypted, s.keys = "no", p.image().keys
		if !s.keys.Empty() {
			s.encrypted = "yes"
		}
	}
	if before.ledger.Equal(book.Ledger) && before.encrypted == s.encrypted {
		return nil
	}
	return p.write("settle "+id, s)
}

// Release lets a deleted ImageShare go. What a Leaving one leaves is marked in
// the ledger of the role first.
func (p *imagePass) Release(_ context.Context, id string) error {
	s := p.members[id]
	if s.standing() == share.Leaving && len(s.ledger) > 0 && s.encrypted != "no" {
		if err := p.leaveRole(s); err != nil {
			return err
		}
	}
	return p.r.ask("release "+id, func() error {
		stored, there := p.shares[id]
		if !there {
			return nil
		}
		if stored.version != s.version {
			return errStale
		}
		delete(p.shares, id)
		p.next()
		p.retain(p.name, s)
		return nil
	})
}

func (p *imagePass) leaveRole(s imageShare) error {
	var owner sharerAccount
	if err := p.r.ask("look at the sharer", func() error { owner = p.sharer; return nil }); err != nil {
		return err
	}
	marked := owner
	marked.ledger = leaveForGood(owner.ledger, s.ledger.Sharees(), s.keys)
	p.leaves(s)
	if marked.ledger.Equal(owner.ledger) {
		return nil
	}
	return p.r.ask("leave the role", func() error { return p.updateSharer(&marked) })
}
