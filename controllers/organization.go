// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
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
	// is true when it may not be read.
	directory string
	told      map[share.Sharee]share.Principal
	closed    bool
	// members are the paths of accounts that are declared beside directories or
	// folders, and reached those of the undeclared that a resource share
	// reaches. Unsure is true when the directory did not answer all that was
	// asked.
	members map[share.Sharee]share.Principal
	reached share.Sharees
	unsure  bool
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
	if p.session == nil || !p.org.concerned && !needsCloud(p.accountsGroup()) {
		return
	}
	port := &sharingPort{pass: p, wrote: p.reconciler.memory.organized(p.key).wrote}
	p.org.way = converge.NewOrganization(port, p.shareTask(accounts.Gone), func() share.Combined { return share.Combine(p.targetsGroup()) })
	if !p.org.concerned && p.shut() {
		return
	}
	if p.org.concerned {
		p.lookAtDirectory(ctx)
	}
	seen, err := converge.Observe(ctx, p.org.way, p.targetsGroup(), share.Apart{})
	seen.Gone = accounts.Gone && seen.Known
	p.org.seen = seen
	if err != nil && p.org.concerned {
		v := verdictOf(err)
		v.blind = true
		p.org.unseen = &v
	}
	p.org.reached = p.reached(ctx, share.Undeclared(p.accountsGroup(), accounts))
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
// for a moment ago, by us or by whoever we were before a restart, may come yet.
func (p *pass) shareTask(gone bool) converge.ShareTask {
	task := converge.ShareTask{Image: p.key.ID, Gone: gone}
	remembered := p.reconciler.memory.organized(p.key)
	asked := remembered.asked
	for _, m := range p.members {
		if id := m.obj.Status.ResourceShareID; id != "" && (task.Known == "" || id < task.Known) {
			task.Known = id
		}
		for id := range m.ledger() {
			since := m.obj.Status.Ledger[string(id)].Since.Time
			if isTarget(id) && since.After(asked) && since.Before(p.reconciler.memory.born.Truncate(time.Second)) {
				asked = since
			}
		}
	}
	task.Unsettled, task.Made = p.started.Sub(asked) < unsettledFor, remembered.made
	return task
}

// lookAtDirectory finds out where the folders are that are declared.
func (p *pass) lookAtDirectory(ctx context.Context) {
	p.org.told = map[share.Sharee]share.Principal{}
	directory := p.lookUp(ctx, "")
	p.org.directory = string(directory.path)
	for _, m := range p.members {
		for target, declared := range pathsOf(m.obj) {
			if _, asked := p.org.told[target]; asked || declared.flaw != nil || !strings.HasPrefix(string(target), "fd-") {
				continue
			}
			found := p.lookUp(ctx, string(target))
			p.org.told[target] = found.path
			p.org.closed = p.org.closed || !found.known()
		}
	}
	p.org.closed = p.org.closed || !directory.known()
	p.lookAtMembers(ctx)
}

// lookAtMembers finds out where the accounts are that an ImageShare declares
// beside directories or folders.
func (p *pass) lookAtMembers(ctx context.Context) {
	p.org.members = map[share.Sharee]share.Principal{}
	for _, m := range p.members {
		if len(m.obj.Spec.Sharees.ResourceDirectoryPaths) == 0 {
			continue
		}
		for id := range m.accounts().All() {
			p.org.members[id] = p.lookUp(ctx, string(id)).path
		}
	}
}

// accountsGroup and targetsGroup are the members as they count for accounts,
// and for directories and folders.
func (p *pass) accountsGroup() []share.Declaration { return (&way{pass: p}).group() }

func (p *pass) targetsGroup() []share.Declaration { return (&way{pass: p, targets: true}).group() }

// planTargets says what has to be done about the resource share, and holds back
// what must not be granted: of an image that nobody knows or that cannot be
// shared anything, else what cannot be right, and what was refused a moment ago.
func (p *pass) planTargets() share.Plan {
	group := p.targetsGroup()
	plan := share.Diff(group, p.org.seen, math.MaxInt).KeepApart(p.reconciler.memory.organized(p.key).apart)
	plan.Release = slices.DeleteFunc(plan.Release, func(id string) bool { return p.org.untidy != nil || !slices.Contains(p.released, id) })
	if p.image != nil || p.unseen != nil || !p.cipher.known {
		return plan.HoldGrants(plan.Grant)
	}
	held := plan.Grant.Filter(p.refusedLately)
	for _, m := range p.members {
		for target, declared := range p.pathsIn(m) {
			if declared.flaw != nil {
				held = held.With(share.NewSharees(target))
			}
		}
	}
	return plan.HoldGrants(held)
}

// refusedLately reports whether the cloud could not share the image with a
// target, and it was tried a short time ago.
func (p *pass) refusedLately(target share.Sharee) bool {
	tried, known := p.reconciler.memory.organized(p.key).tried[target]
	_, failed := p.org.way.View().Failed(target)
	return failed && known && p.started.Sub(tried) < p.retryPace() && !p.asked()
}

// retryPace is how often what the cloud could not do is tried again.
func (p *pass) retryPace() time.Duration { return min(p.reconciler.Interval, fixPace) }

// runTargets carries out the plan for the resource share, and remembers what
// was tried.
func (p *pass) runTargets(ctx context.Context) *converge.Outcome {
	w := &way{pass: p, targets: true, last: true}
	if p.org.seen.Known {
		p.org.untidy = p.org.way.Tidy(ctx)
	}
	outcome := converge.Run(ctx, p.planTargets(), w.group(), p.org.seen, p.org.way, w)
	p.reconciler.memory.organize(p.key, func(o *organized) {
		o.apart = outcome.Apart
		switch {
		case p.org.way.Settled():
			o.asked, o.made = time.Time{}, ""
		case p.org.way.Sent():
			o.asked, o.made = p.started, p.org.way.Made()
		}
		for target := range outcome.Sent.All() {
			o.tried[target] = p.started
		}
	})
	return outcome
}

// shareName is the resource share, for people.
func (p *pass) shareName() string {
	if p.org.way == nil || p.org.way.Own() == "" {
		return "a resource share"
	}
	return "resource share " + p.org.way.Own()
}

// newFolders is where the folders are that a member names by their IDs alone.
// What the directory does not tell stays as it was.
func (p *pass) newFolders(m *member) map[string]v1alpha1.ResourceDirectoryPath {
	var out map[string]v1alpha1.ResourceDirectoryPath
	for _, written := range m.obj.Spec.Sharees.ResourceDirectoryPaths {
		path, err := share.ParsePath(string(written))
		if err != nil || !path.Bare() {
			continue
		}
		at, known := m.obj.Status.Folders[string(path.Target())]
		if told := p.org.told[path.Target()]; told != "" {
			at, known = v1alpha1.ResourceDirectoryPath(told), true
		}
		if known {
			if out == nil {
				out = map[string]v1alpha1.ResourceDirectoryPath{}
			}
			out[string(path.Target())] = at
		}
	}
	return out
}
