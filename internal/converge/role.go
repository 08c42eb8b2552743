// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// The names that we leave on a role; the first on images too.
const (
	// TagOwner is the key of the tag, of the role and of images, that says which
	// operator writes to it: its owner ID.
	TagOwner = "imageshare-operator-owner"
	// TagMade is the key of the tag of a role that we made. A role without it is
	// never deleted.
	TagMade = "imageshare-operator-made"
	// PolicyPrefix begins the names of our policies; the number of the slot
	// follows.
	PolicyPrefix = "ImageShareOperator-ImageKeys-"
	// Mark begins the descriptions of the role and the policies that we made. A
	// policy without it is somebody else's, whatever its name.
	Mark = "Made by the ImageShare operator"
	// AllKeysPolicy is the vendor's policy for all keys of an account.
	AllKeysPolicy = "AliyunKMSFullAccess"
)

// RoleTask says which role is to be looked after, and how.
type RoleTask struct {
	// Name is the role's, and Account whose it is.
	Name    string
	Account share.AccountID
	// Owner is the ID of this operator.
	Owner  string
	Access share.KeyAccess
	// Refused is a size of trust policy, in characters, that was refused; zero
	// if none was.
	Refused int
	// Sure is true when nothing was sent for so long that nothing of it can
	// still take effect.
	Sure bool
	// Alone is true when nothing that another operator sent can still take
	// effect: one that led before, and was held up when it was about to send.
	Alone bool
	// Taking is true when it is time to take away what nobody needs. It is done
	// before its time where there is no room for somebody else.
	Taking bool
}

// RoleStore is where what an account's ImageShares need, and the ledger of its
// role, are kept.
type RoleStore interface {
	// RecordRole writes the ledger on the condition that nobody else has
	// changed it; otherwise it is a Conflict, and nothing is written.
	RecordRole(ctx context.Context, ledger share.RoleLedger) error
	// LiveNeeds reads from the source of truth what every ImageShare of the
	// account needs, and after that sees to it that nobody else has changed the
	// ledger, which would be a Conflict.
	LiveNeeds(ctx context.Context) (share.Needed, error)
}

// RoleOutcome is what became of a run.
type RoleOutcome struct {
	// Seen is the role as it was last read.
	Seen share.RoleSeen
	// Ledger is the role's ledger after the run.
	Ledger share.RoleLedger
	// Trusted and Untrusted are what the run changed, confirmed by a read.
	Trusted, Untrusted share.Principals
	// Made and Deleted tell that the run made or deleted the role.
	Made, Deleted bool
	// Wrote is true when anything was sent that may have changed the role.
	Wrote bool
	// NoRoom is whom the trust policy has no room for, and Refused the smallest
	// size that is known to be refused.
	NoRoom  share.Principals
	Refused int
	// NoSlot are keys that no further policy can be attached for.
	NoSlot share.Keys
	// Err is the first trouble with the cloud.
	Err error
	// Again is true when something changed meanwhile: plan again at once.
	Again bool
	// StoreErr is the first trouble with the store that is not a change made by
	// somebody else.
	StoreErr error
}

// ObserveRole reads the role and what is attached to it. Tags that cannot be
// read are as good as none: a role is never deleted without.
func ObserveRole(ctx context.Context, roles cloud.Roles, task RoleTask) (share.RoleSeen, error) {
	role, err := roles.Role(ctx, task.Name)
	if cloud.KindOf(err) == cloud.NotFound {
		return share.RoleSeen{Known: true}, nil
	}
	if err != nil {
		return share.RoleSeen{}, err
	}
	trust, err := share.ParseTrustPolicy(role.Trust)
	if err != nil {
		return share.RoleSeen{}, unreadable("the trust policy of role "+task.Name, err)
	}
	seen := share.RoleSeen{Known: true, Exists: true, ARN: role.ARN, Trust: trust}
	tags, err := roles.RoleTags(ctx, task.Name)
	if err != nil && !refusal(err) {
		return share.RoleSeen{}, err
	}
	seen.ClaimedBy, seen.Made = tags[TagOwner], tags[TagMade] != ""
	seen.Marked = strings.HasPrefix(role.Description, Mark)
	return observePolicies(ctx, roles, task, seen)
}

// unreadable is the error for a document that makes no sense here.
func unreadable(what string, err error) error {
	return &cloud.Error{Kind: cloud.Invalid, Subject: cloud.AboutRole, Message: fmt.Sprintf("%s cannot be read (%s): mend it in the RAM console", what, err)}
}

// refusal reports whether the cloud refuses the thing as such, so that trying
// again would not help.
func refusal(err error) bool {
	switch cloud.KindOf(err) {
	case cloud.Denied, cloud.Invalid, cloud.NotFound:
		return true
	case cloud.Unknown:
		return unlisted(err)
	default:
		return false
	}
}

// observePolicies reads what is attached to the role.
func observePolicies(ctx context.Context, roles cloud.Roles, task RoleTask, seen share.RoleSeen) (share.RoleSeen, error) {
	attached, err := roles.Attached(ctx, task.Name)
	if err != nil {
		return share.RoleSeen{}, err
	}
	for _, ref := range attached {
		slot, own := slotOf(ref)
		if own {
			own, err = observeOwn(ctx, roles, task, slot, &seen)
		}
		switch {
		case err != nil:
			return share.RoleSeen{}, err
		case own:
		case ref == cloud.PolicyRef{System: true, Name: AllKeysPolicy}:
			seen.AllKeys = true
		default:
			seen.Others = append(seen.Others, ref.Name)
			if !ref.System {
				seen.CustomOthers++
			}
		}
	}
	slices.Sort(seen.Others)
	return seen, nil
}

// slotOf is the slot that a policy's name tells of.
func slotOf(ref cloud.PolicyRef) (int, bool) {
	for slot := range cloud.PoliciesPerRole {
		if !ref.System && ref.Name == policyName(slot) {
			return slot, true
		}
	}
	return 0, false
}

func policyName(slot int) string { return fmt.Sprintf("%s%d", PolicyPrefix, slot+1) }

// observeOwn reads an attached policy that has a name of ours, and reports
// whether it is.
func observeOwn(ctx context.Context, roles cloud.Roles, task RoleTask, slot int, into *share.RoleSeen) (bool, error) {
	policy, err := roles.Policy(ctx, cloud.PolicyRef{Name: policyName(slot)})
	if err != nil {
		return false, err
	}
	if !strings.HasPrefix(policy.Description, markOf(task.Name)) {
		return false, nil
	}
	for len(into.Policies) <= slot {
		into.Policies = append(into.Policies, share.OwnPolicy{})
	}
	into.Policies[slot] = ownPolicy(task, policy)
	into.Policies[slot].Attached = true
	return true, nil
}

// ownPolicy is a policy of ours as package share sees it. One that cannot be
// read gives nothing.
func ownPolicy(task RoleTask, policy cloud.Policy) share.OwnPolicy {
	out := share.OwnPolicy{Name: policy.Ref.Name}
	document, err := share.ParseKeyPolicy(policy.Document)
	if err != nil {
		return out
	}
	out.Keys = document.Keys()
	out.Exact = document.Equal(share.NewKeyPolicy(task.Account, out.Keys))
	return out
}
