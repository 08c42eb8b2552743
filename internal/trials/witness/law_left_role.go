// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// tagMade is the tag on a role that the operator has made.
const tagMade = "imageshare-operator-made"

// judgeLeftOnRoles says what the operator has left on the roles of accounts that need it no more.
func (h *history) judgeLeftOnRoles() []Violation {
	var found []Violation
	for _, role := range h.roles() {
		r, there := h.World.Role(role.account, role.name)
		if there {
			found = append(found, h.trustLeft(role, r)...)
		}
		if !h.roleIdle(role.account) {
			continue
		}
		if there && h.roleLeft(role, r) {
			found = append(found, needless(role.name))
		}
		found = append(found, h.policiesLeft(role.account)...)
	}
	return found
}

// needless says that what the operator has made is needed no more.
func needless(name string) Violation {
	return Violation{Law: LawNothingLeft, Object: name, Message: "was made by the operator, and no ImageShare needs it"}
}

// roleLeft says whether a role that is needed no more is one that the operator should have deleted.
func (h *history) roleLeft(role roleKey, r simcloud.Role) bool {
	// A role that does not tell who made it is never deleted: RAM does not let every role have tags.
	tells := slices.Contains(r.Tags, simcloud.Tag{Key: tagMade, Value: "true"})
	return tells && h.madeByUs(role) && len(r.Policies) == 0 && h.trustsOurs(role, r)
}

// policiesLeft are the operator's policies in an account that needs them no more.
func (h *history) policiesLeft(account string) []Violation {
	var found []Violation
	for n := range 10 {
		name := fmt.Sprintf("ImageShareOperator-ImageKeys-%d", n+1)
		if _, there := h.World.Policy(account, name); there && h.policyByUs(account, name) {
			found = append(found, needless(name))
		}
	}
	return found
}

// roleKey names a role.
type roleKey struct{ account, name string }

// roles are the roles that SharerAccounts have named.
func (h *history) roles() []roleKey {
	found := map[roleKey]bool{}
	for _, versions := range h.sharers {
		for _, v := range versions {
			name := string(v.SharerAccount.Spec.RoleName)
			if name == "" {
				name = defaultRole
			}
			found[roleKey{string(v.SharerAccount.Spec.AccountID), name}] = true
		}
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b roleKey) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.name, b.name))
	})
}

// trustLeft is whom a role trusts by the operator though every ImageShare of the account that ever declared them is gone.
func (h *history) trustLeft(role roleKey, r simcloud.Role) []Violation {
	var found []Violation
	for one := range trusts(r.Trust) {
		by, line := h.trustedFirstBy(role, one)
		if by && one != role.account && h.trustCleanlyGone(role.account, targetOf(one)) {
			found = append(found, Violation{Law: LawNothingLeft, Object: role.name,
				Message: "still trusts " + one + ", and every ImageShare that declared it is gone", Evidence: []string{line}})
		}
	}
	return found
}

// trustedFirstBy says whether it was the operator who let a role trust somebody, the last time.
func (h *history) trustedFirstBy(role roleKey, one string) (ours bool, line string) {
	for _, e := range h.Journal {
		if e.Account == role.account && e.Role == role.name && !trusts(e.DocumentBefore)[one] && trusts(e.DocumentAfter)[one] {
			ours, line = h.ours(e), entryLine(e)
		}
	}
	return ours, line
}

// trustCleanlyGone says whether every ImageShare of an account that has ever declared somebody, on any image, is cleanly gone.
func (h *history) trustCleanlyGone(account, who string) bool {
	declarers := 0
	for _, versions := range h.objects {
		for n, v := range versions {
			if of := h.accountOf(v.ImageShare, v.Resource); of != "" && of != account || !names(v.ImageShare, who) {
				continue
			}
			declarers++
			if !h.wentCleanly(versions[n:]) {
				return false
			}
		}
	}
	return declarers > 0
}

// roleIdle says whether no ImageShare needs the role of an account, nor ever left anything on it: all of the account went cleanly, but for
// active ones of images that are not encrypted.
func (h *history) roleIdle(account string) bool {
	for _, versions := range h.objects {
		for _, life := range lives(versions) {
			v := last(life)
			if of := h.accountOf(v.ImageShare, v.Resource); of != "" && of != account {
				continue
			}
			image := v.ImageShare.Spec.Image
			idle := !deleted(v) && !handsOff(v.ImageShare) && !h.encrypted(image.Region, image.ID)
			if !idle && !h.wentCleanly(life) {
				return false
			}
		}
	}
	return slices.ContainsFunc(h.sharersOf(account), func(v Version) bool { return !v.Gone && !v.SharerAccount.Spec.Suspend })
}

// lives are the versions of the objects that had one name, one after another.
func lives(versions []Version) [][]Version {
	var out [][]Version
	from := 0
	for i, v := range versions {
		if v.Gone || i == len(versions)-1 {
			out = append(out, versions[from:i+1])
			from = i + 1
		}
	}
	return out
}

// sharersOf are the SharerAccounts of an account as they were last.
func (h *history) sharersOf(account string) []Version {
	var out []Version
	for _, versions := range h.sharers {
		if v := last(versions); string(v.SharerAccount.Spec.AccountID) == account {
			out = append(out, v)
		}
	}
	return out
}

// madeByUs says whether it was the operator who made a role, the last time that it was made.
func (h *history) madeByUs(role roleKey) bool {
	made := false
	for _, e := range h.Journal {
		if e.Account == role.account && e.Role == role.name && e.DocumentBefore == "" && e.DocumentAfter != "" {
			made = h.ours(e)
		}
	}
	return made
}

// policyByUs says whether it was the operator who made a policy, the last time that it was made.
func (h *history) policyByUs(account, name string) bool {
	made := false
	for _, e := range h.Journal {
		if e.Account == account && e.Policy == name && e.DocumentBefore == "" && e.DocumentAfter != "" {
			made = h.ours(e)
		}
	}
	return made
}

// trustsOurs says whether a role trusts nobody but whom the operator let it trust, and the account itself.
func (h *history) trustsOurs(role roleKey, r simcloud.Role) bool {
	for _, s := range statements(r.Trust) {
		foreign := func(one string) bool {
			ours, _ := h.trustedFirstBy(role, one)
			return one != role.account && !ours
		}
		if len(s.trusted) == 0 || slices.ContainsFunc(s.trusted, foreign) {
			return false
		}
	}
	return true
}
