// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"slices"
	"strings"
	"time"
)

// around is how much of the histories is told before and after a violation.
const around = 30 * time.Second

// Explain tells what led to a violation: the violation, and then both histories around its moment in the order of time, one line each. Of
// the cloud that is every write; of the API server every version of the ImageShares and SharerAccounts, every live look and every
// write of the operator. Lines that name what it happened to begin with a star. Of a violation of the end the last part is told.
func Explain(rec Record, v Violation) string {
	when := v.When
	if when.IsZero() {
		when = rec.End
	}
	lines := slices.DeleteFunc(rec.lines(), func(l told) bool {
		return !l.at.After(when.Add(-around)) || !l.at.Before(when.Add(around/3))
	})
	slices.SortStableFunc(lines, func(a, b told) int { return a.at.Compare(b.at) })
	out := []string{v.String(), "so it went:"}
	for _, l := range lines {
		mark := "  "
		if about(l.line, v.Object) {
			mark = "* "
		}
		out = append(out, mark+l.line)
	}
	return strings.Join(out, "\n")
}

// lines are both histories, one line each.
func (rec Record) lines() []told {
	var out []told
	for _, e := range rec.Journal {
		out = append(out, told{effect(e), entryLine(e)})
	}
	for _, v := range rec.Versions {
		if v.ImageShare != nil || v.SharerAccount != nil {
			out = append(out, told{v.Seen, versionLine(v)})
		}
	}
	for _, l := range rec.Looks {
		out = append(out, told{l.Answered, lookLine(l)})
	}
	for _, e := range rec.Writes {
		if !harmless(addressOf(e.Path)) {
			out = append(out, told{e.Answered, exchangeLine(e)})
		}
	}
	return out
}

// told is one line, and when it was so.
type told struct {
	at   time.Time
	line string
}

// about says whether a line names any part of what a violation is about.
func about(line, object string) bool {
	return slices.ContainsFunc(strings.FieldsFunc(object, func(r rune) bool { return r == '/' || r == ' ' }), func(part string) bool {
		return len(part) > 3 && strings.Contains(line, part)
	})
}
