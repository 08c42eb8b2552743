// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Law names what must not be broken.
type Law string

// The laws.
const (
	// LawDeclared is that nobody is granted whom no ImageShare declared at the last live look before the call.
	LawDeclared Law = "granted only what is declared"
	// LawKept is that nobody loses access who is declared throughout.
	LawKept Law = "declared throughout, kept throughout"
	// LawForeign is that nothing foreign is removed or changed.
	LawForeign Law = "nothing foreign is touched"
	// LawOrder is that trust and key come before the grant, and go after the revocation.
	LawOrder Law = "trust and key before grant, revoke before untrust"
	// LawNothingLeft is that nothing of a deleted ImageShare is left when things are quiet.
	LawNothingLeft Law = "nothing is left of what was deleted"
	// LawConverged is that everything that is declared and can be granted is there when things are quiet.
	LawConverged Law = "what is declared is there"
	// LawTen is that no call names more than it may.
	LawTen Law = "at most ten a call"
	// LawBudget is that no call is outside its budget.
	LawBudget Law = "no call outside its budget"
	// LawQuiet is that nothing is written in a quiet period.
	LawQuiet Law = "no write in a quiet period"
	// LawSecrets is that no secret is in any text.
	LawSecrets Law = "no secret in any text"
	// LawWitness is not the operator's: the record itself cannot be judged, since something is missing in it.
	LawWitness Law = "the record is whole"
)

// Violation is one breach of a law.
type Violation struct {
	Law Law
	// When it happened; zero of what is so at the end, or in a text.
	When time.Time
	// Object is what it happened to: an ImageShare, an image and an account, a role, an API, a text.
	Object string
	// Message says in a sentence what is wrong.
	Message string
	// Evidence is the lines of both histories that show it. There is no secret in them.
	Evidence []string
}

// String is the violation in a few lines.
func (v Violation) String() string {
	when := ""
	if !v.When.IsZero() {
		when = " at " + clockTime(v.When)
	}
	head := fmt.Sprintf("%s: %s%s: %s", v.Law, v.Object, when, v.Message)
	return strings.Join(append([]string{head}, v.Evidence...), "\n  ")
}

// clockTime is a moment as the lines of a history begin with it.
func clockTime(t time.Time) string { return t.UTC().Format("15:04:05.000") }

// Examine judges a record by every law. The violations are in the order of their moments; those of the end are last.
func Examine(rec Record) []Violation {
	h := newHistory(rec)
	var found []Violation
	for _, law := range []func(*history) []Violation{
		judgeRecord, judgeDeclared, judgeKept, judgeBridged, judgeStrangers, judgeConcern, judgePossessions, judgeTrust, judgeOrder,
		judgeTen, judgeBudget, judgeQuiet, judgeSecrets, judgeLeft, judgeConverged,
	} {
		found = append(found, law(h)...)
	}
	slices.SortStableFunc(found, func(a, b Violation) int {
		if a.When.IsZero() != b.When.IsZero() {
			return cmp.Compare(b2i(a.When.IsZero()), b2i(b.When.IsZero()))
		}
		return a.When.Compare(b.When)
	})
	return found
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
