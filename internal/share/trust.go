// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// TrustPolicy is the trust policy of a RAM role: which principals may assume
// it. It is never changed once made; the zero value is the empty policy.
//
// It understands the three statements of the vendor's procedure ("Share an
// encrypted custom image", step 1), however they are written, and nothing
// else. Every statement that an operation does not change stays byte for byte
// as it was found.
type TrustPolicy struct {
	version    string
	statements []trustStatement
	others     []field
}

// ParseTrustPolicy reads a trust policy document.
func ParseTrustPolicy(document string) (TrustPolicy, error) {
	policy, err := readPolicy(document)
	if err != nil {
		return TrustPolicy{}, fmt.Errorf("the trust policy cannot be read: %w", err)
	}
	out := TrustPolicy{version: policy.version, others: policy.others}
	for _, s := range policy.statements {
		out.statements = append(out.statements, readStatement(s))
	}
	return out, nil
}

// Principals is whom the policy trusts in one of the three forms.
func (t TrustPolicy) Principals() Principals {
	var out []Principal
	for _, s := range t.statements {
		out = append(out, s.principals().sorted...)
	}
	return NewSet(out...)
}

// Has reports whether the policy trusts a principal by its own name, and not
// by way of a directory or folder that it is in.
func (t TrustPolicy) Has(p Principal) bool { return t.Principals().Has(p) }

// With is the policy with some principals added that it does not trust yet.
// Those of own we have put there: what is added extends the first statement of
// its form that holds nobody else. Else it becomes a statement at the end, so
// that nobody else's statement is touched. What has
// none of the three forms of a principal is not added.
func (t TrustPolicy) With(add, own Principals) TrustPolicy {
	add = add.Without(t.Principals())
	out := t
	out.statements = slices.Clone(t.statements)
	for _, f := range []form{formAccounts, formDirectories, formFolders} {
		var entries []string
		for p := range add.All() {
			if formOf(p) == f {
				entries = append(entries, f.entry(p))
			}
		}
		if len(entries) > 0 {
			out.statements = extended(out.statements, f, entries, own)
		}
	}
	return out
}

func extended(statements []trustStatement, f form, entries []string, own Principals) []trustStatement {
	i := slices.IndexFunc(statements, func(s trustStatement) bool {
		return s.form == f && s.pure() && s.principals().Without(own).Empty()
	})
	if i < 0 {
		return append(statements, makeStatement(f, entries))
	}
	statements[i] = makeStatement(f, slices.Concat(statements[i].entries, entries))
	return statements
}

// Without is the policy with some principals removed, from every statement in
// one of the three forms. A statement of which nothing is left goes.
func (t TrustPolicy) Without(remove Principals) TrustPolicy {
	return t.without(func(int) Principals { return remove })
}

// Withdraw is the policy with some of own removed, those whom we have put
// there: each from one statement only, the one that holds the most of own.
// Where somebody else's statement names them as well it stays, and they with
// it.
func (t TrustPolicy) Withdraw(remove, own Principals) TrustPolicy {
	from := map[int][]Principal{}
	for p := range remove.All() {
		best, most := -1, -1
		for i, s := range t.statements {
			if ours := s.principals().And(own).Len(); s.principals().Has(p) && ours > most {
				best, most = i, ours
			}
		}
		from[best] = append(from[best], p)
	}
	return t.without(func(i int) Principals { return NewSet(from[i]...) })
}

// without removes from each statement what is to be removed from it.
func (t TrustPolicy) without(remove func(statement int) Principals) TrustPolicy {
	out := t
	out.statements = nil
	for i, s := range t.statements {
		gone := s.principals().And(remove(i))
		if gone.Empty() {
			out.statements = append(out.statements, s)
			continue
		}
		entries := slices.DeleteFunc(slices.Clone(s.entries), func(entry string) bool {
			p, ok := s.form.principal(entry)
			return ok && gone.Has(p)
		})
		if len(entries) > 0 {
			out.statements = append(out.statements, makeStatement(s.form, entries))
		}
	}
	return out
}

// Empty reports whether no statement is left.
func (t TrustPolicy) Empty() bool { return len(t.statements) == 0 }

// Foreign is the statements that have none of the three forms, byte for byte
// as they were found. Nothing here ever changes them. One that trusts accounts
// and something else besides becomes foreign when the last of them is removed.
func (t TrustPolicy) Foreign() []string {
	var out []string
	for _, s := range t.statements {
		if s.form == formForeign {
			out = append(out, s.text)
		}
	}
	return out
}

// Equal reports whether both policies say the same, however they are written.
func (t TrustPolicy) Equal(o TrustPolicy) bool {
	return sayTheSame(t.Document(), o.Document())
}

// Document is the policy as JSON: Statement, Version, and then whatever else
// was found beside them.
func (t TrustPolicy) Document() string {
	out := policyDocument{version: t.version, others: t.others}
	for _, s := range t.statements {
		out.statements = append(out.statements, statement{text: s.text})
	}
	return out.String()
}

// Size is how many characters the document has.
func (t TrustPolicy) Size() int { return utf8.RuneCountInString(t.Document()) }

// Fit is the largest first part of the additions, in ascending order, with
// which the policy stays below so many characters; nobody when it is not below
// even so. A policy can get shorter by an addition, when that rewrites a
// statement that was indented, so the search begins at the far end.
func (t TrustPolicy) Fit(add, own Principals, below int) Principals {
	for count := reach(add, below); count > 0; count-- {
		if first := add.First(count); t.With(first, own).Size() < below {
			return first
		}
	}
	return Principals{}
}

// reach is how many of the additions could fit if nothing else were there.
func reach(add Principals, below int) int {
	for i, p := range add.sorted {
		if f := formOf(p); f != formForeign {
			below -= len(f.entry(p))
		}
		if below < 0 {
			return i
		}
	}
	return add.Len()
}
