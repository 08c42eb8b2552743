// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// rule holds a member against the rules of its SharerAccount, with what is known
// by now. One that no rule admits is refused: it grants nothing, and what it has
// waits for an approval to be taken away. What nobody knows yet neither admits nor refuses:
// until the pass has looked, the member counts as if it were admitted, so that
// whom it has is expected on the image; after that it grants nothing.
func (p *pass) rule(m *member) {
	if m.refused || m.undecided {
		m.problem, m.refused, m.undecided = nil, false, false
	}
	m.mystery = false
	if m.problem != nil || !m.ruled() {
		return
	}
	ruling := share.Judge(rulesOf(m.sharer), p.requestOf(m))
	m.mystery = ruling.Kind
	switch {
	case ruling.Admitted:
	case ruling.Refused():
		m.refused, m.problem = true, p.refusal(m, &ruling)
	case p.judged && p.image == nil && p.unseen == nil:
		m.undecided, m.problem = true, &verdict{class: waiting, blind: true, reason: v1alpha1.ReasonUndecided, message: fmt.Sprintf(
			"Nobody knows yet whether a rule of SharerAccount %q admits this ImageShare, and nothing is granted until then: %s could not be found out%s",
			m.sharer.Name, some(slices.Compact(ruling.Unknown)), p.remedy())}
	}
}

// ruled reports whether rules are about a member. One that is on its way out,
// or has expired, asks for nothing: who wants to withdraw always can. One that is
// suspended asks that what it declares stays.
func (m *member) ruled() bool {
	return !m.guest && m.sharer != nil && !m.deleting() && !m.expired
}

// judgeAll holds all members against the rules once the pass has looked.
func (p *pass) judgeAll() {
	p.judged = true
	for _, m := range p.members {
		p.rule(m)
	}
}

// remedy is what to do where the directory does not tell where folders are.
func (p *pass) remedy() string {
	if !p.org.closed {
		return ""
	}
	return ". The resource directory cannot be read: allow the credentials resourcemanager:GetFolder, or name the folder itself in the rule"
}

// refusal says why no rule admits a member, and what to do.
func (p *pass) refusal(m *member, ruling *share.Ruling) *verdict {
	v := &verdict{class: fixSpec, reason: v1alpha1.ReasonNotAllowed}
	if ruling.Unconfirmed {
		v.message = fmt.Sprintf("SharerAccount %q asks that somebody confirms image %s before it is shared: make sure that it holds no secrets and no personal data, "+
			"then say so with the annotation %s=%s on this ImageShare", m.sharer.Name, p.key.ID, v1alpha1.SecurityConfirmed, p.key.ID)
		return v
	}
	if len(ruling.Objections) == 0 {
		v.message = fmt.Sprintf("SharerAccount %q has no rules, and so admits nothing: add one", m.sharer.Name)
		return v
	}
	const most = 3
	var why []string
	for _, objection := range ruling.Objections[:min(most, len(ruling.Objections))] {
		why = append(why, fmt.Sprintf("rules[%d]: %s", objection.Rule, some(objection.Why)))
	}
	if more := len(ruling.Objections) - most; more > 0 {
		why = append(why, fmt.Sprintf("and %d more", more))
	}
	v.message = fmt.Sprintf("No rule of SharerAccount %q admits this ImageShare in whole (%s). Declare what a rule admits, or ask whoever looks after the SharerAccount for a rule",
		m.sharer.Name, strings.Join(why, "; "))
	return v
}

// requestOf is what a member asks for, as far as anybody knows.
func (p *pass) requestOf(m *member) share.Request {
	sharees := m.obj.Spec.Sharees
	request := share.Request{
		Namespace: m.obj.Namespace, NamespaceLabels: p.labels[m.obj.Namespace], Region: p.key.Region, ImageID: p.key.ID,
		Accounts: m.accounts(), Places: p.placesOf(m), Sharees: len(sharees.AccountIDs) + len(sharees.ResourceDirectoryPaths),
		Confirmed: confirmed(m.obj) == p.key.ID,
	}
	if p.kind != nil {
		request.Kind = &share.ImageKind{
			Family: p.kind.image.Family, Tags: p.kind.image.Tags, Paid: p.kind.image.ProductCode != "",
			Encrypted: p.kind.cipher.encrypted, EncryptionKnown: p.kind.cipher.known,
		}
	}
	return request
}

// placesOf are the directories and folders that a member declares, where the
// directory says that they are. What is no path is shared with nobody.
func (p *pass) placesOf(m *member) []share.Place {
	var out []share.Place
	for target, declared := range m.paths() {
		told, err := share.ParsePath(string(p.org.told[target]))
		switch {
		case err == nil && told.Target() == target:
			out = append(out, share.Place{Path: told, Sure: true})
		case declared.flaw == nil:
			out = append(out, share.Place{Path: declared.path})
		}
	}
	slices.SortFunc(out, func(a, b share.Place) int { return strings.Compare(a.Path.String(), b.Path.String()) })
	return out
}

// mysterious reports whether a rule may admit a member once it is known, or
// known anew, what kind of image it is.
func (p *pass) mysterious() bool {
	for _, m := range p.members {
		if m.mystery {
			return true
		}
	}
	return false
}

// recall takes what is remembered of the image for what is known of it, until
// the pass has looked.
func (p *pass) recall() {
	if known, age := p.reconciler.memory.facts(p.key, p.reconciler.Now()); age <= 2*factsTTL {
		p.kind = &known
	}
}

// readNamespaces reads the labels of the namespaces of some ImageShares, if a
// rule asks for any.
func (p *pass) readNamespaces(ctx context.Context, reader client.Reader, items []v1alpha1.ImageShare, all map[string]*v1alpha1.SharerAccount) error {
	p.labels = map[string]map[string]string{}
	for i := range items {
		name, sharer := items[i].Namespace, all[items[i].Spec.SharerRef.Name]
		if _, read := p.labels[name]; read || sharer == nil || !slices.ContainsFunc(sharer.Spec.Rules, asksForLabels) {
			continue
		}
		ns := &metav1.PartialObjectMetadata{}
		ns.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
		err := reader.Get(ctx, client.ObjectKey{Name: name}, ns)
		if client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("read the namespace %s: %w", name, err)
		}
		if err == nil {
			p.labels[name] = map[string]string{}
			maps.Copy(p.labels[name], ns.Labels)
		}
	}
	return nil
}

func asksForLabels(r v1alpha1.Rule) bool { return len(r.Namespaces.MatchLabels) > 0 }

// confirmed is the ID of the image of which an ImageShare says that it holds
// nothing that its sharees must not see.
func confirmed(obj client.Object) string { return obj.GetAnnotations()[v1alpha1.SecurityConfirmed] }

// notAllowed reports whether the loop of images has told that no rule admits an
// ImageShare, or that nobody knows.
func notAllowed(obj *v1alpha1.ImageShare) bool {
	ready := meta.FindStatusCondition(obj.Status.Conditions, v1alpha1.ConditionReady)
	return ready != nil && (ready.Reason == v1alpha1.ReasonNotAllowed || ready.Reason == v1alpha1.ReasonUndecided)
}

// rulesOf are the rules of a SharerAccount. A path that is none covers nothing.
func rulesOf(sharer *v1alpha1.SharerAccount) []share.Rule {
	out := make([]share.Rule, 0, len(sharer.Spec.Rules))
	for _, r := range sharer.Spec.Rules {
		rule := share.Rule{
			Namespaces: r.Namespaces.Names, NamespaceLabels: texts(r.Namespaces.MatchLabels),
			ImageIDs: r.Images.IDs, Families: r.Images.Families, ImageTags: texts(r.Images.Tags), Regions: r.Regions,
			MaxSharees: int(r.MaxSharees), Encrypted: r.RequireEncryption, Confirmed: r.RequireConfirmation,
			Unpaid: r.PaidImages == v1alpha1.PaidImagesDeny,
		}
		var ids []share.Sharee
		for _, id := range r.AccountIDs {
			ids = append(ids, share.Sharee(id))
		}
		rule.Accounts = share.NewSharees(ids...)
		for _, written := range r.ResourceDirectoryPaths {
			path, err := share.ParsePath(string(written))
			if err != nil {
				path = share.Path{}
			}
			rule.Paths = append(rule.Paths, path)
		}
		out = append(out, rule)
	}
	return out
}

func texts(values map[string]v1alpha1.RuleValue) map[string]string {
	out := make(map[string]string, len(values))
	for key, value := range values {
		out[key] = string(value)
	}
	return out
}
