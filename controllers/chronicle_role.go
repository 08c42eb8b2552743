// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// Role reads a role, and remembers whom it trusts.
func (c *chronicle) Role(ctx context.Context, name string) (cloud.Role, error) {
	role, err := c.Session.Role(ctx, name)
	if err == nil {
		c.trust = trustIn(role.Trust)
	}
	return role, err
}

// CreateRole makes a role.
func (c *chronicle) CreateRole(ctx context.Context, role cloud.NewRole) error {
	err := c.Session.CreateRole(ctx, role)
	c.trust = share.TrustPolicy{}
	c.trusted(ctx, "Created encryption role", role.Name, role.Trust, err)
	return err
}

// SetTrust replaces the trust policy of a role.
func (c *chronicle) SetTrust(ctx context.Context, name, document string) error {
	err := c.Session.SetTrust(ctx, name, document)
	c.trusted(ctx, "Changed trust policy of encryption role", name, document, err)
	return err
}

// trusted tells of a trust policy that was written, by those whom it trusts and
// the one before did not, and the other way round.
func (c *chronicle) trusted(ctx context.Context, what, role, document string, err error) {
	written := trustIn(document)
	before, now := c.trust.Principals(), written.Principals()
	added, removed := now.Without(before), before.Without(now)
	c.tell(ctx, what, err, "role", role, "trusted", added.Strings(), "untrusted", removed.Strings(),
		"why", append(c.why(share.As[share.Sharee](added), true), c.why(share.As[share.Sharee](removed), false)...))
	if err == nil {
		c.trust = written
	}
}

// trustIn is a trust policy as far as it can be read: what cannot be read is
// reported elsewhere.
func trustIn(document string) share.TrustPolicy {
	policy, err := share.ParseTrustPolicy(document)
	if err != nil {
		return share.TrustPolicy{}
	}
	return policy
}

// DeleteRole deletes a role, and with it whatever trust there was.
func (c *chronicle) DeleteRole(ctx context.Context, name string) error {
	lose := c.trust.Principals()
	err := c.Session.DeleteRole(ctx, name)
	c.tell(ctx, "Deleted encryption role", err, "role", name, "untrusted", lose.Strings(), "why", c.why(share.As[share.Sharee](lose), false))
	return err
}

// TagRole puts the claim on a role.
func (c *chronicle) TagRole(ctx context.Context, name string, tags map[string]string) error {
	err := c.Session.TagRole(ctx, name, tags)
	c.tell(ctx, "Tagged encryption role", err, "role", name, "tags", tags)
	return err
}

// UntagRole takes the claim off a role.
func (c *chronicle) UntagRole(ctx context.Context, name string, keys []string) error {
	err := c.Session.UntagRole(ctx, name, keys)
	c.tell(ctx, "Untagged encryption role", err, "role", name, "tags", keys)
	return err
}

// Attach attaches a policy to a role.
func (c *chronicle) Attach(ctx context.Context, role string, policy cloud.PolicyRef) error {
	err := c.Session.Attach(ctx, role, policy)
	c.tell(ctx, "Attached policy to encryption role", err, "role", role, "policy", policy.Name)
	return err
}

// Detach detaches a policy from a role.
func (c *chronicle) Detach(ctx context.Context, role string, policy cloud.PolicyRef) error {
	err := c.Session.Detach(ctx, role, policy)
	c.tell(ctx, "Detached policy from encryption role", err, "role", role, "policy", policy.Name)
	return err
}

// CreatePolicy makes a key policy.
func (c *chronicle) CreatePolicy(ctx context.Context, policy cloud.Policy) error {
	err := c.Session.CreatePolicy(ctx, policy)
	c.tell(ctx, "Created key policy", err, "policy", policy.Ref.Name, "keys", keysNamed(policy.Document))
	return err
}

// SetPolicy replaces the document of a key policy.
func (c *chronicle) SetPolicy(ctx context.Context, name, document string) error {
	err := c.Session.SetPolicy(ctx, name, document)
	c.tell(ctx, "Changed key policy", err, "policy", name, "keys", keysNamed(document))
	return err
}

// DeletePolicy deletes a key policy.
func (c *chronicle) DeletePolicy(ctx context.Context, name string) error {
	err := c.Session.DeletePolicy(ctx, name)
	c.tell(ctx, "Deleted key policy", err, "policy", name)
	return err
}

// keysNamed are the keys that a key policy of ours is about.
func keysNamed(document string) []string {
	policy, err := share.ParseKeyPolicy(document)
	if err != nil {
		return nil
	}
	return policy.Keys().Strings()
}
