// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// git runs git in a repository, as nobody in particular.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "tag.gpgSign=false", "-c", "commit.gpgSign=false"}, args...)...)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// forge has one action, with a tag v4 that has moved on from v4.0.0 to v4.1.0.
func forge(t *testing.T) (url, old, latest string) {
	t.Helper()
	dir := t.TempDir()
	repository := filepath.Join(dir, "owner", "action")
	if err := os.MkdirAll(repository, 0o755); err != nil {
		t.Fatal(err)
	}
	git(t, repository, "init", "-q")
	git(t, repository, "commit", "-q", "--allow-empty", "-m", "one")
	git(t, repository, "tag", "v4.0.0")
	old = git(t, repository, "rev-parse", "HEAD")
	git(t, repository, "commit", "-q", "--allow-empty", "-m", "two")
	git(t, repository, "tag", "v4")
	// An annotated tag is an object of its own, which is no commit.
	git(t, repository, "tag", "-a", "-m", "notes", "v4.1.0")
	return "file://" + dir, old, git(t, repository, "rev-parse", "HEAD")
}

func TestActionsArePinnedToTheCommitOfTheirTag(t *testing.T) {
	url, old, latest := forge(t)
	for was, want := range map[string]string{
		"owner/action@v4":                       "owner/action@" + latest + " # v4.1.0",
		"owner/action@v4.1.0":                   "owner/action@" + latest + " # v4.1.0",
		"owner/action@v4.0.0":                   "owner/action@" + old + " # v4.0.0",
		"owner/action/sub/dir@v4":               "owner/action/sub/dir@" + latest + " # v4.1.0",
		"owner/action@" + old + " # v4.1.0":     "owner/action@" + latest + " # v4.1.0",
		"owner/action@" + latest + " # v4.1.0 ": "owner/action@" + latest + " # v4.1.0",
		"./.github/actions/ours":                "./.github/actions/ours",
	} {
		root := t.TempDir()
		file := filepath.Join(root, ".github", "workflows", "a.yaml")
		write(t, file, "steps:\n  - uses: "+was+"\n    with: {a: b}\n  - run: make test\n")
		if err := run(t.Context(), []string{"actions", "--root", root, "--forge", url}); err != nil {
			t.Errorf("%s: %v", was, err)
		}
		if got, want := read(t, file), "steps:\n  - uses: "+want+"\n    with: {a: b}\n  - run: make test\n"; got != want {
			t.Errorf("%s became\n%s\nand not\n%s", was, got, want)
		}
	}
}

func TestWhereOneActionCannotBePinnedNothingIsChanged(t *testing.T) {
	url, _, _ := forge(t)
	for _, bad := range []string{"owner/action@v5", "owner/action@main", "owner/none@v4"} {
		root := t.TempDir()
		a, b := filepath.Join(root, ".github", "workflows", "a.yaml"), filepath.Join(root, ".github", "workflows", "b.yml")
		write(t, a, "  - uses: owner/action@v4\n")
		write(t, b, strings.Repeat("  - uses: "+bad+"\n", 2))
		err := run(t.Context(), []string{"actions", "--root", root, "--forge", url})
		repository, _, _ := strings.Cut(bad, "@")
		if err == nil {
			t.Errorf("%s: pinned", bad)
			continue
		}
		if !strings.Contains(err.Error(), repository) {
			t.Errorf("%s: %v", bad, err)
		}
		if cannot := strings.Contains(err.Error(), "it has no tag"); cannot != (repository != "owner/none") {
			t.Errorf("%s: whether there is such a repository, it says %v", bad, err)
		}
		if got := read(t, a) + read(t, b); got != "  - uses: owner/action@v4\n"+strings.Repeat("  - uses: "+bad+"\n", 2) {
			t.Errorf("%s: the files became\n%s", bad, got)
		}
	}
}

func TestTheImagesThatABuildStartsFromArePinned(t *testing.T) {
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	base := strings.TrimPrefix(server.URL, "http://") + "/golang:1.26"
	tag, err := name.NewTag(base)
	if err != nil {
		t.Fatal(err)
	}
	image, err := random.Image(10, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(tag, image); err != nil {
		t.Fatal(err)
	}
	digest, err := image.Digest()
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	file := filepath.Join(root, "Dockerfile")
	stale := "@sha256:" + strings.Repeat("0", 64)
	write(t, file, "FROM --platform=$BUILDPLATFORM "+base+stale+" AS builder\nRUN a\nFROM "+base+"\nFROM scratch\n")
	if err := run(t.Context(), []string{"images", "--root", root}); err != nil {
		t.Fatal(err)
	}
	want := "FROM --platform=$BUILDPLATFORM " + base + "@" + digest.String() + " AS builder\nRUN a\nFROM " + base + "@" + digest.String() + "\nFROM scratch\n"
	if got := read(t, file); got != want {
		t.Errorf("the Dockerfile became\n%s\nand not\n%s", got, want)
	}
}
