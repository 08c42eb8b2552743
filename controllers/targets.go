// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// targetsIn finds out how the directories and folders of a member stand.
func (p *pass) targetsIn(m *member, ledger share.Ledger, outcome *converge.Outcome) *sharees {
	out := &sharees{one: "directory or folder", many: "directories and folders", nobody: "No directory or folder is declared", known: true}
	paths := p.pathsIn(m)
	if m.deleting() {
		paths = nil
	}
	held := (&way{pass: p, targets: true}).of(m.going(ledger, targetsOf(paths)))
	if len(paths) == 0 && held.Empty() {
		return out
	}
	out.organized, out.known, out.declared = true, outcome.Seen.Known && !outcome.Seen.Gone, len(paths)
	if !m.takesAway() {
		held = share.Sharees{}
	}
	p.addTargets(out, m, paths, ledger.Own(), held, outcome)
	for target := range held.All() {
		out.revoke(string(target), p.targetStays(target, outcome))
	}
	out.wouldRevoke(p.wouldRevoke(m, &way{pass: p, targets: true}, outcome.Seen))
	return out
}

// addTargets adds how those stand that are declared: whom the ledger says that the
// ImageShare has, and who is to go.
func (p *pass) addTargets(to *sharees, m *member, paths map[share.Sharee]declaredPath, has, going share.Sharees, outcome *converge.Outcome) {
	shared, barred := p.sharedTargets(), p.barred(m)
	for target := range targetsOf(paths).All() {
		declared := paths[target]
		switch on := to.known && shared.Has(target) && (m.observing() || !barred.Has(target)) && declared.flaw == nil; {
		case on && has.Has(target):
			to.shared++
		case on:
			to.add(declared.written, v1alpha1.ShareePending, notInLedger())
		case !going.Has(target):
			to.add(declared.written, v1alpha1.ShareePending, p.targetObstacle(m, target, declared, outcome))
		}
	}
}

// sharedTargets is who has the image by the resource share.
func (p *pass) sharedTargets() share.Sharees {
	if p.org.way == nil {
		return share.Sharees{}
	}
	return p.org.way.View().Shared()
}

// targetObstacle is why a directory or folder does not have the image as it is
// declared.
func (p *pass) targetObstacle(m *member, target share.Sharee, declared declaredPath, outcome *converge.Outcome) verdict {
	trouble, hindered, tried := outcome.Trouble[target], p.hindered(m), p.tried(target, outcome)
	switch {
	case declared.flaw != nil:
		return *declared.flaw
	case p.org.unseen != nil:
		return *p.org.unseen
	case hindered != nil:
		return *hindered
	case p.barred(m).Has(target) && declared.principal() == "":
		return *unplaced(share.NewSharees(target))
	case p.barred(m).Has(target):
		return see(p.undecryptable(m), v1alpha1.ConditionRoleReady)
	case p.isHeld(target, false):
		return *waitsForApproval()
	case trouble != nil:
		return verdictOf(trouble)
	case tried != nil:
		return *tried
	}
	return verdict{class: waiting, reason: v1alpha1.ReasonProgressing, after: againPace, message: "Not granted yet"}
}

// tried is what came of sharing the image with a directory or folder, or nil.
func (p *pass) tried(target share.Sharee, outcome *converge.Outcome) *verdict {
	if p.org.way != nil && p.org.way.View().Live().Has(target) {
		return new(p.onTheWay(target))
	}
	if outcome.Err != nil {
		return new(verdictOf(outcome.Err))
	}
	return p.associationFailed(target)
}

// onTheWay judges a directory or folder that is on the resource share and does
// not have the image yet, or is about to lose it.
func (p *pass) onTheWay(target share.Sharee) verdict {
	v := verdict{class: waiting, reason: v1alpha1.ReasonAssociating, after: min(p.reconciler.Interval, awaitPace)}
	v.message = fmt.Sprintf("Alibaba Cloud is adding it to %s, which can take minutes", p.shareName())
	switch view := p.org.way.View(); {
	case view.Leaving().Has(target):
		v.message = fmt.Sprintf("Alibaba Cloud is still taking it off %s; it is added again after that", p.shareName())
	case view.Image().State != cloud.Associated:
		v.message = fmt.Sprintf("Alibaba Cloud is adding the image to %s, which can take minutes", p.shareName())
	}
	return v
}

// associationFailed is why the cloud could not share the image with a
// directory or folder, in its own words; nil if it did not try.
func (p *pass) associationFailed(target share.Sharee) *verdict {
	if p.org.way == nil {
		return nil
	}
	failed, found := p.org.way.View().Failed(target)
	if !found {
		return nil
	}
	what, why := "it", failed.Reason
	if failed.Entity == p.key.ID {
		what = "the image"
	}
	if why == "" {
		why = "no reason given"
	}
	v := &verdict{class: fixCloud, reason: v1alpha1.ReasonAssociationFailed, after: p.retryPace(), message: fmt.Sprintf(
		"Alibaba Cloud could not add %s to %s: %s. It is tried again every few minutes", what, p.shareName(), why)}
	if p.lags() {
		v.class = waiting
		v.message = fmt.Sprintf("Alibaba Cloud could not add %s to %s: %s. The encryption role was changed a moment ago, and it is tried again soon", what, p.shareName(), why)
	}
	return v
}

// targetStays is why a directory or folder that should go is still in the
// ledger.
func (p *pass) targetStays(target share.Sharee, outcome *converge.Outcome) verdict {
	if v := p.stays(target, outcome, p.org.unseen); v != nil {
		return *v
	}
	return verdict{class: waiting, reason: v1alpha1.ReasonRevoking, after: min(p.reconciler.Interval, awaitPace), message: "Access is being taken away"}
}

// tellOrganization tells of the resource share, where directories or folders
// are declared or still have the image.
func (p *pass) tellOrganization(into *v1alpha1.ImageShare, m *member, s *sharees, v verdict) {
	into.Status.Folders = p.newFolders(m)
	conditions, held := &into.Status.Conditions, (&way{pass: p, targets: true}).of((&member{obj: into, account: m.account}).ledger().Sharees())
	if s.declared == 0 && held.Empty() {
		meta.RemoveStatusCondition(conditions, v1alpha1.ConditionOrganizationShared)
		into.Status.ResourceShareID = ""
		return
	}
	set := func(status metav1.ConditionStatus, reason, message string) {
		setCondition(conditions, into.Generation, v1alpha1.ConditionOrganizationShared, status, reason, message)
	}
	if p.org.way != nil {
		into.Status.ResourceShareID = p.org.way.Own()
	}
	reason, message := v1alpha1.ReasonSucceeded, ""
	if len(s.apart) > 0 {
		reason, message = s.why()
	}
	switch {
	case p.org.unseen != nil:
		set(metav1.ConditionUnknown, p.org.unseen.reason, p.org.unseen.message)
	case !s.known && len(s.apart) == 0:
		set(metav1.ConditionUnknown, v.reason, v.message)
	case !s.known:
		set(metav1.ConditionUnknown, reason, message)
	case len(s.apart) > 0:
		set(metav1.ConditionFalse, reason, message)
	default:
		set(metav1.ConditionTrue, reason, s.sentence()+", by "+p.shareName()+p.atTheirWord())
	}
}

// atTheirWord says that nobody has checked the paths, if nobody could.
func (p *pass) atTheirWord() string {
	switch {
	case p.org.closed:
		return ". The resource directory cannot be read with these credentials: paths are taken at their word"
	case p.org.silent:
		return ". The resource directory does not answer: paths are taken at their word"
	}
	return ""
}
