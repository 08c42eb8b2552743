// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crash

import (
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// shares declares an image for accounts, in the ImageShare of a name in team A's
// namespace.
func (p *play) shares(name, image string, accounts ...string) {
	p.MustCreate(stage.Draft(stage.TeamA, name, image, accounts...))
}

// declare changes whom an ImageShare declares.
func (p *play) declare(name string, accounts ...string) {
	p.MustEdit(stage.TeamA, name, func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = stage.AccountIDs(accounts...) })
}

// has is an error unless exactly these accounts, of all that there are, have an
// image and can use it, the launch permission being the only way to it.
func (p *play) has(image string, accounts ...string) error {
	on := p.Cloud.Sharees(stage.Region, image)
	slices.Sort(on)
	if !slices.Equal(on, accounts) {
		return fmt.Errorf("%s is shared with %q, not with %q", image, on, accounts)
	}
	return p.reaches(image, accounts...)
}

// reaches is an error unless exactly these accounts, of all that there are, have
// an image in some way, and can use it.
func (p *play) reaches(image string, accounts ...string) error {
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

// decrypts is an error unless exactly these accounts could decrypt the encrypted
// image.
func (p *play) decrypts(accounts ...string) error {
	for _, account := range stage.Sharees(1, 30) {
		if want := slices.Contains(accounts, account); p.Cloud.Decrypts(stage.Region, stage.Encrypted, account) != want {
			return fmt.Errorf("that %s could decrypt %s is not %v", account, stage.Encrypted, want)
		}
	}
	return nil
}

// booked is an error unless an ImageShare is Ready, and exactly these sharees
// are in its ledger.
func (p *play) booked(name string, sharees ...string) error {
	if err := p.Ready(stage.TeamA, name); err != nil {
		return err
	}
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
	return nil
}

// gone is an error while any of some ImageShares is there.
func (p *play) gone(names ...string) error {
	for _, name := range names {
		if p.Get(stage.TeamA, name) != nil {
			return fmt.Errorf("%s is still there", name)
		}
	}
	return nil
}

// sharer is the SharerAccount.
func (p *play) sharer() *v1alpha1.SharerAccount {
	obj := &v1alpha1.SharerAccount{}
	if err := p.Kube.Get(p.Context(), client.ObjectKey{Name: "default"}, obj); err != nil {
		p.t.Errorf("read the SharerAccount: %v", err)
	}
	return obj
}
