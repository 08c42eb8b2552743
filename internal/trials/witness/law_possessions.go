// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// ownPolicyName is what the operator calls its key policies.
var ownPolicyName = regexp.MustCompile(`^ImageShareOperator-ImageKeys-([1-9]|10)$`)

// allKeysPolicy is the vendor's policy that the operator may attach.
const allKeysPolicy = "AliyunKMSFullAccess"

// owner is the tag by which the operator signs what is its own.
const ownerTag = "imageshare-operator-owner"

// judgePossessions holds every write to a role, a policy or a resource share against whose it is: a role is one that a SharerAccount of the
// account names, and deleted only if the operator made it; a policy bears the operator's own name and was not made by anybody else
// in the run, and one that is detached was attached by the operator; a resource share was made by the operator, or bears its tag, and
// is not deleted while somebody else has put another image on it.
//
// What the operator did before the run it takes for the operator's where the name or the tag says so. It cannot see tags of policies, roles
// and images that were overwritten.
func judgePossessions(h *history) []Violation {
	var found []Violation
	for i, e := range h.Journal {
		if !h.ours(e) || e.Code != simcloud.CodeOK {
			continue
		}
		for _, why := range []string{h.roleForeign(e, h.Journal[:i]), h.policyForeign(e, h.Journal[:i]), h.shareForeign(e, h.Journal[:i])} {
			if why != "" {
				found = append(found, Violation{Law: LawForeign, When: e.Time, Object: strings.Join(slices.DeleteFunc(
					[]string{e.Role, e.Policy, e.Share}, func(s string) bool { return s == "" }), " "),
					Message: why, Evidence: []string{entryLine(e)}})
			}
		}
	}
	return found
}

// roleForeign is why the operator should not have written to a role.
func (h *history) roleForeign(e simcloud.Entry, before []simcloud.Entry) string {
	if e.Role == "" || strings.HasPrefix(e.Action, "Assume") {
		return ""
	}
	if !h.namesRole(e.Account, e.Role) {
		return "was written to, and no SharerAccount names this role"
	}
	if e.Action != "DeleteRole" {
		return ""
	}
	for _, was := range slices.Backward(before) {
		if was.Role == e.Role && was.Account == e.Account && was.DocumentBefore == "" && was.DocumentAfter != "" {
			if h.ours(was) {
				return ""
			}
			return "was deleted, and the operator had not made it"
		}
	}
	return "was deleted, and was there before the run"
}

// namesRole says whether a SharerAccount of the account names the role.
func (h *history) namesRole(account, role string) bool {
	for _, versions := range h.sharers {
		if slices.ContainsFunc(versions, func(v Version) bool {
			named := string(v.SharerAccount.Spec.RoleName)
			return string(v.SharerAccount.Spec.AccountID) == account && (named == role || named == "" && role == defaultRole)
		}) {
			return true
		}
	}
	return len(h.sharers) == 0
}

// defaultRole is the role that a SharerAccount names that names none.
const defaultRole = "AliyunECSShareEncryptImageDefaultRole"

// policyForeign is why the operator should not have written to a policy, attached or detached it.
func (h *history) policyForeign(e simcloud.Entry, before []simcloud.Entry) string {
	switch {
	case e.Policy == "":
		return ""
	case e.Policy == allKeysPolicy && e.Action == "DetachPolicyFromRole":
		return h.attachmentForeign(e, before)
	case e.Policy == allKeysPolicy:
		return ""
	case !ownPolicyName.MatchString(e.Policy):
		return "was written to or attached, and is not of the operator's policies"
	}
	i := lastOf(before, func(was simcloud.Entry) bool {
		return slices.Contains([]string{"AddPolicy", "CreatePolicy"}, was.Action) && was.Policy == e.Policy && was.Account == e.Account && was.Code == simcloud.CodeOK
	})
	if i >= 0 && !h.ours(before[i]) {
		return "was written to or attached, and somebody else had made it"
	}
	return ""
}

// lastOf is where the last entry stands of which something is so, or -1.
func lastOf(entries []simcloud.Entry, is func(simcloud.Entry) bool) int {
	for i, e := range slices.Backward(entries) {
		if is(e) {
			return i
		}
	}
	return -1
}

// attachmentForeign is why the operator should not have detached the vendor's policy.
func (h *history) attachmentForeign(e simcloud.Entry, before []simcloud.Entry) string {
	i := lastOf(before, func(was simcloud.Entry) bool {
		attached := was.Action == "AttachPolicyToRole" || was.Action == "AttachByHand"
		return attached && was.Policy == e.Policy && was.Role == e.Role && was.Account == e.Account && was.Code == simcloud.CodeOK
	})
	switch {
	case i < 0:
		return "was detached, and was attached before the run"
	case !h.ours(before[i]):
		return "was detached, and somebody else had attached it"
	}
	return ""
}

// shareForeign is why the operator should not have written to a resource share.
func (h *history) shareForeign(e simcloud.Entry, before []simcloud.Entry) string {
	if e.Share == "" || e.Action == "CreateResourceShare" {
		return ""
	}
	made, own := h.doneTo(e.Share, before)
	switch {
	case !made && !h.bearsOwnerTag(e.Share):
		return "was written to, and the operator had not made it"
	case !made || e.Action != "DeleteResourceShare":
		return ""
	}
	for _, p := range pairsOf(e, e.Ended) {
		if !own[p.image] {
			return fmt.Sprintf("was deleted, and somebody else had put %s on it", p.image)
		}
	}
	return ""
}

// doneTo says whether the operator has made a resource share, and which images it has put on it.
func (h *history) doneTo(share string, before []simcloud.Entry) (made bool, images map[string]bool) {
	images = map[string]bool{}
	for _, was := range before {
		if was.Share != share || !h.ours(was) || was.Code != simcloud.CodeOK {
			continue
		}
		made = made || was.Action == "CreateResourceShare"
		for _, image := range imagesOf(was) {
			images[image] = true
		}
	}
	return made, images
}

// bearsOwnerTag says whether a resource share bears the operator's tag, or nobody can tell.
func (h *history) bearsOwnerTag(id string) bool {
	if h.World == nil {
		return true
	}
	s, there := h.World.Share(id)
	return !there || slices.ContainsFunc(s.Tags, func(t simcloud.Tag) bool {
		return t.Key == ownerTag && (h.Owner == "" || t.Value == h.Owner)
	})
}
