// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import "slices"

// shareRole is the role by which ECS lets sharees decrypt an image, one per account (vendor docs, share a custom image).
const shareRole = "AliyunECSShareEncryptImageDefaultRole"

// keyActions are what the role must be allowed to do with the key of an image, and listActions what with the keys of its region:
// all that kms:List* stands for (vendor docs, share a custom image, example policy).
var (
	keyActions  = []string{"kms:DescribeKey", "kms:TagResource", "kms:UntagResource", "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"}
	listActions = []string{"kms:ListKeys", "kms:ListAliases", "kms:ListAliasesByKeyId", "kms:ListKeyVersions", "kms:ListResourceTags"}
)

// encryption is what an image's disks say about it.
type encryption struct {
	// keys has one item for each encrypted disk: the key's ID, or nothing where this world does not know it.
	keys []string
	// service says that one of them is a service key.
	service bool
}

func (d *Document) encryptionOf(img *Image) encryption {
	var e encryption
	for _, disk := range img.Disks {
		snap := d.snapshot(img.Region, disk.Snapshot)
		if snap == nil {
			snap = &Snapshot{}
		}
		if !disk.Encrypted && !snap.Encrypted {
			continue
		}
		k := d.key(img.Region, snap.KMSKeyID)
		e.keys = append(e.keys, snap.KMSKeyID)
		e.service = e.service || snap.ServiceKey || (k != nil && k.ServiceKey)
	}
	return e
}

// reader is an account's sharing role, understood: whom it trusts, and what it may do.
type reader struct {
	exists bool
	arn    string
	owner  string
	trust  []statement
	grants []statement
	// known remembers whom the role trusts, because the same accounts are asked about for every image.
	known map[subject]bool
}

// reader understands the sharing role of an account, as it stands in this state.
func (s ramState) reader(owner string) *reader {
	rd := &reader{owner: owner, known: map[subject]bool{}, arn: "acs:ram::" + owner + ":role/" + shareRole}
	r := s.role(owner, shareRole)
	if r == nil {
		return rd
	}
	rd.exists = true
	rd.trust, _ = readDocument(r.Trust, trustDocument)
	rd.grants = s.grants(r)
	return rd
}

// trusts says whether an account may assume the role through ECS, be it by its name or by where it stands in its directory.
func (rd *reader) trusts(who subject) bool {
	trusted, ok := rd.known[who]
	if !ok {
		trusted = assumes(rd.trust, who)
		rd.known[who] = trusted
	}
	return trusted
}

// may says whether the role's policies allow the action on the resource.
func (rd *reader) may(action, resource string) bool {
	return decide(rd.grants, unjudged, func(s *statement) bool { return s.does(action) && matchesAny(s.resources, resource, equal) })
}

// mayUse says whether the role's policies allow everything that ECS needs of the key.
func (rd *reader) mayUse(region, id string) bool {
	on := func(resource string) func(string) bool {
		return func(action string) bool { return !rd.may(action, resource) }
	}
	return !slices.ContainsFunc(keyActions, on(keyARN(region, rd.owner, id))) &&
		!slices.ContainsFunc(listActions, on("acs:kms:"+region+":"+rd.owner+":key"))
}

// admitted says whether the key's own policy lets the role in. A key that is not there has nothing against it.
func (rd *reader) admitted(k *Key) bool {
	return k == nil || k.admits(rd.arn, keyActions)
}

// reads says whether the role may use every key of the image, as far as permissions go.
func (rd *reader) reads(d *Document, img *Image, e encryption) bool {
	return !slices.ContainsFunc(e.keys, func(id string) bool {
		return !rd.mayUse(img.Region, id) || !rd.admitted(d.key(img.Region, id))
	})
}

// stranded lists, as image/account, who has an encrypted image, by number or through a share, that the role as it is written does
// not let decrypt: it does not trust them, or may not use the key. A key that is switched off is another matter, which no role can mend.
func (d *Document) stranded(m moment) []string {
	var list []string
	readers := map[string]*reader{}
	for i := range d.Images {
		img := &d.Images[i]
		if img.Kind != KindCustom {
			continue
		}
		accounts, e := append(img.shareeIDs(), d.reached(img, m)...), d.encryptionOf(img)
		if len(accounts) == 0 || len(e.keys) == 0 {
			continue
		}
		if readers[img.Owner] == nil {
			readers[img.Owner] = d.ram().reader(img.Owner)
		}
		reads := readers[img.Owner].reads(d, img, e)
		for _, account := range accounts {
			if !reads || !readers[img.Owner].trusts(d.subject(account)) {
				list = append(list, img.ID+"/"+account)
			}
		}
	}
	return list
}

// Decrypts says whether an account could decrypt the image right now: the owner's role, as far as it has taken effect, trusts the
// account and may use every key, and every key is enabled. It says nothing about whether the image is shared with the account. An
// image that is not encrypted needs nothing of that.
func (w *World) Decrypts(region, image, account string) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.decrypts(region, image, account)
}

func (w *World) decrypts(region, image, account string) bool {
	img := w.doc.image(region, image)
	if img == nil {
		return false
	}
	e := w.doc.encryptionOf(img)
	if len(e.keys) == 0 {
		return true
	}
	off := func(id string) bool {
		k := w.doc.key(region, id)
		return k == nil || k.State != KeyEnabled
	}
	rd := w.effectiveRAM().reader(img.Owner)
	return rd.trusts(w.doc.subject(account)) && rd.reads(w.doc, img, e) && !slices.ContainsFunc(e.keys, off)
}
