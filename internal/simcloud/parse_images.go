// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"fmt"
	"slices"
)

// imageStatuses are the states that an image can have (vendor docs, DescribeImages).
func imageStatuses() []string {
	return []string{StatusCreating, StatusWaiting, StatusAvailable, StatusUnAvailable, StatusCreateFailed, StatusDeprecated}
}

func (d *Document) completeImages() error {
	seen := map[[2]string]bool{}
	for i := range d.Images {
		img := &d.Images[i]
		if err := d.completeImage(img); err != nil {
			return fmt.Errorf("images[%d].%w", i, err)
		}
		key := [2]string{img.Region, img.ID}
		if seen[key] {
			return fmt.Errorf("images[%d].id: %q is twice in %s", i, img.ID, img.Region)
		}
		seen[key] = true
	}
	return nil
}

func (d *Document) completeImage(img *Image) error {
	if !imagePattern.MatchString(img.ID) {
		return fmt.Errorf("id: %q is not an image ID", img.ID)
	}
	if !d.hasRegion(img.Region) {
		return fmt.Errorf("region: %q is not among the regions", img.Region)
	}
	if img.Kind == "" {
		img.Kind = KindCustom
	}
	if img.Status == "" {
		img.Status = StatusAvailable
	}
	if !slices.Contains(imageStatuses(), img.Status) {
		return fmt.Errorf("status: %q is none of %q", img.Status, imageStatuses())
	}
	if err := d.completeOwner(img); err != nil {
		return err
	}
	return d.completeSharees(img)
}

func (d *Document) completeOwner(img *Image) error {
	if kinds := []string{KindCustom, KindSystem, KindMarketplace}; !slices.Contains(kinds, img.Kind) {
		return fmt.Errorf("kind: %q is none of %q", img.Kind, kinds)
	}
	if img.Kind == KindCustom && d.account(img.Owner) == nil {
		return fmt.Errorf("owner: %q is not among the accounts", img.Owner)
	}
	if img.Kind != KindCustom && (img.Owner != "" || len(img.Sharees) > 0) {
		return fmt.Errorf("kind: a %s image has neither owner nor sharees", img.Kind)
	}
	return nil
}

func (d *Document) completeSharees(img *Image) error {
	seen := map[string]bool{}
	for i, s := range img.Sharees {
		if d.account(s.Account) == nil || s.Account == img.Owner {
			return fmt.Errorf("sharees[%d].account: %q is no other account of this world", i, s.Account)
		}
		if seen[s.Account] {
			return fmt.Errorf("sharees[%d].account: %q is there twice", i, s.Account)
		}
		seen[s.Account] = true
	}
	return nil
}

func (d *Document) hasRegion(id string) bool {
	return slices.ContainsFunc(d.Regions, func(r Region) bool { return r.ID == id })
}

// account finds an account; nil means that no such account exists in this world.
func (d *Document) account(id string) *Account {
	i := slices.IndexFunc(d.Accounts, func(a Account) bool { return a.ID == id })
	if i < 0 {
		return nil
	}
	return &d.Accounts[i]
}

// image finds an image of any owner; nil means that there is none.
func (d *Document) image(region, id string) *Image {
	i := slices.IndexFunc(d.Images, func(img Image) bool { return img.Region == region && img.ID == id })
	if i < 0 {
		return nil
	}
	return &d.Images[i]
}

// ownImage finds an image that the account owns: what belongs to others looks as if it did not exist.
func (d *Document) ownImage(account, region, id string) *Image {
	img := d.image(region, id)
	if img == nil || img.Kind != KindCustom || img.Owner != account {
		return nil
	}
	return img
}

// snapshot finds a snapshot by ID; nil means that there is none.
func (d *Document) snapshot(region, id string) *Snapshot {
	i := slices.IndexFunc(d.Snapshots, func(s Snapshot) bool { return s.Region == region && s.ID == id })
	if i < 0 {
		return nil
	}
	return &d.Snapshots[i]
}
