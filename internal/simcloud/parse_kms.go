// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

var (
	keyPattern   = regexp.MustCompile(`^[A-Za-z0-9-]{2,64}$`)
	aliasPattern = regexp.MustCompile(`^alias/[A-Za-z0-9/_-]{1,249}$`)
)

// serviceCreator is who makes service keys in this world. The vendor's word for it is in no document that was read; that it is
// not an account number is a guess.
const serviceCreator = "Ecs"

func (d *Document) completeMasterKeys() error {
	seen := map[string]bool{}
	for i := range d.Keys {
		k := &d.Keys[i]
		if err := d.completeMasterKey(k); err != nil {
			return fmt.Errorf("keys[%d].%w", i, err)
		}
		names := []string{k.Region + "/" + k.ID}
		for _, alias := range k.Aliases {
			names = append(names, k.Region+"/"+k.Owner+"/"+alias)
		}
		for _, name := range names {
			if seen[name] {
				return fmt.Errorf("keys[%d]: %s is there twice", i, name)
			}
			seen[name] = true
		}
	}
	return nil
}

func (d *Document) completeMasterKey(k *Key) error {
	switch {
	case !keyPattern.MatchString(k.ID):
		return fmt.Errorf("id: %q is no ID of a key", k.ID)
	case !d.hasRegion(k.Region):
		return fmt.Errorf("region: %q is not among the regions", k.Region)
	case d.account(k.Owner) == nil:
		return fmt.Errorf("owner: %q is not among the accounts", k.Owner)
	}
	if k.State == "" {
		k.State = KeyEnabled
	}
	if !slices.Contains(keyStates(), k.State) {
		return fmt.Errorf("state: %q is none of %q", k.State, keyStates())
	}
	if k.Creator == "" {
		k.Creator = k.Owner
		if k.ServiceKey {
			k.Creator = serviceCreator
		}
	}
	for i, alias := range k.Aliases {
		if !aliasPattern.MatchString(alias) {
			return fmt.Errorf("aliases[%d]: %q does not begin with alias/, or goes on strangely", i, alias)
		}
	}
	return k.checkPolicy()
}

func (k *Key) checkPolicy() error {
	if k.Policy == "" {
		return nil
	}
	if k.Instance == "" {
		return errors.New("policy: only a key in an instance has one")
	}
	if _, ok := readDocument(k.Policy, keyDocument); !ok {
		return errors.New("policy: is malformed")
	}
	return nil
}
