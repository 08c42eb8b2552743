// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"fmt"
	"maps"
	"slices"
)

// byHand makes a change that does not come through the API, as a person in the console would, and journals it.
func (w *World) byHand(e Entry, change func(next *Document) error) error {
	e.ByHand, e.Time = true, w.clock()
	return w.edit(e, func(next *Document) (bool, error) {
		if err := change(next); err != nil {
			return false, err
		}
		return true, nil
	})
}

// byHandOn makes such a change to one image, unless it would leave an image that no world file may hold.
func (w *World) byHandOn(e Entry, change func(img *Image)) error {
	return w.byHand(e, func(next *Document) error {
		img := next.image(e.Region, e.Image)
		if img == nil {
			return unknownImage(e.Region, e.Image)
		}
		change(img)
		if err := next.completeImage(img); err != nil {
			return fmt.Errorf("image %s: %w", e.Image, err)
		}
		return nil
	})
}

func unknownImage(region, id string) error {
	return fmt.Errorf("image %s in %s: there is none", id, region)
}

// Sharees lists the accounts that an image is shared with now, in the order in which they were added.
func (w *World) Sharees(region, image string) []string {
	return shareesIn(w.document(), region, image)
}

// ShareByHand puts accounts on an image and takes accounts off it behind everybody's back. It is an error, and nothing happens,
// when an account to be put on is unknown or the owner itself.
func (w *World) ShareByHand(region, image string, add, remove []string) error {
	e := Entry{Action: "ShareByHand", Region: region, Image: image, Add: add, Remove: remove}
	now := w.clock()
	asSharees := func(ids []string) []Sharee {
		list := make([]Sharee, 0, len(ids))
		for _, id := range ids {
			list = append(list, Sharee{Account: id, Since: now})
		}
		return list
	}
	return w.byHandOn(e, func(img *Image) { setSharees(img, asSharees(add), asSharees(remove)) })
}

// Image is a copy of an image as it is now; false means that there is none.
func (w *World) Image(region, id string) (Image, bool) {
	img := w.document().image(region, id)
	if img == nil {
		return Image{}, false
	}
	c := *img
	c.Disks, c.Tags, c.Sharees = slices.Clone(img.Disks), slices.Clone(img.Tags), slices.Clone(img.Sharees)
	return c, true
}

// AddImage makes an image.
func (w *World) AddImage(img Image) error {
	img.Disks, img.Tags, img.Sharees = slices.Clone(img.Disks), slices.Clone(img.Tags), slices.Clone(img.Sharees)
	e := Entry{Action: "AddImage", Region: img.Region, Image: img.ID}
	return w.byHand(e, func(next *Document) error {
		if next.image(img.Region, img.ID) != nil {
			return fmt.Errorf("image %s in %s: there is one already", img.ID, img.Region)
		}
		if err := next.completeImage(&img); err != nil {
			return fmt.Errorf("image %s: %w", img.ID, err)
		}
		next.Images = append(next.Images, img)
		return nil
	})
}

// SetImageStatus moves an image to another state, such as StatusDeprecated.
func (w *World) SetImageStatus(region, id, status string) error {
	if !slices.Contains(imageStatuses(), status) {
		return fmt.Errorf("status: %q is none of %q", status, imageStatuses())
	}
	e := Entry{Action: "SetImageStatus", Region: region, Image: id}
	return w.byHandOn(e, func(img *Image) { img.Status = status })
}

// SetImageTags gives an image these tags and no other.
func (w *World) SetImageTags(region, id string, tags []Tag) error {
	e := Entry{Action: "SetImageTags", Region: region, Image: id}
	return w.byHandOn(e, func(img *Image) { img.Tags = slices.Clone(tags) })
}

// DeleteImage makes an image go away, shared or not.
func (w *World) DeleteImage(region, id string) error {
	e := Entry{Action: "DeleteImage", Region: region, Image: id}
	return w.byHand(e, func(next *Document) error {
		if next.image(region, id) == nil {
			return unknownImage(region, id)
		}
		next.Images = slices.DeleteFunc(next.Images, func(i Image) bool { return i.Region == region && i.ID == id })
		return nil
	})
}

// AddSnapshot makes a snapshot.
func (w *World) AddSnapshot(s Snapshot) error {
	return w.byHand(Entry{Action: "AddSnapshot", Region: s.Region}, func(next *Document) error {
		next.Snapshots = append(next.Snapshots, s)
		return next.completeSnapshots()
	})
}

// AddAccount opens an account.
func (w *World) AddAccount(a Account) error {
	return w.byHand(Entry{Action: "AddAccount", Account: a.ID}, func(next *Document) error {
		next.Accounts = append(next.Accounts, a)
		if err := next.completeAccounts(); err != nil {
			return err
		}
		return next.completeKeys()
	})
}

// UpdateAccount changes an account: its keys, users, quota or arrears.
func (w *World) UpdateAccount(id string, change func(a *Account)) error {
	return w.byHand(Entry{Action: "UpdateAccount", Account: id}, func(next *Document) error {
		a := next.account(id)
		if a == nil {
			return fmt.Errorf("account %s: there is none", id)
		}
		// The users, keys and quotas are still those of the former document, which must stay as it is.
		a.AccessKeys, a.Users, a.ShareesPerImageIn = slices.Clone(a.AccessKeys), slices.Clone(a.Users), maps.Clone(a.ShareesPerImageIn)
		for i := range a.Users {
			a.Users[i].AccessKeys, a.Users[i].Allow = slices.Clone(a.Users[i].AccessKeys), slices.Clone(a.Users[i].Allow)
		}
		change(a)
		if err := next.completeAccounts(); err != nil {
			return err
		}
		return next.completeKeys()
	})
}

// Dialects are the switches as they stand.
func (w *World) Dialects() Dialects { return w.document().Dialects }

// SetDialect changes one switch by its name in the world file.
func (w *World) SetDialect(name, value string) error {
	return w.SetDialects(map[string]string{name: value})
}

// SetDialects changes several switches at once, or none when one is wrong.
func (w *World) SetDialects(values map[string]string) error {
	return w.byHand(Entry{Action: "SetDialects"}, func(next *Document) error {
		for name, value := range values {
			if err := next.Dialects.set(name, value); err != nil {
				return err
			}
		}
		return nil
	})
}

// SetLimits replaces quotas and request rates.
func (w *World) SetLimits(l Limits) error {
	l = l.clone()
	return w.byHand(Entry{Action: "SetLimits"}, func(next *Document) error {
		next.Limits = l
		return next.completeLimits()
	})
}

// Size counts the accounts and images of the world.
func (w *World) Size() (accounts, images int) {
	doc := w.document()
	return len(doc.Accounts), len(doc.Images)
}
