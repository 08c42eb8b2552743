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

// sharees is how the sharees of one ImageShare stand after a pass, or those of
// one way.
type sharees struct {
	// one and many are what they are called, and nobody what is to be said of
	// none of them.
	one, many, nobody string
	// organized is true where directories or folders are among them.
	organized bool
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

// standings is how the sharees of one ImageShare stand, way by way and
// together.
type standings struct {
	accounts, targets, both *sharees
}

// shareesOf finds out how the sharees of a member stand whose ledgers are
// settled.
func (p *pass) shareesOf(m *member, settled *v1alpha1.ImageShare, now outcomes) standings {
	after := &member{obj: settled, account: m.account}
	if now.targets == nil {
		now.targets = &converge.Outcome{}
	}
	s := standings{accounts: p.accountsOf(m, after.ledger(), now.accounts), targets: p.targetsIn(m, after.ledger(), now.targets)}
	s.both = s.accounts.and(s.targets)
	if s.both.declared > 0 {
		s.accounts.nobody = "No account is declared"
	}
	return s
}

const nobodyDeclared = "Nobody is declared"

// accountsOf finds out how the accounts of a member stand.
func (p *pass) accountsOf(m *member, ledger share.Ledger, outcome *converge.Outcome) *sharees {
	out := &sharees{one: "account", many: "accounts", nobody: nobodyDeclared, known: outcome.Seen.Known && !outcome.Seen.Gone}
	declared := m.accounts()
	if m.deleting() {
		declared = share.Sharees{}
	}
	out.declared = declared.Len()
	having, held, going := p.having(m, outcome.Seen), ledger.Own(), share.Sharees{}
	if m.takesAway() {
		going = (&way{pass: p}).of(m.going(ledger, declared)).Without(outcome.Seen.Elsewhere)
	}
	for id := range declared.All() {
		switch {
		case having.Has(id) && held.Has(id):
			out.shared++
		case having.Has(id):
			out.add(string(id), v1alpha1.ShareePending, notInLedger())
		case !going.Has(id):
			out.add(string(id), v1alpha1.ShareePending, p.obstacle(m, id, out.known, outcome))
		}
	}
	for id := range going.All() {
		out.revoke(string(id), p.revokeObstacle(m, id, outcome))
	}
	out.wouldRevoke(p.wouldRevoke(m, &way{pass: p}, outcome.Seen))
	return out
}

// having are the accounts on the image, but for those that cannot decrypt it,
// which count only where nothing is to be done.
func (p *pass) having(m *member, seen share.Observed) share.Sharees {
	switch {
	case !seen.Known || seen.Gone:
		return share.Sharees{}
	case m.observing():
		return seen.Sharees
	}
	return seen.Sharees.Without(p.barred(m))
}

// notInLedger judges one who has the image as it is declared, when the ledger does
// not say so yet: the live look has found another ImageShare than was planned
// for. Told to be shared it could be deleted before anybody wrote that down, and
// what it has would be left behind.
func notInLedger() verdict {
	return verdict{class: waiting, reason: v1alpha1.ReasonProgressing, after: againPace, message: "Has the image already, which is about to be written down"}
}

func (s *sharees) add(name string, state v1alpha1.ShareeState, v verdict) {
	if state == v1alpha1.ShareePending && v.class >= fixCloud {
		state = v1alpha1.ShareeFailed
	}
	if state == v1alpha1.ShareePending && v.reason == v1alpha1.ReasonObserving {
		state = v1alpha1.ShareeWouldGrant
	}
	if v.reason == v1alpha1.ReasonPlanHeld {
		state = v1alpha1.ShareeHeld
	}
	s.apart = append(s.apart, v1alpha1.ShareeStatus{
		Sharee: v1alpha1.Sharee(clipTo(name, maxSharee)), State: state, Reason: v.reason, Message: clip(v.message),
	})
	s.verdicts = append(s.verdicts, v)
}

// revoke adds one who should go, and has not.
func (s *sharees) revoke(name string, v verdict) {
	s.add(name, v1alpha1.ShareeRevoking, v)
	s.revoking = append(s.revoking, v)
}

// and is how both stand together.
func (s *sharees) and(o *sharees) *sharees {
	both := &sharees{
		organized: o.organized, one: s.one, many: s.many, nobody: nobodyDeclared, known: s.known && o.known,
		declared: s.declared + o.declared, shared: s.shared + o.shared,
		apart: slices.Concat(s.apart, o.apart), verdicts: slices.Concat(s.verdicts, o.verdicts), revoking: slices.Concat(s.revoking, o.revoking),
	}
	switch {
	case s.declared == 0 && o.declared > 0:
		both.one, both.many = o.one, o.many
	case o.declared > 0:
		both.many = "accounts, directories and folders"
	}
	return both
}

// summary is shared/declared, with a question mark for what nobody knows.
func (s *sharees) summary() string {
	if !s.known && s.declared > 0 {
		return fmt.Sprintf("?/%d", s.declared)
	}
	return fmt.Sprintf("%d/%d", s.shared, s.declared)
}

// has reports whether anybody is in a state.
func (s *sharees) has(state v1alpha1.ShareeState) bool {
	return slices.ContainsFunc(s.apart, func(one v1alpha1.ShareeStatus) bool { return one.State == state })
}

// onlyFor reports whether all that is not as it should be is so for one reason.
func (s *sharees) onlyFor(reason string) bool {
	return !slices.ContainsFunc(s.verdicts, func(v verdict) bool { return v.reason != reason })
}

// sentence says that all is well.
func (s *sharees) sentence() string {
	switch s.declared {
	case 0:
		return s.nobody
	case 1:
		return fmt.Sprintf("The image is shared with the one %s that is declared", s.one)
	}
	return fmt.Sprintf("The image is shared with all %d %s that are declared", s.declared, s.many)
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
	message = fmt.Sprintf("%s: %s (%s)", first.Sharee, first.Message, first.State)
	if others := len(s.apart) - 1; others > 0 {
		message += fmt.Sprintf("; and %d more, see status.notShared", others)
	}
	return reason, message
}
