// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
)

// ram is Resource Access Management as a pass of the role's loop meets it.
type ram struct{ *rolePass }

var _ cloud.Roles = ram{}

var (
	errMissing = &cloud.Error{Kind: cloud.NotFound, Subject: cloud.AboutRole, Code: "EntityNotExist", Message: "not there"}
	errThere   = &cloud.Error{Kind: cloud.Exists, Subject: cloud.AboutRole, Code: "EntityAlreadyExists", Message: "there"}
	errUsed    = &cloud.Error{Kind: cloud.Conflict, Subject: cloud.AboutRole, Code: "DeleteConflict", Message: "in use"}
)

const ourPolicy = converge.PolicyPrefix + "1"

func (r ram) read(words string, answer func(role) error) error {
	return r.call(roleRead, words, func(f fate) error {
		r.lastRead = r.state.Role
		if f == stale {
			r.lastRead = r.before.Role
		}
		return answer(r.lastRead)
	})
}

// write makes a change to the role, and judges what it does.
func (r ram) write(words string, effect func(*role) error) error {
	return r.call(roleWrite, words, func(fate) error {
		before := r.state.Role
		err := effect(&r.state.Role)
		r.judgeRole(before)
		return err
	})
}

// onRole is a change to the role, if it is there.
func (r ram) onRole(words string, effect func(*role) error) error {
	return r.write(words, func(to *role) error {
		if !to.Exists {
			return errMissing
		}
		return effect(to)
	})
}

func (r ram) Role(_ context.Context, name string) (out cloud.Role, err error) {
	err = r.read("reads the role", func(is role) error {
		if !is.Exists {
			return errMissing
		}
		out = cloud.Role{Name: name, ARN: "acs:ram::" + sharerID + ":role/r", Trust: textOf(is.Trust)}
		return nil
	})
	if err == nil {
		r.say("      it trusts: %s", sets[numbered0(out.Trust)])
	}
	return out, err
}

// numbered0 is whom a trust policy trusts.
func numbered0(text string) who { return role{Exists: true, Trust: numberOf(text)}.trusted() }

func (r ram) CreateRole(_ context.Context, made cloud.NewRole) error {
	return r.write("makes the role, trusting "+sets[numbered0(made.Trust)].String(), func(to *role) error {
		if to.Exists {
			return errThere
		}
		to.Exists, to.Trust, to.Attached = true, numberOf(made.Trust), false
		to.Claimed, to.Made = made.Tags[converge.TagOwner] != "", made.Tags[converge.TagMade] != ""
		return nil
	})
}

func (r ram) SetTrust(_ context.Context, _, document string) error {
	return r.onRole("writes the trust policy: "+sets[numbered0(document)].String(), func(to *role) error {
		to.Trust = numberOf(document)
		return nil
	})
}

func (r ram) DeleteRole(context.Context, string) error {
	return r.onRole("deletes the role", func(to *role) error {
		if to.Attached {
			return errUsed
		}
		to.Exists, to.Claimed, to.Made, to.Trust = false, false, false, 0
		return nil
	})
}

func (r ram) RoleTags(context.Context, string) (tags map[string]string, err error) {
	err = r.read("reads the tags of the role", func(is role) error {
		if !is.Exists {
			return errMissing
		}
		tags = map[string]string{}
		if is.Claimed {
			tags[converge.TagOwner] = operators
		}
		if is.Made {
			tags[converge.TagMade] = "true"
		}
		return nil
	})
	return tags, err
}

func (r ram) TagRole(_ context.Context, _ string, tags map[string]string) error {
	return r.onRole("tags the role", func(to *role) error {
		to.Claimed, to.Made = to.Claimed || tags[converge.TagOwner] != "", to.Made || tags[converge.TagMade] != ""
		return nil
	})
}

func (r ram) UntagRole(context.Context, string, []string) error {
	return r.onRole("takes the claim off the role", func(to *role) error {
		to.Claimed = false
		return nil
	})
}
