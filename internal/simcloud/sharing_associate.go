// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import "slices"

// joining is one association of resources and targets with a share, on a copy of the world.
type joining struct {
	doc   *Document
	share *Share
	m     moment
	// ram is what has taken effect of roles and policies.
	ram ramState
	// answer is what has become of each entity that was asked for.
	answer []Association
	added  bool
}

func (c *call) joining(next *Document, s *Share) *joining {
	return &joining{doc: next, share: s, m: next.moment(c.now), ram: c.w.effectiveRAM()}
}

// associateResourceShare puts resources and targets into a share. The answer says that they are on their way, even where they
// have arrived already.
func associateResourceShare(c *call) (tree, *apiError) {
	ask, err := c.sharingAsk()
	switch {
	case err != nil:
		return nil, err
	case ask.empty():
		return nil, errBothEmpty()
	}
	rows := []tree{}
	err = c.onShare(func(next *Document, s *Share) (bool, *apiError) {
		j := c.joining(next, s)
		added, err := j.run(ask)
		for _, a := range j.answer {
			rows = append(rows, a.row(s))
		}
		return added, err
	})
	return tree{"ResourceShareAssociations": rows}, err
}

// run does all that was asked, or nothing. It says whether the copy is worth keeping.
func (j *joining) run(ask sharingAsk) (bool, *apiError) {
	if err := j.check(ask); err != nil {
		return false, err
	}
	before := j.share.clone()
	for _, target := range ask.targets {
		failure, against := j.targetFate(&before, target)
		if err := j.join(AssociationTarget, target, failure, against); err != nil {
			return false, err
		}
	}
	for _, id := range ask.images {
		failure, against := j.imageFate(id)
		if err := j.join(AssociationResource, id, failure, against); err != nil {
			return false, err
		}
	}
	if j.added {
		j.share.Updated = j.m.now
	}
	return j.added, j.checkResources()
}

// join adds one association, unless it is there: what that answers is a dialect.
func (j *joining) join(kind, entity, failure, against string) *apiError {
	if a := j.share.live(kind, entity); a != nil {
		switch {
		case a.Status == Disassociating:
			return errConflictWith("AssociateConflict", "You cannot perform the operation while disassociation operation is being performed.")
		case j.doc.Dialects.AssociateTwice == "error" && kind == AssociationTarget:
			return errInvalidParam("Targets.Duplicate")
		case j.doc.Dialects.AssociateTwice == "error":
			return errInvalidParam("Resources.Duplicate")
		}
		j.answer = append(j.answer, *a)
		return nil
	}
	a := Association{Type: kind, Entity: entity, Status: Associating, Failure: failure, Against: against, Created: j.m.now, Updated: j.m.now}
	j.share.Associations, j.answer, j.added = append(j.share.Associations, a), append(j.answer, a), true
	return nil
}

// imageFate says why the image will not associate, and with what: the first target. Nothing means that it will.
func (j *joining) imageFate(id string) (failure, against string) {
	targets := j.lasting(j.share, AssociationTarget)
	first := ""
	if len(targets) > 0 {
		first = targets[0]
	}
	img := j.doc.image(j.share.Region, id)
	if failure := j.doc.unshareable(img); failure != "" {
		return failure, first
	}
	for _, target := range targets {
		if j.withoutTrust(img, target) {
			return FailureUnsupported, target
		}
	}
	return "", ""
}

// targetFate is the same for a target, with the images that were in the share before.
func (j *joining) targetFate(before *Share, target string) (failure, against string) {
	for _, id := range j.lasting(before, AssociationResource) {
		if img := j.doc.image(before.Region, id); img != nil && j.withoutTrust(img, target) {
			return FailureUnsupported, id
		}
	}
	return "", ""
}

// lasting lists what is in a share, or will be.
func (j *joining) lasting(s *Share, kind string) []string {
	var list []string
	for _, a := range s.Associations {
		if a.Type == kind && a.Failure == "" && (a.Status == Associating || a.Status == Associated) {
			list = append(list, a.Entity)
		}
	}
	return list
}

// withoutTrust says whether the dialect lets the pair fail: the image is encrypted, and the role does not let the target decrypt it.
func (j *joining) withoutTrust(img *Image, target string) bool {
	e := j.doc.encryptionOf(img)
	if j.doc.Dialects.SharedWithoutTrust != "failed" || len(e.keys) == 0 {
		return false
	}
	rd := j.ram.reader(img.Owner)
	return !rd.trusts(j.doc.targetSubject(img.Owner, target)) || !rd.reads(j.doc, img, e)
}

// targetSubject is the account that a target is, or anybody in the directory or folder.
func (d *Document) targetSubject(owner, target string) subject {
	dir := d.directoryOf(owner)
	switch {
	case dir == nil || dir.has(target):
		return d.subject(target)
	case target == dir.ID:
		return subject{directory: dir.ID, path: dir.path(dir.Root)}
	}
	return subject{directory: dir.ID, path: dir.path(target)}
}

// unshareable says why the image cannot be in a share, whoever it is to be shared with. Which of it fails so, and which is an error
// of the call, is a guess.
func (d *Document) unshareable(img *Image) string {
	e := d.encryptionOf(img)
	off := func(id string) bool {
		k := d.key(img.Region, id)
		return id != "" && (k == nil || k.State != KeyEnabled)
	}
	switch {
	case img.Status != StatusAvailable:
		return FailureUnavailable
	case img.Community || e.service || len(e.keys) > 1:
		return FailureUnsupported
	case len(e.keys) > 0 && slices.Contains(d.Limits.NoEncryptedSharing, img.Region):
		return FailureUnsupported
	case slices.ContainsFunc(e.keys, off):
		return FailureUnavailable
	}
	return ""
}
