// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// batch is how many accounts a call may name here: with three accounts in the
// world a limit of ten would never be met.
const batch = 2

// launch is the launch permissions of the image of a pass.
type launch struct{ *imagePass }

var _ converge.Cloud = launch{}

// errNotTrusted is how the cloud refuses an account that the role does not let
// decrypt the image.
var errNotTrusted = &cloud.Error{Kind: cloud.Untrusted, Subject: cloud.AboutAccount, Code: "AssumeRoleError", Message: "not trusted"}

func (l launch) Batch() int {
	if l.without == crowded {
		return batch + 1
	}
	return batch
}

func (l launch) Candid() bool { return false }

func (l launch) Permissions(context.Context) (share.Sharees, error) {
	var on who
	err := l.call(cloudRead, "reads the image", func(f fate) error {
		on = l.Images[l.at].On
		if f == stale {
			on = l.before.Images[l.at].On
		}
		return nil
	})
	if err != nil {
		return share.Sharees{}, err
	}
	on &^= l.answered
	l.say("      on it: %s", sets[on])
	l.saw(on)
	return sets[on], nil
}

func (l launch) Grant(_ context.Context, some share.Sharees) error {
	ids := whoIs(some)
	return l.call(cloudWrite, "grants "+some.String(), func(fate) error {
		l.checkBatch(some)
		image := &l.Images[l.at]
		if bad := ids &^ l.decryptable(l.at); bad != nobody {
			l.judgeUntrusted(bad)
			return errNotTrusted
		}
		for i := range sharees {
			if !ids.has(i) {
				continue
			}
			l.judgeGrant(i)
			if !image.On.has(i) && (l.provable(l.at, i) || l.sight != nobody) {
				image.Ours |= 1 << i
			}
			image.On |= 1 << i
		}
		return nil
	})
}

func (l launch) Revoke(_ context.Context, some share.Sharees) error {
	ids := whoIs(some)
	err := l.call(cloudWrite, "revokes "+some.String(), func(fate) error {
		l.checkBatch(some)
		for i := range sharees {
			if ids.has(i) {
				l.judgeRevoke(i)
			}
		}
		image := &l.Images[l.at]
		image.On &^= ids
		image.Ours &^= ids
		image.Left &^= ids
		return nil
	})
	if l.without == believes {
		l.answered |= ids
		return nil
	}
	return err
}

func (l launch) checkBatch(some share.Sharees) {
	if some.Empty() || some.Len() > batch {
		l.breach("a call names %d accounts", some.Len())
	}
}

// provable reports whether a ledger says that an account was granted by us.
func (p *play) provable(at, id int) bool {
	for i, s := range p.Shares {
		if p.image[i] == at && s.There && s.Ledger[id] == granted {
			return true
		}
	}
	return false
}
