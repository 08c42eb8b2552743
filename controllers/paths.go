// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// declaredPath is a resource-directory path that an ImageShare declares.
type declaredPath struct {
	// written is the path as it is declared.
	written string
	// path is the same, and complete if anybody knows where the folder is.
	path share.Path
	// flaw is why it cannot be shared with, or nil.
	flaw *verdict
	// also are other paths of the same target, as when a folder is about to be
	// moved.
	also []declaredPath
}

// pathsOf are the paths that an ImageShare declares, by their targets; those that
// are no paths by what is written, marked so that nobody takes it for an account.
// Of several with one target the first that tells more than its ID is taken.
func pathsOf(s *v1alpha1.ImageShare) map[share.Sharee]declaredPath {
	out := map[share.Sharee]declaredPath{}
	for _, written := range slices.Sorted(slices.Values(s.Spec.Sharees.ResourceDirectoryPaths)) {
		path, err := share.ParsePath(string(written))
		if err != nil {
			out[share.Sharee("no path: "+written)] = declaredPath{written: string(written), flaw: &verdict{
				class: fixSpec, reason: v1alpha1.ReasonInvalidPath, message: sentence(err.Error()),
			}}
			continue
		}
		if told, known := s.Status.Folders[string(path.Target())]; known && path.Bare() {
			if full, err := path.Resolve(share.Principal(told)); err == nil {
				path = full
			}
		}
		found := declaredPath{written: string(written), path: path}
		if before, twice := out[path.Target()]; twice && !before.path.Bare() {
			before.also = append(before.also, found)
			found = before
		}
		out[path.Target()] = found
	}
	return out
}

// isTarget reports whether a sharee is a directory or folder, or was meant to
// be.
func isTarget(id share.Sharee) bool {
	return strings.ContainsFunc(string(id), func(c rune) bool { return c < '0' || c > '9' })
}

// pathsIn are the paths of a member, checked against what the directory tells.
func (p *pass) pathsIn(m *member) map[share.Sharee]declaredPath {
	out := m.paths()
	for target, declared := range out {
		if declared.flaw == nil {
			out[target] = p.right(declared)
		}
	}
	return out
}

// right is the first path of a target that is right, or the first if none is.
func (p *pass) right(declared declaredPath) declaredPath {
	first := p.checked(declared)
	for _, other := range declared.also {
		if found := p.checked(other); first.flaw != nil && found.flaw == nil {
			return found
		}
	}
	return first
}

// checked is a path with what the directory tells of it. What the directory
// does not tell is taken from the path.
func (p *pass) checked(declared declaredPath) declaredPath {
	path := declared.path
	directory, _, _ := strings.Cut(path.String(), "/")
	switch told := p.org.told[path.Target()]; {
	case p.org.directory != "" && !path.Bare() && directory != p.org.directory:
		declared.flaw = &verdict{class: fixSpec, reason: v1alpha1.ReasonOtherDirectory, message: fmt.Sprintf(
			"Account %s is in the resource directory %s, and cannot share with %s: declare a path of its own directory", p.key.Account, p.org.directory, directory)}
	case told != "":
		if written, err := share.ParsePath(declared.written); err == nil {
			path = written
		}
		full, err := path.Resolve(told)
		if err != nil {
			declared.flaw = &verdict{class: fixSpec, reason: v1alpha1.ReasonPathMismatch, message: sentence(err.Error())}
			return declared
		}
		declared.path = full
	}
	return declared
}

// principal is what the encryption role has to trust for a path; empty if nobody
// knows.
func (d declaredPath) principal() share.Principal { return d.path.Principal() }

// flawed are the targets of a member that cannot be shared with as they are
// declared.
func (p *pass) flawed(m *member) share.Sharees {
	var out []share.Sharee
	for target, declared := range p.pathsIn(m) {
		if declared.flaw != nil {
			out = append(out, target)
		}
	}
	return share.NewSharees(out...)
}

// targetsOf are the targets that are declared.
func targetsOf(paths map[share.Sharee]declaredPath) share.Sharees {
	var out []share.Sharee
	for target := range paths {
		out = append(out, target)
	}
	return share.NewSharees(out...)
}
