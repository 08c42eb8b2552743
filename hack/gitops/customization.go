// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// customization is what Argo CD is told of one kind, as it lies in the folders of
// Argo CD's own repository: <group>/<kind>/health.lua, actions/discovery.lua and
// actions/<name>/action.lua.
type customization struct {
	group, kind       string
	health, discovery string
	actions           []action
}

type action struct{ name, script string }

// readCustomizations reads them all, in alphabetical order.
func readCustomizations(top string) ([]customization, error) {
	folders, err := filepath.Glob(filepath.Join(top, "*", "*"))
	if err != nil || len(folders) == 0 {
		return nil, errors.Join(err, fmt.Errorf("there is nothing in %s", top))
	}
	var out []customization
	for _, folder := range folders {
		c := customization{group: filepath.Base(filepath.Dir(folder)), kind: filepath.Base(folder)}
		actions := filepath.Join(folder, "actions")
		var broken error
		c.health, broken = read(filepath.Join(folder, "health.lua"))
		err = errors.Join(err, broken)
		c.discovery, broken = read(filepath.Join(actions, "discovery.lua"))
		err = errors.Join(err, broken)
		scripts, broken := filepath.Glob(filepath.Join(actions, "*", "action.lua"))
		err = errors.Join(err, broken)
		for _, path := range scripts {
			script, broken := read(path)
			err = errors.Join(err, broken)
			c.actions = append(c.actions, action{filepath.Base(filepath.Dir(path)), script})
		}
		out = append(out, c)
	}
	return out, err
}

func read(path string) (string, error) {
	text, err := os.ReadFile(path)
	return string(text), err
}

// The head of the ConfigMap. Argo CD has one of this name, with keys of others
// in it, so it is applied by server-side apply or as a patch.
const head = `# Made of the scripts in resource_customizations by ` + "`make gitops-manifests`" + `; edit those.
# Argo CD has a ConfigMap of this name already: add these keys to it, by
# server-side apply or as a kustomize patch.
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
  namespace: argocd
  labels:
    app.kubernetes.io/name: argocd-cm
    app.kubernetes.io/part-of: argocd
data:
`

// configMap is the ConfigMap that an installation of Argo CD reads.
func configMap(all []customization) string {
	var out strings.Builder
	out.WriteString(head)
	for _, c := range all {
		key := c.group + "_" + c.kind
		fmt.Fprintf(&out, "  resource.customizations.health.%s: |\n%s", key, indented(c.health, 4))
		fmt.Fprintf(&out, "  resource.customizations.actions.%s: |\n%s", key, indented(c.definitions(), 4))
	}
	return out.String()
}

// definitions are the actions in one text.
func (c customization) definitions() string {
	var out strings.Builder
	fmt.Fprintf(&out, "discovery.lua: |\n%sdefinitions:\n", indented(c.discovery, 2))
	for _, a := range c.actions {
		fmt.Fprintf(&out, "- name: %s\n  action.lua: |\n%s", a.name, indented(a.script, 4))
	}
	return out.String()
}

// indented is a text with each line so many blanks to the right.
func indented(text string, by int) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			out.WriteString(strings.Repeat(" ", by))
		}
		out.WriteString(line)
	}
	return out.String()
}
