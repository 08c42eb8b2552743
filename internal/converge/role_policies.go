// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"fmt"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// policyDescription is what people read beside a policy of ours.
const policyDescription = Mark + ": lets the encryption role use the keys of shared images. It is written again when it is changed by hand"

// writeKeys puts keys into our policies, and mends those that are not as they
// should be.
func (r *roleRun) writeKeys(ctx context.Context) {
	wanted := r.plan.Keys.And(r.needed.Keys.With(r.needed.ShieldsKeys))
	if wanted.Empty() && !r.plan.Mend {
		return
	}
	all := r.start.Keys().With(wanted)
	for _, policy := range r.start.Policies {
		all = all.With(policy.Keys)
	}
	most := cloud.PoliciesPerRole - r.start.CustomOthers
	documents, left := share.SpreadKeys(r.task.Account, r.start.Documents(), all, cloud.PolicySize, most)
	r.outcome.NoSlot = left
	for slot, keys := range documents {
		if err := r.writeSlot(ctx, slot, keys); err != nil {
			r.troubled(err)
			return
		}
	}
}

// slot is our policy in a slot, as it was seen.
func (r *roleRun) slot(slot int) share.OwnPolicy {
	if slot < len(r.start.Policies) {
		return r.start.Policies[slot]
	}
	return share.OwnPolicy{}
}

// writeSlot makes one policy say what it should, and attaches it.
func (r *roleRun) writeSlot(ctx context.Context, slot int, keys share.Keys) error {
	before := r.slot(slot)
	switch {
	case keys.Empty() && before.Name == "":
		return nil
	case keys.Empty():
		return r.dropSlot(ctx, before)
	}
	document := share.NewKeyPolicy(r.task.Account, keys).Document()
	var err error
	switch {
	case before.Name == "":
		err = r.makePolicy(ctx, policyName(slot), document)
	case !before.Exact || !before.Keys.Equal(keys):
		err = r.sent(r.roles.SetPolicy(ctx, before.Name, document))
	}
	if err != nil || before.Attached {
		return err
	}
	return r.sent(r.roles.Attach(ctx, r.task.Name, cloud.PolicyRef{Name: policyName(slot)}))
}

// makePolicy makes a policy of ours. One of its name may be left of a run that
// did not come to an end; one without our mark is somebody else's.
func (r *roleRun) makePolicy(ctx context.Context, name, document string) error {
	ref := cloud.PolicyRef{Name: name}
	err := r.sent(r.roles.CreatePolicy(ctx, cloud.Policy{Ref: ref, Description: policyDescription, Document: document}))
	if cloud.KindOf(err) != cloud.Exists {
		return err
	}
	there, err := r.roles.Policy(ctx, ref)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(there.Description, Mark) {
		return &cloud.Error{Kind: cloud.Exists, Subject: cloud.AboutPolicy, Message: fmt.Sprintf(
			"the account has a policy %s that this operator did not make, and the name is needed: rename that policy or delete it", name)}
	}
	return r.sent(r.roles.SetPolicy(ctx, name, document))
}

// dropSlot detaches and deletes a policy of ours.
func (r *roleRun) dropSlot(ctx context.Context, policy share.OwnPolicy) error {
	if policy.Attached {
		if err := r.sent(r.roles.Detach(ctx, r.task.Name, cloud.PolicyRef{Name: policy.Name})); err != nil {
			return err
		}
	}
	err := r.sent(r.roles.DeletePolicy(ctx, policy.Name))
	if cloud.KindOf(err) == cloud.NotFound || cloud.KindOf(err) == cloud.Conflict {
		// It is gone, or somebody else uses it too: then it stays for them.
		return nil
	}
	return err
}

// attachAllKeys attaches the vendor's policy for all keys.
func (r *roleRun) attachAllKeys(ctx context.Context) {
	if !r.plan.AllKeys || r.needed.Keys.Empty() {
		return
	}
	if err := r.sent(r.roles.Attach(ctx, r.task.Name, cloud.PolicyRef{System: true, Name: AllKeysPolicy})); err != nil {
		r.troubled(err)
	}
}

// takeKeys takes keys out of our policies.
func (r *roleRun) takeKeys(ctx context.Context, keys share.Keys) error {
	if keys.Empty() {
		return nil
	}
	for slot, policy := range r.start.Policies {
		rest := policy.Keys.Without(keys)
		if policy.Name == "" || rest.Equal(policy.Keys) {
			continue
		}
		if err := r.writeSlot(ctx, slot, rest); err != nil {
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
		if cloud.KindOf(err) == cloud.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if !strings.HasPrefix(policy.Description, Mark) {
			continue
		}
		if err := r.dropSlot(ctx, share.OwnPolicy{Name: policyName(slot)}); err != nil {
			return err
		}
	}
	return nil
}
