// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"fmt"
	"slices"
	"strings"
)

func (c cell) reviewed() (Plan, []Change) {
	return Review(c.group, Diff(c.group, c.seen, c.quota), c.seen, c.limits, nil)
}

// phrase is what the reviewed plan does.
func (c cell) phrase() string {
	plan, held := c.reviewed()
	var words []string
	say := func(verb string, who Sharees) {
		if !who.Empty() {
			words = append(words, verb+" "+strings.Join(who.Strings(), " "))
		}
	}
	if plan.LeavingFirst && !plan.Revoke.Empty() && !plan.Grant.Empty() {
		say("revoke", plan.Revoke)
		say("then grant", plan.Grant)
	} else {
		say("grant", plan.Grant)
		say("revoke", plan.Revoke)
	}
	for _, reason := range reasonsOf(held) {
		words = append(words, holds(heldFor(held, reason), reason))
	}
	for _, d := range c.group {
		if d.Standing == Leaving {
			say("leave", d.Ledger.Own())
		}
	}
	c.noteRecords(plan, say)
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words, "; ")
}

func reasonsOf(held []Change) []HeldReason {
	var out []HeldReason
	for _, change := range held {
		if !slices.Contains(out, change.Reason) {
			out = append(out, change.Reason)
		}
	}
	slices.Sort(out)
	return out
}

// holds is what is held for one reason.
func holds(part []Change, reason HeldReason) string {
	var words []string
	for _, revoke := range []bool{false, true} {
		if who := Changed(part, revoke); !who.Empty() {
			verb := map[bool]string{false: "grant", true: "revoke"}[revoke]
			words = append(words, verb+" "+strings.Join(who.Strings(), " "))
		}
	}
	return fmt.Sprintf("hold %s (%s)", strings.Join(words, ", "), reason)
}

// noteRecords says who comes into the ledgers without being granted, and who
// leaves them without being revoked.
func (c cell) noteRecords(plan Plan, say func(string, Sharees)) {
	var finds, priors, strays, forgets, lets Sharees
	for _, r := range plan.Records {
		was, is := r.Before.Ledger, r.After.Ledger
		finds = finds.With(is.Own().Without(is.Granted()).Without(was.Own()))
		priors = priors.With(is.Strangers().Without(is.Strays()).Without(was.Strangers()))
		strays = strays.With(is.Strays().Without(was.Strangers()))
		forgets = forgets.With(was.Strangers().Without(is.Sharees()))
		lets = lets.With(was.Own().Without(is.Sharees()))
	}
	say("find", finds)
	say("prior", priors)
	say("stray", strays)
	say("forget", forgets)
	say("let go of", lets)
}
