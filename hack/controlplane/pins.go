// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// modules are the directories of the modules with pins, the newest first.
var modules = []string{".", "floor"}

// pins says what to build and identifies the result.
type pins struct {
	module     string // the directory of the go.mod
	kubernetes string // v1.37.1
	etcd       string // v3.7.0
	// stamp changes with the modules and with the way they are built.
	stamp string
}

// choose reads the pins of the version asked for: 1.33.13, 1.33 for whichever of
// them is pinned, or floor for the oldest. Of nothing it makes the newest.
func choose(asked string) (pins, error) {
	var have []string
	for _, module := range modules {
		p, err := readPins(module)
		if err != nil {
			return pins{}, err
		}
		number := strings.TrimPrefix(p.kubernetes, "v")
		if asked == "" || asked == module || number == asked || strings.HasPrefix(number, asked+".") {
			return p, nil
		}
		have = append(have, number)
	}
	return pins{}, fmt.Errorf("K8S_VERSION is %s: it must be one of the pinned versions, %s", asked, strings.Join(have, " or "))
}

// readPins takes the versions from go.mod, so that they are written once.
func readPins(module string) (pins, error) {
	mod, err := os.ReadFile(filepath.Join(module, "go.mod"))
	if err != nil {
		return pins{}, err
	}
	stamp := sha256.New()
	stamp.Write(mod)
	for _, path := range []string{filepath.Join(module, "go.sum"), "build.go"} {
		text, err := os.ReadFile(path)
		if err != nil {
			return pins{}, err
		}
		stamp.Write(text)
	}
	kubernetes, err := version(mod, "k8s.io/kubernetes")
	if err != nil {
		return pins{}, err
	}
	etcd, err := version(mod, "go.etcd.io/etcd/server/v3")
	if err != nil {
		return pins{}, err
	}
	return pins{module: module, kubernetes: kubernetes, etcd: etcd, stamp: fmt.Sprintf("%x\n", stamp.Sum(nil))}, nil
}

// version finds the version that a go.mod requires of a module.
func version(mod []byte, path string) (string, error) {
	line := regexp.MustCompile(`(?m)^\t` + regexp.QuoteMeta(path) + ` (v\S+)`)
	found := line.FindSubmatch(mod)
	if found == nil {
		return "", fmt.Errorf("go.mod requires no %s", path)
	}
	return string(found[1]), nil
}
