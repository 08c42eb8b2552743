// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// instructions are the Dockerfile's, a line each, of all its stages or the last.
func instructions(t *testing.T) (all, last []string) {
	t.Helper()
	text := strings.ReplaceAll(string(read(t, filepath.Join(root, "Dockerfile"))), "\\\n", " ")
	for line := range strings.Lines(text) {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if strings.HasPrefix(line, "FROM ") {
			last = nil
		}
		all, last = append(all, line), append(last, line)
	}
	return all, last
}

func TestTheDockerfileMakesTheSameImage(t *testing.T) {
	all, last := instructions(t)
	var labels []string
	for _, line := range last {
		if strings.HasPrefix(line, "LABEL ") {
			for _, label := range regexp.MustCompile(`([\w.]+)="`).FindAllStringSubmatch(line, -1) {
				labels = append(labels, label[1])
			}
		}
	}
	want := maps.Clone(release{revision: "some"}.labels())
	// An engine notes the time itself, and not the same each time.
	delete(want, "org.opencontainers.image.created")
	if slices.Sort(labels); !slices.Equal(labels, slices.Sorted(maps.Keys(want))) {
		t.Errorf("its labels are %v", labels)
	}
	last = slices.DeleteFunc(last, func(line string) bool {
		return strings.HasPrefix(line, "LABEL ") || strings.HasPrefix(line, "ARG ")
	})
	if want := []string{"FROM scratch", "COPY --from=builder /workspace/manager " + entrypoint, "USER " + user, `ENTRYPOINT ["` + entrypoint + `"]`}; !slices.Equal(last, want) {
		t.Errorf("its last stage is\n%s", strings.Join(last, "\n"))
	}
	compile := `RUN CGO_ENABLED=0 GOOS=${TARGETOS:-linux} GOARCH=${TARGETARCH} go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o manager .`
	if !slices.Contains(all, compile) {
		t.Errorf("it does not compile as the Makefile does: %s", compile)
	}
	for _, arg := range []string{"ARG TARGETOS", "ARG TARGETARCH", "ARG VERSION=unknown"} {
		if !slices.Contains(all, arg) {
			t.Errorf("it has no %s", arg)
		}
	}
}

func TestTheDockerfileCopiesAllThatTheProgramIsMadeOf(t *testing.T) {
	all, _ := instructions(t)
	ignored := strings.Split(string(read(t, filepath.Join(root, ".dockerignore"))), "\n")
	context := t.TempDir()
	for _, line := range all {
		copied, found := strings.CutPrefix(line, "COPY ")
		if !found || strings.HasPrefix(copied, "--from") {
			continue
		}
		sources := strings.Fields(copied)
		for _, source := range sources[:len(sources)-1] {
			allowed := "!" + source
			if strings.HasSuffix(source, "/") {
				allowed += "**"
				must(t, os.CopyFS(filepath.Join(context, source), os.DirFS(filepath.Join(root, source))))
			} else {
				must(t, os.WriteFile(filepath.Join(context, source), read(t, filepath.Join(root, source)), 0o644))
			}
			if !slices.Contains(ignored, allowed) {
				t.Errorf(".dockerignore keeps %s away", source)
			}
		}
	}
	command := exec.CommandContext(t.Context(), "go", "list", "-C", context, "-deps", ".")
	command.Env = append(os.Environ(), "GOWORK=off")
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
