// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import "slices"

// covers says whether a target of the owner's shares reaches the account, by what stands in the directory now. Who has left it is
// not reached, not even by number, and an owner that has left it reaches nobody.
func (d *Document) covers(owner, target, account string) bool {
	dir := d.directoryOf(owner)
	if dir == nil || account == owner || !dir.has(account) {
		return false
	}
	return target == account || target == dir.ID || slices.Contains(dir.trail(dir.folderOf(account)), target)
}

// reachingTargets lists the targets that have the image through a share.
func (d *Document) reachingTargets(img *Image, m moment) []string {
	var targets []string
	for i := range d.Shares {
		s := &d.Shares[i]
		if s.Owner != img.Owner || s.Region != img.Region ||
			!slices.Contains(s.entities(AssociationResource, m, Association.carries), img.ID) {
			continue
		}
		targets = append(targets, s.entities(AssociationTarget, m, Association.carries)...)
	}
	return targets
}

// reaches says whether the account has the image through a share.
func (d *Document) reaches(img *Image, account string, m moment) bool {
	return slices.ContainsFunc(d.reachingTargets(img, m), func(target string) bool { return d.covers(img.Owner, target, account) })
}

// reached lists the accounts that have the image through a share, and not by their number on the image too.
func (d *Document) reached(img *Image, m moment) []string {
	targets, dir := d.reachingTargets(img, m), d.directoryOf(img.Owner)
	if len(targets) == 0 || dir == nil {
		return nil
	}
	var list []string
	for _, account := range dir.accounts() {
		covers := func(target string) bool { return d.covers(img.Owner, target, account) }
		if !img.sharedWith(account) && slices.ContainsFunc(targets, covers) {
			list = append(list, account)
		}
	}
	return list
}

// Reaches says whether an account has the image right now: it is on the image, or a share reaches it by where it stands in its
// directory. It says nothing about the owner, nor about whether the account could decrypt the image.
func (w *World) Reaches(region, image, account string) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.reaches(region, image, account)
}

func (w *World) reaches(region, image, account string) bool {
	img := w.doc.image(region, image)
	return img != nil && (img.sharedWith(account) || w.doc.reaches(img, account, w.doc.moment(w.clock())))
}

// CanUse says whether an account has the image right now and could decrypt it.
func (w *World) CanUse(region, image, account string) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.reaches(region, image, account) && w.decrypts(region, image, account)
}

// Covering lists the targets that would reach an account if an image of the owner were shared with them: its number, its directory, and
// the folders that it stands in, the innermost last. Nothing means that no share of the owner's can reach it.
func (w *World) Covering(owner, account string) []string {
	w.mu.RLock()
	defer w.mu.RUnlock()
	dir := w.doc.directoryOf(owner)
	if dir == nil || account == owner || !dir.has(account) {
		return nil
	}
	return append([]string{account, dir.ID}, dir.trail(dir.folderOf(account))...)
}
