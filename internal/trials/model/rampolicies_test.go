// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
)

// Attached reads what is attached to the role: nothing but our one policy ever
// is, since there is one key in the world.
func (r ram) Attached(context.Context, string) (refs []cloud.PolicyRef, err error) {
	err = r.read("reads what is attached to the role", func(is role) error {
		if !is.Exists {
			return errMissing
		}
		if is.Attached {
			refs = append(refs, cloud.PolicyRef{Name: ourPolicy})
		}
		return nil
	})
	return refs, err
}

func (r ram) Attach(_ context.Context, _ string, ref cloud.PolicyRef) error {
	return r.onRole("attaches "+ref.Name, func(to *role) error {
		if ref.Name != ourPolicy || to.Policy == 0 {
			return errMissing
		}
		to.Attached = true
		return nil
	})
}

func (r ram) Detach(_ context.Context, _ string, ref cloud.PolicyRef) error {
	return r.onRole("detaches "+ref.Name, func(to *role) error {
		if ref.Name == ourPolicy {
			to.Attached = false
		}
		return nil
	})
}

// description is what stands beside our policy.
const description = converge.Mark + " for role R: it is ours"

func (r ram) Policy(_ context.Context, ref cloud.PolicyRef) (out cloud.Policy, err error) {
	if ref.Name != ourPolicy {
		// There is no other in the world, and looking for it takes no time.
		return out, errMissing
	}
	err = r.read("reads "+ref.Name, func(is role) error {
		if is.Policy == 0 {
			return errMissing
		}
		out = cloud.Policy{Ref: ref, Description: description, Document: textOf(is.Policy)}
		return nil
	})
	return out, err
}

func (r ram) CreatePolicy(_ context.Context, policy cloud.Policy) error {
	return r.write("makes "+policy.Ref.Name, func(to *role) error {
		if to.Policy != 0 {
			return errThere
		}
		to.Policy = numberOf(policy.Document)
		return nil
	})
}

func (r ram) SetPolicy(_ context.Context, name, document string) error {
	return r.write("writes "+name, func(to *role) error {
		if to.Policy == 0 {
			return errMissing
		}
		to.Policy = numberOf(document)
		return nil
	})
}

func (r ram) DeletePolicy(_ context.Context, name string) error {
	return r.write("deletes "+name, func(to *role) error {
		switch {
		case name != ourPolicy || to.Policy == 0:
			return errMissing
		case to.Attached:
			return errUsed
		}
		to.Policy = 0
		return nil
	})
}
