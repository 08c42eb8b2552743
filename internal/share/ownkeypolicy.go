// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"slices"
	"strings"
)

// Admission is what a key's own policy says about a role.
type Admission int

const (
	// Admitted is given what decrypting an image needs.
	Admitted Admission = iota
	// NotAdmitted is refused it, or given too little of it.
	NotAdmitted
	// Unclear is what cannot be told from the policy.
	Unclear
)

// keyUse is what an encrypted image takes of its key.
var keyUse = []string{"kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:Encrypt"}

// KeyPolicyAdmits tells whether the policy that a key has of its own, as only
// keys in a KMS instance do, admits a role to the key. No policy admits
// everybody whom RAM does. The default one admits the whole account,
// acs:ram::<account>:* (KMS, SetKeyPolicy).
//
// It reads the key's policy and nothing else. For a role of the account that
// owns the key the vendor takes an Allow of RAM for as good as one in here,
// and only a Deny is final (KMS, overview of key policies).
func KeyPolicyAdmits(document, roleARN string) Admission {
	if strings.TrimSpace(document) == "" {
		return Admitted
	}
	policy, err := readPolicy(document)
	account, identity, arn := cutRAM(roleARN)
	name, role := strings.CutPrefix(identity, "role/")
	if err != nil || len(policy.others) > 0 || !arn || !role {
		return Unclear
	}
	var found admissions
	for _, s := range policy.statements {
		found = found.with(s.value, keyRole{account: account, name: name})
	}
	return found.verdict()
}

// keyRole is a role that asks for a key.
type keyRole struct{ account, name string }

// admissions are what the statements of a key's policy say about one role.
type admissions struct {
	denied, mayBeDenied, mayBeAllowed bool
	allowed                           []string
}

// verdict lets a Deny win, then what might be one; what might be an Allow
// counts only where the others are not enough.
func (a admissions) verdict() Admission {
	switch {
	case a.denied:
		return NotAdmitted
	case a.mayBeDenied:
		return Unclear
	case covers(a.allowed, keyUse):
		return Admitted
	case a.mayBeAllowed:
		return Unclear
	}
	return NotAdmitted
}

// with is the admissions together with what one more statement says.
func (a admissions) with(value any, role keyRole) admissions {
	statement, _ := value.(map[string]any)
	concerned, known := role.in(statement)
	if known && !concerned || !mayBeUse(statement) {
		return a
	}
	actions, plain := plainActions(statement)
	sure := plain && known
	switch allow, deny := statement["Effect"] == "Allow", statement["Effect"] == "Deny"; {
	case allow && sure:
		a.allowed = slices.Concat(a.allowed, actions)
	case allow:
		a.mayBeAllowed = true
	case !deny || !sure:
		a.mayBeDenied = true
	default:
		a.denied = true
	}
	return a
}

// mayBeUse reports whether a statement may be about what an image takes of its
// key.
func mayBeUse(statement map[string]any) bool {
	actions, texts := textsOf(statement["Action"])
	return !texts || has(statement, "NotAction") || touches(actions, keyUse)
}

// plainActions are the actions of a statement that says nothing but that they
// are allowed, or denied, to somebody. A key's policy can be about nothing but
// that key, for which it writes an asterisk (KMS, SetKeyPolicy).
func plainActions(statement map[string]any) ([]string, bool) {
	for name := range statement {
		if !slices.Contains([]string{"Sid", "Effect", "Principal", "Action", "Resource"}, name) {
			return nil, false
		}
	}
	actions, texts := textsOf(statement["Action"])
	return actions, texts && isAll(statement["Resource"], "*")
}

// touches reports whether one of the actions is matched by one of the
// patterns.
func touches(patterns, actions []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		return slices.ContainsFunc(actions, func(action string) bool { return matches(pattern, action) })
	})
}

// in reports whether a statement is about the role, and whether that is known.
func (r keyRole) in(statement map[string]any) (concerned, known bool) {
	kinds, object := statement["Principal"].(map[string]any)
	if !object || has(statement, "NotPrincipal") {
		return false, false
	}
	known = true
	for kind, value := range kinds {
		switch kind {
		case "RAM":
			is, sure := r.among(value)
			concerned, known = concerned || is, known && sure
		case "Service", "Federated":
		default:
			known = false
		}
	}
	return concerned, known || concerned
}

func (r keyRole) among(value any) (concerned, known bool) {
	entries, known := textsOf(value)
	for _, entry := range entries {
		is, sure := r.is(entry)
		concerned, known = concerned || is, known && sure
	}
	return concerned, known
}

// is reports whether an entry means the role: its account, the role itself, or
// with wildcards in it. An entry that is no ARN, or names the session that ECS
// has of the role, is not known to.
func (r keyRole) is(entry string) (is, sure bool) {
	account, identity, arn := cutRAM(entry)
	if !arn {
		return entry == "*", entry == "*"
	}
	if !matches(account, r.account) {
		return false, true
	}
	if identity == "root" || matches(identity, "role/"+r.name) {
		return true, true
	}
	session, found := strings.CutPrefix(strings.ToLower(identity), "assumed-role/")
	name, _, _ := strings.Cut(session, "/")
	return false, !found || !matches(name, r.name)
}
