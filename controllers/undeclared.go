// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// reached is who of some accounts has the image by a resource share, as far as
// the directory tells. Where it did not answer, that is not sure.
func (p *pass) reached(ctx context.Context, accounts share.Sharees) share.Sharees {
	if p.org.way == nil || accounts.Empty() {
		return share.Sharees{}
	}
	targets := p.org.way.View().Reaching()
	if targets.Empty() {
		return share.Sharees{}
	}
	return accounts.Filter(func(id share.Sharee) bool {
		if targets.Has(id) {
			return true
		}
		found := p.lookUp(ctx, string(id))
		p.org.unsure = p.org.unsure || found.at.IsZero()
		return found.known() && reaches(targets, found.path)
	})
}

// elsewhere is who of the undeclared accounts on the list is there by a resource
// share, or may be: taking them off the image would not end that.
func (p *pass) elsewhere(seen share.Observed) share.Sharees {
	if p.org.way == nil || p.org.way.View().Reaching().Empty() {
		return share.Sharees{}
	}
	return share.Undeclared(p.accountsGroup(), seen).Filter(func(id share.Sharee) bool {
		found, _ := p.lookedUp(string(id))
		return p.org.reached.Has(id) || !found.known() && (found.closed() || found.at.IsZero())
	})
}

// reaches reports whether any of the targets reaches a member of the directory.
func reaches(targets share.Sharees, member share.Principal) bool {
	for target := range targets.All() {
		if path, err := share.ParsePath(string(target)); err == nil && path.Holds(member) {
			return true
		}
	}
	return false
}

// undeclaredIn is whom the image is shared with though no ImageShare declares
// them. What could not be looked at is as it was. An account that a resource
// share reaches is there on account of whoever is on that.
func (p *pass) undeclaredIn(before []v1alpha1.Sharee, now outcomes, sure bool) []v1alpha1.Sharee {
	if p.undeclared == nil {
		p.undeclared = new(p.findUndeclared(now))
	}
	found := share.Sharees{}
	keep := func(wanted func(share.Sharee) bool) {
		for _, id := range before {
			if wanted(share.Sharee(id)) {
				found = found.With(share.NewSharees(share.Sharee(id)))
			}
		}
	}
	if sure && !p.org.unsure {
		found = found.With(p.undeclared.accounts)
	} else {
		keep(func(id share.Sharee) bool { return !isTarget(id) })
	}
	if p.undeclared.known {
		found = found.With(p.undeclared.targets)
	} else {
		keep(isTarget)
	}
	return listed(found)
}

// undeclared is whom the image is shared with though no ImageShare declares
// them. The targets are known if the resource shares could be read.
type undeclared struct {
	accounts, targets share.Sharees
	known             bool
}

// findUndeclared finds them once for all ImageShares of the image.
func (p *pass) findUndeclared(now outcomes) undeclared {
	found := undeclared{accounts: share.Undeclared(p.accountsGroup(), now.accounts.Seen).Without(p.org.reached)}
	seen := p.org.seen
	if now.targets != nil && now.targets.Seen.Known {
		seen = now.targets.Seen
	}
	if seen.Known {
		found.targets, found.known = p.undeclaredTargets(seen), true
	}
	return found
}

// listed is the first of some sharees, as they stand in a status.
func listed(sharees share.Sharees) []v1alpha1.Sharee {
	var out []v1alpha1.Sharee
	for id := range sharees.First(maxUndeclared).All() {
		out = append(out, v1alpha1.Sharee(id))
	}
	return out
}

// undeclaredTargets are the directories, folders and accounts that have the
// image by a resource share, of ours or of somebody else's, and that nobody
// declares.
func (p *pass) undeclaredTargets(seen share.Observed) share.Sharees {
	declared := share.Sharees{}
	for _, m := range p.members {
		if !m.deleting() {
			declared = declared.With(m.declared())
		}
	}
	foreign := share.NewSharees(slices.Collect(maps.Keys(p.org.way.View().Foreign()))...)
	return share.Undeclared(p.targetsGroup(), seen).With(foreign.Without(declared))
}

// undeclaredMessage says who they are, by which resource share they have the
// image, and what becomes of them.
func (p *pass) undeclaredMessage(ids []v1alpha1.Sharee) string {
	by := map[share.Sharee]string{}
	if p.org.way != nil {
		by = p.org.way.View().Foreign()
	}
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		name := string(id)
		if resourceShare, foreign := by[share.Sharee(id)]; foreign {
			name += fmt.Sprintf(" (by resource share %s)", resourceShare)
		}
		names = append(names, name)
	}
	sentences := append([]string{"Somebody else shared the image with " + strings.Join(names, ", ")}, p.whatBecomesOf(ids)...)
	if p.org.way != nil && !p.org.way.View().Reaching().Empty() && slices.ContainsFunc(ids, p.unlocated) {
		sentences = append(sentences, "Some may have it by a resource share: the resource directory cannot be read, so that nobody can tell")
	}
	return strings.Join(sentences, ". ")
}

// whatBecomesOf says what becomes of those whom nobody declares.
func (p *pass) whatBecomesOf(ids []v1alpha1.Sharee) []string {
	going := share.Combine(p.accountsGroup()).Revoke.With(share.Combine(p.targetsGroup()).Revoke)
	fates := []struct {
		text string
		who  []string
	}{
		{text: "Taking it from %s waits for an approval"},
		{text: "It is taken from %s again"},
		{text: "The operator leaves %s: declare them, or remove them by hand"},
	}
	for _, id := range ids {
		fate := &fates[2]
		switch sharee := share.Sharee(id); {
		case p.isHeld(sharee, true):
			fate = &fates[0]
		case going.Has(sharee):
			fate = &fates[1]
		}
		fate.who = append(fate.who, string(id))
	}
	var out []string
	for _, fate := range fates {
		who := some(fate.who)
		if len(fate.who) == len(ids) {
			who = "them"
		}
		if len(fate.who) > 0 {
			out = append(out, fmt.Sprintf(fate.text, who))
		}
	}
	return out
}

// unlocated reports whether nobody could tell where in the directory an account
// is.
func (p *pass) unlocated(id v1alpha1.Sharee) bool {
	found, _ := p.lookedUp(string(id))
	return !isTarget(share.Sharee(id)) && found.closed()
}

// redundantIn says which sharees of a member are reached by others of it, empty
// if none is. Nothing is done about it.
func (p *pass) redundantIn(m *member) string {
	var paths []share.Path
	for _, declared := range p.pathsIn(m) {
		if declared.flaw == nil {
			paths = append(paths, declared.path)
		}
	}
	slices.SortFunc(paths, func(a, b share.Path) int { return strings.Compare(a.String(), b.String()) })
	var said []string
	for path, by := range share.Redundant(paths) {
		said = append(said, fmt.Sprintf("%s is within %s", path, by))
	}
	for id := range m.accounts().All() {
		member := p.org.members[id]
		at := slices.IndexFunc(paths, func(path share.Path) bool { return path.Holds(member) })
		if at >= 0 {
			said = append(said, fmt.Sprintf("account %s is within %s", id, paths[at]))
		}
	}
	if len(said) == 0 {
		return ""
	}
	slices.Sort(said)
	return "Declared twice, and Alibaba Cloud advises against sharing an image with somebody in both ways: " + some(said) + ". Leave the narrower ones out"
}
