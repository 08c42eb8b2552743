// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// sharing is Resource Sharing as the pass of an image meets it.
type sharing struct{ *imagePass }

var _ converge.Sharing = sharing{}

var (
	errNoShare = &cloud.Error{Kind: cloud.NotFound, Subject: cloud.AboutCall, Code: "NotFound", Message: "no such resource share"}
	errNoRoom  = &cloud.Error{Kind: cloud.Quota, Subject: cloud.AboutCall, Code: "Full", Message: "no room"}
	// errVanished is what the controllers make of a resource share that is not
	// there any more.
	errVanished = &cloud.Error{Kind: cloud.Conflict, Message: "deleted meanwhile"}
)

// ResourceShares reads the resource shares. What it answers is no older than the
// last write of this pass.
func (s sharing) ResourceShares(context.Context) (out []cloud.ResourceShare, err error) {
	err = s.call(cloudRead, "reads the resource shares", func(f fate) error {
		from := &s.state
		if f == stale {
			s.vain = s.vain || s.wrote
			from = &s.before
		}
		out = from.list(true)
		return nil
	})
	if s.tell != nil {
		for _, one := range out {
			s.say("      %s: image %v, directory %v, being deleted: %v", one.ID, one.Images, one.Targets, one.Deleting)
		}
	}
	return out, err
}

// write makes a change to resource shares, and judges what it does.
func (s sharing) write(words string, puts []string, effect func() error) error {
	return s.call(cloudWrite, words, func(fate) error {
		s.wrote = true
		if len(puts) > cloud.AssociationBatch {
			s.breach("a call names %d targets", len(puts))
		}
		access, on := s.reached()
		provable := s.byUs()
		err := effect()
		accessNow, onNow := s.reached()
		if access && !accessNow || on && !onNow {
			s.judgeLoss(provable)
		}
		return err
	})
}

// byUs reports whether the directory is on the image by our doing alone.
func (s sharing) byUs() bool {
	for _, r := range s.Resources {
		if r.live() && !r.ByUs {
			return false
		}
	}
	return true
}

// judgeLoss judges that the directory loses the image.
func (s sharing) judgeLoss(byUs bool) {
	if !byUs {
		s.breach("the directory loses the image, and it was not put there by us alone")
	}
	some := s.looked
	if s.tidying {
		some = s.Shares
	} else if !s.live {
		s.breach("the directory is revoked without a live look")
	}
	for i, is := range some {
		if is.There && s.image[i] == s.at && is.wantsDirectory() {
			s.breach("the directory loses the image, and %s wanted it there", names[i])
		}
	}
}

// wantsDirectory reports whether the ImageShare wants the directory to have the
// image, or to keep it.
func (s imageShare) wantsDirectory() bool {
	declares, holds := s.Declares.has(3), s.Ledger.owns().has(3)
	switch s.standing() {
	case share.Active:
		return declares
	case share.Idle:
		return declares || holds
	case share.Leaving:
		return holds
	case share.Withdrawing, share.Refused:
	}
	return false
}

func (s sharing) CreateResourceShare(_ context.Context, _ string, targets []string) (id string, err error) {
	err = s.write("makes a resource share", targets, func() error {
		s.judgeGrant(3)
		n := s.make()
		if n == 0 {
			return errNoRoom
		}
		id = idOf(n)
		return nil
	})
	if err != nil {
		return "", err
	}
	return id, nil
}

// on is a change to a resource share of ours.
func (s sharing) on(words, id string, puts []string, missing error, effect func(*resourceShare)) error {
	return s.write(words+" "+id, puts, func() error {
		n := numberIn(id)
		if n == theirShare {
			s.breach("a resource share is written that somebody else has made")
			return errNoShare
		}
		r := &s.Resources[n-1]
		if !r.There || r.Deleting {
			return missing
		}
		effect(r)
		s.age()
		return nil
	})
}

func (s sharing) Associate(_ context.Context, id string, targets []string) error {
	return s.on("puts the directory on", id, targets, errVanished, func(r *resourceShare) {
		s.judgeGrant(3)
		if r.Target == off {
			r.ByUs = true
		}
		if r.Target != there {
			r.Target = coming
		}
	})
}

func (s sharing) Disassociate(_ context.Context, id string, targets []string) error {
	return s.on("takes the directory off", id, targets, errVanished, func(r *resourceShare) {
		if r.Target != off {
			r.Target = going
		}
	})
}

func (s sharing) DeleteResourceShare(_ context.Context, id string) error {
	return s.on("deletes", id, nil, errNoShare, func(r *resourceShare) { r.Deleting, r.Image, r.Target = true, off, off })
}
