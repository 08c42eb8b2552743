// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"fmt"
	"maps"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// onImage is an account on an image.
type onImage struct {
	image   string
	account share.Sharee
}

// watch is what an estate remembers in order to know what must not happen.
type watch struct {
	broken, log []string
	// ours is whom we have put on images and not taken off, and retained what
	// ImageShares deleted with Retain have left there for good.
	ours, retained map[onImage]bool
	// left is whom, and leftKeys which keys, such ImageShares may have left on
	// the role, and leftAllKeys whether they left the vendor's policy.
	left        share.Principals
	leftKeys    share.Keys
	leftAllKeys bool
	// spoiled and spoiledKeys are what strangers took from the role and nobody
	// has put back yet.
	spoiled     share.Principals
	spoiledKeys share.Keys
	// statements, principals and attachments are what strangers have put on the
	// role, and meddled is true once they ever did anything to it.
	statements  []string
	principals  share.Principals
	attachments map[cloud.PolicyRef]bool
	meddled     bool
	// encryptedEver is true once there was an ImageShare of an encrypted image.
	encryptedEver bool
}

func newWatch() watch {
	return watch{ours: map[onImage]bool{}, retained: map[onImage]bool{}, attachments: map[cloud.PolicyRef]bool{}}
}

// usableKeys are the keys of images that the role has in one way or another.
func (e *estate) usableKeys() share.Keys {
	if e.arranged || e.hasAllKeys() {
		return share.NewSet[share.KeyID]("r/k1", "r/k2")
	}
	return e.usable()
}

// mended are the keys that the role has in the way that it is to have them.
func (e *estate) mended() share.Keys {
	if e.sharer.access == share.ImageKeys {
		return e.usable()
	}
	return e.usableKeys()
}

// decryptable reports whether an account can decrypt an image.
func (e *estate) decryptable(image string, id share.Sharee) bool {
	keys := e.images[image].keys
	return keys.Empty() || e.trusted().Has(share.Principal(id)) && keys.Without(e.usableKeys()).Empty()
}

// blameless reports whether a stranger is to blame that an account cannot
// decrypt an image.
func (e *estate) blameless(image string, id share.Sharee) bool {
	keys := e.images[image].keys
	trust := e.trusted().Has(share.Principal(id)) || e.spoiled.Has(share.Principal(id))
	return trust && keys.Without(e.usableKeys()).Without(e.spoiledKeys).Empty()
}

// breach notes what must not happen.
func (e *estate) breach(format string, args ...any) {
	e.broken = append(e.broken, fmt.Sprintf(format, args...))
}

// check looks at everything after an effect.
func (e *estate) check(call string) {
	e.log = append(e.log, call)
	trusted := e.trusted()
	e.spoiled = e.spoiled.Without(trusted)
	e.spoiledKeys = e.spoiledKeys.Without(e.mended())
	e.checkImages(call)
	e.checkForeign(call, trusted)
}

func (e *estate) checkImages(call string) {
	for at := range e.ours {
		if !e.decryptable(at.image, at.account) && !e.blameless(at.image, at.account) {
			e.breach("after %q: %s is on image %s, put there by us, and cannot decrypt it", call, at.account, at.image)
		}
	}
	for at := range e.retained {
		if !e.images[at.image].on[at.account] {
			e.breach("after %q: %s was left on image %s for good and is gone", call, at.account, at.image)
		}
		if !e.decryptable(at.image, at.account) {
			e.breach("after %q: %s was left on image %s for good and cannot decrypt it", call, at.account, at.image)
		}
	}
}

// checkForeign looks at what strangers have put on the role.
func (e *estate) checkForeign(call string, trusted share.Principals) {
	foreign := e.trustPolicy().Foreign()
	for _, text := range e.statements {
		if !slices.Contains(foreign, text) {
			e.breach("after %q: a stranger's statement is gone: %s", call, text)
		}
	}
	if lost := e.principals.Without(trusted); !lost.Empty() {
		e.breach("after %q: a stranger's principals are gone: %s", call, lost)
	}
	for ref := range e.attachments {
		if e.role == nil || !e.role.attached[ref] {
			e.breach("after %q: a stranger's policy is gone: %s", call, ref.Name)
		}
	}
}

// wrote looks at everything after a write to RAM.
func (e *estate) wrote(call string) {
	if !e.encryptedEver {
		e.breach("%q was sent though no image is encrypted", call)
	}
	e.check(call)
}

// leaves notes what a Leaving ImageShare may leave on the role.
func (e *estate) leaves(s imageShare) {
	e.left = e.left.With(share.As[share.Principal](s.ledger.Sharees()))
	e.leftKeys = e.leftKeys.With(e.images[s.image].keys)
	if s.keys.Empty() {
		// Any key of the role may be its own, also one that has to be put back.
		e.leftKeys = e.leftKeys.With(e.usable()).With(share.NewSet(slices.Collect(maps.Keys(e.sharer.ledger.Keys))...))
	}
	e.leftAllKeys = e.leftAllKeys || e.sharer.ledger.AllKeys != nil
}

// retain notes what a deleted ImageShare has left for good.
func (e *estate) retain(image string, s imageShare) {
	if s.standing() != share.Leaving {
		return
	}
	for id := range s.ledger {
		at := onImage{image, id}
		if e.images[image].on[id] && e.decryptable(image, id) {
			e.retained[at] = true
		}
		delete(e.ours, at)
	}
}
