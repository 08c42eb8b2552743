// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stale

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// hold is an error while an image is not as its tale says.
func (p *play) hold() error {
	var wrong []error
	for _, one := range p.tales {
		if err := p.ended(one); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", one.name, err))
		}
	}
	return errors.Join(wrong...)
}

func (p *play) ended(one tale) error {
	image := one.imageID()
	if has := sorted(p.Cloud.Sharees(stage.Region, image)); !slices.Equal(has, sorted(one.has)) {
		return fmt.Errorf("%s has %s, not %s", image, has, one.has)
	}
	for _, account := range one.reached {
		if !p.Cloud.Reaches(stage.Region, image, account) {
			return fmt.Errorf("no folder reaches %s", account)
		}
	}
	for _, account := range one.unreached {
		if p.Cloud.Reaches(stage.Region, image, account) {
			return fmt.Errorf("a folder reaches %s", account)
		}
	}
	if one.unclaimed && p.claimed(one) {
		return fmt.Errorf("%s is claimed", image)
	}
	return nil
}

// judge reads the cloud's journal: since the tales have become what they are,
// nobody was granted an image who is not to have it, and nobody lost one who is.
func (p *play) judge() {
	p.t.Helper()
	for _, entry := range p.Cloud.Journal() {
		if entry.Seq <= p.told || entry.ByHand || entry.Code != simcloud.CodeOK {
			continue
		}
		for _, one := range p.tales {
			if one.imageID() == entry.Image {
				p.judgeEntry(one, entry)
			}
		}
	}
}

func (p *play) judgeEntry(one tale, entry simcloud.Entry) {
	p.t.Helper()
	if one.claimed && strings.HasPrefix(entry.Action, "Untag") {
		p.t.Errorf("%s: the claim was taken off, by what was true before: %+v", one.name, entry)
	}
	for _, account := range entry.Add {
		if !slices.Contains(one.has, account) {
			p.t.Errorf("%s: %s was granted, by what was true before: %+v", one.name, account, entry)
		}
	}
	for _, account := range entry.Remove {
		if slices.Contains(one.has, account) {
			p.t.Errorf("%s: %s lost the image, by what was true before: %+v", one.name, account, entry)
		}
	}
}
