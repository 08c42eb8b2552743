// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy := anyTrust().Draw(t, "policy").With(anyPrincipals().Draw(t, "add"), anyPrincipals().Draw(t, "own"))
		read, err := ParseTrustPolicy(policy.Document())
		if err != nil {
			t.Fatal(err)
		}
		if read.Document() != policy.Document() || !read.Equal(policy) || !read.Principals().Equal(policy.Principals()) ||
			!slices.Equal(read.Foreign(), policy.Foreign()) {
			t.Fatalf("%s became %s", policy.Document(), read.Document())
		}
		if policy.Size() != utf8.RuneCountInString(policy.Document()) {
			t.Fatalf("%s has not %d characters", policy.Document(), policy.Size())
		}
	})
}

func TestAddingAndRemovingDoExactlyThat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy, some := anyTrust().Draw(t, "policy"), anyPrincipals().Draw(t, "some")
		own := anyPrincipals().Draw(t, "own")
		before := policy.Document()
		with, without := policy.With(some, own), policy.Without(some)
		if !with.Principals().Equal(policy.Principals().With(some)) {
			t.Fatalf("%s are trusted after adding %s", with.Principals(), some)
		}
		for p := range some.All() {
			if !with.Has(p) || without.Has(p) {
				t.Fatalf("%s was not added, or not removed", p)
			}
		}
		if !without.Principals().Equal(policy.Principals().Without(some)) {
			t.Fatalf("%s are trusted after removing %s", without.Principals(), some)
		}
		if read, err := ParseTrustPolicy(without.Document()); err != nil || !slices.Equal(read.Foreign(), without.Foreign()) {
			t.Fatalf("%s has %s as foreign", without.Document(), without.Foreign())
		}
		if with.With(some, own).Document() != with.Document() || without.Without(some).Document() != without.Document() {
			t.Fatal("doing it twice does more than once")
		}
		if policy.Document() != before {
			t.Fatal("the policy was changed")
		}
	})
}

func TestWhatWasAddedCanBeRemovedWithoutATrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy := anyTrust().Draw(t, "policy")
		some := anyPrincipals().Draw(t, "some").Without(policy.Principals())
		if back := policy.With(some, anyPrincipals().Draw(t, "own")).Without(some); !back.Equal(policy) {
			t.Fatalf("%s became %s", policy.Document(), back.Document())
		}
	})
}

// What is added is among our own by then: it is written down first.
func TestTheOrderOfAdditionsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy, a, b := anyTrust().Draw(t, "policy"), anyPrincipals().Draw(t, "a"), anyPrincipals().Draw(t, "b")
		own := anyPrincipals().Draw(t, "own").With(a).With(b)
		one, other, both := policy.With(a, own).With(b, own), policy.With(b, own).With(a, own), policy.With(a.With(b), own)
		if !one.Equal(other) || !one.Equal(both) {
			t.Fatalf("%s\n%s\n%s", one.Document(), other.Document(), both.Document())
		}
	})
}

// trustingAll counts the statements that trust the ECS of everybody.
func trustingAll(t *rapid.T, policy TrustPolicy) int {
	count := 0
	for _, s := range policy.statements {
		value, err := readJSON(s.text)
		if err != nil {
			t.Fatal(err)
		}
		statement, _ := value.(map[string]any)
		principal, _ := statement["Principal"].(map[string]any)
		services, _ := textsOf(principal["Service"])
		if slices.Contains(services, anyECS) && !has(statement, "Condition") {
			count++
		}
	}
	return count
}

// Nothing that is not ours changes by a single byte, whatever is added and
// removed, nor does a statement trust everybody that did not before.
func TestStatementsOfOthersStayByteForByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy := anyTrust().Draw(t, "policy")
		kept, before := policy.Foreign(), trustingAll(t, policy)
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			some := anyPrincipals().Draw(t, "some")
			if rapid.Bool().Draw(t, "add") {
				policy = policy.With(some, some)
			} else {
				policy = policy.Without(some)
			}
		}
		left := policy.Foreign()
		for _, text := range kept {
			i := slices.Index(left, text)
			if i < 0 {
				t.Fatalf("%s has gone, or changed its place, in %s", text, policy.Document())
			}
			left = left[i+1:]
		}
		if trustingAll(t, policy) > before {
			t.Fatalf("%s trusts everybody", policy.Document())
		}
	})
}

// A statement is rewritten only where somebody is removed from it, or where it
// holds one of ours that the additions can join.
func TestAStrangersStatementIsNotExtended(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy, own := anyTrust().Draw(t, "policy"), anyPrincipals().Draw(t, "own")
		after := policy.With(anyPrincipals().Draw(t, "add"), own)
		for i, s := range policy.statements {
			if s.principals().And(own).Empty() && after.statements[i].text != s.text {
				t.Fatalf("%s became %s", s.text, after.statements[i].text)
			}
		}
	})
}

func TestAsManyFitAsCan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy, own := anyTrust().Draw(t, "policy"), anyPrincipals().Draw(t, "own")
		add := anyPrincipals().Draw(t, "add")
		for i := range rapid.IntRange(0, 30).Draw(t, "more") {
			add = add.With(NewSet(Principal(fmt.Sprintf("%d", 500+i))))
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "none") {
			add = add.With(NewSet(Principal(strings.Repeat("*", 500+i))))
		}
		below := rapid.IntRange(0, 2000).Draw(t, "below")
		fit := policy.Fit(add, own, below)
		if !fit.Equal(add.First(fit.Len())) {
			t.Fatalf("%s is not the first part of %s", fit, add)
		}
		if !fit.Empty() && policy.With(fit, own).Size() >= below {
			t.Fatalf("%s do not fit", fit)
		}
		for count := fit.Len() + 1; count <= add.Len(); count++ {
			if policy.With(add.First(count), own).Size() < below {
				t.Fatalf("%d of %s fit, not only %d", count, add, fit.Len())
			}
		}
	})
}
