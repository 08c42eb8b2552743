// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"fmt"
	"slices"
)

// Role is a copy of a role as it is written now; false means that there is none.
func (w *World) Role(account, name string) (Role, bool) {
	r := w.document().ram().role(account, name)
	if r == nil {
		return Role{}, false
	}
	return r.clone(), true
}

// AddRole makes a role by hand.
func (w *World) AddRole(r Role) error {
	r = r.clone()
	return w.byHand(Entry{Action: "AddRole", Account: r.Account, Role: r.Name}, func(next *Document) error {
		if next.ram().role(r.Account, r.Name) != nil {
			return fmt.Errorf("role %s of %s: there is one already", r.Name, r.Account)
		}
		if r.Created.IsZero() {
			r.Created, r.Updated = w.clock(), w.clock()
		}
		if err := next.completeRole(&r); err != nil {
			return fmt.Errorf("role %s: %w", r.Name, err)
		}
		next.Roles = append(next.Roles, r)
		return nil
	})
}

// SetRole changes a role by hand, such as its trust policy. Whose role it is and what it is called stay as they are.
func (w *World) SetRole(account, name string, change func(r *Role)) error {
	return w.byHandOnRole("SetRole", account, name, "", func(r *Role) error {
		change(r)
		return nil
	})
}

// DeleteRole makes a role go away, policies attached or not.
func (w *World) DeleteRole(account, name string) error {
	return w.byHand(Entry{Action: "DeleteRole", Account: account, Role: name}, func(next *Document) error {
		if next.ram().role(account, name) == nil {
			return unknownRole(account, name)
		}
		next.dropRole(account, name)
		return nil
	})
}

// AttachByHand puts a policy, PolicyCustom or PolicySystem, on a role.
func (w *World) AttachByHand(account, role, kind, policy string) error {
	return w.byHandOnRole("AttachByHand", account, role, policy, func(r *Role) error {
		if err := r.attach(kind, policy, w.clock()); err != nil {
			return err
		}
		return nil
	})
}

// DetachByHand takes a policy off a role.
func (w *World) DetachByHand(account, role, kind, policy string) error {
	return w.byHandOnRole("DetachByHand", account, role, policy, func(r *Role) error {
		if err := r.detach(kind, policy); err != nil {
			return err
		}
		return nil
	})
}

func unknownRole(account, name string) error {
	return fmt.Errorf("role %s of %s: there is none", name, account)
}

func (w *World) byHandOnRole(action, account, name, policy string, change func(r *Role) error) error {
	return w.byHand(Entry{Action: action, Account: account, Role: name, Policy: policy}, func(next *Document) error {
		r := next.ram().role(account, name)
		if r == nil {
			return unknownRole(account, name)
		}
		*r = r.clone()
		if err := change(r); err != nil {
			return err
		}
		r.Account, r.Name, r.Updated = account, name, w.clock()
		if err := next.completeRole(r); err != nil {
			return fmt.Errorf("role %s: %w", name, err)
		}
		return nil
	})
}

// Policy is a copy of a custom policy as it is written now; false means that there is none.
func (w *World) Policy(account, name string) (Policy, bool) {
	p := w.document().ram().policy(account, PolicyCustom, name)
	if p == nil {
		return Policy{}, false
	}
	return p.clone(), true
}

// AddPolicy makes a custom policy by hand.
func (w *World) AddPolicy(p Policy) error {
	return w.byHand(Entry{Action: "AddPolicy", Account: p.Account, Policy: p.Name}, func(next *Document) error {
		if next.ram().policy(p.Account, PolicyCustom, p.Name) != nil {
			return fmt.Errorf("policy %s of %s: there is one already", p.Name, p.Account)
		}
		if err := next.completePolicy(&p); err != nil {
			return fmt.Errorf("policy %s: %w", p.Name, err)
		}
		next.Policies = append(next.Policies, p)
		return nil
	})
}

// SetPolicy changes a custom policy by hand, such as the document of a version.
func (w *World) SetPolicy(account, name string, change func(p *Policy)) error {
	return w.byHand(Entry{Action: "SetPolicy", Account: account, Policy: name}, func(next *Document) error {
		p := next.ram().policy(account, PolicyCustom, name)
		if p == nil {
			return fmt.Errorf("policy %s of %s: there is none", name, account)
		}
		*p = p.clone()
		change(p)
		p.Account, p.Name, p.Updated = account, name, w.clock()
		if err := next.completePolicy(p); err != nil {
			return fmt.Errorf("policy %s: %w", name, err)
		}
		return nil
	})
}

// DeletePolicy makes a custom policy go away, with all its versions, unless a role has it.
func (w *World) DeletePolicy(account, name string) error {
	return w.byHand(Entry{Action: "DeletePolicy", Account: account, Policy: name}, func(next *Document) error {
		if next.ram().policy(account, PolicyCustom, name) == nil {
			return fmt.Errorf("policy %s of %s: there is none", name, account)
		}
		if len(next.ram().holders(account, PolicyCustom, name)) > 0 {
			return fmt.Errorf("policy %s of %s: a role has it", name, account)
		}
		next.Policies = slices.DeleteFunc(next.Policies, func(p Policy) bool { return p.Account == account && p.Name == name })
		return nil
	})
}
