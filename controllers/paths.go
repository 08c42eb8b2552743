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
}

// paths are the paths that an ImageShare declares, by their targets; those that
// are no paths by what is written. Of two with one target the one without a
// flaw is taken, or the one that tells more.
func pathsOf(s *v1alpha1.ImageShare) map[share.Sharee]declaredPath {
	out := map[share.Sharee]declaredPath{}
	for _, written := range slices.Sorted(slices.Values(s.Spec.Sharees.ResourceDirectoryPaths)) {
		path, err := share.ParsePath(string(written))
		if err != nil {
			out[share.Sharee(written)] = declaredPath{written: string(written), flaw: &verdict{
				class: fixSpec, reason: v1alpha1.ReasonInvalidPath, message: sentence(err.Error()),
			}}
			continue
		}
		if told, known := s.Status.Folders[string(path.Target())]; known && path.Bare() {
			if full, err := path.Resolve(share.Principal(told)); err == nil {
				path = full
			}
		}
		if before, twice := out[path.Target()]; !twice || before.path.Bare() {
			out[path.Target()] = declaredPath{written: string(written), path: path}
		}
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
	out := pathsOf(m.obj)
	for target, declared := range out {
		if declared.flaw == nil {
			out[target] = p.checked(declared)
		}
	}
	return out
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
		full, err := path.Resolve(told)
		if err != nil {
			declared.flaw = &verdict{class: fixSpec, reason: v1alpha1.ReasonPathMismatch, message: sentence(err.Error())}
			return declared
		}
		declared.path = full
	}
	return declared
}

// principalOf is what the encryption role has to trust for a path; empty if
// nobody knows.
func (d declaredPath) principal() share.Principal { return d.path.Principal() }

// targetsOf are the targets that are declared.
func targetsOf(paths map[share.Sharee]declaredPath) share.Sharees {
	var out []share.Sharee
	for target := range paths {
		out = append(out, target)
	}
	return share.NewSharees(out...)
}
