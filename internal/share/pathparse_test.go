// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"strings"
	"testing"
	"unicode/utf8"
)

const (
	rdA, rdB, rootA, rootB = "rd-3Gab12", "rd-3Gab12x", "r-Wm1234", "r-Wm5678"
	fdA, fdB, fdC          = "fd-Jyl5U7aaaa", "fd-Jyl5U7bbbb", "fd-Jyl5U7cccc"
	inRoot                 = rdA + "/" + rootA
)

func path(t testing.TB, text string) Path {
	t.Helper()
	p, err := ParsePath(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhatAPathIs(t *testing.T) {
	five := inRoot + "/" + strings.Join([]string{fdA, fdB, fdC, "fd-0000000004", "fd-0000000005"}, "/")
	for sentence, c := range map[string]struct{ text, normal, target, principal string }{
		"a directory":                   {rdA, rdA, rdA, rdA},
		"a directory with a star":       {rdA + "*", rdA, rdA, rdA},
		"a directory of an older form":  {"rd-evic31abcd", "rd-evic31abcd", "rd-evic31abcd", "rd-evic31abcd"},
		"a directory with its root":     {inRoot, rdA, rdA, rdA},
		"the same with a star":          {inRoot + "*", rdA, rdA, rdA},
		"a folder":                      {inRoot + "/" + fdA, inRoot + "/" + fdA, fdA, inRoot + "/" + fdA},
		"a folder with a star":          {inRoot + "/" + fdA + "*", inRoot + "/" + fdA, fdA, inRoot + "/" + fdA},
		"a folder in a folder":          {inRoot + "/" + fdA + "/" + fdB, inRoot + "/" + fdA + "/" + fdB, fdB, inRoot + "/" + fdA + "/" + fdB},
		"the fifth level":               {five + "*", five, "fd-0000000005", five},
		"the ID of a folder":            {fdA, fdA, fdA, ""},
		"the ID of a folder and a star": {fdA + "*", fdA, fdA, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := path(t, c.text)
			if p.String() != c.normal || string(p.Target()) != c.target || string(p.Principal()) != c.principal || p.Bare() != (c.principal == "") {
				t.Errorf("%q has target %q and principal %q; bare: %t", p, p.Target(), p.Principal(), p.Bare())
			}
		})
	}
}

func TestWhatIsWrongWithAPath(t *testing.T) {
	for text, want := range map[string]string{
		"":                           `is no path: it is empty. Write a resource directory (rd-…) or a folder (rd-…/r-…/fd-…), or remove the entry`,
		" " + rdA:                    `has a space or a line break in it, and a path has none: take it out`,
		rdA + "\n":                   `has a space or a line break in it, and a path has none: take it out`,
		rdA + "\u00a0":               `has a space or a line break in it, and a path has none: take it out`,
		rdA + "\u200b":               `has '\u200b' (U+200B) in it: the IDs of a path have letters a to z, digits and a hyphen only. Copy the path again, and remove the character if it came with it`,
		rdA + "_":                    `has '_' (U+005F) in it: the IDs of a path`,
		rdA + "\xff":                 `has '�' (U+FFFD) in it: the IDs of a path`,
		rdA + "," + fdA:              `seems to be several paths: make each an entry of the list of its own`,
		rdA + `\` + rootA:            `has a backslash in it: the IDs of a path are separated by "/"`,
		"rd-…/r-…/fd-…":              `is shortened: write every ID in full`,
		"https://a/" + rdA:           `is an address: write the path only, such as rd-…/r-…/fd-…`,
		"acs:resourcemanager:" + rdA: `is a resource name with a service and an account: write the path only, such as rd-…/r-…/fd-…`,

		"*":                          `would be everybody, and nothing is shared with everybody: name a resource directory (rd-…) or a folder in one`,
		"rd-3G****/r-Wm****":         `has IDs that are masked with stars, as the vendor's documentation prints them: write every ID in full`,
		fdA + "**":                   `has IDs that are masked with stars, as the`,
		rdA + "/*/" + fdA:            `has a * before its end, and a path names one folder: write the ID that stands there. A * is accepted as the last character only, and changes nothing: what is below a folder is always included`,
		inRoot + "/" + fdA[:5] + "*": `has "fd-Jy" in it, the ID of a folder with 2 letters and digits after "fd-" where there have to be 10: copy the ID again`,
		inRoot + "/" + fdA + "/*":    `ends in "/*", which would be all that is below but not the folder itself, and cannot be shared with: leave out the "/*" for the folder and all that is below it`,

		"/" + rdA:                 "begins with a slash, and a path begins with rd-: leave the slash out",
		"/":                       "begins with a slash, and a path begins with rd-: leave the slash out",
		inRoot + "/":              "ends with a slash, and a path ends with an ID: leave the slash out, or add the ID that is missing",
		rdA + "//" + fdA:          "has nothing between two slashes: add the ID that is missing, or leave one slash out",
		inRoot + "/" + fdA + "//": "ends with a slash, and",

		one1:                                     `is no path: it seems to be the ID of an account. Put it under sharees.accountIDs`,
		inRoot + "/" + fdA + "/" + one1:          `ends in what seems to be the ID of an account, and a path ends in a folder: leave out "/1111111111111111" to share with the folder, or put "1111111111111111" alone under sharees.accountIDs to share with that account only`,
		inRoot + "/1/" + fdA:                     `has "1" in it, which is no folder: the IDs of folders begin with fd-`,
		"o-exampleorgid/r-ab12/ou-ab12-11111111": `has "o-exampleorgid" in it, which is of an organization of another vendor: Alibaba Cloud has resource directories (rd-…) and folders (fd-…)`,
		"r-ab12/ou-ab12-11111111":                `has "ou-ab12-11111111" in it, which is of an organization of another vendor`,
		"folders/123":                            `has "folders" in it, which is no ID of a resource directory (rd-…), a root folder (r-…) or a folder (fd-…): write IDs, and not names`,
		"RD-3Gab12":                              `has "RD-3Gab12" in it, where the ID of a resource directory begins with "rd-" in small letters: copy the path again, as the case of the other letters matters too`,
		"rd-":                                    `has "rd-" in it, the ID of a resource directory with 0 letters and digits after "rd-" where there have to be 4 to 20: copy the ID again`,
		"rd-" + strings.Repeat("a", 21):          `has "rd-aaaaaaaaaaaaaaaaaaaaa" in it, the ID of a resource directory with 21 letters`,
		rdA + "/r-Wm12":                          `has "r-Wm12" in it, the ID of a root folder with 4 letters and digits after "r-" where there have to be 6: copy the ID again`,
		"fd-Jyl5U7aaa":                           `has "fd-Jyl5U7aaa" in it, the ID of a folder with 9 letters and digits after "fd-" where there have to be 10: copy the ID again`,
		fdA + "a":                                `has "fd-Jyl5U7aaaaa" in it, the ID of a folder with 11 letters`,
		"fd-Jyl5-7aaaa":                          `has "fd-Jyl5-7aaaa" in it, which is no ID of a folder: after "fd-" there are letters and digits only`,

		rootA:                          `is a root folder alone: write its resource directory (rd-…) instead, which is shared with as a whole`,
		rootA + "/" + fdA:              `begins with the root folder, and the ID of the resource directory is missing: put it and a slash ("rd-…/") before`,
		fdA + "/" + fdB:                `begins with a folder: write the whole path from the resource directory on (rd-…/r-…/fd-…), or the last folder alone, "fd-Jyl5U7bbbb"`,
		rdA + "/" + fdA:                `leaves out the root folder: put its ID between the resource directory and the first folder, "rd-3Gab12/r-…/fd-Jyl5U7aaaa"`,
		rdA + "/" + rdB:                `has two resource directories, and a path has one: leave one out`,
		inRoot + "/" + rootB:           `has a root folder, "r-Wm5678", where a folder (fd-…) has to be: a path begins with one directory and one root folder, and all else is folders`,
		inRoot + "/" + fdA + "/" + rdA: `has a resource directory, "rd-3Gab12", where`,
		inRoot + "/" + fdA + "/" + fdA: `has the folder "fd-Jyl5U7aaaa" twice, and a folder is not below itself: leave one out`,
		inRoot + "/fd-0000000001/fd-0000000002/fd-0000000003/fd-0000000004/fd-0000000005/fd-0000000006": `has 6 folders below the root folder, and a resource directory has at most 5 levels: leave out those that are not above the last one`,
	} {
		t.Run(text, func(t *testing.T) {
			p, err := ParsePath(text)
			if err == nil || p != (Path{}) {
				t.Fatalf("became %q", p)
			}
			if got := err.Error(); !strings.HasPrefix(got, quoted(text)+" "+want) {
				t.Errorf("got  %s\nwant %s %s", got, quoted(text), want)
			}
		})
	}
}

// Whatever comes, it is refused in a sentence, or it is a path that is written
// and read back, and that a trust policy takes.
func FuzzParsePath(f *testing.F) {
	for _, text := range []string{rdA, inRoot + "*", inRoot + "/" + fdA + "/" + fdB, fdC, rdA + "/" + fdA, "*", "rd-…", one1, "/", "rd-a/*/fd-b", "ou-x", "\xff", "é", "x" + strings.Repeat("\x01", 5000), "rd-" + strings.Repeat("1", 5000)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePath(text)
		if err != nil {
			isSentence(t, err.Error())
			return
		}
		if again, err := ParsePath(p.String()); err != nil || again != p {
			t.Fatalf("%q became %q, %v", p, again, err)
		}
		if !strings.HasPrefix(text, p.String()) || p.Target() == "" || !p.Covers(p) {
			t.Fatalf("%q became %q", text, p)
		}
		if !p.Bare() {
			isTrusted(t, p)
		}
	})
}

// isSentence sees to it that an error is short, and text on one line.
func isSentence(t testing.TB, sentence string) {
	t.Helper()
	if !utf8.ValidString(sentence) || utf8.RuneCountInString(sentence) > 1000 || strings.ContainsAny(sentence, "\n\r") {
		t.Fatalf("%q", sentence)
	}
}

// isTrusted adds the principal of a path to a trust policy, reads that and
// removes it.
func isTrusted(t testing.TB, p Path) {
	t.Helper()
	only := NewSet(p.Principal())
	read := trust(t, TrustPolicy{}.With(only, Principals{}).Document())
	if !read.Principals().Equal(only) || !read.Without(only).Empty() {
		t.Fatalf("%q is trusted as %s", p, read.Principals())
	}
}
