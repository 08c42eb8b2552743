// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

func (r *ram) TagRole(_ context.Context, _ string, tags map[string]string) error {
	return r.onRole("tag", func() error {
		if r.tagsRefused {
			return errTags
		}
		maps.Copy(r.role.tags, tags)
		return nil
	})
}

func (r *ram) UntagRole(_ context.Context, _ string, keys []string) error {
	return r.onRole("untag", func() error {
		if r.tagsRefused {
			return errTags
		}
		for _, key := range keys {
			delete(r.role.tags, key)
		}
		return nil
	})
}

func (r *ram) Attached(context.Context, string) (refs []cloud.PolicyRef, err error) {
	err = r.call("attached", false, func() error {
		if r.role == nil {
			return errMissing
		}
		refs = slices.SortedFunc(maps.Keys(r.role.attached), func(a, b cloud.PolicyRef) int { return cmp.Compare(a.Name, b.Name) })
		return nil
	})
	return refs, err
}

func (r *ram) Attach(_ context.Context, _ string, policy cloud.PolicyRef) error {
	return r.onRole("attach "+slotsOf(policy.Name), func() error {
		if _, there := r.policies[policy.Name]; !policy.System && !there {
			return errMissing
		}
		if !policy.System && !r.role.attached[policy] && r.custom() >= cloud.PoliciesPerRole {
			return &cloud.Error{Kind: cloud.Quota, Subject: cloud.AboutRole, Code: "LimitExceeded.Role.Policy", Message: "ten"}
		}
		r.role.attached[policy] = true
		return nil
	})
}

func (r *ram) custom() int {
	count := 0
	for ref := range r.role.attached {
		if !ref.System {
			count++
		}
	}
	return count
}

func (r *ram) Detach(_ context.Context, _ string, policy cloud.PolicyRef) error {
	return r.onRole("detach "+slotsOf(policy.Name), func() error {
		delete(r.role.attached, policy)
		return nil
	})
}

func (r *ram) Policy(_ context.Context, ref cloud.PolicyRef) (policy cloud.Policy, err error) {
	err = r.call("policy "+slotsOf(ref.Name), false, func() error {
		found, there := r.policies[ref.Name]
		if !there || ref.System {
			return errMissing
		}
		policy = found
		return nil
	})
	return policy, err
}

func (r *ram) CreatePolicy(_ context.Context, policy cloud.Policy) error {
	return r.call("create policy "+slotsOf(policy.Ref.Name), true, func() error {
		if _, there := r.policies[policy.Ref.Name]; there {
			return errThere
		}
		if len(policy.Document) > cloud.PolicySize {
			return errLong
		}
		r.policies[policy.Ref.Name] = policy
		return nil
	})
}

func (r *ram) SetPolicy(_ context.Context, name, document string) error {
	return r.call("set policy "+slotsOf(name), true, func() error {
		policy, there := r.policies[name]
		switch {
		case !there:
			return errMissing
		case len(document) > cloud.PolicySize:
			return errLong
		}
		policy.Document = document
		r.policies[name] = policy
		return nil
	})
}

func (r *ram) DeletePolicy(_ context.Context, name string) error {
	return r.call("delete policy "+slotsOf(name), true, func() error {
		_, there := r.policies[name]
		switch {
		case !there:
			return errMissing
		case r.role != nil && r.role.attached[cloud.PolicyRef{Name: name}]:
			return errUsed
		}
		delete(r.policies, name)
		return nil
	})
}

// trusted is whom the role trusts, in the forms that sharing knows.
func (r *ram) trusted() share.Principals { return r.trustPolicy().Principals() }

// trustPolicy is the role's trust policy; empty without a role.
func (r *ram) trustPolicy() share.TrustPolicy {
	if r.role == nil {
		return share.TrustPolicy{}
	}
	policy, err := share.ParseTrustPolicy(r.role.trust)
	if err != nil {
		return share.TrustPolicy{}
	}
	return policy
}

// usable is which keys the policies that are attached to the role give, except
// the vendor's for all keys.
func (r *ram) usable() share.Keys {
	keys := share.Keys{}
	if r.role == nil {
		return keys
	}
	for ref := range r.role.attached {
		if policy, err := share.ParseKeyPolicy(r.policies[ref.Name].Document); err == nil {
			keys = keys.With(policy.Keys())
		}
	}
	return keys
}

// hasAllKeys reports whether the vendor's policy for all keys is attached.
func (r *ram) hasAllKeys() bool { return r.role != nil && r.role.attached[allKeysRef] }

var allKeysRef = cloud.PolicyRef{System: true, Name: AllKeysPolicy}
