// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// observe reads whom the image is shared with and, when that is needed, what
// kind of image it is. What it cannot find out it leaves unknown, and says
// why.
func (p *pass) observe(ctx context.Context) share.Observed {
	group := p.accountsGroup()
	if p.session == nil || !p.needsCloud(group) {
		return share.Observed{}
	}
	seen, err := converge.Observe(ctx, &accountsWay{pass: p}, group, p.reconciler.memory.apart(p.key))
	switch {
	case err == nil:
		p.reconciler.memory.present(p.key, p.reconciler.Now())
	case cloud.KindOf(err) == cloud.NotFound:
		return p.missing(ctx)
	default:
		v := verdictOf(err)
		v.blind = v.class != fixSpec
		if v.reason == v1alpha1.ReasonRegionNotFound {
			v.message = fmt.Sprintf("There is no region %q for account %s: check the region ID", p.key.Region, p.key.Account)
		}
		p.unseen = &v
		return share.Observed{}
	}
	return seen
}

// learn finds out what kind of image it is, if somebody is to have it.
func (p *pass) learn(ctx context.Context, seen *share.Observed) {
	accounts, targets := share.Combine(p.enforced(p.accountsGroup())).Grant, share.Combine(p.enforced(p.targetsGroup())).Grant
	if !seen.Known || seen.Gone || accounts.Empty() && targets.Empty() && !p.mysterious() {
		return
	}
	p.facts(ctx, !accounts.Without(seen.Sharees).Empty() || !targets.Without(p.org.seen.Sharees).Empty() || p.mysterious())
	// Nobody is expected of whom it is only known by now that they are barred:
	// granting them would settle no doubt.
	seen.Doubtful = seen.Doubtful && converge.ExpectsAnybody(p.accountsGroup(), p.reconciler.memory.apart(p.key))
}

// missing judges an image that its account does not have. Where a ledger has
// entries it is taken for gone only when a second look, a minute later, says
// the same.
func (p *pass) missing(ctx context.Context) share.Observed {
	p.absent = true
	since := p.reconciler.memory.missed(p.key, p.reconciler.Now())
	held := false
	for _, m := range p.members {
		held = held || len(m.ledger()) > 0
	}
	if held && since < gonePace {
		p.unseen = &verdict{class: waiting, blind: true, reason: v1alpha1.ReasonImageNotFound, after: gonePace - since, message: fmt.Sprintf(
			"The cloud says that account %s has no image %s. Looking again in a minute before believing it", p.key.Account, p.key.ref())}
		return share.Observed{}
	}
	p.image = p.whyMissing(ctx)
	return share.Observed{Known: true, Gone: true}
}

// surelyGone reports whether the image has been missing for a minute.
func (p *pass) surelyGone() bool {
	return p.reconciler.memory.missingFor(p.key, p.reconciler.Now()) >= gonePace
}

// whyMissing tells an image that is not there from one that is somebody
// else's.
func (p *pass) whyMissing(ctx context.Context) *verdict {
	image, err := p.session.Image(ctx, p.key.ref())
	if err == nil {
		if v := p.ownership(image); v != nil {
			return v
		}
	}
	return &verdict{class: fixCloud, reason: v1alpha1.ReasonImageNotFound, message: fmt.Sprintf(
		"Account %s has no image %s: check the ID and the region (an image can be shared in its own region only), and whose image it is",
		p.key.Account, p.key.ref())}
}

// facts finds out what kind of image it is: anew when somebody is to be
// granted or asks for it, from memory when everything is in step. When a routine
// look fails, memory serves for as long again as it is fresh.
func (p *pass) facts(ctx context.Context, granting bool) {
	known, age := p.reconciler.memory.facts(p.key, p.reconciler.Now())
	if granting || age > factsTTL || p.asked() {
		found, trouble := p.inspect(ctx)
		switch {
		case trouble == nil:
			known = found
			p.reconciler.memory.learn(p.key, known, p.reconciler.Now())
		case granting || age > 2*factsTTL || p.asked():
			p.image = trouble
			return
		}
	}
	p.kind = &known
	p.cipher, p.paid = known.cipher, known.image.ProductCode != ""
	p.image = p.judge(known)
}

// inspect looks at the image and, if it is the account's own, at how it is
// encrypted.
func (p *pass) inspect(ctx context.Context) (facts, *verdict) {
	image, err := p.lookAtImage(ctx)
	if err != nil {
		return facts{}, p.unlooked(err)
	}
	if p.ownership(image) != nil {
		return facts{image: image}, nil
	}
	c, err := p.decipher(ctx, image)
	if err != nil {
		return facts{}, unciphered(err)
	}
	return facts{image: image, cipher: c}, nil
}

// unlooked judges trouble in finding out what kind of image it is. That the
// image cannot be seen by one who may read its launch permissions means that
// the look was denied.
func (p *pass) unlooked(err error) *verdict {
	v := verdictOf(err)
	if cloud.KindOf(err) == cloud.NotFound {
		v = verdict{class: fixCloud, reason: v1alpha1.ReasonDenied, message: "The image is there but cannot be looked at: allow the credentials ecs:DescribeImages"}
	}
	v.blind = true
	return &v
}

// judge says why the image cannot be shared, or nil.
func (p *pass) judge(known facts) *verdict {
	if v := p.ownership(known.image); v != nil {
		return v
	}
	if v := judgeState(known.image); v != nil {
		return v
	}
	for id := range known.cipher.keys.All() {
		if p.keyState(id) == v1alpha1.KeyService {
			return &verdict{class: fixCloud, reason: v1alpha1.ReasonServiceKey, message: keyMessage(id, v1alpha1.KeyService)}
		}
	}
	return known.cipher.flaw
}

// judgeState says why an image in its state cannot be shared, or nil.
func judgeState(image cloud.Image) *verdict {
	if image.Community {
		return &verdict{class: fixCloud, reason: v1alpha1.ReasonImageCommunity,
			message: "The image is published as a community image, which everyone can use: take it back before sharing it with some"}
	}
	switch image.State {
	case cloud.ImageAvailable:
		return nil
	case cloud.ImageCreating, cloud.ImageWaiting:
		return &verdict{class: waiting, reason: v1alpha1.ReasonImageNotAvailable, after: waitPace,
			message: "The image is still being made: it will be shared once it is Available"}
	case cloud.ImageDeprecated:
		return &verdict{class: fixCloud, reason: v1alpha1.ReasonImageDeprecated,
			message: "The image is deprecated and cannot be shared with anyone new: make it Available again, or share another image"}
	case cloud.ImageUnavailable, cloud.ImageCreateFailed:
		return &verdict{class: fixCloud, reason: v1alpha1.ReasonImageNotAvailable, message: fmt.Sprintf(
			"The image cannot be used (%s): make a new one and share that", image.State)}
	}
	return &verdict{class: waiting, reason: v1alpha1.ReasonImageNotAvailable, message: fmt.Sprintf(
		"The image is in a state that is not known here (%s): it will be shared once it is Available", image.State)}
}

// ownership says whose the image is if it is not the sharer's own.
func (p *pass) ownership(image cloud.Image) *verdict {
	own := image.OwnerAlias == "self" || image.OwnerAlias == ""
	if own && (image.Owner == "" || image.Owner == p.key.Account) {
		return nil
	}
	whose := map[string]string{
		"system":      "It is a public image of Alibaba Cloud, which everyone can use.",
		"marketplace": "It is a marketplace image.",
		"others":      fmt.Sprintf("It belongs to account %s, which shares it with %s.", image.Owner, p.key.Account),
	}[image.OwnerAlias]
	return &verdict{class: fixSpec, reason: v1alpha1.ReasonImageNotOwned, message: fmt.Sprintf(
		"Image %s is not account %s's own, and only own images can be shared. %s Copy it and share the copy, or name an image of the account",
		p.key.ref(), p.key.Account, whose)}
}
