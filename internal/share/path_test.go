// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestResolvingAPath(t *testing.T) {
	below := inRoot + "/" + fdA + "/" + fdB
	for sentence, c := range map[string]struct{ given, told, want string }{
		"a bare folder":                     {fdB, below, below},
		"a folder that is where it was":     {below, below, below},
		"a directory by its root":           {rdA, inRoot, rdA},
		"a folder that was moved":           {inRoot + "/" + fdB, below, `the folder "fd-Jyl5U7bbbb" is not at "` + inRoot + "/" + fdB + `": the directory says that it is at "` + below + `". It was moved, or the path was mistaken: write the path that the directory tells, or "fd-Jyl5U7bbbb" alone`},
		"the path of the folder above":      {fdA, below, `what the directory tells of "fd-Jyl5U7aaaa" is the path of another: "` + below + `"`},
		"the path of a whole directory":     {fdA, rdA, `what the directory tells of "fd-Jyl5U7aaaa" is the path of another: "rd-3Gab12"`},
		"another directory":                 {rdA, rdB, `what the directory tells of "rd-3Gab12" is the path of another: "rd-3Gab12x"`},
		"an ID for a bare folder":           {fdA, fdA, `the directory tells no path of "fd-Jyl5U7aaaa", but only its ID`},
		"an ID for a folder":                {inRoot + "/" + fdA, fdA, `the directory tells no path of "fd-Jyl5U7aaaa", but only its ID`},
		"nothing":                           {fdA, "", `the directory tells no path of "fd-Jyl5U7aaaa"`},
		"what is no path":                   {fdA, rdA + "/" + fdA, `what the directory tells of "fd-Jyl5U7aaaa" cannot be used: "rd-3Gab12/fd-Jyl5U7aaaa" leaves out the root folder`},
		"a path whose last ID begins alike": {fdA, inRoot + "/" + fdA + "a", `what the directory tells of "fd-Jyl5U7aaaa" cannot be used: `},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := path(t, c.given).Resolve(Principal(c.told))
			if err == nil && got.String() != c.want || err != nil && (got != Path{} || !strings.HasPrefix(err.Error(), c.want)) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	if _, err := (Path{}).Resolve(Principal(rdA)); err == nil || err.Error() != `the directory tells no path of ""` {
		t.Errorf("no path was resolved: %v", err)
	}
}

func TestWhatAPathCovers(t *testing.T) {
	a, b := inRoot+"/"+fdA, inRoot+"/"+fdB
	for _, c := range []struct {
		sentence, upper, lower string
		down, up               bool
	}{
		{"the same", a, a, true, true},
		{"a folder in a folder", a, a + "/" + fdB, true, false},
		{"a folder in a directory", rdA, a, true, false},
		{"a sibling", a, b, false, false},
		{"a sibling's folder of the same ID", a, b + "/" + fdA, false, false},
		{"a directory whose ID begins alike", rdA, rdB, false, false},
		{"a folder in a directory whose ID begins alike", rdA, rdB + "/" + rootB + "/" + fdA, false, false},
		{"a bare folder and itself", fdA, fdA, true, true},
		{"two bare folders", fdA, fdB, false, false},
		{"a bare folder and its path", fdA, a, true, false},
		{"a bare folder and what leads through it", fdA, a + "/" + fdB, true, false},
		{"a bare folder and what is beside it", fdA, b, false, false},
		{"a directory and a bare folder", rdA, fdA, false, false},
		{"a bare folder and a directory", fdA, rdA, false, false},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			upper, lower := path(t, c.upper), path(t, c.lower)
			if upper.Covers(lower) != c.down || lower.Covers(upper) != c.up {
				t.Errorf("down %t, up %t", upper.Covers(lower), lower.Covers(upper))
			}
		})
	}
	none := Path{}
	if none.Covers(path(t, rdA)) || path(t, rdA).Covers(none) || path(t, fdA).Covers(none) || none.Covers(none) || none.Holds(rdA) || none.Holds("") {
		t.Error("no path covers or holds something, or is covered")
	}
}

func TestWhomAPathHolds(t *testing.T) {
	a := inRoot + "/" + fdA
	for _, c := range []struct {
		sentence, path, member string
		want                   bool
	}{
		{"a member right in the root folder", rdA, inRoot, true},
		{"the same with its account", rdA, inRoot + "/" + one1, true},
		{"a member in the folder", a, a, true},
		{"a folder with its account", a, a + "/" + one1, true},
		{"a member deeper", a, a + "/" + fdB + "/" + one1, true},
		{"a member in the bare folder", fdA, a + "/" + one1, true},
		{"a member deeper than the bare folder", fdB, a + "/" + fdB + "/" + fdC, true},
		{"a member above", a, inRoot + "/" + one1, false},
		{"a member of a directory that begins alike", rdA, rdB + "/" + rootA, false},
		{"a member of a folder that begins alike", a, a + "a/" + one1, false},
		{"an account", rdA, one1, false},
		{"the bare folder itself as if it were a member", fdA, fdA, false},
		{"nobody", fdA, "", false},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			if path(t, c.path).Holds(Principal(c.member)) == c.want {
				return
			}
			t.Errorf("not %t", c.want)
		})
	}
}

func anyPath() *rapid.Generator[Path] {
	return rapid.Custom(func(t *rapid.T) Path {
		folders := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{fdA, fdB, fdC}), 0, 3, rapid.ID).Draw(t, "folders")
		if len(folders) == 1 && rapid.Bool().Draw(t, "bare") {
			return Path{text: folders[0]}
		}
		rd := rapid.SampledFrom([]string{rdA, rdB}).Draw(t, "directory")
		text := strings.Join(append([]string{rd, rootA}, folders...), "/") + rapid.SampledFrom([]string{"", "*"}).Draw(t, "star")
		p, err := ParsePath(text)
		if err != nil {
			t.Fatal(err)
		}
		return p
	})
}

func TestPathsAreReadAsWrittenAndAreTrusted(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := anyPath().Draw(r, "path")
		if again, err := ParsePath(p.String()); err != nil || again != p {
			r.Fatalf("%q became %q, %v", p, again, err)
		}
		if !p.Bare() {
			isTrusted(t, p)
		}
	})
}

func TestCoveringIsAPartialOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyPath().Draw(t, "a"), anyPath().Draw(t, "b"), anyPath().Draw(t, "c")
		if !a.Covers(a) {
			t.Fatal("a path does not cover itself")
		}
		if a != b && a.Covers(b) && b.Covers(a) {
			t.Fatalf("%q and %q cover each other", a, b)
		}
		if a.Covers(b) && b.Covers(c) && !a.Covers(c) {
			t.Fatalf("%q covers %q, which covers %q, which the first does not", a, b, c)
		}
	})
}

// Those whom a path holds are those who are where it covers, and those whom
// the star of its trust policy matches.
func TestAPathHoldsWhomItCoversAndTrusts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyPath().Draw(t, "a")
		b := anyPath().Filter(func(p Path) bool { return !p.Bare() }).Draw(t, "b")
		holds := a.Holds(b.Principal())
		if holds != a.Covers(b) || holds != a.Holds(b.Principal()+"/"+one1) {
			t.Fatalf("%q holds not those whom it covers in %q", a, b)
		}
		folder := formOf(a.Principal()) == formFolders
		if folder && holds != matches(formFolders.entry(a.Principal()), b.String()) {
			t.Fatalf("the trust of %q is not what it holds in %q", a, b)
		}
	})
}

func TestWhatIsRedundant(t *testing.T) {
	a := inRoot + "/" + fdA
	below, beside := a+"/"+fdB, inRoot+"/"+fdC
	for sentence, c := range map[string]struct {
		paths []string
		want  map[string]string
	}{
		"nothing":                    {nil, nil},
		"no siblings":                {[]string{a, beside, rdB}, nil},
		"not what is given twice":    {[]string{rdA, inRoot, a + "*"}, map[string]string{a: rdA}},
		"the widest is told":         {[]string{a, below, rdA}, map[string]string{a: rdA, below: rdA}},
		"the widest, another way":    {[]string{rdA, a, below}, map[string]string{a: rdA, below: rdA}},
		"not by a bare one":          {[]string{fdA, a, fdB}, nil},
		"beside a bare one all same": {[]string{fdB, below, fdA, a}, map[string]string{below: a}},
	} {
		t.Run(sentence, func(t *testing.T) {
			var paths []Path
			for _, text := range c.paths {
				paths = append(paths, path(t, text))
			}
			got := map[string]string{}
			for p, by := range Redundant(paths) {
				got[p.String()] = by.String()
			}
			if !maps.Equal(got, c.want) {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestWhatIsRedundantIsCoveredByWhatIsNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		paths := rapid.SliceOfN(anyPath(), 0, 6).Draw(t, "paths")
		redundant := Redundant(paths)
		for _, p := range paths {
			by, found := redundant[p]
			covered := slices.ContainsFunc(paths, func(o Path) bool { return o != p && !o.Bare() && o.Covers(p) })
			if found != covered {
				t.Fatalf("%q is redundant: %t", p, found)
			}
			if _, gone := redundant[by]; found && (gone || by == p || !by.Covers(p) || !slices.Contains(paths, by)) {
				t.Fatalf("%q is redundant by %q, which is no reason", p, by)
			}
		}
	})
}
