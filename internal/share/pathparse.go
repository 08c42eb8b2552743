// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"fmt"
	"strings"
)

// What the vendor's IDs begin with.
const (
	directoryPrefix = "rd-"
	rootPrefix      = "r-"
	folderPrefix    = "fd-"
)

// mostFolders is how many levels of folders there are below the root folder, by
// the limits of Resource Directory.
const mostFolders = 5

// longestQuoted is how many bytes of what a user wrote are repeated: more than
// the longest path has.
const longestQuoted = 120

// idKind is a kind of ID of a path: its prefix, its name and how many letters
// and digits follow the prefix.
type idKind struct {
	prefix, name string
	least, most  int
}

// The vendor states the rules of folder IDs and of root folder IDs, in the text
// of its error InvalidParameter.FolderId and in the documentation of GetFolder:
// fd- and 10 letters or digits, r- and 6. Of resource directory IDs it gives
// examples only, nearly all of them rd- and 6, so these are checked loosely:
// a slash or nothing follows them, and never a star.
var idKinds = []idKind{
	{directoryPrefix, "resource directory", 4, 20},
	{rootPrefix, "root folder", 6, 6},
	{folderPrefix, "folder", 10, 10},
}

// ParsePath reads what a user wrote:
//
//	rd-…                   a whole resource directory
//	rd-…/r-…               the same, with its root folder
//	rd-…/r-…/fd-…(/fd-…)*  a folder, at most five levels below the root
//	fd-…                   a folder, wherever it is
//
// One star at the very end, as it is in trust policies, is dropped. IDs are
// mixed case and stay so; one whose case was lost looks like any other, which
// the vendor alone can tell. The error is a sentence for whoever wrote the path.
func ParsePath(text string) (Path, error) {
	bare := strings.TrimSuffix(text, "*")
	ids := strings.Split(bare, "/")
	for _, check := range []func() error{
		func() error { return checkCharacters(text) },
		func() error { return checkStars(text, bare) },
		func() error { return checkSlashes(bare) },
		func() error { return checkIDs(ids) },
		func() error { return checkBeginning(ids) },
		func() error { return checkFolders(ids) },
	} {
		if err := check(); err != nil {
			return Path{}, fmt.Errorf("%s %w", quoted(text), err)
		}
	}
	if len(ids) == 2 {
		return Path{text: ids[0]}, nil
	}
	return Path{text: bare}, nil
}

// quoted is the beginning of a text, in quotes.
func quoted(text string) string {
	if len(text) <= longestQuoted {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprintf("%q…", text[:longestQuoted])
}

// kindOf is the kind of an ID by its prefix, in whatever case.
func kindOf(id string) (idKind, bool) {
	for _, kind := range idKinds {
		if len(id) >= len(kind.prefix) && strings.EqualFold(id[:len(kind.prefix)], kind.prefix) {
			return kind, true
		}
	}
	return idKind{}, false
}
