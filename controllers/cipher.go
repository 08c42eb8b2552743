// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// cipher is what is known of an image's encryption.
type cipher struct {
	// known is false while nobody could find out, and then nothing else in here
	// means anything.
	known     bool
	encrypted bool
	// keys are those of the account that the image is encrypted with.
	keys share.Keys
	// flaw is why an image that is encrypted so cannot be shared, or nil.
	flaw *verdict
}

// decipher finds out whether an image is encrypted, and with which keys. The
// mark on the image is no proof that it is not: its snapshots are asked, all
// of them. An image that shows no snapshots is taken at its word.
func (p *pass) decipher(ctx context.Context, image cloud.Image) (cipher, error) {
	snapshots, err := p.session.Snapshots(ctx, p.key.Region, image.Snapshots)
	if err != nil {
		return cipher{}, err
	}
	c := cipher{known: true, encrypted: image.Encrypted}
	var keys []share.KeyID
	encrypted := 0
	for _, s := range snapshots {
		if !s.Encrypted {
			continue
		}
		c.encrypted = true
		encrypted++
		id, foreign := keyOfSnapshot(s.Key, p.key)
		switch {
		case foreign != "":
			c.flaw = &verdict{class: fixCloud, reason: v1alpha1.ReasonKeysUnhealthy, message: fmt.Sprintf(
				"The image is encrypted with a key of account %s, which account %s cannot let anyone use: copy the image with a key of its own, and share the copy", foreign, p.key.Account)}
		case id != "":
			keys = append(keys, id)
		}
	}
	c.keys = share.NewSet(keys...)
	if c.flaw == nil {
		c.flaw = flawOf(c, encrypted)
	}
	return c, nil
}

// flawOf is why an encrypted image cannot be shared, as far as its snapshots
// tell.
func flawOf(c cipher, encrypted int) *verdict {
	switch {
	case encrypted > 1:
		return &verdict{class: fixCloud, reason: v1alpha1.ReasonManyEncryptedDisks,
			message: "The image has several encrypted disks, and Alibaba Cloud shares only those with one: make an image of the system disk alone, and share that"}
	case c.encrypted && c.keys.Empty():
		return &verdict{class: fixCloud, reason: v1alpha1.ReasonEncryptionUnknown,
			message: "The image is encrypted, and Alibaba Cloud does not say with which key, as it is with the service key of ECS. " + serviceKeyRemedy}
	}
	return nil
}

// serviceKeyRemedy is what to do about an image that is encrypted with the
// service key (rule changes for sharing an encrypted image, effective
// 2025-07-01).
const serviceKeyRemedy = "Images encrypted with the service key cannot be shared since 2025-07-01: copy the image with a customer master key of your own, and share the copy"

// keyOfSnapshot reads the vendor's word for a key: an ID in the image's own
// region and account, or an ARN, acs:kms:<region>:<account>:key/<id>. Of a key
// of another account it answers whose it is.
func keyOfSnapshot(word string, image ImageKey) (id share.KeyID, foreign share.AccountID) {
	parts := strings.SplitN(word, ":", 5)
	if len(parts) != 5 || parts[0] != "acs" || parts[1] != "kms" {
		if word == "" {
			return "", ""
		}
		return share.KeyID(image.Region + "/" + word), ""
	}
	if owner := share.AccountID(parts[3]); owner != image.Account {
		return "", owner
	}
	return share.KeyID(parts[2] + "/" + strings.TrimPrefix(parts[4], "key/")), ""
}

// unciphered judges trouble in finding out whether the image is encrypted.
func unciphered(err error) *verdict {
	v := verdictOf(err)
	v.blind = true
	if cloud.KindOf(err) == cloud.NotFound || cloud.KindOf(err) == cloud.Denied {
		v.class, v.reason = fixCloud, v1alpha1.ReasonEncryptionUnknown
	}
	return &v
}
