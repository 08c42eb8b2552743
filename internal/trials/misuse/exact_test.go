// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// declaredBy lists whom an ImageShare declares now: accounts, and directories
// and folders by the last ID of their paths.
func declaredBy(s *v1alpha1.ImageShare) (accounts, targets []string) {
	if at := s.Spec.ExpiresAt; !at.IsZero() && !time.Now().Before(at.Time) || s.DeletionTimestamp != nil {
		return nil, nil
	}
	for _, id := range s.Spec.Sharees.AccountIDs {
		accounts = append(accounts, string(id))
	}
	for _, path := range s.Spec.Sharees.ResourceDirectoryPaths {
		parts := strings.Split(strings.TrimSuffix(string(path), "*"), "/")
		targets = append(targets, parts[len(parts)-1])
	}
	return accounts, targets
}

// exact says what is wrong in the cloud with the image of an ImageShare that is
// said to be Ready. Other ImageShares of the image that are not Ready, or that
// keep whom nobody declares, allow more to be there.
func (t *troupe) exact(of *v1alpha1.ImageShare, all []v1alpha1.ImageShare) error {
	accounts, targets := declaredBy(of)
	open := of.Spec.UndeclaredSharees == v1alpha1.UndeclaredKeep
	for i := range all {
		other := &all[i]
		if other.Spec.Image != of.Spec.Image || other.Name == of.Name {
			continue
		}
		open = open || !isReady(other) || other.Spec.UndeclaredSharees == v1alpha1.UndeclaredKeep
		more, further := declaredBy(other)
		accounts, targets = append(accounts, more...), append(targets, further...)
	}
	for _, one := range []struct {
		what            string
		declared, there []string
	}{
		{"accounts", accounts, t.Cloud.Sharees(of.Spec.Image.Region, of.Spec.Image.ID)},
		{"targets", targets, t.targetsOf(of.Spec.Image.ID)},
	} {
		if err := compare(one.what, one.declared, one.there, open); err != nil {
			return fmt.Errorf("on image %s are %w", of.Spec.Image.ID, err)
		}
	}
	return nil
}

// compare says how two sets differ.
func compare(what string, declared, there []string, open bool) error {
	slices.Sort(declared)
	slices.Sort(there)
	declared, there = slices.Compact(declared), slices.Compact(there)
	missing := slices.DeleteFunc(slices.Clone(declared), func(id string) bool { return slices.Contains(there, id) })
	more := slices.DeleteFunc(slices.Clone(there), func(id string) bool { return slices.Contains(declared, id) })
	if len(missing) == 0 && (open || len(more) == 0) {
		return nil
	}
	return fmt.Errorf("the %s %v: %v are missing, %v are too many", what, there, missing, more)
}

// targetsOf are the directories and folders that an image is shared with.
func (t *troupe) targetsOf(image string) []string {
	var out []string
	for _, share := range t.Cloud.Shares(t.account, stage.Region) {
		var targets []string
		holds := false
		for _, a := range share.Associations {
			over := a.Status == simcloud.Disassociated || a.Status == simcloud.Failed
			switch {
			case over:
			case a.Type == simcloud.AssociationResource:
				holds = holds || a.Entity == image
			default:
				targets = append(targets, a.Entity)
			}
		}
		if holds && share.Status != simcloud.ShareDeleted {
			out = append(out, targets...)
		}
	}
	return out
}

// nothingBut says what is in the troupe's account that no ImageShare declares.
func (t *troupe) nothingBut(shares []v1alpha1.ImageShare) error {
	for _, image := range []string{t.plain, t.sealed, t.spare} {
		var accounts, targets []string
		for i := range shares {
			if shares[i].Spec.Image.ID == image {
				more, further := declaredBy(&shares[i])
				accounts, targets = append(accounts, more...), append(targets, further...)
			}
		}
		if err := compare("accounts", accounts, t.Cloud.Sharees(stage.Region, image), false); err != nil {
			return fmt.Errorf("on image %s are %w", image, err)
		}
		if err := compare("targets", targets, t.targetsOf(image), false); err != nil {
			return fmt.Errorf("on image %s are %w", image, err)
		}
	}
	return nil
}
