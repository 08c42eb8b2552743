// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// errNotTrusted is how the cloud refuses a sharee that the role does not let
// decrypt the image.
var errNotTrusted = &cloud.Error{Kind: cloud.Untrusted, Subject: cloud.AboutAccount, Code: "AssumeRoleError", Message: "not trusted"}

func (i *estateImage) accounts() share.Sharees {
	var ids []share.Sharee
	for id := range i.on {
		ids = append(ids, id)
	}
	return share.NewSharees(ids...)
}

// Permissions reads whom the image is shared with.
func (p *imagePass) Batch() int { return cloud.BatchSize }

func (p *imagePass) Candid() bool { return false }

func (p *imagePass) Permissions(context.Context) (seen share.Sharees, err error) {
	err = p.r.ask("permissions", func() error { seen = p.image().accounts(); return nil })
	return seen, err
}

// Grant adds accounts. That one could not decrypt the image is a breach, unless
// a stranger is to blame.
func (p *imagePass) Grant(_ context.Context, batch share.Sharees) error {
	return p.change("grant "+batch.String(), func() error {
		for id := range batch.All() {
			if !p.decryptable(p.name, id) && p.blameless(p.name, id) {
				return errNotTrusted
			}
		}
		for id := range batch.All() {
			if !p.image().on[id] && p.provable(p.name, id) {
				p.ours[onImage{p.name, id}] = true
			}
			p.image().on[id] = true
		}
		return nil
	})
}

// Revoke removes accounts.
func (p *imagePass) Revoke(_ context.Context, batch share.Sharees) error {
	return p.change("revoke "+batch.String(), func() error {
		for id := range batch.All() {
			delete(p.image().on, id)
			delete(p.ours, onImage{p.name, id})
		}
		return nil
	})
}

// change is a write to the image.
func (p *imagePass) change(call string, effect func() error) error {
	fate := p.r.step(call)
	switch fate {
	case killedBefore:
		return errCrash
	case lostBefore, denied, lostLate:
		// What comes late to an image is the other model's business.
		return errLost
	case overBudget, slowedDown:
		return &cloud.Error{Kind: cloud.Throttled, Message: "slowly"}
	case well, lostAfter, killedAfter:
	}
	err := effect()
	p.check(p.name + ": " + call)
	return answer(fate, err)
}

// provable reports whether a ledger says that an account was granted by us.
func (e *estate) provable(image string, id share.Sharee) bool {
	for _, s := range e.shares {
		if origin, held := s.ledger[id]; held && s.image == image && origin == share.Granted {
			return true
		}
	}
	return false
}
