// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// pins says what to build and identifies the result.
type pins struct {
	kubernetes string // v1.37.1
	etcd       string // v3.7.0
	// stamp changes with the modules and with the way they are built.
	stamp string
}

// readPins takes the versions from go.mod, so that they are written once.
func readPins(module string) (pins, error) {
	mod, err := os.ReadFile(filepath.Join(module, "go.mod"))
	if err != nil {
		return pins{}, err
	}
	stamp := sha256.New()
	stamp.Write(mod)
	for _, name := range []string{"go.sum", "build.go"} {
		text, err := os.ReadFile(filepath.Join(module, name))
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
	return pins{kubernetes: kubernetes, etcd: etcd, stamp: fmt.Sprintf("%x\n", stamp.Sum(nil))}, nil
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
