// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"maps"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// organization is what a pass finds out about the directories and folders that
// an image is shared with.
type organization struct {
	// concerned is true when an ImageShare declares any, or has any.
	concerned bool
	way       *converge.Organization
	seen      share.Observed
	// unseen is why the resource shares could not be read, if they are needed.
	unseen *verdict
	// directory is the ID of the directory that the account is in, and told
	// where in it the folders are that are declared, as far as it tells. Closed
	// is true when it may not be read, and silent when it has never answered.
	directory string
	told      map[share.Sharee]share.Principal
	closed    bool
	silent    bool
	// members are the paths of accounts that are declared beside directories or
	// folders, and reached those of the undeclared that a resource share
	// reaches. Unsure is true when the directory did not answer all that was
	// asked.
	members map[share.Sharee]share.Principal
	reached share.Sharees
	unsure  bool
	// failed is which declared targets the cloud had failed to share with when the
	// pass began: trying once more does not make them bridges.
	failed share.Sharees
	// bridged is who is not taken off until others have come, and spanned the
	// same with those who have waited for that too long.
	bridged, spanned share.Sharees
	// untidy is why a resource share that is not needed could not be removed.
	untidy error
}

// How the resource shares of an account are made.
const (
	// awaitPace is how often it is looked whether an association has come to
	// be.
	awaitPace = 5 * time.Second
	// unsettledFor is for how long one that was asked for, and is not listed,
	// is expected to come.
	unsettledFor = time.Minute
)

// survey reads the resource shares of the account, and in its directory what is
// declared. An image that nobody shares with directories is looked for in
// resource shares too, since others may share it so; but that those cannot be
// read is no trouble then.
func (p *pass) survey(ctx context.Context, accounts share.Observed) {
	p.org.concerned = p.anybodyOrganized()
	if p.session == nil || !p.org.concerned && !p.needsCloud(p.accountsGroup()) {
		return
	}
	port := &sharingPort{pass: p, wrote: p.reconciler.memory.organized(p.key).wrote}
	p.org.way = converge.NewOrganization(port, p.shareTask(accounts.Gone && p.surelyGone()), p.wantedTargets)
	if !p.org.concerned && p.shut() {
		return
	}
	if p.org.concerned {
		p.lookAtDirectory(ctx)
	}
	seen, err := converge.Observe(ctx, p.org.way, p.targetsGroup(), share.Apart{})
	seen.Gone, seen.Lately = accounts.Gone && seen.Known, p.reconciler.memory.organized(p.key).leaving
	p.org.seen = seen
	p.org.failed = p.failedTargets()
	if err != nil && p.org.concerned {
		v := verdictOf(err)
		v.blind = true
		p.org.unseen = &v
	}
	p.org.reached = p.reached(ctx, share.Undeclared(p.accountsGroup(), accounts))
}

// failedTargets is which declared targets the cloud could not share with.
func (p *pass) failedTargets() share.Sharees {
	out := share.Sharees{}
	for _, d := range p.targetsGroup() {
		out = out.With(d.Sharees)
	}
	return out.Filter(func(target share.Sharee) bool {
		_, failed := p.org.way.View().Failed(target)
		return failed
	})
}

// anybodyOrganized reports whether an ImageShare of the image declares
// directories or folders, or has any.
func (p *pass) anybodyOrganized() bool {
	for _, d := range p.targetsGroup() {
		if !d.Sharees.Empty() || len(d.Ledger) > 0 {
			return true
		}
	}
	return false
}

// shut reports whether the resource shares of the account could not be read
// lately, and nobody asks for it.
func (p *pass) shut() bool {
	last := p.reconciler.memory.book.last(p.page())
	return last.err != nil && p.started.Sub(last.failed) < closedTTL && !p.asked()
}

func (p *pass) page() pageKey { return pageKey{account: p.key.Account, region: p.key.Region} }

// shareTask is which resource share is to be looked after. One that was asked
// for a moment ago may come yet. Where a ledger names targets that may have been by
// whoever we were before a restart, who had no time to tell: what the statuses
// name is as good as that once it is listed.
func (p *pass) shareTask(gone bool) converge.ShareTask {
	known, held := p.recorded()
	p.reconciler.memory.organize(p.key, func(o *organized) {
		if !o.looked && held {
			o.asked = p.started
		}
		if !o.looked {
			o.made, o.looked = known, true
		}
	})
	remembered := p.reconciler.memory.organized(p.key)
	return converge.ShareTask{
		Image: p.key.ID, Known: known, Gone: gone, Deleted: remembered.deleted,
		Unsettled: p.started.Sub(remembered.asked) < unsettledFor, Made: remembered.made,
	}
}

// recorded is what the ImageShares tell of the resource share: its ID, and
// whether any of them has targets on it, or may have.
func (p *pass) recorded() (known string, held bool) {
	for _, m := range p.members {
		if id := m.obj.Status.ResourceShareID; id != "" && (known == "" || id < known) {
			known = id
		}
		for id := range m.ledger() {
			held = held || isTarget(id)
		}
	}
	return known, held
}

// accountsGroup and targetsGroup are the members as they count for accounts,
// and for directories and folders.
func (p *pass) accountsGroup() []share.Declaration { return (&way{pass: p}).group() }

func (p *pass) targetsGroup() []share.Declaration { return (&way{pass: p, targets: true}).group() }

// wantedTargets is what the ImageShares want of directories and folders, but for
// those who stay until others have come, or somebody has approved their going.
func (p *pass) wantedTargets() share.Combined {
	wanted := share.Combine(p.targetsGroup())
	wanted.Revoke = wanted.Revoke.Without(p.bridgedTargets(wanted.Revoke)).Without(p.heldBack[true].stays)
	return wanted
}

// refusedLately reports whether the cloud could not share the image with a
// target, and it was tried a short time ago.
func (p *pass) refusedLately(target share.Sharee) bool {
	tried, known := p.reconciler.memory.organized(p.key).tried[target]
	_, failed := p.org.way.View().Failed(target)
	return failed && known && p.started.Sub(tried) < p.retryPace() && !p.asked()
}

// retryPace is how often what the cloud could not do is tried again: soon while
// it may be that it does not act on the encryption role yet.
func (p *pass) retryPace() time.Duration {
	if p.lags() {
		return min(p.reconciler.Interval, 3*awaitPace)
	}
	return min(p.reconciler.Interval, fixPace)
}

// lags reports whether the encryption role was changed a moment ago.
func (p *pass) lags() bool {
	role := p.owner != nil && p.owner.Status.Role != nil
	return role && p.cipher.encrypted && p.reconciler.Now().Sub(p.owner.Status.Role.ChangedAt.Time) <= lagPatience
}

// runTargets carries out the plan for the resource share, and remembers what
// was tried.
func (p *pass) runTargets(ctx context.Context) *converge.Outcome {
	w := &way{pass: p, targets: true, last: true}
	if p.untidied() && p.claimAllows(ctx) && p.stillUntidied(ctx) {
		p.org.untidy = p.org.way.Tidy(ctx)
		// As long as anything is left of a resource share, a ledger says so.
		p.org.seen.Gone = p.org.seen.Gone && p.org.untidy == nil
	}
	outcome := converge.Run(ctx, w.planner(ctx, p.org.seen), w.group(), p.org.seen, p.org.way, w)
	p.reconciler.memory.organize(p.key, func(o *organized) {
		o.apart, o.deleted = outcome.Apart, p.org.way.Deleted()
		o.leaving = outcome.Seen.Sharees.And(share.Combine(p.targetsGroup()).Revoke)
		switch {
		case p.org.way.Settled():
			o.asked, o.made = time.Time{}, ""
		case p.org.way.Sent():
			o.asked, o.made = p.reconciler.Now(), p.org.way.Made()
		}
		for target := range outcome.Sent.All() {
			o.tried[target] = p.started
		}
		p.rememberRefusals(o, outcome)
		shared := p.sharedTargets()
		maps.DeleteFunc(o.tried, func(target share.Sharee, at time.Time) bool {
			return shared.Has(target) || p.started.Sub(at) > closedTTL
		})
	})
	return outcome
}

// untidied reports whether there are resource shares that nobody needs and that
// may be removed.
func (p *pass) untidied() bool {
	return p.writable() && p.org.seen.Known && p.org.way.Untidy() && p.mayTidy()
}

// stillUntidied reports whether that is so for the API server too: what is
// removed goes by whom this pass knows to be wanted.
func (p *pass) stillUntidied(ctx context.Context) bool {
	now, err := p.lookLive(ctx)
	return err == nil && now.untidied() && now.wantedTargets().Grant.Equal(p.wantedTargets().Grant)
}

// mayTidy reports whether anything may be written about resource shares that
// nobody needs: not while somebody wants hands off.
func (p *pass) mayTidy() bool {
	writes := false
	for _, d := range p.targetsGroup() {
		if d.Standing == share.Idle && (!d.Sharees.Empty() || len(d.Ledger) > 0) {
			return false
		}
		writes = writes || d.Standing == share.Active || d.Standing == share.Withdrawing
	}
	return writes
}

// shareName is the resource share, for people.
func (p *pass) shareName() string {
	if p.org.way == nil || p.org.way.Own() == "" {
		return "a resource share"
	}
	return "resource share " + p.org.way.Own()
}
