// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// The tests speak of files as seen from the top of the repository.
func TestMain(m *testing.M) {
	if err := os.Chdir(filepath.Join("..", "..")); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// customizations are those of both kinds.
func customizations(t *testing.T) []customization {
	t.Helper()
	all, err := readCustomizations(customizationsPath)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d customizations, %v", len(all), err)
	}
	return all
}

// load reads a file as Argo CD's tests read it.
func load(t *testing.T, into any, parts ...string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(parts...))
	if err == nil {
		err = yaml.UnmarshalStrict(text, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", filepath.Join(parts...), err)
	}
}

func loadObject(t *testing.T, parts ...string) map[string]any {
	t.Helper()
	obj := map[string]any{}
	load(t, &obj, parts...)
	return whole(obj).(map[string]any)
}

// whole is a value with whole numbers as Kubernetes has them.
func whole(value any) any {
	switch v := value.(type) {
	case float64:
		return int64(v)
	case []any:
		for i := range v {
			v[i] = whole(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = whole(v[key])
		}
	}
	return value
}

// The ConfigMap is made of the scripts, and what an installation reads in it is
// the scripts.
func TestTheConfigMapHasTheScripts(t *testing.T) {
	all := customizations(t)
	text, err := os.ReadFile(configMapPath)
	if err != nil || string(text) != configMap(all) {
		t.Fatalf("%s is not made of the scripts: run make gitops-manifests (%v)", configMapPath, err)
	}
	var parsed corev1.ConfigMap
	load(t, &parsed, configMapPath)
	for _, c := range all {
		key := c.group + "_" + c.kind
		if got := parsed.Data["resource.customizations.health."+key]; got != c.health {
			t.Errorf("%s: the health check became\n%s", key, got)
		}
		var actions struct {
			Discovery   string `json:"discovery.lua"`
			Definitions []struct {
				Name   string `json:"name"`
				Script string `json:"action.lua"`
			} `json:"definitions"`
		}
		if err := yaml.UnmarshalStrict([]byte(parsed.Data["resource.customizations.actions."+key]), &actions); err != nil {
			t.Fatal(err)
		}
		var got []action
		for _, d := range actions.Definitions {
			got = append(got, action{d.Name, d.Script})
		}
		if actions.Discovery != c.discovery || !reflect.DeepEqual(got, c.actions) {
			t.Errorf("%s: the actions became\n%v", key, actions)
		}
	}
	if len(parsed.Data) != 2*len(all) {
		t.Errorf("%d keys", len(parsed.Data))
	}
}

// One rule for both kinds.
func TestTheHealthChecksAreOne(t *testing.T) {
	if all := customizations(t); all[0].health != all[1].health {
		t.Error("the health checks of the two kinds differ")
	}
}

// What health_test.yaml says, in the form of Argo CD's own repository.
func TestHealthOfTheExamples(t *testing.T) {
	for _, c := range customizations(t) {
		folder := filepath.Join(customizationsPath, c.group, c.kind)
		var file struct {
			Tests []struct {
				HealthStatus struct {
					Status  string `json:"status"`
					Message string `json:"message"`
				} `json:"healthStatus"`
				InputPath string `json:"inputPath"`
			} `json:"tests"`
		}
		load(t, &file, folder, "health_test.yaml")
		var used []string
		for _, test := range file.Tests {
			used = append(used, filepath.Join(folder, test.InputPath))
			result, err := run(c.health, loadObject(t, folder, test.InputPath))
			if err != nil || field(result, "status") != test.HealthStatus.Status || field(result, "message") != test.HealthStatus.Message {
				t.Errorf("%s %s: %v, %v", c.kind, test.InputPath, result, err)
			}
		}
		all, _ := filepath.Glob(filepath.Join(folder, "testdata", "*.yaml"))
		if slices.Sort(used); !slices.Equal(used, all) {
			t.Errorf("%s: examples %v, tests of %v", c.kind, all, used)
		}
	}
}

// offer is an action as discovery.lua offers it.
type offer struct {
	Name     string `json:"name"`
	Disabled bool   `json:"disabled"`
}

// actionTests is action_test.yaml, in the form of Argo CD's own repository.
type actionTests struct {
	DiscoveryTests []struct {
		InputPath string  `json:"inputPath"`
		Result    []offer `json:"result"`
	} `json:"discoveryTests"`
	ActionTests []struct {
		Action             string `json:"action"`
		InputPath          string `json:"inputPath"`
		ExpectedOutputPath string `json:"expectedOutputPath"`
	} `json:"actionTests"`
}

func (c customization) actionTests(t *testing.T) (folder string, file actionTests) {
	t.Helper()
	folder = filepath.Join(customizationsPath, c.group, c.kind, "actions")
	load(t, &file, folder, "action_test.yaml")
	if len(file.DiscoveryTests) == 0 {
		t.Fatalf("%s: no tests", c.kind)
	}
	return folder, file
}

func TestActionsThatAreOffered(t *testing.T) {
	for _, c := range customizations(t) {
		folder, file := c.actionTests(t)
		for _, test := range file.DiscoveryTests {
			result, err := run(c.discovery, loadObject(t, folder, test.InputPath))
			if err != nil {
				t.Fatalf("%s: %v", test.InputPath, err)
			}
			want := map[string]any{}
			for _, one := range test.Result {
				want[one.Name] = map[string]any{"disabled": one.Disabled}
			}
			if !reflect.DeepEqual(result, any(want)) || len(want) != len(c.actions) {
				t.Errorf("%s %s: offered are %v, not %v", c.kind, test.InputPath, result, want)
			}
		}
	}
}

func TestActionsOnTheExamples(t *testing.T) {
	for _, c := range customizations(t) {
		folder, file := c.actionTests(t)
		tried := map[string]bool{}
		for _, test := range file.ActionTests {
			tried[test.Action] = true
			result, err := run(c.script(t, test.Action), loadObject(t, folder, test.InputPath))
			if want := loadObject(t, folder, test.ExpectedOutputPath); err != nil || !reflect.DeepEqual(result, any(want)) {
				t.Errorf("%s %s on %s: %v\nwant %v, %v", c.kind, test.Action, test.InputPath, result, want, err)
			}
		}
		if len(tried) != len(c.actions) {
			t.Errorf("%s: only %v are tried", c.kind, tried)
		}
	}
}

// script is the script of an action.
func (c customization) script(t *testing.T, name string) string {
	t.Helper()
	at := slices.IndexFunc(c.actions, func(a action) bool { return a.name == name })
	if at < 0 {
		t.Fatalf("%s has no action %s", c.kind, name)
	}
	return c.actions[at].script
}
