// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"slices"
	"strings"
)

// Denies reports whether a statement of the policy may refuse a principal what
// another allows: a Deny always wins (RAM, policy evaluation). What is not
// understood may. A Deny under a condition is left to the cloud to judge.
func (t TrustPolicy) Denies(p Principal) bool {
	return slices.ContainsFunc(t.statements, func(s trustStatement) bool {
		value, err := readJSON(s.text)
		return err != nil || mayDeny(value, p)
	})
}

func mayDeny(value any, p Principal) bool {
	statement, object := value.(map[string]any)
	if !object {
		return true
	}
	if statement["Effect"] == "Allow" || has(statement, "Condition") || !mayConcern(statement) {
		return false
	}
	principal, object := statement["Principal"].(map[string]any)
	if !object || has(statement, "NotPrincipal") {
		return true
	}
	for kind, value := range principal {
		entries, texts := textsOf(value)
		if !texts || slices.ContainsFunc(entries, func(entry string) bool { return mayBe(kind, entry, p) }) {
			return true
		}
	}
	return false
}

// mayConcern reports whether a statement may be about assuming the role.
func mayConcern(statement map[string]any) bool {
	actions, texts := textsOf(statement["Action"])
	return !texts || has(statement, "NotAction") ||
		slices.ContainsFunc(actions, func(action string) bool { return mayMatch(action, assumeRole) })
}

func has(object map[string]any, name string) bool {
	_, found := object[name]
	return found
}

// mayBe reports whether an entry below a kind of principal may stand for the
// ECS of a sharee.
func mayBe(kind, entry string, p Principal) bool {
	switch kind {
	case "Service":
		return mayBeService(strings.Join(strings.Fields(entry), ""), p)
	case "RAM":
		account, identity, arn := cutRAM(entry)
		if !arn || formOf(p) != formAccounts {
			return !arn || mayBeAccount(identity)
		}
		return mayMatch(account, string(p)) && mayBeAccount(identity)
	case "Federated":
		return false
	}
	return true
}

// mayBeService takes a service without an account for the service on behalf of
// everybody, and every account for a possible member of a directory.
func mayBeService(entry string, p Principal) bool {
	if mayMatch(entry, strings.TrimPrefix(ecsService, "@")) {
		return true
	}
	if formOf(p) == formAccounts {
		return mayMatch(entry, string(p)+ecsService)
	}
	at := strings.LastIndex(entry, "@")
	if at < 0 {
		return strings.ContainsAny(entry, "*?")
	}
	return mayMatch("*"+entry[at:], anyECS)
}

// mayBeAccount reports whether an identity is, or may be, a whole account: one
// user or one role is not what ECS comes as.
func mayBeAccount(identity string) bool {
	return identity == "root" || strings.ContainsAny(identity, "*?")
}

// cutRAM cuts acs:ram::<account>:<identity>.
func cutRAM(arn string) (account, identity string, ok bool) {
	rest, ok := strings.CutPrefix(arn, "acs:ram::")
	account, identity, found := strings.Cut(rest, ":")
	return account, identity, ok && found
}

// mayMatch is matches, and true where a question mark may be a wildcard too.
func mayMatch(pattern, text string) bool {
	return strings.Contains(pattern, "?") || matches(pattern, text)
}
