// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// most is how often a part of a pattern is repeated that may be repeated
// without end.
const most = 2000

// matching answers the shortest text that matches a pattern and the longest one
// of at most a number of characters.
func matching(pattern string, limit int) (shortest, longest string) {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", ""
	}
	shortest = spell(parsed, 0)
	for times := most; times >= 0; times = times * 9 / 10 {
		if text := spell(parsed, times); len(text) <= limit {
			return shortest, lengthen(pattern, text, limit)
		}
		if times == 0 {
			break
		}
	}
	return shortest, shortest
}

// lengthen doubles characters of a text for as long as it matches and is not too
// long.
func lengthen(pattern, text string, limit int) string {
	is := regexp.MustCompile(pattern)
	for at := len(text) - 1; at >= 0 && len(text) < limit; at-- {
		for len(text) < limit {
			longer := text[:at] + text[at:at+1] + text[at:]
			if !is.MatchString(longer) {
				break
			}
			text = longer
		}
	}
	return text
}

// spell is a text that matches, in which every repetition is repeated so many
// times, as far as it may be.
func spell(re *syntax.Regexp, times int) string {
	switch re.Op {
	case syntax.OpLiteral:
		return string(re.Rune)
	case syntax.OpCharClass:
		return string(plainest(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "x"
	case syntax.OpCapture, syntax.OpAlternate:
		return spell(re.Sub[0], times)
	case syntax.OpConcat:
		var out strings.Builder
		for _, sub := range re.Sub {
			out.WriteString(spell(sub, times))
		}
		return out.String()
	case syntax.OpQuest, syntax.OpStar, syntax.OpPlus, syntax.OpRepeat:
		return strings.Repeat(spell(re.Sub[0], times), repeats(re, times))
	default:
		return ""
	}
}

// repeats is the number nearest to so many times that a repetition may be
// repeated.
func repeats(re *syntax.Regexp, times int) int {
	switch re.Op {
	case syntax.OpQuest:
		return min(times, 1)
	case syntax.OpPlus:
		return max(times, 1)
	case syntax.OpRepeat:
		upper := re.Max
		if upper < 0 {
			upper = most
		}
		return max(re.Min, min(times, upper))
	default:
		return times
	}
}

// plainest is a letter of a class, or a digit, or whatever it begins with.
func plainest(ranges []rune) rune {
	for _, want := range []rune{'x', 'X', '7'} {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= want && want <= ranges[i+1] {
				return want
			}
		}
	}
	return ranges[0]
}
