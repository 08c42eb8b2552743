// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
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
// compare, nor their bytes where the cloud gives them back in another form than they were written in.
func judgeTrust(h *history) []Violation {
	var found []Violation
	put := map[roleKey]map[string]bool{}
	for i, e := range h.Journal {
		if e.Role == "" || e.DocumentBefore == e.DocumentAfter {
			continue
		}
		role := roleKey{e.Account, e.Role}
		if put[role] == nil {
			put[role] = map[string]bool{e.Account: true}
		}
		if h.ours(e) {
			found = append(found, h.judgeTrustWrite(e, h.writtenLately(e, h.Journal[:i]), put[role])...)
		}
		was := trusts(e.DocumentBefore)
		for one := range trusts(e.DocumentAfter) {
			if !was[one] && (h.ours(e) || h.everTrusted(one, e)) {
				put[role][one] = true
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

// writtenLately are the statements that somebody else has written since the operator last looked at the role of an entry; all, when
// nobody can tell what it saw.
func (h *history) writtenLately(e simcloud.Entry, before []simcloud.Entry) map[string]bool {
	seen, certain := h.lastSawRole(e)
	late := map[string]bool{}
	if !certain {
		for _, s := range statements(e.DocumentBefore) {
			late[h.form(s)] = true
		}
	}
	for _, was := range before {
		if was.Role == e.Role && was.Account == e.Account && !h.ours(was) && !effect(was).Before(seen) {
			for _, s := range statements(was.DocumentAfter) {
				late[h.form(s)] = true
			}
		}
	}
	return late
}

// judgeTrustWrite judges one change of a trust policy by the operator, who has put some on it before.
func (h *history) judgeTrustWrite(e simcloud.Entry, late, put map[string]bool) []Violation {
	var found []Violation
	is, left := trusts(e.DocumentAfter), map[string]bool{}
	for _, s := range statements(e.DocumentAfter) {
		left[h.form(s)] = true
	}
	for _, s := range statements(e.DocumentBefore) {
		if late[h.form(s)] || left[h.form(s)] {
			continue
		}
		for _, why := range s.wronged(is, put) {
			found = append(found, Violation{Law: LawForeign, When: e.Time, Object: e.Role, Message: why,
				Evidence: []string{entryLine(e), "before: " + e.DocumentBefore, "after: " + e.DocumentAfter}})
		}
	}
	return found
}

// form is what a statement is known again by: its bytes, unless the operator was shown others.
func (h *history) form(s statement) string {
	if h.World != nil && h.World.Dialects().TrustForm == "reformatted" {
		return s.meaning
	}
	return s.text
}

// wronged is what is wrong about a statement that is no longer there, where the role now trusts some and the operator had put some there.
func (s statement) wronged(is, put map[string]bool) []string {
	var why []string
	mixed := false
	for _, one := range s.trusted {
		mixed = mixed || put[one]
		if !put[one] && !is[one] {
			why = append(why, one+" is trusted no longer, and somebody else had let the role trust him")
		}
	}
	if !mixed {
		why = append(why, "a statement of somebody else's was changed or taken out: "+s.text)
	}
	return why
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
