// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stale

import (
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// tale is what becomes of one image.
type tale struct {
	name string
	// sharer is the SharerAccount, "default" if it is left out, and namespace
	// where the ImageShare is, team-a if it is left out.
	sharer, namespace string
	// image is the image, if it is none of the tale's own.
	image string
	// found is who is on the image from the beginning.
	found []string
	// declared is what an operator that sees everything has carried out.
	declared []func(*play, tale)
	// old is what the old lists show besides: nobody was there to act on it.
	old func(*play, tale)
	// since is what has become of it, which the old lists do not show.
	since func(*play, tale)
	// drift is what somebody does to the image then.
	drift func(*play, tale)
	// has is who has the image in the end, by account; reached is who has it by a
	// folder, and unreached who does not.
	has                []string
	reached, unreached []string
	// claimed says that the image is the operator's throughout; unclaimed that
	// it is nobody's in the end.
	claimed, unclaimed bool
	// attended says that an operator has to be there for what has become of it.
	attended bool
	// needsLook says that only a routine look comes upon it.
	needsLook bool
}

// imageID is the tale's image.
func (t tale) imageID() string {
	if t.image != "" {
		return t.image
	}
	return "m-" + strings.ReplaceAll(t.object(), "-", "")
}

// object is the name of the tale's ImageShare.
func (t tale) object() string {
	name := []byte(t.name)
	for i, c := range name {
		if c < 'a' || c > 'z' {
			name[i] = '-'
		}
	}
	return string(name)
}

func (t tale) team() string {
	if t.namespace != "" {
		return t.namespace
	}
	return stage.TeamA
}

// some are accounts by their numbers.
func some(numbers ...int) []string {
	var out []string
	for _, n := range numbers {
		out = append(out, stage.Sharee(n))
	}
	return out
}

// draft is the tale's ImageShare.
func (t tale) draft(numbers ...int) *v1alpha1.ImageShare {
	obj := stage.Draft(t.team(), t.object(), t.imageID(), some(numbers...)...)
	obj.Spec.SharerRef.Name = t.sharer
	return obj
}

// sharedWith declares accounts.
func sharedWith(numbers ...int) func(*play, tale) {
	return func(p *play, t tale) { p.MustCreate(t.draft(numbers...)) }
}

// sharedBesides declares accounts of the same image in another ImageShare.
func sharedBesides(numbers ...int) func(*play, tale) {
	return func(p *play, t tale) {
		obj := t.draft(numbers...)
		obj.Name += "-too"
		p.MustCreate(obj)
	}
}

// sharedAs declares accounts, with something else about the ImageShare.
func sharedAs(change func(*v1alpha1.ImageShare), numbers ...int) func(*play, tale) {
	return func(p *play, t tale) {
		obj := t.draft(numbers...)
		change(obj)
		p.MustCreate(obj)
	}
}

// edited changes the tale's ImageShare.
func edited(change func(*v1alpha1.ImageShare)) func(*play, tale) {
	return func(p *play, t tale) { p.MustEdit(t.team(), t.object(), change) }
}

// resharedWith declares other accounts.
func resharedWith(numbers ...int) func(*play, tale) {
	return edited(func(obj *v1alpha1.ImageShare) { obj.Spec.Sharees.AccountIDs = stage.AccountIDs(some(numbers...)...) })
}

func deleted(p *play, t tale) { p.MustDelete(t.team(), t.object()) }

// gone waits until the tale's ImageShare is let go.
func gone(p *play, t tale) { p.Until("it is let go", p.Gone(t.team(), t.object())) }

func deletedBesides(p *play, t tale) { p.MustDelete(t.team(), t.object()+"-too") }

// recreated deletes the tale's ImageShare, waits until it is let go, and makes
// another of its name.
func recreated(anew func(*play, tale)) func(*play, tale) {
	return all(deleted, gone, anew)
}

// drifted has somebody put accounts on the image and take others off.
func drifted(add, remove []string) func(*play, tale) {
	return func(p *play, t tale) { p.byHand(t.imageID(), add, remove) }
}

// untagged has somebody take accounts and the claim off the image.
func untagged(remove []string) func(*play, tale) {
	return func(p *play, t tale) {
		p.byHand(t.imageID(), nil, remove)
		if err := p.Cloud.SetImageTags(stage.Region, t.imageID(), nil); err != nil {
			p.t.Fatal(err)
		}
	}
}

// all does one after another.
func all(steps ...func(*play, tale)) func(*play, tale) {
	return func(p *play, t tale) {
		for _, step := range steps {
			step(p, t)
		}
	}
}

// claimed says whether the tale's image carries the operator's tag.
func (p *play) claimed(t tale) bool {
	image, _ := p.Cloud.Image(stage.Region, t.imageID())
	for _, tag := range image.Tags {
		if tag.Key == "imageshare-operator-owner" {
			return true
		}
	}
	return false
}

func sorted(ids []string) []string { return slices.Sorted(slices.Values(ids)) }
