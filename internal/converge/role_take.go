// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// take takes off the role what nobody needs, and reports whether anybody was
// untrusted. It is announced in the ledger first, so that the images' loop
// grants nothing that rests on it, and then looked at live: whatever an
// ImageShare declares or holds by then stays.
func (r *roleRun) take(ctx context.Context) bool {
	if !r.record(ctx, r.plan.Going(r.outcome.Ledger)) || !r.look(ctx) {
		return false
	}
	if r.needed.ShieldsAllKeys {
		r.plan.NoKeys, r.plan.NotAllKeys = share.Keys{}, false
	}
	untrust := r.plan.Untrust.Without(r.needed.Shields)
	keys := r.plan.NoKeys.Without(r.needed.ShieldsKeys)
	if err := r.takeAll(ctx, untrust, keys); err != nil {
		r.stuck = true
		r.troubled(err)
		return false
	}
	r.untrusted, r.unkeyed = untrust, keys
	return !untrust.Empty()
}

// takeAll takes trust first and keys after it. When nobody needs the role any
// more, what else we put there goes too, and the role itself if it is ours
// alone.
func (r *roleRun) takeAll(ctx context.Context, untrust share.Principals, keys share.Keys) error {
	leave := r.plan.Leave && r.needed.Nothing()
	if !r.exists() {
		r.unattached = r.plan.NotAllKeys
		return r.leftovers(ctx, leave)
	}
	now, err := r.roles.Role(ctx, r.task.Name)
	if err != nil {
		return err
	}
	policy, err := share.ParseTrustPolicy(now.Trust)
	if err != nil {
		return unreadable("the trust policy of role "+r.task.Name, err)
	}
	if leave && r.start.Made && r.alone(policy.Without(untrust)) {
		return r.delete(ctx)
	}
	if err := r.untrust(ctx, policy, untrust); err != nil {
		return err
	}
	if err := r.takeKeys(ctx, keys.With(r.plan.Spare)); err != nil {
		return err
	}
	if r.plan.NotAllKeys && r.outcome.NoSlot.Empty() && r.outcome.Err == nil {
		if err := r.sent(r.roles.Detach(ctx, r.task.Name, cloud.PolicyRef{System: true, Name: AllKeysPolicy})); err != nil {
			return err
		}
		r.unattached = true
	}
	if !leave {
		return nil
	}
	if err := r.roles.UntagRole(ctx, r.task.Name, []string{TagOwner}); err != nil && !refusal(err) {
		return err
	}
	return r.leftovers(ctx, leave)
}

// leftovers deletes what an earlier run may have left, once nobody needs the
// role any more.
func (r *roleRun) leftovers(ctx context.Context, leave bool) error {
	if !leave {
		return nil
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

// placeholder stands in a trust policy that would be empty, which RAM does not
// take: the account's own ECS, which gains nothing by it.
func (r *roleRun) placeholder() share.Principals {
	return share.PrincipalsOf(share.NewAccounts(r.task.Account))
}

// untrust takes principals out of the trust policy. It writes also without a
// difference where a write that put one of them there may still be on its way:
// the later write wins.
func (r *roleRun) untrust(ctx context.Context, policy share.TrustPolicy, untrust share.Principals) error {
	rest := policy.Without(untrust)
	if rest.Equal(policy) && untrust.And(r.outcome.Ledger.Unsure()).Empty() {
		return nil
	}
	if rest.Empty() {
		rest = rest.With(r.placeholder(), r.placeholder())
	}
	return r.sent(r.roles.SetTrust(ctx, r.task.Name, rest.Document()))
}

// delete deletes the role that we made, with all that is on it.
func (r *roleRun) delete(ctx context.Context) error {
	for _, policy := range r.start.Policies {
		if policy.Name == "" {
			continue
		}
		if err := r.dropSlot(ctx, policy); err != nil {
			return err
		}
	}
	if r.start.AllKeys {
		if err := r.sent(r.roles.Detach(ctx, r.task.Name, cloud.PolicyRef{System: true, Name: AllKeysPolicy})); err != nil {
			return err
		}
		r.unattached = true
	}
	err := r.sent(r.roles.DeleteRole(ctx, r.task.Name))
	if err != nil && cloud.KindOf(err) != cloud.NotFound {
		return err
	}
	return r.dropLeftovers(ctx)
}
