// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// ram is Resource Access Management in memory, with one role and the policies
// of one account. It behaves as package cloud says, and it can be made to fail:
// see mishap.
type ram struct {
	role     *ramRole
	policies map[string]cloud.Policy

	// trustLimit is how many characters a trust policy may have, where there is
	// a limit.
	trustLimit int
	// tagsRefused makes it refuse tags in every call; tagsIgnored makes it take
	// none with a new role.
	tagsRefused, tagsIgnored bool

	// before is asked before every call.
	before func(call string) mishap
	// after is told when anything may have changed.
	after func(call string)
	// late are the effects of calls whose answers were lost, which come before
	// the next write to the role at the latest.
	late  []func()
	calls []string
}

// ramRole is a stored role.
type ramRole struct {
	description, trust string
	tags               map[string]string
	attached           map[cloud.PolicyRef]bool
}

// mishap is what befalls a call.
type mishap int

const (
	well mishap = iota
	// lostBefore and lostAfter lose the request, or the answer.
	lostBefore
	lostAfter
	// lostLate loses the answer of a call that has its effect later.
	lostLate
	// denied, overBudget and slowedDown refuse the call: for want of rights, by
	// our own budget, and by the vendor.
	denied
	overBudget
	slowedDown
	// killedBefore and killedAfter end the operator.
	killedBefore
	killedAfter
)

func newRAM() *ram {
	return &ram{
		policies: map[string]cloud.Policy{},
		before:   func(string) mishap { return well }, after: func(string) {},
	}
}

var (
	errLost    = &cloud.Error{Kind: cloud.Unavailable, Message: "lost"}
	errMissing = &cloud.Error{Kind: cloud.NotFound, Subject: cloud.AboutRole, Code: "EntityNotExist", Message: "not there"}
	errThere   = &cloud.Error{Kind: cloud.Exists, Subject: cloud.AboutRole, Code: "EntityAlreadyExists", Message: "there"}
	errTags    = &cloud.Error{Kind: cloud.Invalid, Subject: cloud.AboutRole, Code: "InvalidParameter.Tag", Message: "no tags here"}
	errLong    = &cloud.Error{Kind: cloud.TooLong, Subject: cloud.AboutRole, Code: "LimitExceeded", Message: "too long"}
	errUsed    = &cloud.Error{Kind: cloud.Conflict, Subject: cloud.AboutRole, Code: "DeleteConflict", Message: "in use"}
)

// call makes one call, with what befalls it. Only a write can have its effect
// later.
func (r *ram) call(name string, writes bool, effect func() error) error {
	fate := r.before(name)
	if fate == killedBefore {
		return errCrash
	}
	r.calls = append(r.calls, name)
	switch fate {
	case lostBefore:
		return errLost
	case denied:
		return &cloud.Error{Kind: cloud.Denied, Subject: cloud.AboutRole, Code: "NoPermission", Message: "denied"}
	case overBudget:
		return &cloud.Error{Kind: cloud.Throttled, Message: "our budget", Local: true}
	case slowedDown:
		return &cloud.Error{Kind: cloud.Throttled, Code: "Throttling.User", Message: "throttled"}
	case well, lostAfter, lostLate, killedBefore, killedAfter:
	}
	if !writes {
		return answer(fate, effect())
	}
	if fate == lostLate {
		r.late = append(r.late, func() { _ = effect() })
		return errLost
	}
	r.arrive()
	err := effect()
	r.after(name)
	return answer(fate, err)
}

// answer is what comes back of a call.
func answer(fate mishap, err error) error {
	switch fate {
	case lostAfter, lostLate:
		return errLost
	case killedAfter:
		return errCrash
	case well, lostBefore, denied, overBudget, slowedDown, killedBefore:
	}
	return err
}

// arrive lets what is late have its effect.
func (r *ram) arrive() {
	late := r.late
	r.late = nil
	for _, effect := range late {
		effect()
		r.after("late")
	}
}

func (r *ram) Role(_ context.Context, name string) (role cloud.Role, err error) {
	err = r.call("role", false, func() error {
		if r.role == nil {
			return errMissing
		}
		role = cloud.Role{Name: name, ARN: "acs:ram::1:role/" + strings.ToLower(name), Description: r.role.description, Trust: r.role.trust}
		return nil
	})
	return role, err
}

func (r *ram) CreateRole(_ context.Context, role cloud.NewRole) error {
	return r.call("create role", true, func() error {
		switch {
		case len(role.Tags) > 0 && r.tagsRefused:
			return errTags
		case r.role != nil:
			return errThere
		case r.tooLong(role.Trust):
			return errLong
		}
		tags := maps.Clone(role.Tags)
		if tags == nil || r.tagsIgnored {
			tags = map[string]string{}
		}
		r.role = &ramRole{description: role.Description, trust: role.Trust, tags: tags, attached: map[cloud.PolicyRef]bool{}}
		return nil
	})
}

func (r *ram) tooLong(document string) bool { return r.trustLimit > 0 && len(document) > r.trustLimit }

func (r *ram) SetTrust(_ context.Context, _, document string) error {
	return r.onRole("set trust", func() error {
		policy, err := share.ParseTrustPolicy(document)
		switch {
		case r.tooLong(document):
			return errLong
		case err != nil || policy.Empty():
			return &cloud.Error{Kind: cloud.Invalid, Subject: cloud.AboutRole, Code: "MalformedPolicyDocument", Message: "malformed"}
		}
		r.role.trust = document
		return nil
	})
}

// onRole is a write to the role, if it is there.
func (r *ram) onRole(name string, effect func() error) error {
	return r.call(name, true, func() error {
		if r.role == nil {
			return errMissing
		}
		return effect()
	})
}

func (r *ram) DeleteRole(context.Context, string) error {
	return r.onRole("delete role", func() error {
		if len(r.role.attached) > 0 {
			return errUsed
		}
		r.role = nil
		return nil
	})
}

func (r *ram) RoleTags(context.Context, string) (tags map[string]string, err error) {
	err = r.call("tags", false, func() error {
		switch {
		case r.tagsRefused:
			return errTags
		case r.role == nil:
			return errMissing
		}
		tags = maps.Clone(r.role.tags)
		return nil
	})
	return tags, err
}

// slotsOf writes the policies of our own name as people do: #1, #2.
func slotsOf(name string) string { return strings.Replace(name, PolicyPrefix, "#", 1) }

// ourPolicy is the name of our first policy.
const ourPolicy = PolicyPrefix + "1"

// names are the names of all custom policies.
func (r *ram) names() []string { return slices.Sorted(maps.Keys(r.policies)) }
