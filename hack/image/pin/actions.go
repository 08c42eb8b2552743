// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
)

// tag is a name in a repository and the commit that it stands for.
type tag struct {
	name, commit string
}

// An action is used as owner/repository[/directory]@version, or by a commit that
// is followed by the version.
var (
	uses   = regexp.MustCompile(`(?m)^(\s*(?:- )?uses: )([\w.-]+/[\w.-]+)((?:/[\w.-]+)*)@(\S+?)(?: +# *(\S+))?[ \t]*$`)
	commit = regexp.MustCompile(`^[0-9a-f]{40}$`)
)

// pinActions puts the commit in place of each action's version, and the version
// behind it.
func pinActions(workflow string, tags func(repository string) ([]tag, error)) (string, error) {
	var failed []error
	pinned := uses.ReplaceAllStringFunc(workflow, func(line string) string {
		part := uses.FindStringSubmatch(line)
		version := part[4]
		if commit.MatchString(version) {
			version = part[5]
		}
		have, err := tags(part[2])
		if err != nil {
			failed = append(failed, err)
			return line
		}
		at, name, err := find(have, version)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", part[2], err))
			return line
		}
		return part[1] + part[2] + part[3] + "@" + at + " # " + name
	})
	return pinned, errors.Join(failed...)
}

// find looks up a version's commit. Of v4 it tells the whole version, v4.2.1, as
// the repository names the same commit: v4 moves, and v4.2.1 says what it was.
func find(tags []tag, version string) (at, name string, err error) {
	for _, t := range tags {
		if t.name == version {
			at, name = t.commit, t.name
		}
	}
	if at == "" {
		return "", "", fmt.Errorf("it has no tag %q", version)
	}
	for _, t := range tags {
		if t.commit == at && strings.HasPrefix(t.name, version+".") && len(t.name) > len(name) {
			name = t.name
		}
	}
	return at, name, nil
}

// tagsOf asks a repository for its tags. The commit of an annotated tag is told
// in a line after the tag's own.
func tagsOf(ctx context.Context, repository string) ([]tag, error) {
	command := exec.CommandContext(ctx, "git", "ls-remote", "--tags", "--", repository)
	command.Env = append(command.Environ(), "GIT_TERMINAL_PROMPT=0")
	var said strings.Builder
	command.Stderr = &said
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("ask %s for its tags: %w: %s", repository, err, strings.TrimSpace(said.String()))
	}
	var tags []tag
	for line := range strings.Lines(string(out)) {
		at, name, _ := strings.Cut(strings.TrimSpace(line), "\trefs/tags/")
		if plain, peeled := strings.CutSuffix(name, "^{}"); peeled && len(tags) > 0 && tags[len(tags)-1].name == plain {
			tags[len(tags)-1].commit = at
			continue
		}
		tags = append(tags, tag{name, at})
	}
	return tags, nil
}
