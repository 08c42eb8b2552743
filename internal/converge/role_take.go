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
// grants nothing that rests on it; then what is needed is looked at live, and
// only what the plan made anew from that takes as well is taken.
func (r *roleRun) take(ctx context.Context) bool {
	before := r.outcome.Ledger
	if r.waits() {
		return false
	}
	if !r.record(ctx, r.plan.Going(before)) || !r.look(ctx) {
		return false
	}
	anew := share.DiffRole(r.needed, r.task.Access, before, r.start)
	untrust, keys := r.plan.Untrust.And(anew.Untrust), r.plan.NoKeys.And(anew.NoKeys)
	r.plan.Spare = r.plan.Spare.And(anew.Spare)
	r.plan.NotAllKeys = r.plan.NotAllKeys && anew.NotAllKeys
	r.plan.Leave = r.plan.Leave && anew.Leave
	r.outcome.Ledger = r.plan.Stays(r.outcome.Ledger, before, untrust, keys)
	if err := r.takeAll(ctx, untrust, keys); err != nil {
		r.stuck = true
		r.troubled(err)
		return false
	}
	r.untrusted, r.unkeyed, r.late = untrust, r.surely(keys), r.comeBack(untrust)
	return !untrust.Empty()
}

// waits reports whether all that there is to take away is gone already, and
// might only come back.
func (r *roleRun) waits() bool {
	plan, there := r.plan, r.start
	trust := plan.Untrust.Without(plan.Ledger.Leaving()).With(plan.Untrust.And(there.Trust.Principals()))
	keys := plan.NoKeys.Without(plan.Ledger.LeavingKeys()).With(plan.NoKeys.And(there.Keys())).With(plan.Spare)
	allKeys := plan.NotAllKeys && there.AllKeys
	return !r.task.Alone && trust.Empty() && keys.Empty() && !allKeys && !plan.Unclaim
}

// takeAll takes trust first and keys after it. When nobody needs the role any
// more, what else we put there goes too, and the role itself if it is ours
// alone.
func (r *roleRun) takeAll(ctx context.Context, untrust share.Principals, keys share.Keys) error {
	if !r.exists() {
		r.unattached = r.plan.NotAllKeys && r.task.Alone
		return r.leave(ctx)
	}
	policy, err := r.trustNow(ctx)
	if err != nil {
		return err
	}
	if r.plan.Leave && r.start.Made && r.alone(r.withdrawn(policy, untrust)) {
		return r.delete(ctx, untrust)
	}
	if err := r.untrust(ctx, policy, untrust); err != nil {
		return err
	}
	if err := r.takeKeys(ctx, keys.With(r.plan.Spare), r.plan.Leave); err != nil {
		return err
	}
	if err := r.detachAllKeys(ctx); err != nil {
		return err
	}
	return r.leave(ctx)
}

// detachAllKeys detaches the vendor's policy for all keys, unless giving what
// it gave in another way has met with trouble.
func (r *roleRun) detachAllKeys(ctx context.Context) error {
	troubled := r.outcome.Err != nil || !r.outcome.NoSlot.Empty()
	if !r.plan.NotAllKeys || troubled {
		return nil
	}
	err := r.sent(r.roles.Detach(ctx, r.task.Name, cloud.PolicyRef{System: true, Name: AllKeysPolicy}))
	r.unattached = err == nil && r.task.Alone
	return err
}

// untrust takes principals out of the trust policy. It writes also without a
// difference where a write that put one of them there may still be on its way:
// the later write wins.
func (r *roleRun) untrust(ctx context.Context, policy share.TrustPolicy, untrust share.Principals) error {
	rest := r.withdrawn(policy, untrust)
	if rest.Empty() {
		rest = rest.With(r.placeholder(), r.placeholder())
	}
	r.rest = &rest
	if rest.Equal(policy) && untrust.And(r.outcome.Ledger.Unsure()).Empty() {
		return nil
	}
	return r.sent(r.roles.SetTrust(ctx, r.task.Name, rest.Document()))
}

// withdrawn is a trust policy without what we put there of some principals.
func (r *roleRun) withdrawn(policy share.TrustPolicy, untrust share.Principals) share.TrustPolicy {
	return policy.Withdraw(untrust, r.outcome.Ledger.Own())
}

// placeholder stands in a trust policy that would be empty, which RAM does not
// take: the account's own ECS, which gains nothing by it.
func (r *roleRun) placeholder() share.Principals {
	return share.As[share.Principal](share.NewAccounts(r.task.Account))
}

// comeBack is who of the untrusted may be put back by what was sent before.
// Where nothing could be written that a late write would have to give way to,
// that is who was never confirmed. What another operator sent, which led before,
// can be later than any write of ours, and says whom and what that one knew: the
// same goes for keys.
func (r *roleRun) comeBack(untrust share.Principals) share.Principals {
	switch {
	case !r.task.Alone:
		return untrust
	case !r.task.Sure && !r.exists():
		return untrust.And(r.outcome.Ledger.Unsure())
	}
	return share.Principals{}
}

// surely is what of the taken keys cannot come back.
func (r *roleRun) surely(keys share.Keys) share.Keys {
	switch {
	case !r.task.Alone:
		return share.Keys{}
	case !r.task.Sure:
		return keys.Without(r.outcome.Ledger.UnsureKeys())
	}
	return keys
}

// gone is who of the untrusted has lost what we put there: whom the trust
// policy no longer shows, or everyone when it is as it was written and shows
// them on somebody else's account.
func (r *roleRun) gone(seen share.RoleSeen) share.Principals {
	if r.rest != nil && seen.Trust.Equal(*r.rest) {
		return r.untrusted
	}
	return r.untrusted.Without(seen.Trust.Principals())
}
