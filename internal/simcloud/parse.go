// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"sigs.k8s.io/yaml"
)

var (
	accountPattern = regexp.MustCompile(`^[0-9]{16}$`)
	regionPattern  = regexp.MustCompile(`^[a-z0-9-]{2,40}$`)
	imagePattern   = regexp.MustCompile(`^[A-Za-z0-9_.-]{2,100}$`)
	digitsPattern  = regexp.MustCompile(`^[0-9]{1,20}$`)
)

// ParseDocument reads a world file strictly: an unknown or misplaced field is an error that names it.
func ParseDocument(data []byte) (Document, error) {
	var doc Document
	if err := yaml.UnmarshalStrict(data, &doc); err != nil {
		return Document{}, fmt.Errorf("parse world: %w", err)
	}
	if err := doc.complete(); err != nil {
		return Document{}, fmt.Errorf("parse world: %w", err)
	}
	return doc, nil
}

// complete fills in defaults and checks that the document makes sense as a whole.
func (d *Document) complete() error {
	if len(d.Regions) == 0 {
		return errors.New("regions: at least one is needed")
	}
	if err := d.Dialects.complete(); err != nil {
		return err
	}
	steps := []func() error{d.completeRegions, d.completeAccounts, d.completeKeys, d.completeImages, d.completeSnapshots, d.completeMasterKeys,
		d.completePolicies, d.completeRoles, d.completeProviders, d.completeDirectories, d.completeShares, d.completeLimits}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (d *Document) completeRegions() error {
	seen := map[string]bool{}
	for i, r := range d.Regions {
		if !regionPattern.MatchString(r.ID) {
			return fmt.Errorf("regions[%d].id: %q is not a region ID", i, r.ID)
		}
		if seen[r.ID] {
			return fmt.Errorf("regions[%d].id: %q is there twice", i, r.ID)
		}
		seen[r.ID] = true
	}
	return nil
}

func (d *Document) completeAccounts() error {
	seen := map[string]bool{}
	for i := range d.Accounts {
		a := &d.Accounts[i]
		if !accountPattern.MatchString(a.ID) {
			return fmt.Errorf("accounts[%d].id: %q is not 16 digits", i, a.ID)
		}
		if seen[a.ID] {
			return fmt.Errorf("accounts[%d].id: %q is there twice", i, a.ID)
		}
		seen[a.ID] = true
		if a.Site == "" {
			a.Site = SiteChina
		}
		if sites := []string{SiteChina, SiteInternational, SiteJapan}; !slices.Contains(sites, a.Site) {
			return fmt.Errorf("accounts[%d].site: %q is none of %q", i, a.Site, sites)
		}
		if a.ShareesPerImage < 0 {
			return fmt.Errorf("accounts[%d].shareesPerImage: %d is negative", i, a.ShareesPerImage)
		}
		for region, quota := range a.ShareesPerImageIn {
			if quota < 0 || !d.hasRegion(region) {
				return fmt.Errorf("accounts[%d].shareesPerImageIn: %s: %d is negative, or there is no such region", i, region, quota)
			}
		}
		if err := completeUsers(a.Users); err != nil {
			return fmt.Errorf("accounts[%d].%w", i, err)
		}
	}
	return nil
}

func completeUsers(users []User) error {
	seen := map[string]bool{}
	for i, u := range users {
		if u.Name == "" || seen[u.Name] {
			return fmt.Errorf("users[%d].name: %q is empty or there twice", i, u.Name)
		}
		seen[u.Name] = true
		if !digitsPattern.MatchString(u.ID) {
			return fmt.Errorf("users[%d].id: %q is not a number", i, u.ID)
		}
		for j, g := range u.Allow {
			if len(g.Actions) == 0 {
				return fmt.Errorf("users[%d].allow[%d].actions: at least one is needed", i, j)
			}
		}
	}
	return nil
}

// completeKeys checks that an access key ID belongs to one principal only, wherever it stands.
func (d *Document) completeKeys() error {
	seen := map[string]bool{}
	check := func(where string, keys []AccessKey) error {
		for i, k := range keys {
			if k.ID == "" || k.Secret == "" {
				return fmt.Errorf("%s.accessKeys[%d]: id and secret are needed", where, i)
			}
			if seen[k.ID] {
				return fmt.Errorf("%s.accessKeys[%d].id: %q is there twice", where, i, k.ID)
			}
			seen[k.ID] = true
		}
		return nil
	}
	for i, a := range d.Accounts {
		if err := check(fmt.Sprintf("accounts[%d]", i), a.AccessKeys); err != nil {
			return err
		}
		for j, u := range a.Users {
			if err := check(fmt.Sprintf("accounts[%d].users[%d]", i, j), u.AccessKeys); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Document) completeSnapshots() error {
	for i, s := range d.Snapshots {
		if s.ID == "" {
			return fmt.Errorf("snapshots[%d].id: is needed", i)
		}
		if !d.hasRegion(s.Region) {
			return fmt.Errorf("snapshots[%d].region: %q is not among the regions", i, s.Region)
		}
		if d.account(s.Owner) == nil {
			return fmt.Errorf("snapshots[%d].owner: %q is not among the accounts", i, s.Owner)
		}
	}
	return nil
}

func (d *Document) completeLimits() error {
	l := &d.Limits
	if slices.Min([]int{l.ShareesPerImage, l.SharedImages, l.RAMDelayMilliseconds, l.SharingDelayMilliseconds, l.ResourceShares, l.SharedResources}) < 0 {
		return errors.New("limits: a limit cannot be negative")
	}
	l.ShareesPerImage = cmp.Or(l.ShareesPerImage, 50)   // vendor docs, ModifyImageSharePermission
	l.ResourceShares = cmp.Or(l.ResourceShares, 1000)   // vendor docs, resource sharing limits
	l.SharedResources = cmp.Or(l.SharedResources, 1000) // vendor docs, resource sharing limits
	for i, region := range d.Limits.NoEncryptedSharing {
		if !d.hasRegion(region) {
			return fmt.Errorf("limits.noEncryptedSharing[%d]: %q is not among the regions", i, region)
		}
	}
	return d.Limits.completeRates()
}

func (l *Limits) completeRates() error {
	for i := range l.Throttle {
		r := &l.Throttle[i]
		if r.Action == "" || r.Limit < 0 || r.PeriodSeconds < 0 {
			return fmt.Errorf("limits.throttle[%d]: needs an action, and numbers that are not negative", i)
		}
		if r.PeriodSeconds == 0 {
			r.PeriodSeconds = 60
		}
	}
	return nil
}
