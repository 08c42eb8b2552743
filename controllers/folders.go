// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// lookAtDirectory finds out where the folders are that are declared.
func (p *pass) lookAtDirectory(ctx context.Context) {
	p.org.told = map[share.Sharee]share.Principal{}
	p.org.directory = string(p.askDirectory(ctx, ""))
	for _, m := range p.members {
		for target, declared := range m.paths() {
			if _, asked := p.org.told[target]; asked || declared.flaw != nil || !strings.HasPrefix(string(target), "fd-") {
				continue
			}
			p.org.told[target] = p.askDirectory(ctx, string(target))
		}
	}
	p.lookAtMembers(ctx)
}

// askDirectory answers the ID of the directory, or where in it a folder is, and
// notes if it does not tell, so that paths are taken at their word.
func (p *pass) askDirectory(ctx context.Context, id string) share.Principal {
	found := p.lookUp(ctx, id)
	p.org.closed = p.org.closed || found.closed()
	p.org.silent = p.org.silent || found.at.IsZero()
	return found.path
}

// lookAtMembers finds out where the accounts are that an ImageShare declares
// beside directories or folders.
func (p *pass) lookAtMembers(ctx context.Context) {
	p.org.members = map[share.Sharee]share.Principal{}
	for _, m := range p.members {
		if len(m.paths()) == 0 {
			continue
		}
		for id := range m.accounts().All() {
			p.org.members[id] = p.lookUp(ctx, string(id)).path
		}
	}
}

// newFolders is where the folders are that a member names by their IDs alone.
// What the directory does not tell stays as it was.
func (p *pass) newFolders(m *member) map[string]v1alpha1.ResourceDirectoryPath {
	var out map[string]v1alpha1.ResourceDirectoryPath
	for _, written := range m.obj.Spec.Sharees.ResourceDirectoryPaths {
		path, err := share.ParsePath(string(written))
		if err != nil || !path.Bare() {
			continue
		}
		at, known := m.obj.Status.Folders[string(path.Target())]
		if told := p.org.told[path.Target()]; told != "" {
			at, known = v1alpha1.ResourceDirectoryPath(told), true
		}
		if known {
			if out == nil {
				out = map[string]v1alpha1.ResourceDirectoryPath{}
			}
			out[string(path.Target())] = at
		}
	}
	return out
}
