// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"slices"
	"strings"
	"testing"
)

// listed are the words of a text, none of them empty.
func listed(text string) []string { return strings.Fields(text) }

// tagged are the tags of a text, as key=value.
func tagged(text string) map[string]string {
	out := map[string]string{}
	for _, word := range listed(text) {
		key, value, _ := strings.Cut(word, "=")
		out[key] = value
	}
	return out
}

func whom(text string) (accounts Sharees, paths []Path) {
	var ids []Sharee
	for _, word := range listed(text) {
		if p, err := ParsePath(word); err == nil {
			paths = append(paths, p)
		} else if strings.HasPrefix(word, "rd-") {
			paths = append(paths, Path{}) // as the controllers have it: it covers nothing
		} else {
			ids = append(ids, Sharee(word))
		}
	}
	return NewSharees(ids...), paths
}

// fuzzedRule is a rule as somebody may write it.
func fuzzedRule(names, tags, who string, flags uint8) Rule {
	words := listed(names)
	out := Rule{ImageTags: tagged(tags), Encrypted: flags&1 > 0, Confirmed: flags&2 > 0, Unpaid: flags&4 > 0, MaxSharees: int(flags >> 5)}
	for i, list := range []*[]string{&out.Namespaces, &out.ImageIDs, &out.Regions, &out.Families} {
		for at := i; at < len(words); at += 4 {
			*list = append(*list, words[at])
		}
	}
	if flags&8 > 0 {
		out.NamespaceLabels = tagged(tags)
	}
	out.Accounts, out.Paths = whom(who)
	return out
}

func among(list []string, name string) bool { return len(list) == 0 || slices.Contains(list, name) }

// hasAll reports whether tags have all that are wanted, with their values.
func hasAll(tags, wanted map[string]string) bool {
	for key, value := range wanted {
		if got, there := tags[key]; !there || got != value {
			return false
		}
	}
	return true
}

// all reports whether everything holds.
func all(holds ...bool) bool { return !slices.Contains(holds, false) }

// plainlyAdmits reads a rule once more, as its words say.
func plainlyAdmits(r Rule, q Request) bool {
	return all(
		slices.Contains(r.Namespaces, "*") || among(r.Namespaces, q.Namespace), hasAll(q.NamespaceLabels, r.NamespaceLabels),
		among(r.ImageIDs, q.ImageID), among(r.Regions, q.Region),
		r.MaxSharees == 0 || q.Sharees <= r.MaxSharees, !r.Confirmed || q.Confirmed,
		plainlyKind(r, q.Kind), plainlyNames(r, q),
	)
}

func plainlyKind(r Rule, kind *ImageKind) bool {
	if kind == nil {
		return all(len(r.Families) == 0, len(r.ImageTags) == 0, !r.Encrypted, !r.Unpaid)
	}
	return all(
		among(r.Families, kind.Family), hasAll(kind.Tags, r.ImageTags),
		!r.Encrypted || kind.EncryptionKnown && kind.Encrypted, !r.Unpaid || !kind.Paid,
	)
}

// fuzzedRequest is a request as somebody may make it.
func fuzzedRequest(asks, tags, declares string, is uint8) Request {
	words := append(listed(asks), "", "", "", "")
	q := Request{Namespace: words[0], ImageID: words[1], Region: words[2], Confirmed: is&2 > 0, NamespaceLabels: tagged(tags)}
	if is&8 > 0 {
		q.Kind = &ImageKind{Family: words[3], Tags: tagged(tags), Paid: is&4 > 0, Encrypted: is&1 > 0, EncryptionKnown: is&16 > 0}
	}
	var paths []Path
	q.Accounts, paths = whom(declares)
	for _, p := range paths {
		if p.String() != "" {
			q.Places = append(q.Places, Place{Path: p, Sure: is&32 > 0})
		}
	}
	q.Sharees = q.Accounts.Len() + len(q.Places)
	return q
}

// plainlyNames reports whether a rule names everybody who is declared.
func plainlyNames(r Rule, q Request) bool {
	if r.Accounts.Empty() && len(r.Paths) == 0 {
		return true
	}
	for _, place := range q.Places {
		within := slices.ContainsFunc(r.Paths, func(p Path) bool {
			same := p.String() != "" && p.Target() == place.Path.Target()
			whole := strings.HasPrefix(string(p.Target()), "rd-")
			return same || p.Covers(place.Path) && (place.Sure || whole)
		})
		if !within {
			return false
		}
	}
	return q.Accounts.Without(r.Accounts).Empty()
}

// FuzzRules holds whatever rules against whatever request: what is admitted one
// rule admits in whole, by a reading of its own; what nobody knows is never
// admitted; another rule never takes away what one gives, nor does the order.
func FuzzRules(f *testing.F) {
	f.Add("platform m-1 cn-hangzhou ubuntu", "team=golden", "1 2 "+folderA, uint8(8), "platform m-1 cn-hangzhou ubuntu", "team=golden", "1 "+folderAB, uint8(255))
	f.Add("*", "", "rd-FkOrg1", uint8(0), "team-a m-2 cn-beijing", "", "fd-b234567890 "+folderAB, uint8(1))
	f.Add("", "a=b", "rd-*", uint8(7), "x y z w", "a=b", "rd-FkOrg1", uint8(31))
	f.Add("", "", "", uint8(64), "", "", "1 2 3 4", uint8(0))
	f.Add("*x x* pla", "=", "1111111111111111,2", uint8(2), "platform * * *", "=", "1111111111111111", uint8(6))
	f.Fuzz(func(t *testing.T, names, tags, who string, flags uint8, asks, has, declares string, is uint8) {
		rule, q := fuzzedRule(names, tags, who, flags), fuzzedRequest(asks, has, declares, is)
		one := Judge([]Rule{rule}, q)
		if one.Admitted != plainlyAdmits(rule, q) {
			t.Fatalf("%+v of %+v: %+v", rule, q, one)
		}
		if clean := len(one.Unknown)+len(one.Objections) == 0; one.Admitted && !clean {
			t.Fatalf("admits, and has something against it: %+v", one)
		}
		never := Rule{Namespaces: []string{"no namespace is called so"}}
		for _, rules := range [][]Rule{{rule, never}, {never, rule}} {
			if two := Judge(rules, q); two.Admitted != one.Admitted || two.Refused() != one.Refused() {
				t.Fatalf("another rule changes what one gives: %+v, %+v", one, two)
			}
		}
		knows := q
		if knows.NamespaceLabels = nil; Judge([]Rule{rule}, knows).Admitted && !one.Admitted {
			t.Fatalf("is admitted for what nobody knows: %+v of %+v", rule, knows)
		}
		if Judge(nil, q).Admitted {
			t.Fatal("is admitted by no rule")
		}
	})
}
