// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import "time"

// effect completes an entry with what the write changed, or left as it was.
func (e *Entry) effect(before, after *Document, now time.Time) {
	e.Before, e.After = shareesIn(before, e.Region, e.Image), shareesIn(after, e.Region, e.Image)
	if was, is := e.documentIn(before), e.documentIn(after); was != is {
		e.DocumentBefore, e.DocumentAfter = was, is
	}
	e.Effected = now
	e.Stranded = after.stranded(after.moment(now))
	if before != after {
		e.access(before, after, after.moment(now))
	}
	if e.Action == "CreateResourceShare" && after.share(e.Share) == nil {
		e.Share = ""
	}
}

// documentIn is the document that the entry is about: the trust policy of its role, or the version that counts of its policy.
// Nothing is about both and changes the second: an attachment changes neither.
func (e *Entry) documentIn(d *Document) string {
	if r := d.ram().role(e.Account, e.Role); r != nil {
		return r.Trust
	}
	if p := d.ram().policy(e.Account, PolicyCustom, e.Policy); p != nil {
		return p.current().Document
	}
	return ""
}

func shareesIn(doc *Document, region, id string) []string {
	img := doc.image(region, id)
	if img == nil {
		return nil
	}
	return img.shareeIDs()
}
