// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"slices"
	"time"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// patience is for how long the operator keeps somebody on an image until what reaches him instead has it (docs/organization.md).
const patience = 15 * time.Minute

// judgeBridged holds every write that leaves an account without any way to an image against the targets that are declared: who is reached by
// one that is declared throughout, see [judgeKept], and comes to have the image later in the run, keeps what he has until then.
// So an ImageShare that replaces accounts by their folder, or a folder by the one above it, leaves nobody without in between.
//
// It judges only what is plain: the target has been declared for less than a quarter of an hour, in which the operator is patient; nothing that
// was asked for that image was refused or failed since; nobody has edited the directory in the run. Encrypted images are not judged, since the
// target may wait for the role. That an account takes the place of a folder is not judged either: there the operator promises the order of
// its calls alone.
func judgeBridged(h *history) []Violation {
	if h.World == nil || h.directoryEdited() {
		return nil
	}
	var found []Violation
	for i, e := range h.Journal {
		if !h.ours(e) {
			continue
		}
		for _, p := range pairsOf(e, e.Cut) {
			for _, target := range h.World.Covering(e.Account, p.who) {
				if target != p.who && h.wasOnItsWay(e, pair{p.region, p.image, target}, h.Journal[i+1:]) {
					found = append(found, Violation{Law: LawKept, When: e.Time, Object: p.String(),
						Message:  "is left without any way to the image, and " + target + ", which reaches him, was declared and on its way",
						Evidence: []string{entryLine(e)}})
				}
			}
		}
	}
	return found
}

// directoryEdited says whether anybody has moved accounts or folders in the run.
func (h *history) directoryEdited() bool {
	return slices.ContainsFunc(h.Journal, func(e simcloud.Entry) bool { return e.ByHand && e.Directory != "" })
}

// wasOnItsWay says whether a target was declared throughout when an entry was written, for a little while, and came to the image
// after it without any trouble.
func (h *history) wasOnItsWay(e simcloud.Entry, p pair, later []simcloud.Entry) bool {
	if h.declaredThroughout(e, p) == nil || h.encrypted(p.region, p.image) || !h.declaredLately(e, p) {
		return false
	}
	for _, after := range later {
		if !h.ours(after) || after.Region != p.region || !slices.Contains(imagesOf(after), p.image) && after.Share == "" {
			continue
		}
		if after.Code != simcloud.CodeOK {
			return false
		}
		if slices.Contains(pairsOf(after, after.Gained), p) {
			return h.quietSince(e, p)
		}
	}
	return false
}

// declaredLately says whether a target came to be declared less than the patience before an entry.
func (h *history) declaredLately(e simcloud.Entry, p pair) bool {
	for _, versions := range h.objects {
		for _, v := range versions {
			if h.about(v, e.Account, p.region, p.image) && names(v.ImageShare, p.who) && v.Seen.Before(e.Time.Add(-patience)) {
				return false
			}
		}
	}
	return true
}

// quietSince says whether nothing that the operator asked for the image was refused in the time before an entry in which it is patient,
// and nothing has failed in its resource shares by the end.
func (h *history) quietSince(e simcloud.Entry, p pair) bool {
	refused := slices.ContainsFunc(h.Journal, func(was simcloud.Entry) bool {
		return h.ours(was) && was.Seq < e.Seq && was.Code != simcloud.CodeOK && was.Time.After(e.Time.Add(-patience)) && was.Region == p.region
	})
	failed := slices.ContainsFunc(h.World.Shares(e.Account, p.region), func(s simcloud.Share) bool {
		return slices.ContainsFunc(s.Associations, func(a simcloud.Association) bool { return a.Status == simcloud.Failed })
	})
	return !refused && !failed
}

// encrypted says whether an image is encrypted, or gone.
func (h *history) encrypted(region, image string) bool {
	img, there := h.World.Image(region, image)
	return !there || len(keysOf(h.World.Document(), img)) > 0
}

// keysOf are the keys that an image is encrypted with, empty ones for those that nobody knows.
func keysOf(doc simcloud.Document, img simcloud.Image) []string {
	var keys []string
	for _, disk := range img.Disks {
		i := slices.IndexFunc(doc.Snapshots, func(s simcloud.Snapshot) bool { return s.ID == disk.Snapshot && s.Region == img.Region })
		switch {
		case i >= 0 && (disk.Encrypted || doc.Snapshots[i].Encrypted):
			keys = append(keys, doc.Snapshots[i].KMSKeyID)
		case disk.Encrypted:
			keys = append(keys, "")
		}
	}
	return keys
}

// retains says whether an ImageShare, as it was when it went, left in place what it had.
func retains(v Version) bool {
	return handsOff(v.ImageShare) || v.ImageShare.Spec.DeletionPolicy == v1alpha1.DeletionPolicyRetain
}
