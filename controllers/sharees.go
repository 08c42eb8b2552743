// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// sharees is how the sharees of one ImageShare stand after a pass.
type sharees struct {
	// declared is how many it declares, shared how many of them are on the
	// image; known is false when nobody could look.
	declared, shared int
	known            bool
	// apart are those who are not as they should be, and verdicts, one for
	// each of them, what that means.
	apart    []v1alpha1.ShareeStatus
	verdicts []verdict
	// revoking are the verdicts on those who should go.
	revoking []verdict
}

// shareesOf finds out how the sharees of a member stand.
func (p *pass) shareesOf(m *member, ledger share.Ledger, outcome *converge.Outcome) *sharees {
	out := &sharees{known: outcome.Seen.Known && !outcome.Seen.Gone}
	declared := m.declared()
	if m.deleting() {
		declared = share.Accounts{}
	}
	out.declared = declared.Len()
	barred := p.barred(m)
	for id := range declared.All() {
		if out.known && outcome.Seen.Accounts.Has(id) && !barred.Has(id) {
			out.shared++
			continue
		}
		out.add(id, v1alpha1.ShareePending, p.obstacle(m, id, out.known, outcome))
	}
	if m.standing() == share.Active || m.standing() == share.Withdrawing {
		for id := range ledger.Accounts().Without(declared).All() {
			v := revokeObstacle(m, id, outcome)
			out.add(id, v1alpha1.ShareeRevoking, v)
			out.revoking = append(out.revoking, v)
		}
	}
	return out
}

func (s *sharees) add(id share.AccountID, state v1alpha1.ShareeState, v verdict) {
	if state == v1alpha1.ShareePending && v.class >= fixCloud {
		state = v1alpha1.ShareeFailed
	}
	s.apart = append(s.apart, v1alpha1.ShareeStatus{
		AccountID: v1alpha1.AccountID(id), State: state, Reason: v.reason, Message: clip(v.message),
	})
	s.verdicts = append(s.verdicts, v)
}

// obstacle is why a declared account is not on the image.
func (p *pass) obstacle(m *member, id share.AccountID, known bool, outcome *converge.Outcome) verdict {
	see := func(v *verdict, condition string) verdict {
		out := *v
		out.message = "See the condition " + condition
		return out
	}
	trouble := outcome.Trouble[id]
	switch {
	case id == p.key.Account:
		return verdict{class: fixSpec, reason: v1alpha1.ReasonOwnAccount,
			message: "This is the account that owns the image, and an image cannot be shared with its own account: leave it out"}
	case m.problem != nil:
		return see(m.problem, v1alpha1.ConditionReady)
	case m.suspended():
		return verdict{class: resting, reason: v1alpha1.ReasonSuspended, message: "Not granted while the ImageShare is suspended"}
	case p.unseen != nil:
		return see(p.unseen, v1alpha1.ConditionReady)
	case p.image != nil:
		return see(p.image, v1alpha1.ConditionImageShareable)
	case p.barred(m).Has(id):
		return see(p.undecryptable(m), v1alpha1.ConditionRoleReady)
	case trouble != nil:
		return verdictOf(trouble)
	case outcome.Err != nil:
		return verdictOf(outcome.Err)
	case outcome.Sent.Has(id) && known:
		return notVisible(m, id)
	}
	return verdict{class: waiting, reason: v1alpha1.ReasonProgressing, after: againPace, message: "Not granted yet"}
}

// notVisible judges an account that the cloud accepted and does not list.
func notVisible(m *member, id share.AccountID) verdict {
	return toldBefore(m, id, verdict{class: waiting, reason: v1alpha1.ReasonNotVisible, after: busyPace,
		message: "The cloud accepted the account but does not list it: check that the credentials may ecs:DescribeImageSharePermission"})
}

// toldBefore judges what the cloud's list does not show as it should: at first
// the list may be late, later somebody has to see to it.
func toldBefore(m *member, id share.AccountID, v verdict) verdict {
	for _, before := range m.obj.Status.NotShared {
		if before.AccountID == v1alpha1.AccountID(id) && before.Reason == v.reason {
			v.class = fixCloud
		}
	}
	return v
}

// revokeObstacle is why an account that should go is still in the ledger.
func revokeObstacle(m *member, id share.AccountID, outcome *converge.Outcome) verdict {
	if trouble := outcome.Trouble[id]; trouble != nil {
		return verdictOf(trouble)
	}
	if outcome.Err != nil {
		return verdictOf(outcome.Err)
	}
	if outcome.Seen.Known && outcome.Seen.Accounts.Has(id) {
		return toldBefore(m, id, verdict{class: waiting, reason: v1alpha1.ReasonStillListed, after: busyPace,
			message: "The cloud accepted the removal but still lists the account: look at the image in the ECS console"})
	}
	return verdict{class: waiting, reason: v1alpha1.ReasonRevoking, after: busyPace, message: "Access is being taken away"}
}

// summary is shared/declared, with a question mark for what nobody knows.
func (s *sharees) summary() string {
	if !s.known {
		return fmt.Sprintf("?/%d", s.declared)
	}
	return fmt.Sprintf("%d/%d", s.shared, s.declared)
}

// onlyFor reports whether all that is not as it should be is so for one reason.
func (s *sharees) onlyFor(reason string) bool {
	return !slices.ContainsFunc(s.verdicts, func(v verdict) bool { return v.reason != reason })
}

// sentence says that all is well.
func (s *sharees) sentence() string {
	switch s.declared {
	case 0:
		return "Nobody is declared"
	case 1:
		return "The image is shared with the one account that is declared"
	}
	return fmt.Sprintf("The image is shared with all %d accounts that are declared", s.declared)
}

// worst is what weighs most among those who are not as they should be.
func (s *sharees) worst() (verdict, int) {
	worst, at := verdict{}, 0
	for i, v := range s.verdicts {
		if i == 0 || v.class > worst.class {
			worst, at = v, i
		}
	}
	return worst, at
}

// why says in one sentence why not everything is as declared: in the words of
// the cause when it is the same for all, else by the one that weighs most.
func (s *sharees) why() (reason, message string) {
	worst, at := s.worst()
	same := true
	for _, v := range s.verdicts {
		same = same && v.reason == worst.reason && v.message == worst.message
	}
	if same && len(s.verdicts) > 1 {
		return worst.reason, worst.message
	}
	reason = v1alpha1.ReasonShareesPending
	if worst.class >= fixCloud {
		reason = v1alpha1.ReasonShareesFailed
	}
	first := s.apart[at]
	message = fmt.Sprintf("%s: %s (%s)", first.AccountID, first.Message, first.State)
	if others := len(s.apart) - 1; others > 0 {
		message += fmt.Sprintf("; and %d more, see status.notShared", others)
	}
	return reason, message
}
