// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import "context"

// Limits of RAM that are not adjustable, or that are sent with every request.
const (
	// PolicySize is how many characters a custom policy may have
	// (CreatePolicyVersion, PolicyDocument).
	PolicySize = 6144
	// PoliciesPerRole is how many custom policies a role may have (RAM,
	// limits).
	PoliciesPerRole = 10
)

// Roles speaks to Resource Access Management, about one role at a time and the
// policies attached to it. RAM belongs to no region. It has no version of a
// role that a write could be made conditional on: who changes a trust policy
// looks at it immediately before.
type Roles interface {
	// Role reads a role.
	Role(ctx context.Context, name string) (Role, error)
	// CreateRole makes a role; one that is there already is Exists. Whether
	// the tags were taken is to be read: older RAMs ignore them.
	CreateRole(ctx context.Context, role NewRole) error
	// SetTrust replaces the whole trust policy of a role.
	SetTrust(ctx context.Context, name, document string) error
	// DeleteRole deletes a role that no policy is attached to. One that is not
	// there is NotFound; one that has policies is Conflict.
	DeleteRole(ctx context.Context, name string) error

	// RoleTags reads the tags of a role.
	RoleTags(ctx context.Context, name string) (map[string]string, error)
	// TagRole sets tags of a role, and leaves its others alone.
	TagRole(ctx context.Context, name string, tags map[string]string) error
	// UntagRole takes tags off a role. One that is not there is no error.
	UntagRole(ctx context.Context, name string, keys []string) error

	// Attached reads which policies are attached to a role.
	Attached(ctx context.Context, role string) ([]PolicyRef, error)
	// Attach attaches a policy to a role. One that is attached already is no
	// error.
	Attach(ctx context.Context, role string, policy PolicyRef) error
	// Detach detaches a policy from a role. One that is not attached is no
	// error.
	Detach(ctx context.Context, role string, policy PolicyRef) error

	// Policy reads a policy and its default version.
	Policy(ctx context.Context, ref PolicyRef) (Policy, error)
	// CreatePolicy makes a custom policy; one of that name is Exists.
	CreatePolicy(ctx context.Context, policy Policy) error
	// SetPolicy makes a document the default version of a custom policy. The
	// oldest version that is not the default makes room for it.
	SetPolicy(ctx context.Context, name, document string) error
	// DeletePolicy deletes a custom policy with all its versions. One that is
	// not there is NotFound; one that is attached somewhere is Conflict.
	DeletePolicy(ctx context.Context, name string) error
}

// Role is a RAM role.
type Role struct {
	// Name is as the vendor writes it.
	Name string
	// ARN may spell the name in other case than Name.
	ARN         string
	Description string
	// Trust is the trust policy document, in the vendor's formatting.
	Trust string
}

// NewRole is a role to be made.
type NewRole struct {
	Name        string
	Description string
	Trust       string
	Tags        map[string]string
}

// PolicyRef names a policy.
type PolicyRef struct {
	// System is true for the vendor's own policies, false for the account's.
	System bool
	Name   string
}

// Policy is a policy of the account or of the vendor.
type Policy struct {
	Ref         PolicyRef
	Description string
	// Document is that of the default version.
	Document string
}
