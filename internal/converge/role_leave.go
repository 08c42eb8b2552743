// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"errors"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// leave takes away our claim, and what an earlier run may have left, once nobody
// needs the role any more.
func (r *roleRun) leave(ctx context.Context) error {
	if !r.plan.Leave {
		return nil
	}
	if r.plan.Unclaim {
		err := r.roles.UntagRole(ctx, r.task.Name, []string{TagOwner})
		if err != nil && !refusal(err) {
			return err
		}
		r.unclaimed = true
	}
	return r.dropLeftovers(ctx)
}

// alone reports whether nothing is on the role but what we put there.
func (r *roleRun) alone(rest share.TrustPolicy) bool {
	foreignAllKeys := r.start.AllKeys && !r.plan.NotAllKeys
	placeholder := rest.Without(r.placeholder()).Empty()
	return placeholder && len(r.start.Others) == 0 && !foreignAllKeys && r.keysAreOurs()
}

// keysAreOurs reports whether our policies give no key that the ledger has let
// go of: one that was left in place for good.
func (r *roleRun) keysAreOurs() bool {
	return r.start.Keys().Without(r.plan.NoKeys).Without(r.plan.Spare).Empty()
}

// delete deletes the role that we made, with all that is on it, unless somebody
// has put something on it by the time that it is empty. Where the deletion is
// refused it trusts nobody any more at least.
func (r *roleRun) delete(ctx context.Context, untrust share.Principals) error {
	for slot, policy := range r.policies {
		if policy.Name == "" {
			continue
		}
		if err := r.dropSlot(ctx, slot); err != nil {
			return err
		}
	}
	if err := r.detachAllKeys(ctx); err != nil {
		return err
	}
	policy, err := r.trustNow(ctx)
	if cloud.KindOf(err) == cloud.NotFound {
		return r.dropLeftovers(ctx)
	}
	if err != nil {
		return err
	}
	if !r.alone(r.withdrawn(policy, untrust)) {
		return errors.Join(r.untrust(ctx, policy, untrust), r.leave(ctx))
	}
	err = r.sent(r.roles.DeleteRole(ctx, r.task.Name))
	switch {
	case err == nil, cloud.KindOf(err) == cloud.NotFound:
		return r.dropLeftovers(ctx)
	case refusal(err):
		return errors.Join(err, r.untrust(ctx, policy, untrust))
	}
	return err
}
