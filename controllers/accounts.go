// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// How long what was found out about an account is taken for true.
const (
	sessionTTL = time.Minute
	problemTTL = 10 * time.Second
)

// Accounts keeps a session for every SharerAccount. A session is handed out
// only when the cloud has said that its credentials are the account's own.
type Accounts struct {
	source credentialSource
	opener cloud.Opener
	now    func() time.Time

	// deletions is the gate for what is deleted in each account.
	deletions *deletionGate

	mu    sync.Mutex
	known map[types.UID]*account
}

// NewAccounts makes an empty book of accounts. Secrets are read live, from one
// namespace; env looks up a variable of the environment.
func NewAccounts(live client.Reader, opener cloud.Opener, namespace string, env func(string) string, now func() time.Time) *Accounts {
	return &Accounts{
		source: credentialSource{live: live, namespace: namespace, env: env},
		opener: opener, now: now, known: map[types.UID]*account{}, deletions: newDeletionGate(now),
	}
}

// account is what is known of one SharerAccount.
type account struct {
	// busy is true while somebody finds out.
	busy bool
	// target is what the session was opened with.
	target   cloud.Target
	session  cloud.Session
	identity cloud.Identity
	// problem is why there is no session.
	problem *verdict
	// until is how long this holds.
	until time.Time
}

// Session is a session that speaks for the SharerAccount, or why there is
// none. It never waits for another that is finding out. A session that was good
// stays so while the cloud cannot be asked about it.
func (a *Accounts) Session(ctx context.Context, sharer *v1alpha1.SharerAccount) (cloud.Session, *verdict) {
	known, mine := a.claim(sharer.UID, false)
	if mine {
		known = a.find(ctx, sharer, known, false)
	}
	if known.session != nil {
		return known.session, nil
	}
	return nil, known.problem
}

// Verify asks the cloud whom the credentials belong to, whatever was known.
func (a *Accounts) Verify(ctx context.Context, sharer *v1alpha1.SharerAccount) (cloud.Identity, *verdict) {
	known, mine := a.claim(sharer.UID, true)
	if mine {
		known = a.find(ctx, sharer, known, true)
	}
	return known.identity, known.problem
}

// Forget drops what is known of a SharerAccount that is no more.
func (a *Accounts) Forget(uid types.UID) {
	a.deletions.forget(uid)
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.known, uid)
}

// Doubt makes the next session be looked up anew: the cloud has refused the
// credentials meanwhile.
func (a *Accounts) Doubt(uid types.UID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known, ok := a.known[uid]; ok && !known.busy {
		known.until = time.Time{}
		known.identity = cloud.Identity{}
	}
}

// claim answers what is known, and whether the caller has to find out.
func (a *Accounts) claim(uid types.UID, force bool) (account, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	known, ok := a.known[uid]
	if !ok {
		known = &account{}
		a.known[uid] = known
	}
	if known.busy {
		if known.session != nil && !force {
			return *known, false
		}
		return account{problem: &verdict{class: waiting, reason: v1alpha1.ReasonPending, quiet: true, blind: true,
			message: "The SharerAccount is being checked", after: time.Second}}, false
	}
	if !force && a.now().Before(known.until) {
		return *known, false
	}
	known.busy = true
	return *known, true
}

// find finds out how an account stands, and keeps what was found, also when
// finding out goes badly wrong.
func (a *Accounts) find(ctx context.Context, sharer *v1alpha1.SharerAccount, known account, force bool) (found account) {
	found = known
	defer func() { a.put(sharer.UID, found) }()
	found = a.lookUp(ctx, sharer, known, force)
	return found
}

// put keeps what was found, unless the account was forgotten meanwhile.
func (a *Accounts) put(uid types.UID, found account) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, wanted := a.known[uid]; !wanted {
		return
	}
	found.busy = false
	switch {
	case found.problem == nil:
		found.until = a.now().Add(sessionTTL)
	case found.problem.quiet:
		found.until = a.now().Add(found.problem.after)
	default:
		found.until = a.now().Add(problemTTL)
	}
	a.known[uid] = &found
}

// lookUp reads the credentials and, when they are new or it has to, asks the
// cloud whose they are.
func (a *Accounts) lookUp(ctx context.Context, sharer *v1alpha1.SharerAccount, known account, force bool) account {
	from, problem := a.source.read(ctx, sharer)
	if problem != nil && problem.reason == v1alpha1.ReasonSecretNotFound && !sharer.DeletionTimestamp.IsZero() &&
		known.identity.AccountID != "" {
		// Deleted in one go with its SharerAccount: the last that was known
		// serves to take away what was granted.
		from, problem = known.target, nil
	}
	if problem != nil {
		known.problem, known.session = problem, nil
		return known
	}
	target := targetOf(sharer, from)
	if known.session == nil || known.target != target {
		known = account{target: target, session: a.opener.Open(target)}
	}
	if known.identity.AccountID != "" && !force {
		known.problem = nil
		return known
	}
	return identify(ctx, sharer, known)
}

// identify asks the cloud whose the credentials are.
func identify(ctx context.Context, sharer *v1alpha1.SharerAccount, known account) account {
	identity, err := known.session.Identity(ctx)
	switch {
	case err != nil:
		v := verdictOf(err)
		v.blind = v.class < fixCloud
		known.problem = &v
		if v.blind && known.identity.AccountID != "" {
			return known
		}
	case identity.AccountID != share.AccountID(sharer.Spec.AccountID):
		known.problem = &verdict{class: fixSpec, reason: v1alpha1.ReasonWrongAccount, message: fmt.Sprintf(
			"The credentials belong to account %s, not to %s: nothing is written. Put in the credentials of the right account",
			identity.AccountID, sharer.Spec.AccountID)}
	default:
		known.problem, known.identity = nil, identity
		return known
	}
	known.session = nil
	return known
}

// targetOf is whom to speak for, given where the credentials come from.
func targetOf(sharer *v1alpha1.SharerAccount, from cloud.Target) cloud.Target {
	at := sharer.Spec.Endpoints
	from.Name = string(sharer.Spec.AccountID)
	from.Assume = roleToAssume(sharer.Spec.Credentials.AssumeRole)
	from.Endpoints = cloud.Endpoints{
		ECS: string(at.ECS),
		RAM: string(at.RAM),
		STS: string(at.STS),
		KMS: string(at.KMS),

		ResourceSharing: string(at.ResourceSharing),
		ResourceManager: string(at.ResourceManager),
		Quotas:          string(at.Quotas),

		Insecure: at.Insecure,
	}
	return from
}
