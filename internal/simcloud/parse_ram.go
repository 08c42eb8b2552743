// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	rolePattern    = regexp.MustCompile(`^[A-Za-z0-9.-]{1,64}$`)
	policyPattern  = regexp.MustCompile(`^[A-Za-z0-9-]{1,128}$`)
	versionPattern = regexp.MustCompile(`^v[1-9][0-9]{0,8}$`)
)

func (d *Document) completePolicies() error {
	seen := map[[2]string]bool{}
	for i := range d.Policies {
		p := &d.Policies[i]
		if err := d.completePolicy(p); err != nil {
			return fmt.Errorf("policies[%d].%w", i, err)
		}
		key := [2]string{p.Account, p.Name}
		if seen[key] {
			return fmt.Errorf("policies[%d].name: %q is there twice", i, p.Name)
		}
		seen[key] = true
	}
	return nil
}

func (d *Document) completePolicy(p *Policy) error {
	switch {
	case d.account(p.Account) == nil:
		return fmt.Errorf("account: %q is not among the accounts", p.Account)
	case !policyPattern.MatchString(p.Name):
		return fmt.Errorf("name: %q is no name of a policy", p.Name)
	case len(p.Versions) == 0 || len(p.Versions) > maxVersions:
		return fmt.Errorf("versions: %d are none, or more than %d", len(p.Versions), maxVersions)
	}
	*p = p.clone() // the versions may be those of another document
	return p.completeVersions()
}

func (p *Policy) completeVersions() error {
	seen, defaults := map[string]bool{}, 0
	for i := range p.Versions {
		v := &p.Versions[i]
		if v.ID == "" {
			v.ID = p.nextVersion()
		}
		if !versionPattern.MatchString(v.ID) || seen[v.ID] {
			return fmt.Errorf("versions[%d].id: %q is no version, or there twice", i, v.ID)
		}
		seen[v.ID] = true
		number, _ := strconv.Atoi(strings.TrimPrefix(v.ID, "v"))
		p.LastVersion = max(p.LastVersion, number)
		if _, ok := readDocument(v.Document, policyDocument); !ok {
			return fmt.Errorf("versions[%d].document: is malformed", i)
		}
		if v.Default {
			defaults++
		}
	}
	switch defaults {
	case 0:
		p.Versions[len(p.Versions)-1].Default = true
	case 1:
	default:
		return fmt.Errorf("versions: %d are the default", defaults)
	}
	return nil
}

func (d *Document) completeRoles() error {
	seen := map[[2]string]bool{}
	for i := range d.Roles {
		r := &d.Roles[i]
		if err := d.completeRole(r); err != nil {
			return fmt.Errorf("roles[%d].%w", i, err)
		}
		key := [2]string{r.Account, r.Name}
		if seen[key] {
			return fmt.Errorf("roles[%d].name: %q is there twice", i, r.Name)
		}
		seen[key] = true
	}
	return nil
}

func (d *Document) completeRole(r *Role) error {
	switch {
	case d.account(r.Account) == nil:
		return fmt.Errorf("account: %q is not among the accounts", r.Account)
	case !rolePattern.MatchString(r.Name):
		return fmt.Errorf("name: %q is no name of a role", r.Name)
	}
	if _, ok := readDocument(r.Trust, trustDocument); !ok {
		return errors.New("trust: is malformed")
	}
	if r.ID == "" {
		r.ID = roleID(r.Account, r.Name, r.Created)
	}
	if r.MaxSessionSeconds == 0 {
		r.MaxSessionSeconds = minSession
	}
	*r = r.clone() // the policies may be those of another document
	for i := range r.Policies {
		a := &r.Policies[i]
		if a.Type == "" {
			a.Type = PolicyCustom
		}
		if d.ram().policy(r.Account, a.Type, a.Name) == nil {
			return fmt.Errorf("policies[%d]: there is no %s policy %q", i, a.Type, a.Name)
		}
		if r.attachment(a.Type, a.Name) != i {
			return fmt.Errorf("policies[%d]: %q is there twice", i, a.Name)
		}
	}
	return nil
}
