// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"slices"
	"strings"
)

// access completes an entry with who has come to have images by this very write, and who has lost them: both states are looked at
// as of one moment, so that what only the time has done is nobody's doing. The images are those that the entry names, and those
// that are in the share that it is about.
func (e *Entry) access(before, after *Document, m moment) {
	for _, img := range e.imagesIn(before, after) {
		was, is := before.image(img.Region, img.ID), after.image(img.Region, img.ID)
		e.Gained = append(e.Gained, named(img.ID, less(after.ways(is, m, Association.comes), before.ways(was, m, Association.comes)))...)
		e.Ended = append(e.Ended, named(img.ID, less(before.ways(was, m, Association.stays), after.ways(is, m, Association.stays)))...)
		e.Cut = append(e.Cut, named(img.ID, less(before.holders(was, m), after.holders(is, m)))...)
	}
	if after = after.hastened(m); len(after.stranded(m)) > 0 {
		e.Strands = less(after.stranded(m), before.hastened(m).stranded(m))
	}
}

// imagesIn are the images that the entry is about, as they were or are.
func (e *Entry) imagesIn(docs ...*Document) []*Image {
	ids := strings.Split(e.Image, ",")
	for _, d := range docs {
		if s := d.share(e.Share); s != nil {
			for _, a := range s.Associations {
				ids = append(ids, a.Entity)
			}
		}
	}
	slices.Sort(ids)
	var list []*Image
	for _, id := range slices.Compact(ids) {
		for _, d := range docs {
			if img := d.image(e.Region, id); img != nil {
				list = append(list, img)
				break
			}
		}
	}
	return list
}

// comes says whether the association is there to stay, or about to be.
func (a Association) comes() bool { return a.Status == Associating || a.Status == Associated }

// stays says whether the association has an effect, and is not being ended.
func (a Association) stays() bool { return a.Status == Associated }

// ways lists whom the image is shared with by something that stands as it is asked: the accounts on it, and the targets that are on a
// share with it.
func (d *Document) ways(img *Image, m moment, stands func(Association) bool) []string {
	if img == nil {
		return nil
	}
	list := img.shareeIDs()
	for i := range d.Shares {
		s := &d.Shares[i]
		if s.Owner == img.Owner && s.Region == img.Region && s.Status == ShareActive &&
			slices.Contains(s.entities(AssociationResource, m, stands), img.ID) {
			list = append(list, s.entities(AssociationTarget, m, stands)...)
		}
	}
	return list
}

// holders lists the accounts that have the image by something that stays: on it, or within a target.
func (d *Document) holders(img *Image, m moment) []string {
	if img == nil {
		return nil
	}
	list, ways := img.shareeIDs(), d.ways(img, m, Association.stays)
	if dir := d.directoryOf(img.Owner); dir != nil {
		for _, account := range dir.accounts() {
			if slices.ContainsFunc(ways, func(target string) bool { return d.covers(img.Owner, target, account) }) {
				list = append(list, account)
			}
		}
	}
	return list
}

// hastened is the world in which everything that is being added to shares, and will not fail, has been added.
func (d *Document) hastened(m moment) *Document {
	if len(d.Shares) == 0 || m.stuck {
		return d
	}
	c := *d
	c.Shares = slices.Clone(d.Shares)
	for i := range c.Shares {
		c.Shares[i] = c.Shares[i].at(m)
		for j := range c.Shares[i].Associations {
			if a := &c.Shares[i].Associations[j]; a.Status == Associating {
				*a = a.finished(0)
			}
		}
	}
	return &c
}

// less is what of a list is not in another, each once.
func less(list, other []string) []string {
	var out []string
	for _, one := range list {
		if !slices.Contains(other, one) && !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out
}

// named puts the image before each of those who have it.
func named(image string, list []string) []string {
	out := make([]string, 0, len(list))
	for _, one := range list {
		out = append(out, image+"/"+one)
	}
	return out
}
