// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// markOf begins the descriptions of the policies that we made for a role. Those
// for another role are another operator's.
func markOf(role string) string { return Mark + " for role " + role + ":" }

// policyDescription is what people read beside a policy of ours.
func policyDescription(role string) string {
	return markOf(role) + " lets it use the keys of shared images. It is written again when it is changed by hand"
}

// writeKeys puts keys into our policies, and mends those that are not as they
// should be.
func (r *roleRun) writeKeys(ctx context.Context) {
	wanted := r.plan.Keys.And(r.needed.Keys.With(r.needed.ShieldsKeys))
	if wanted.Empty() && !r.plan.Mend {
		return
	}
	all := wanted
	for _, policy := range r.policies {
		all = all.With(policy.Keys)
	}
	unsure := wanted.And(r.start.Keys())
	documents, left := share.SpreadKeys(r.task.Account, r.start.Documents(), all, cloud.PolicySize, cloud.PoliciesPerRole-r.start.CustomOthers)
	r.outcome.NoSlot = left
	for slot, keys := range documents {
		// One of which a key may be on its way out is written in any case.
		if err := r.writeSlot(ctx, slot, keys, !keys.And(unsure).Empty()); err != nil {
			r.troubled(err)
			return
		}
	}
	r.keyed = unsure
}

// slot is our policy in a slot, as it is by now.
func (r *roleRun) slot(slot int) share.OwnPolicy {
	if slot < len(r.policies) {
		return r.policies[slot]
	}
	return share.OwnPolicy{}
}

// setSlot notes what our policy in a slot is like now.
func (r *roleRun) setSlot(slot int, policy share.OwnPolicy) {
	for len(r.policies) <= slot {
		r.policies = append(r.policies, share.OwnPolicy{})
	}
	r.policies[slot] = policy
}

// writeSlot makes one policy say what it should, and attaches it. Anew writes
// and attaches it whatever it is like.
func (r *roleRun) writeSlot(ctx context.Context, slot int, keys share.Keys, anew bool) error {
	before := r.slot(slot)
	switch {
	case keys.Empty() && before.Name == "":
		return nil
	case keys.Empty():
		return r.dropSlot(ctx, slot)
	}
	err := r.writePolicy(ctx, before, slot, keys, anew)
	if err == nil && (anew || !before.Attached) {
		err = r.sent(r.roles.Attach(ctx, r.task.Name, cloud.PolicyRef{Name: policyName(slot)}))
	}
	if err == nil {
		r.setSlot(slot, share.OwnPolicy{Name: policyName(slot), Attached: true, Exact: true, Keys: keys})
	}
	return err
}

// writePolicy writes the policy of a slot, if it does not say what it should.
func (r *roleRun) writePolicy(ctx context.Context, before share.OwnPolicy, slot int, keys share.Keys, anew bool) error {
	document := share.NewKeyPolicy(r.task.Account, keys).Document()
	switch {
	case before.Name == "":
		return r.makePolicy(ctx, policyName(slot), document)
	case anew || !before.Exact || !before.Keys.Equal(keys):
		return r.sent(r.roles.SetPolicy(ctx, before.Name, document))
	}
	return nil
}

// makePolicy makes a policy of ours. One of its name may be left of a run that
// did not come to an end; one without our mark is somebody else's.
func (r *roleRun) makePolicy(ctx context.Context, name, document string) error {
	ref := cloud.PolicyRef{Name: name}
	err := r.sent(r.roles.CreatePolicy(ctx, cloud.Policy{Ref: ref, Description: policyDescription(r.task.Name), Document: document}))
	if cloud.KindOf(err) != cloud.Exists {
		return err
	}
	there, err := r.roles.Policy(ctx, ref)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(there.Description, markOf(r.task.Name)) {
		return &cloud.Error{Kind: cloud.Exists, Subject: cloud.AboutPolicy, Message: fmt.Sprintf(
			"the account has a policy %s that this operator did not make, and the name is needed: rename that policy or delete it", name)}
	}
	return r.sent(r.roles.SetPolicy(ctx, name, document))
}

// dropSlot detaches and deletes a policy of ours.
func (r *roleRun) dropSlot(ctx context.Context, slot int) error {
	if r.slot(slot).Attached {
		if err := r.sent(r.roles.Detach(ctx, r.task.Name, cloud.PolicyRef{Name: policyName(slot)})); err != nil {
			return err
		}
	}
	err := r.sent(r.roles.DeletePolicy(ctx, policyName(slot)))
	if kind := cloud.KindOf(err); err != nil && kind != cloud.NotFound && kind != cloud.Conflict {
		return err
	}
	// It is gone, or somebody else uses it too: then it stays for them.
	r.setSlot(slot, share.OwnPolicy{})
	return nil
}

// attachAllKeys attaches the vendor's policy for all keys.
func (r *roleRun) attachAllKeys(ctx context.Context) {
	if !r.plan.AllKeys || r.needed.Keys.Empty() {
		return
	}
	if err := r.sent(r.roles.Attach(ctx, r.task.Name, cloud.PolicyRef{System: true, Name: AllKeysPolicy})); err != nil {
		r.troubled(err)
		return
	}
	r.keyed = r.needed.Keys
}

// takeKeys takes keys out of our policies. When nobody needs the role any more,
// one that gives nothing goes too.
func (r *roleRun) takeKeys(ctx context.Context, keys share.Keys, leave bool) error {
	for slot, policy := range slices.Clone(r.policies) {
		rest := policy.Keys.Without(keys)
		same := rest.Equal(policy.Keys) && (!leave || !rest.Empty())
		if policy.Name == "" || same {
			continue
		}
		if err := r.writeSlot(ctx, slot, rest, false); err != nil {
			return err
		}
	}
	return nil
}

// dropLeftovers deletes policies of ours that a run which did not come to an end
// has left attached to nothing.
func (r *roleRun) dropLeftovers(ctx context.Context) error {
	for slot := range cloud.PoliciesPerRole {
		policy, err := r.roles.Policy(ctx, cloud.PolicyRef{Name: policyName(slot)})
		switch {
		case cloud.KindOf(err) == cloud.NotFound || r.slot(slot).Attached:
			continue
		case refusal(err):
			// What we may not even look at we did not make.
			return nil
		case err != nil:
			return err
		case !strings.HasPrefix(policy.Description, markOf(r.task.Name)):
			continue
		}
		if err := r.dropSlot(ctx, slot); err != nil {
			return err
		}
	}
	return nil
}
