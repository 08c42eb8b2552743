// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"math"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// planner plans one way: what has to be done, without what must not be. It is
// asked again after every live look, by which the members are new.
func (w *way) planner(ctx context.Context, seen share.Observed) converge.Planner {
	return func(group []share.Declaration) share.Plan {
		plan := w.planAccounts
		if w.targets {
			plan = w.planTargets
		}
		return w.fit(w.withhold(ctx, group, plan(ctx, group, seen), seen), seen)
	}
}

// planAccounts says what has to be done with accounts, and holds back what must
// not be: grants of an image that cannot be shared, sharing it with its owner,
// and taking it from who is about to have it by a folder.
func (p *pass) planAccounts(ctx context.Context, group []share.Declaration, seen share.Observed) share.Plan {
	p.crowd.quota = p.quotaFor(ctx, group, seen)
	plan := share.Diff(group, seen, p.crowd.quota.count).KeepApart(p.reconciler.memory.apart(p.key))
	p.org.bridged = p.bridgedAccounts(ctx, plan.Revoke, seen)
	plan = plan.HoldRevokes(p.org.bridged)
	if p.ungrantableImage() != nil {
		return plan.HoldGrants(plan.Grant)
	}
	return plan.HoldGrants(p.ownAccount())
}

// planTargets says what has to be done about the resource share, and holds back
// what must not be: grants of an image that nobody knows or that cannot be
// shared, and of what was refused a moment ago; taking it from whom others are
// about to reach; and letting go before the last resource share is tidied up.
func (p *pass) planTargets(_ context.Context, group []share.Declaration, seen share.Observed) share.Plan {
	plan := share.Diff(group, seen, math.MaxInt).KeepApart(p.reconciler.memory.organized(p.key).apart)
	bridged := p.bridgedTargets(plan.Revoke)
	p.org.bridged = p.org.bridged.With(bridged)
	plan = plan.HoldRevokes(bridged)
	plan.Release = slices.DeleteFunc(plan.Release, func(id string) bool {
		waits := p.org.untidy != nil && p.members[id].standing() == share.Withdrawing
		return waits || !slices.Contains(p.released, id)
	})
	if p.ungrantableImage() != nil || p.unseen != nil || !p.cipher.known {
		return plan.HoldGrants(plan.Grant)
	}
	return plan.HoldGrants(plan.Grant.Filter(p.refusedLately))
}
