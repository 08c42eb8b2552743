// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crash

import (
	"fmt"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// check is an error while something is not as it must be.
type check func(p *play) error

// all is the first error of some checks. What is found out from the simulated
// cloud, which costs next to nothing, comes first.
func all(checks ...check) check {
	return func(p *play) error {
		for _, holds := range checks {
			if err := holds(p); err != nil {
				return err
			}
		}
		return nil
	}
}

// has says that exactly these accounts, of all that there are, have an image and
// can use it, the launch permission being the only way to it.
func has(image string, accounts ...string) check {
	return func(p *play) error {
		on := p.Cloud.Sharees(stage.Region, image)
		slices.Sort(on)
		if !slices.Equal(on, accounts) {
			return fmt.Errorf("%s is shared with %q, not with %q", image, on, accounts)
		}
		return reaches(image, accounts...)(p)
	}
}

// reaches says that exactly these accounts, of all that there are, have an image
// in some way, and can use it.
func reaches(image string, accounts ...string) check {
	return func(p *play) error {
		for _, account := range stage.Sharees(1, 30) {
			want := slices.Contains(accounts, account)
			if p.Cloud.Reaches(stage.Region, image, account) != want {
				return fmt.Errorf("that %s has %s is not %v", account, image, want)
			}
			if want && !p.Cloud.CanUse(stage.Region, image, account) {
				return fmt.Errorf("%s has %s and cannot use it", account, image)
			}
		}
		return nil
	}
}

// decrypts says that exactly these accounts could decrypt the encrypted image.
func decrypts(accounts ...string) check {
	return func(p *play) error {
		for _, account := range stage.Sharees(1, 30) {
			if want := slices.Contains(accounts, account); p.Cloud.Decrypts(stage.Region, stage.Encrypted, account) != want {
				return fmt.Errorf("that %s could decrypt %s is not %v", account, stage.Encrypted, want)
			}
		}
		return nil
	}
}

// booked says that an ImageShare is Ready, and that exactly these sharees are in
// its ledger.
func booked(name string, sharees ...string) check {
	return func(p *play) error {
		obj := p.Get(stage.TeamA, name)
		if obj == nil {
			return fmt.Errorf("%s is gone", name)
		}
		for _, id := range sharees {
			if _, there := obj.Status.Ledger[id]; !there {
				return fmt.Errorf("%s is not in the ledger of %s", id, name)
			}
		}
		if len(obj.Status.Ledger) != len(sharees) {
			return fmt.Errorf("%d are in the ledger of %s, not %d", len(obj.Status.Ledger), name, len(sharees))
		}
		return p.Ready(stage.TeamA, name)
	}
}

// gone says that none of some ImageShares is there.
func gone(names ...string) check {
	return func(p *play) error {
		for _, name := range names {
			if p.Get(stage.TeamA, name) != nil {
				return fmt.Errorf("%s is still there", name)
			}
		}
		return nil
	}
}
