// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// String is the ledger of the role, for people.
func (s sharer) String() string {
	var out []string
	tell := func(name string, e roleEntry) {
		if e != 0 {
			stage := [...]string{"pending", "given", "going"}[e.shared().Stage]
			origin := [...]string{"granted", "found", "left", "prior", "stray"}[e.shared().Origin]
			out = append(out, fmt.Sprintf("%s (%s, %s)", name, origin, stage))
		}
	}
	for i, e := range s.Trust {
		tell(string(sharees[i]), e)
	}
	tell(keyID, s.Key)
	return strings.Join(out, ", ")
}

// decryptable is who can decrypt an image.
func (p *play) decryptable(at int) who { return p.decryptableBy(at, p.Role) }

func (p *play) decryptableBy(at int, r role) who {
	switch {
	case !p.ciphers || at == plainImage:
		return accounts | directory
	case !r.hasKey():
		return nobody
	}
	return r.trusted()
}

func (w *world) cipherOf(at int) cipher {
	if at == encryptedImage {
		return encrypted
	}
	return plain
}

// barred is whom the role does not let decrypt the image, as far as the
// SharerAccount tells.
func (o *imagePass) barred(s imageShare) who {
	if !o.known || o.cipherOf(o.at) != encrypted || o.without == trusting {
		return nobody
	}
	return s.Declares &^ o.owner.given()
}

// judgeUntrusted judges the grant of an encrypted image to who cannot decrypt
// it.
func (o *imagePass) judgeUntrusted(bad who) {
	if o.Role.SpoiledKey {
		return
	}
	if bad &= ^o.Role.Spoiled; bad != nobody {
		o.breach("%s is granted the encrypted image, and cannot decrypt it", sets[bad])
	}
}

// judgeRole judges what a write to the role has done.
func (r ram) judgeRole(before role) {
	now := &r.state.Role
	now.Spoiled &^= now.trusted()
	now.Stranger = now.Stranger && (r.lastRead.Stranger || now.trusted().has(2))
	now.SpoiledKey = now.SpoiledKey && !now.hasKey()
	image := &r.Images[encryptedImage]
	lost := (image.Ours | image.Left&^now.LeftSpoiled) & image.On & r.decryptableBy(encryptedImage, before) &^ r.decryptable(encryptedImage)
	if lost != nobody {
		r.breach("%s has the encrypted image, and cannot decrypt it any more", sets[lost])
	}
	r.judgeForeign(before)
	if *now != before && !r.cause && !r.hasCause() {
		r.breach("the role is written though no image is encrypted")
	}
}

// judgeForeign judges what a write to the role has done to what a stranger had
// put there. RAM takes no condition with a write: what came after the last read
// is lost.
func (r ram) judgeForeign(before role) {
	now := &r.state.Role
	foreign := now.policy().Foreign()
	for _, statement := range before.policy().Foreign() {
		if slices.Contains(r.lastRead.policy().Foreign(), statement) && !slices.Contains(foreign, statement) {
			r.breach("a stranger's statement is gone")
		}
	}
	if now.Stranger && r.lastRead.Stranger && !now.trusted().has(2) {
		r.breach("a stranger's principal is gone")
	}
}

// hasCause reports whether there is anything for which the role may be written:
// an ImageShare of the encrypted image, or a ledger of the role.
func (p *play) hasCause() bool {
	for i, s := range p.Shares {
		if s.There && p.image[i] == encryptedImage {
			return true
		}
	}
	return p.Sharer != (sharer{})
}

// leaveRole sees to it that what a Leaving ImageShare leaves can be decrypted for
// good: it is marked in the ledger of the role.
func (w *way) leaveRole(s imageShare) error {
	if !w.ciphers || s.standing() != share.Leaving || s.Ledger.owns() == nobody || s.Cipher == plain {
		return nil
	}
	var owner sharer
	var version uint32
	if err := w.call(sharerRead, "reads the SharerAccount live", func(fate) error { owner, version = w.Sharer, w.sharerVersion; return nil }); err != nil {
		return err
	}
	marked := owner
	leave := func(e *roleEntry) {
		if *e != 0 {
			*e = entryOfRole(share.RoleEntry{Origin: share.Left, Stage: e.shared().Stage})
		}
	}
	for i := range sharees {
		if s.Ledger.owns().has(i) {
			leave(&marked.Trust[i])
		}
	}
	leave(&marked.Key)
	w.Role.LeftOn |= s.Ledger.owns()
	if marked == owner {
		return nil
	}
	return w.call(sharerWrite, "marks in the SharerAccount what is left for good", func(fate) error {
		if w.sharerVersion != version {
			return errStale
		}
		w.Sharer = marked
		w.sharerVersion++
		return nil
	})
}
