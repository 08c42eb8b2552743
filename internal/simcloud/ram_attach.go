// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"slices"
	"time"
)

// attach puts a policy on a role; attaching twice is an error (vendor docs, AttachPolicyToRole).
func (r *Role) attach(kind, name string, now time.Time) *apiError {
	if r.attachment(kind, name) >= 0 {
		return errExists("Role.Policy", name)
	}
	limit := maxCustomOnRole
	if kind == PolicySystem {
		limit = maxSystemOnRole
	}
	same := 0
	for _, a := range r.Policies {
		if a.Type == kind {
			same++
		}
	}
	if same >= limit {
		return errLimit("Role.Policy", limit)
	}
	r.Policies = append(r.Policies, Attachment{Type: kind, Name: name, Since: now})
	return nil
}

// detach takes a policy off a role.
func (r *Role) detach(kind, name string) *apiError {
	at := r.attachment(kind, name)
	if at < 0 {
		return errNotExist("Role.Policy", name)
	}
	r.Policies = slices.Delete(r.Policies, at, at+1)
	return nil
}

func attachPolicyToRole(c *call) (tree, *apiError) {
	return c.reattach(func(r *Role, kind, name string) *apiError { return r.attach(kind, name, c.now) })
}

func detachPolicyFromRole(c *call) (tree, *apiError) {
	return c.reattach((*Role).detach)
}

func (c *call) reattach(edit func(r *Role, kind, name string) *apiError) (tree, *apiError) {
	_, err := c.changeRole(func(next *Document, r *Role) *apiError {
		p, kind, err := c.findPolicy(next.ram())
		if err != nil {
			return err
		}
		return edit(r, kind, p.Name)
	})
	return tree{}, err
}

func listPoliciesForRole(c *call) (tree, *apiError) {
	r, err := c.namedRole(c.doc.ram())
	if err != nil {
		return nil, err
	}
	rows := make([]tree, 0, len(r.Policies))
	for _, a := range r.Policies {
		row := tree{"PolicyName": a.Name, "PolicyType": a.Type, "AttachDate": a.Since.UTC().Format(timeFormat)}
		if p := c.doc.ram().policy(r.Account, a.Type, a.Name); p != nil {
			row["DefaultVersion"], row["Description"] = p.current().ID, p.Description
		}
		rows = append(rows, row)
	}
	return tree{"Policies": tree{"Policy": rows}}, nil
}
