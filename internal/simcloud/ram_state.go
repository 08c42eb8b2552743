// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"reflect"
	"slices"
	"time"
)

// ramState is every role and policy as they stood at one time.
type ramState struct {
	since    time.Time
	roles    []Role
	policies []Policy
}

// ram is what is written now.
func (d *Document) ram() ramState { return ramState{roles: d.Roles, policies: d.Policies} }

// role finds a role; nil means that there is none. The pointer leads into the state: only an edit's own copy may be changed.
func (s ramState) role(account, name string) *Role {
	i := slices.IndexFunc(s.roles, func(r Role) bool { return r.Account == account && r.Name == name })
	if i < 0 {
		return nil
	}
	return &s.roles[i]
}

// policy finds a policy, be it the account's own or the vendor's; nil means that there is none.
func (s ramState) policy(account, kind, name string) *Policy {
	if kind == PolicySystem {
		return systemPolicy(name)
	}
	i := slices.IndexFunc(s.policies, func(p Policy) bool { return p.Account == account && p.Name == name })
	if i < 0 {
		return nil
	}
	return &s.policies[i]
}

// holders are the account's roles that the policy is attached to.
func (s ramState) holders(account, kind, name string) []*Role {
	var found []*Role
	for i := range s.roles {
		if r := &s.roles[i]; r.Account == account && r.attachment(kind, name) >= 0 {
			found = append(found, r)
		}
	}
	return found
}

// noteRAM remembers a change of roles or policies for as long as the delay may need what was before; the caller holds the lock.
func (w *World) noteRAM(next *Document) {
	last := w.ramLog[len(w.ramLog)-1]
	if reflect.DeepEqual(last.roles, next.Roles) && reflect.DeepEqual(last.policies, next.Policies) {
		return
	}
	now := w.clock()
	w.ramLog = append(w.ramLog, ramState{since: now, roles: next.Roles, policies: next.Policies})
	keep := w.effectiveAt(now.Add(-next.Limits.ramDelay()))
	w.ramLog = slices.Delete(w.ramLog, 0, keep)
}

// effectiveAt is the place in the log of the newest state that is not younger than the given time, or of the oldest remembered.
func (w *World) effectiveAt(t time.Time) int {
	for i := len(w.ramLog) - 1; i > 0; i-- {
		if !w.ramLog[i].since.After(t) {
			return i
		}
	}
	return 0
}

// effectiveRAM is what has taken effect by now of the roles and policies; the caller holds the lock.
func (w *World) effectiveRAM() ramState {
	return w.ramLog[w.effectiveAt(w.clock().Add(-w.doc.Limits.ramDelay()))]
}

func (l *Limits) ramDelay() time.Duration {
	return time.Duration(l.RAMDelayMilliseconds) * time.Millisecond
}
