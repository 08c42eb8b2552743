// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"fmt"
	"slices"
	"strings"
)

// Path is a resource directory, a folder in one, or a folder of which only the
// ID is given, as users write it. Two paths are equal exactly when they are
// written the same once normalised. The zero Path is none: it covers nothing
// and holds nobody.
type Path struct {
	// text is rd-…, rd-…/r-…/fd-…(/fd-…){0,4} or fd-….
	text string
}

// String is the path normalised: without a star at its end, and a directory
// without its root folder.
func (p Path) String() string { return p.text }

// Bare reports whether only the ID of a folder is given. A bare path has no
// principal until it is resolved.
func (p Path) Bare() bool { return strings.HasPrefix(p.text, folderPrefix) }

// Resolve completes a bare path with the path that the directory tells of the
// folder. It is an error when that is not the path of this folder. A path that
// is complete stays as it is when the directory tells the same, and it is an
// error when the directory tells another, as it does once the folder moved.
func (p Path) Resolve(full Principal) (Path, error) {
	if p.text == "" || full == "" {
		return Path{}, fmt.Errorf("the directory tells no path of %q", p.Target())
	}
	told, err := ParsePath(string(full))
	switch same := told.Target() == p.Target(); {
	case err != nil:
		return Path{}, fmt.Errorf("what the directory tells of %q cannot be used: %w", p.Target(), err)
	case !same:
		return Path{}, fmt.Errorf("what the directory tells of %q is the path of another: %q", p.Target(), told)
	case told.Bare():
		return Path{}, fmt.Errorf("the directory tells no path of %q, but only its ID", p.Target())
	case !p.Bare() && told != p:
		return Path{}, fmt.Errorf("the folder %q is not at %q: the directory says that it is at %q. "+
			"It was moved, or the path was mistaken: write the path that the directory tells, or %q alone", p.Target(), p, told, p.Target())
	}
	return told, nil
}

// Target is what Resource Sharing takes: the directory, or the folder itself.
func (p Path) Target() Sharee { return Sharee(p.text[strings.LastIndex(p.text, "/")+1:]) }

// Principal is what a trust policy takes: a directory, or the whole path of a
// folder. It is empty for a bare path.
//
// A trust policy has a folder as <path>*, the star glued to the last ID, so
// that both the folder and everything below it match. Read by itself that would
// match a sibling too whose ID begins with the ID of the folder. There is none:
// all folder IDs have one length, which is why ParsePath insists on it.
func (p Path) Principal() Principal {
	if p.Bare() {
		return ""
	}
	return Principal(p.text)
}

// Covers reports whether the other path is reached by this one all the same: it
// is the same, or is below. Where a bare folder is, is not known, so nothing but
// itself covers a bare path. A bare path covers those that lead through its
// folder, but has no principal: it is no replacement for them where trust
// matters.
func (p Path) Covers(o Path) bool {
	if o.Bare() {
		return p == o
	}
	return p.reaches(o.text)
}

// Holds reports whether a member is reached by this path. The folder path of a
// member is taken with or without the ID of the member at its end, since the
// vendor tells it with the ID.
func (p Path) Holds(member Principal) bool {
	return strings.HasPrefix(string(member), directoryPrefix) && p.reaches(string(member))
}

// reaches compares whole IDs, so that fd-a does not reach fd-ab.
func (p Path) reaches(path string) bool {
	if p.Bare() {
		return slices.Contains(strings.Split(path, "/"), p.text)
	}
	return p.text != "" && strings.HasPrefix(path+"/", p.text+"/")
}

// Redundant says of each path that another covers it, by which (the widest).
// One that is given twice is not redundant by that. A bare path makes no other
// redundant: without the other there would be no principal.
func Redundant(paths []Path) map[Path]Path {
	out := map[Path]Path{}
	for _, p := range paths {
		for _, o := range paths {
			widest, found := out[p]
			if o != p && !o.Bare() && o.Covers(p) && (!found || o.Covers(widest)) {
				out[p] = o
			}
		}
	}
	return out
}
