// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// bridges are the declared directories and folders that do not have the image
// yet and are on their way to it. Whoever is within one of them keeps what he
// has until then: a resource share comes to be minutes after it was asked for.
// One that was refused or has failed is no bridge.
func (p *pass) bridges() []share.Path {
	if p.org.way == nil || !p.org.seen.Known || p.image != nil || p.unseen != nil {
		return nil
	}
	var out []share.Path
	for _, m := range p.members {
		if m.standing() != share.Active {
			continue
		}
		for target, declared := range p.pathsIn(m) {
			if declared.flaw == nil && p.onItsWay(m, target) {
				out = append(out, declared.path)
			}
		}
	}
	return out
}

// onItsWay reports whether a declared target may come to have the image by
// itself, and has it not.
func (p *pass) onItsWay(m *member, target share.Sharee) bool {
	view := p.org.way.View()
	if p.barred(m).Has(target) {
		why := p.undecryptable(m)
		return why != nil && why.class <= waiting
	}
	_, asked := p.reconciler.memory.organized(p.key).tried[target]
	return !view.Shared().Has(target) && (!asked || view.Live().Has(target))
}

// bridgedAccounts is who of some accounts is within a bridge, as far as the
// directory tells.
func (p *pass) bridgedAccounts(ctx context.Context, accounts share.Sharees) share.Sharees {
	bridges := p.bridges()
	if len(bridges) == 0 {
		return share.Sharees{}
	}
	return accounts.Filter(func(id share.Sharee) bool {
		found := p.lookUp(ctx, string(id))
		return found.known() && within(bridges, found.path)
	})
}

// bridgedTargets is which of some directories and folders are within a bridge.
func (p *pass) bridgedTargets(targets share.Sharees) share.Sharees {
	bridges := p.bridges()
	if len(bridges) == 0 {
		return share.Sharees{}
	}
	return targets.Filter(func(target share.Sharee) bool { return within(bridges, p.placeOf(target)) })
}

// placeOf is where in the directory a target is that an ImageShare has, as far
// as a ledger tells.
func (p *pass) placeOf(target share.Sharee) share.Principal {
	for _, m := range p.members {
		if path := m.obj.Status.Ledger[string(target)].Path; path != "" {
			return share.Principal(path)
		}
	}
	return share.Principal(target)
}

// within reports whether a place is within any of the paths.
func within(paths []share.Path, place share.Principal) bool {
	for _, path := range paths {
		if path.Holds(place) {
			return true
		}
	}
	return false
}
