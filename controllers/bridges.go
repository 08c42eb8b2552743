// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"maps"
	"time"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// bridgePatience is for how long somebody keeps the image until another has it.
const bridgePatience = 15 * time.Minute

// bridges are the declared directories and folders that do not have the image
// yet and are on their way to it. Whoever is within one of them, or has one
// within, keeps what he has until then: a resource share comes to be minutes
// after it was asked for. One that was refused or has failed is no bridge.
func (p *pass) bridges() []share.Path {
	if p.org.way == nil || final(p.image) || final(p.unseen) || final(p.org.unseen) {
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

// final reports whether trouble does not pass by itself.
func final(v *verdict) bool { return v != nil && v.class >= fixCloud }

// onItsWay reports whether a declared target may come to have the image by
// itself, and has it not, as far as anybody knows.
func (p *pass) onItsWay(m *member, target share.Sharee) bool {
	view, known := p.org.way.View(), p.reconciler.memory.organized(p.key)
	if p.barred(m).Has(target) {
		why := p.undecryptable(m)
		return why != nil && why.class <= waiting
	}
	at, asked := known.tried[target]
	_, failed := view.Failed(target)
	_, refused := known.refused[target]
	switch {
	case view.Shared().Has(target), p.org.failed.Has(target) && asked:
		return false
	case view.Live().Has(target):
		return true
	case failed && asked, refused:
		return false
	case !asked, !p.org.seen.Known:
		return true
	}
	return !p.org.way.Settled() || p.started.Sub(at) < unsettledFor
}

// rememberRefusals notes which targets the cloud has refused, for good as far as
// it tells.
func (p *pass) rememberRefusals(o *organized, outcome *converge.Outcome) {
	live := p.org.way.View().Live()
	maps.DeleteFunc(o.refused, func(target share.Sharee, at time.Time) bool {
		return live.Has(target) || p.started.Sub(at) > closedTTL
	})
	for target, err := range outcome.Trouble {
		e := cloud.AsError(err)
		if !e.NotSent() && !e.MayHaveHappened() && e.Kind != cloud.Conflict && e.Kind != cloud.Throttled {
			o.refused[target] = p.started
		}
	}
}

// bridge notes since when each keeps the image until another has it. Whoever
// could not be taken off after the patience does not keep it once more.
func (o *organized) bridge(spanned share.Sharees, now time.Time) {
	maps.DeleteFunc(o.bridging, func(id share.Sharee, _ time.Time) bool { return !spanned.Has(id) })
	for id := range spanned.All() {
		if _, known := o.bridging[id]; !known {
			o.bridging[id] = now
		}
	}
}

// keptMeanwhile judges somebody who keeps the image until another has it.
func (p *pass) keptMeanwhile() verdict {
	return verdict{class: waiting, reason: v1alpha1.ReasonRevoking, after: min(p.reconciler.Interval, awaitPace),
		message: "Access is taken away once what is declared and reaches the same accounts has the image, or after a quarter of an hour"}
}

// bridgedAccounts is who of some accounts keeps the image, since he is within a
// bridge. Who could not be asked for just now may be. Nobody keeps what he does
// not have; but an empty list can be a denied read.
func (p *pass) bridgedAccounts(ctx context.Context, leaving share.Sharees, seen share.Observed) share.Sharees {
	bridges := p.bridges()
	if len(bridges) == 0 {
		return share.Sharees{}
	}
	if !seen.Doubtful && !seen.Sharees.Empty() {
		leaving = leaving.And(seen.Sharees)
	}
	return p.patient(leaving.Filter(func(id share.Sharee) bool {
		found := p.lookUp(ctx, string(id))
		return found.at.IsZero() || found.known() && within(bridges, found.path)
	}))
}

// bridgedTargets is which of some directories and folders keep the image, since
// they are within a bridge. Those that the cloud is taking off already do not.
func (p *pass) bridgedTargets(leaving share.Sharees) share.Sharees {
	bridges := p.bridges()
	if len(bridges) == 0 {
		return share.Sharees{}
	}
	has := p.org.seen.Sharees.Without(p.org.way.View().Leaving())
	return p.patient(leaving.And(has).Filter(func(target share.Sharee) bool { return within(bridges, p.placeOf(target)) }))
}

// patient is who of some keeps the image until another has it: all who have not
// kept it for too long so. It is noted who they all are.
func (p *pass) patient(spanned share.Sharees) share.Sharees {
	p.org.spanned = p.org.spanned.With(spanned)
	since := p.reconciler.memory.organized(p.key).bridging
	return spanned.Filter(func(id share.Sharee) bool {
		at, known := since[id]
		return !known || p.started.Sub(at) <= bridgePatience
	})
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

// within reports whether a place is within any of the paths, or has one within.
func within(paths []share.Path, place share.Principal) bool {
	held, err := share.ParsePath(string(place))
	for _, path := range paths {
		if path.Holds(place) || err == nil && held.Covers(path) {
			return true
		}
	}
	return false
}
