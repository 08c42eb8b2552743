// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"crypto/rand"
	"maps"
	"slices"
	"sync"
	"time"
)

// remembered is for how long a temporary key that has expired is still known, and told to have expired.
const remembered = 24 * time.Hour

// session is a role that somebody has assumed: the temporary key for it.
type session struct {
	key     AccessKey
	account string
	role    string
	name    string
}

// sessionList holds the sessions of a world by the IDs of their keys. It ends with the world, as no document has it.
type sessionList struct {
	mu   sync.Mutex
	list map[string]session
}

// open gives out a temporary key for a role.
func (l *sessionList) open(r *Role, name string, now time.Time, lasts time.Duration) session {
	s := session{account: r.Account, role: r.Name, name: name, key: AccessKey{
		ID: "STS." + rand.Text(), Secret: rand.Text(), SecurityToken: "CAIS" + rand.Text() + "/+=",
		// The answer gives whole seconds.
		Expires: now.Add(lasts).Truncate(time.Second),
	}}
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.list, func(_ string, old session) bool { return now.Sub(old.key.Expires) > remembered })
	if l.list == nil {
		l.list = map[string]session{}
	}
	l.list[s.key.ID] = s
	return s
}

// find finds who a temporary key stands for: the role as it is now, with what it may do now. A role that is gone has no sessions.
func (l *sessionList) find(doc *Document, id string) (principal, bool) {
	l.mu.Lock()
	s, ok := l.list[id]
	l.mu.Unlock()
	if !ok {
		return principal{}, false
	}
	r, account := doc.ram().role(s.account, s.role), doc.account(s.account)
	if r == nil || account == nil {
		return principal{}, false
	}
	return principal{account: account, key: s.key, role: r, session: s.name, grants: doc.ram().grants(r)}, true
}

// grants are what the policies of a role say.
func (s ramState) grants(r *Role) []statement {
	var list []statement
	for _, a := range r.Policies {
		if p := s.policy(r.Account, a.Type, a.Name); p != nil {
			more, _ := readDocument(p.current().Document, policyDocument)
			list = append(list, more...)
		}
	}
	return list
}

// Secrets lists what nobody but its owner may ever see: the secrets and tokens of all access keys of this world, those of the
// temporary keys that STS has given out, and the tokens of identity providers. Each is there once.
func (w *World) Secrets() []string {
	doc, found := w.document(), map[string]bool{}
	note := func(keys ...AccessKey) {
		for _, k := range keys {
			found[k.Secret], found[k.SecurityToken] = true, true
		}
	}
	for _, a := range doc.Accounts {
		note(a.AccessKeys...)
		for _, u := range a.Users {
			note(u.AccessKeys...)
		}
	}
	for _, p := range doc.OIDCProviders {
		for _, t := range p.Tokens {
			found[t.Token] = true
		}
	}
	w.sessions.mu.Lock()
	defer w.sessions.mu.Unlock()
	for _, s := range w.sessions.list {
		note(s.key)
	}
	delete(found, "")
	return slices.Sorted(maps.Keys(found))
}
