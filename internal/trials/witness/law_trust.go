// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"slices"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// judgeTrust holds every change of a trust policy by the operator against what was in it:
//   - whoever it stops trusting it had come to trust by the operator's own write, or he was declared when somebody else put him there, so that
//     the operator may have been about to;
//   - a statement in none of the three forms of the vendor's procedure stays byte for byte, and so does one that trusts nobody
//     whom the operator had put on the role.
//
// A statement that somebody else wrote after the operator's last look at the role before the call is not judged, as RAM knows no
// conditional write, nor is anything after a look that a fault let tell of the past. Where statements stand it does not
// compare.
func judgeTrust(h *history) []Violation {
	var found []Violation
	put := map[string]map[string]time.Time{}
	for i, e := range h.Journal {
		if e.Role == "" || e.DocumentBefore == e.DocumentAfter {
			continue
		}
		role := e.Account + "/" + e.Role
		if put[role] == nil {
			put[role] = map[string]time.Time{}
		}
		if h.ours(e) {
			found = append(found, h.judgeTrustWrite(e, h.Journal[:i], put[role])...)
		}
		was := trusts(e.DocumentBefore)
		for one := range trusts(e.DocumentAfter) {
			if !was[one] && (h.ours(e) || h.everTrusted(one, e)) {
				put[role][one] = e.Time
			}
		}
	}
	return found
}

// everTrusted says whether an ImageShare had declared by then whom somebody else has put on a role.
func (h *history) everTrusted(one string, e simcloud.Entry) bool {
	for _, versions := range h.objects {
		for _, v := range versions {
			if !v.Seen.After(e.Time.Add(wellAfter)) && names(v.ImageShare, targetOf(one)) {
				return true
			}
		}
	}
	return false
}

// judgeTrustWrite judges one change of a trust policy by the operator, who has put some on it before.
func (h *history) judgeTrustWrite(e simcloud.Entry, before []simcloud.Entry, put map[string]time.Time) []Violation {
	seen, certain := h.lastSawRole(e)
	if !certain {
		return nil
	}
	late := map[string]bool{}
	for _, was := range before {
		if was.Role == e.Role && was.Account == e.Account && !h.ours(was) && !effect(was).Before(seen) {
			for _, s := range statements(was.DocumentAfter) {
				late[s.text] = true
			}
		}
	}
	var found []Violation
	blame := func(object, message string) {
		found = append(found, Violation{Law: LawForeign, When: e.Time, Object: object, Message: message,
			Evidence: []string{entryLine(e), "before: " + e.DocumentBefore, "after: " + e.DocumentAfter}})
	}
	left := map[string]bool{}
	for _, s := range statements(e.DocumentAfter) {
		left[s.text] = true
	}
	is := trusts(e.DocumentAfter)
	for _, s := range statements(e.DocumentBefore) {
		if late[s.text] || left[s.text] {
			continue
		}
		for _, one := range s.trusted {
			if _, known := put[one]; !known && !is[one] && one != e.Account {
				blame(e.Role, one+" is trusted no longer, and somebody else had let the role trust him")
			}
		}
		mixed := slices.ContainsFunc(s.trusted, func(one string) bool { _, known := put[one]; return known || one == e.Account })
		if !mixed {
			blame(e.Role, "a statement of somebody else's was changed or taken out: "+s.text)
		}
	}
	return found
}

// lastSawRole is when the operator last asked for the role before an entry; false when nobody can tell what it saw.
func (h *history) lastSawRole(e simcloud.Entry) (time.Time, bool) {
	seen, certain := e.Time.Add(-wellAfter), true
	for _, c := range h.Calls {
		if c.Action == "GetRole" && c.Account == e.Account && !h.strangers[c.AccessKey] && !c.Time.After(e.Time) && c.Code == simcloud.CodeOK {
			seen, certain = c.Time, c.Fault != simcloud.StaleRead
		}
	}
	return seen, certain
}
