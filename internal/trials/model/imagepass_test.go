// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// names are those of the ImageShares.
var names = [2]string{"A", "B"}

func indexOf(id string) int {
	if id == names[0] {
		return 0
	}
	return 1
}

// copies are the ImageShares of an image as a pass last read or wrote them, with
// their versions.
type copies struct {
	shares   [2]imageShare
	versions [2]uint32
}

// imagePass is one pass of the loop of an image, composed as the controllers
// compose it.
type imagePass struct {
	operator
	at      int
	members copies
	owner   sharer
	// looked is what the last live look showed, and live whether there was one.
	looked [2]imageShare
	live   bool
	// sight is whom the first read of the pass showed, and sighted that there was
	// one; late is who came by hand after a read showed anybody.
	sight, late       who
	sighted, somebody bool
	claim             share.Claim
	// answered is whom a pass that believes its own words has revoked.
	answered   who
	gave, took int
	// known is true once it was found out how the image is encrypted, and blind
	// when it could not be.
	known, blind bool
	// held is what the last plans hold back, approved what of that somebody had
	// approved, and stays whom they do not take off the image for that.
	answers  [2]answer
	planned  [2]bool
	stays    who
	outcomes [2]*converge.Outcome
	released []string
	// org is the resource share, targets what was seen of it, and remembered what
	// was known of it before.
	org        *converge.Organization
	concerned  bool
	targets    share.Observed
	remembered memory
	memorized  bool
	leader     int
	untidy     error
	// tidying is true while what nobody needs is removed, and wrote once a
	// resource share was written.
	tidying, wrote bool
}

// changes are held changes, sharee by sharee, a bit for each reason.
type changes [len(sharees)]uint8

// shareImage is a pass of the loop of an image.
func (p *play) shareImage(at int) bool {
	if !p.shared(at) {
		return false
	}
	p.nested++
	defer func() { p.nested-- }()
	o := &imagePass{operator: operator{play: p, name: operatorNames[p.nested-1]}, at: at, owner: p.Sharer}
	o.members = copies{p.Shares, p.versions}
	o.looked = o.members.shares
	o.claim = share.Claim(p.Images[at].Claim)
	p.running = append(p.running, o)
	if p.nested > 1 {
		// It leads now, and knows nothing of what the one before it remembers.
		p.Memory, p.leaders = memory{}, p.leaders+1
	}
	o.leader = p.leaders
	o.run()
	o.memorize()
	p.running = p.running[:len(p.running)-1]
	return true
}

// memorize keeps what the operator remembers, if it leads still and is alive.
func (o *imagePass) memorize() {
	switch {
	case o.leader != o.leaders:
	case o.dead:
		o.Memory = memory{}
	case o.memorized:
		o.Memory = o.remembered
	}
}

// shared reports whether the image has any ImageShares.
func (p *play) shared(at int) bool {
	for i, s := range p.Shares {
		if p.image[i] == at && s.There {
			return true
		}
	}
	return false
}

func (o *imagePass) run() {
	ctx := context.Background()
	seen := share.Observed{}
	group := o.group(false)
	if o.needsCloud(group) {
		if found, err := converge.Observe(ctx, launch{o}, group, share.Apart{}); err == nil {
			seen = found
		}
		o.survey(ctx)
		o.learn(&seen)
	}
	seen.Claim = o.claim
	last := o.org == nil || !o.concerned && o.org.Own() == ""
	w := &way{imagePass: o, last: last}
	o.outcomes[0] = converge.Run(ctx, o.planner(w, seen), w.group(), seen, launch{o}, w)
	if !last {
		o.runTargets(ctx)
	}
	o.finish(seen.Known)
}

// needsCloud reports whether anybody wants something of the image.
func (o *imagePass) needsCloud(group []share.Declaration) bool {
	for _, d := range group {
		going := d.Standing == share.Withdrawing || d.Standing == share.Refused
		if d.Standing == share.Active || going && o.members.shares[indexOf(d.ID)].Ledger.has() != nobody {
			return true
		}
	}
	return false
}

// learn finds out how the image is encrypted, if somebody is to have it.
func (o *imagePass) learn(seen *share.Observed) {
	if !seen.Known || !o.ciphers || share.Combine(o.group(false)).Grant.With(share.Combine(o.group(true)).Grant).Empty() {
		return
	}
	o.blind = o.call(keyRead, "looks how the image is encrypted", func(fate) error { o.known = true; return nil }) != nil
	seen.Doubtful = seen.Doubtful && converge.ExpectsAnybody(o.group(false), share.Apart{})
}

// planner plans one way, without what somebody has to approve first.
func (o *imagePass) planner(w *way, seen share.Observed) converge.Planner {
	quota := 50
	if w.targets {
		quota = manyTargets
	}
	return func(group []share.Declaration) share.Plan {
		o.notice()
		a := o.review(w, group, seen, quota)
		o.planned[w.part()] = seen.Known
		o.answers[w.part()] = a
		o.stays = o.stays&^ofWay(w.targets) | a.revokes&^whoIs(a.plan.Revoke)
		return a.plan
	}
}

// finish notes what the statuses tell of held plans from now on, and what of the
// approved is left to do.
func (o *imagePass) finish(known bool) {
	if o.dead || !known {
		return
	}
	i := &o.Images[o.at]
	for part := range o.planned {
		if !o.planned[part] {
			continue
		}
		a, out := o.answers[part], o.outcomes[part]
		granted, revoked := whoIs(out.Granted), whoIs(out.Revoked)
		for id := range sharees {
			if ofWay(part == 1).has(id) {
				i.Held[id] = a.held[id]
				i.Approved[id] &= a.open(id, granted, revoked)
			}
		}
	}
	if o.nested == 1 && len(o.meddle) == 0 {
		o.settled()
	}
}
