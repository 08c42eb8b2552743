// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"maps"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// judgeConverged holds the cloud at the end, when all is quiet, against the ImageShares that are there: everybody whom an active one declares
// and who can be granted has the image, and, by his number, can decrypt it.
//
// Only what plainly can be granted is judged. The SharerAccount is there, alone with its account, not suspended, without a limit of grants
// and with a rule that admits everything. The image is the account's own, Available, not published, not another operator's; if it
// is encrypted, it is so with one key of the account that is enabled and has no policy of its own, in a region where that can be shared, and
// the role is managed and not another operator's. The account that is declared exists, on the same site, and there are no more of them than
// the image has places for. The folder is in the directory of the owner, by its right path, and sharing is enabled there.
// Whether the credentials may do it all the record does not tell: who says that it is settled says that too.
func judgeConverged(h *history) []Violation {
	if !h.Settled || h.World == nil {
		return nil
	}
	c := &ends{history: h, doc: h.World.Document()}
	var found []Violation
	for key, versions := range h.objects {
		v := last(versions)
		if deleted(v) || handsOff(v.ImageShare) || expired(v.ImageShare, h.End.Add(wellAfter)) || !c.canBeShared(v) {
			continue
		}
		for _, who := range c.missing(v.ImageShare) {
			p := pair{v.ImageShare.Spec.Image.Region, v.ImageShare.Spec.Image.ID, who}
			found = append(found, Violation{Law: LawConverged, Object: p.String(),
				Message:  "is declared by " + key.namespace + "/" + key.name + ", could be granted, and cannot use the image",
				Evidence: append([]string{versionLine(v)}, h.story(p)...)})
		}
	}
	return found
}

// ends is a history with the cloud as it was at its end.
type ends struct {
	*history
	doc simcloud.Document
}

// canBeShared says whether an ImageShare's image can plainly be shared at all.
func (c *ends) canBeShared(v Version) bool {
	s := v.ImageShare
	sharer := c.plainSharer(v)
	if sharer == nil {
		return false
	}
	img, there := c.World.Image(s.Spec.Image.Region, s.Spec.Image.ID)
	if !there || img.Owner != string(sharer.Spec.AccountID) || !c.free(img) || c.crowded(s, img) {
		return false
	}
	keys := keysOf(c.doc, img)
	return len(keys) == 0 || len(keys) == 1 && c.roleServes(sharer, s) && c.keyServes(img, keys[0])
}

// plainSharer is the SharerAccount of an ImageShare if it hinders nothing; nil if it may.
func (c *ends) plainSharer(v Version) *v1alpha1.SharerAccount {
	sharers := c.sharersOf(c.accountOf(v.ImageShare, v.Resource))
	if len(sharers) != 1 || sharers[0].Name != sharerName(v.ImageShare) || !c.admitsAll(sharers[0].Name) || !plain(sharers[0]) {
		return nil
	}
	return sharers[0].SharerAccount
}

// free says whether nothing about an image itself keeps it from being shared.
func (c *ends) free(img simcloud.Image) bool {
	return img.Status == simcloud.StatusAvailable && !img.Community && !c.othersTag(img.Tags)
}

// plain says whether a SharerAccount hinders nothing.
func plain(v Version) bool {
	s := v.SharerAccount
	return !v.Gone && s.DeletionTimestamp.IsZero() && !s.Spec.Suspend && s.Spec.Limits.GrantsPerImage == 0
}

// othersTag says whether something bears the tag of another operator.
func (c *ends) othersTag(tags []simcloud.Tag) bool {
	return slices.ContainsFunc(tags, func(t simcloud.Tag) bool { return t.Key == ownerTag && c.Owner != "" && t.Value != c.Owner })
}

// account is an account of the cloud; nil when there is none.
func (c *ends) account(id string) *simcloud.Account {
	i := slices.IndexFunc(c.doc.Accounts, func(a simcloud.Account) bool { return a.ID == id })
	if i < 0 {
		return nil
	}
	return &c.doc.Accounts[i]
}

// crowded says whether there may be more accounts than the image has places for, or none at all.
func (c *ends) crowded(s *v1alpha1.ImageShare, img simcloud.Image) bool {
	owner := c.account(img.Owner)
	if owner == nil || owner.Arrears || c.doc.Limits.SharedImages != 0 {
		return true
	}
	places := 50
	for _, limit := range []int{c.doc.Limits.ShareesPerImage, owner.ShareesPerImage, owner.ShareesPerImageIn[img.Region]} {
		if limit > 0 {
			places = min(places, limit)
		}
	}
	return len(c.crowd(s, img)) > places
}

// crowd is who has the image or is to have it, as far as that takes a place.
func (c *ends) crowd(s *v1alpha1.ImageShare, img simcloud.Image) map[string]bool {
	who := map[string]bool{}
	for _, one := range img.Sharees {
		who[one.Account] = true
	}
	for _, versions := range c.objects {
		if v := last(versions); !v.Gone && v.ImageShare.Spec.Image == s.Spec.Image {
			for _, id := range v.ImageShare.Spec.Sharees.AccountIDs {
				who[string(id)] = true
			}
		}
	}
	if c.doc.Dialects.ReachedCounted == "yes" {
		for _, a := range c.doc.Accounts {
			who[a.ID] = who[a.ID] || c.World.Reaches(img.Region, img.ID, a.ID)
		}
		maps.DeleteFunc(who, func(_ string, counts bool) bool { return !counts })
	}
	return who
}

// roleServes says whether the role of an account plainly can serve an encrypted image.
func (c *ends) roleServes(sharer *v1alpha1.SharerAccount, s *v1alpha1.ImageShare) bool {
	asked, named := s.Spec.Encryption.RoleName, sharer.Spec.RoleName
	if sharer.Spec.KeyAccess == v1alpha1.KeyAccessUnmanaged || asked != "" && asked != named || named != v1alpha1.DefaultRoleName {
		return false
	}
	r, there := c.World.Role(string(sharer.Spec.AccountID), string(named))
	return !there || !c.othersTag(r.Tags)
}

// keyServes says whether an image with this key can plainly be shared.
func (c *ends) keyServes(img simcloud.Image, id string) bool {
	return !slices.Contains(c.doc.Limits.NoEncryptedSharing, img.Region) && slices.ContainsFunc(c.doc.Keys, func(k simcloud.Key) bool {
		return k.ID == id && k.Region == img.Region && k.Owner == img.Owner && k.State == simcloud.KeyEnabled && !k.ServiceKey && k.Policy == ""
	})
}

// missing are those whom an ImageShare declares, who can be granted and cannot use the image.
func (c *ends) missing(s *v1alpha1.ImageShare) []string {
	region, image := s.Spec.Image.Region, s.Spec.Image.ID
	img, _ := c.World.Image(region, image)
	owner := c.account(img.Owner)
	var out []string
	for _, id := range s.Spec.Sharees.AccountIDs {
		who := c.account(string(id))
		if who == nil || who.ID == owner.ID || who.Site != owner.Site {
			continue
		}
		if !slices.Contains(c.World.Sharees(region, image), who.ID) || !c.World.Decrypts(region, image, who.ID) {
			out = append(out, who.ID)
		}
	}
	for _, path := range s.Spec.Sharees.ResourceDirectoryPaths {
		target := targetOf(string(path))
		if c.reachable(owner.ID, strings.TrimSuffix(string(path), "*")) && !c.hasTarget(owner.ID, region, image, target) {
			out = append(out, target)
		}
	}
	return out
}

// reachable says whether a path leads to a target in the directory of an owner, and can be shared with.
func (c *ends) reachable(owner, path string) bool {
	if c.doc.Dialects.StuckAssociating == "yes" {
		return false
	}
	return slices.ContainsFunc(c.doc.Directories, func(d simcloud.Directory) bool {
		member := d.Master == owner || slices.ContainsFunc(d.Members, func(m simcloud.Member) bool { return m.Account == owner })
		return member && d.Sharing && (path == d.ID || slices.ContainsFunc(d.Folders, func(f simcloud.Folder) bool { return pathOf(d, f.ID) == path }))
	})
}

// pathOf is the path of a folder: its directory, the root, and so on down to it.
func pathOf(d simcloud.Directory, folder string) string {
	i := slices.IndexFunc(d.Folders, func(f simcloud.Folder) bool { return f.ID == folder })
	if i < 0 {
		return d.ID + "/" + d.Root
	}
	return pathOf(d, d.Folders[i].Parent) + "/" + folder
}

// hasTarget says whether a target has an image by a resource share of the owner's.
func (c *ends) hasTarget(owner, region, image, target string) bool {
	return slices.ContainsFunc(c.World.Shares(owner, region), func(s simcloud.Share) bool {
		return s.Status == simcloud.ShareActive && holds(s, simcloud.AssociationResource, image) && holds(s, simcloud.AssociationTarget, target)
	})
}
