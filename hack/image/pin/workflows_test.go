// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

const root = "../../.."

// workflow is what these tests read of a workflow.
type workflow struct {
	Permissions map[string]string `json:"permissions"`
	Jobs        map[string]job    `json:"jobs"`
}

type job struct {
	Timeout     int               `json:"timeout-minutes"`
	Permissions map[string]string `json:"permissions"`
	Steps       []step            `json:"steps"`
}

type step struct {
	Uses string         `json:"uses"`
	Run  string         `json:"run"`
	With map[string]any `json:"with"`
}

func workflows(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no workflows: %v", err)
	}
	return files
}

// each hands over every job of every workflow.
func each(t *testing.T, look func(name string, w workflow, j job)) {
	t.Helper()
	for _, file := range workflows(t) {
		var w workflow
		if err := yaml.Unmarshal([]byte(read(t, file)), &w); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for name, j := range w.Jobs {
			look(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))+"/"+name, w, j)
		}
	}
}

func TestTheWorkflowsRunWhatPeopleRun(t *testing.T) {
	command := regexp.MustCompile(`^make ([a-z-]+)((?: [A-Z0-9_]+=[\w.]+)*)( >> "\$GITHUB_OUTPUT")?$`)
	makefile := read(t, filepath.Join(root, "Makefile"))
	each(t, func(name string, _ workflow, j job) {
		for _, s := range j.Steps {
			if s.Run == "" || s.Run == ".ci/run" {
				continue
			}
			found := command.FindStringSubmatch(strings.TrimSpace(s.Run))
			if found == nil {
				t.Errorf("%s runs %q: a step of ours is a make target, so that it can be run elsewhere", name, s.Run)
				continue
			}
			if !regexp.MustCompile(`(?m)^` + found[1] + `:`).MatchString(makefile) {
				t.Errorf("%s runs make %s, and the Makefile has no such target", name, found[1])
			}
			for variable := range strings.FieldsSeq(found[2]) {
				variable, _, _ = strings.Cut(variable, "=")
				if !strings.Contains(makefile, variable) {
					t.Errorf("%s sets %s, and the Makefile knows nothing of it", name, variable)
				}
			}
		}
	})
}

func TestTheWorkflowsMayDoNoMoreThanTheyMust(t *testing.T) {
	more := map[string][]string{
		"release/image":   {"attestations", "id-token"},
		"release/publish": {"contents"},
		"security/codeql": {"security-events"},
	}
	writing := map[string][]string{}
	each(t, func(name string, w workflow, j job) {
		if !maps.Equal(w.Permissions, map[string]string{"contents": "read"}) {
			t.Errorf("the workflow of %s may %v", name, w.Permissions)
		}
		for _, permission := range slices.Sorted(maps.Keys(j.Permissions)) {
			if j.Permissions[permission] == "write" {
				writing[name] = append(writing[name], permission)
			}
		}
		if j.Timeout == 0 {
			t.Errorf("%s may run for as long as it likes", name)
		}
	})
	if !maps.EqualFunc(writing, more, slices.Equal) {
		t.Errorf("they may write %v, and not %v", writing, more)
	}
}

func TestTheWorkflowsUseActionsByVersionAndKeepNoCredentials(t *testing.T) {
	version := regexp.MustCompile(`^[\w.-]+/[\w./-]+@(v\d+(\.\d+)*|[0-9a-f]{40})$`)
	each(t, func(name string, _ workflow, j job) {
		for _, s := range j.Steps {
			if s.Uses == "" {
				continue
			}
			if !version.MatchString(s.Uses) {
				t.Errorf("%s uses %s, which is no version", name, s.Uses)
			}
			if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != false {
				t.Errorf("%s leaves its credentials in the checkout, to whatever runs there", name)
			}
		}
	})
}

// What pin does not recognise it does not pin, and what stands behind a version
// that is no commit would be taken for one.
func TestThePinsOfTheWorkflowsAreUnderstood(t *testing.T) {
	for _, file := range workflows(t) {
		for line := range strings.Lines(read(t, file)) {
			if !strings.Contains(line, "uses: ") {
				continue
			}
			part := uses.FindStringSubmatch(line)
			if part == nil {
				t.Errorf("%s: pin does not understand %q", file, line)
				continue
			}
			if commit.MatchString(part[4]) != (part[5] != "") {
				t.Errorf("%s: %q is neither a version, nor a commit with the version behind it", file, line)
			}
		}
	}
}

func TestEveryModuleIsKeptUpToDate(t *testing.T) {
	modules := regexp.MustCompile(`(?m)^MODULES := (.+)$`).FindStringSubmatch(read(t, filepath.Join(root, "Makefile")))
	if modules == nil {
		t.Fatal("the Makefile lists no modules")
	}
	var want []string
	for module := range strings.FieldsSeq(modules[1]) {
		// Their versions are chosen: the newest Kubernetes, and the oldest.
		if !strings.HasPrefix(module, "hack/controlplane") {
			want = append(want, "/"+strings.TrimPrefix(module, "."))
		}
	}
	var config struct {
		Updates []struct {
			Ecosystem   string   `json:"package-ecosystem"`
			Directories []string `json:"directories"`
		} `json:"updates"`
	}
	if err := yaml.Unmarshal([]byte(read(t, filepath.Join(root, ".github", "dependabot.yml"))), &config); err != nil {
		t.Fatal(err)
	}
	for _, update := range config.Updates {
		if update.Ecosystem == "gomod" && !slices.Equal(update.Directories, want) {
			t.Errorf(".github/dependabot.yml names the modules %v, and the Makefile %v", update.Directories, want)
		}
	}
}
