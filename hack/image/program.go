// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"fmt"
	"os"
	"runtime/debug"
)

// program is an executable, and what the toolchain has written into it.
type program struct {
	path             string
	os, architecture string
	sum              string // SHA-256, in hexadecimal
	info             *debug.BuildInfo
}

// platform is how files and bills of materials call it.
func (p program) platform() string { return p.os + "-" + p.architecture }

func readProgram(path string) (program, error) {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return program{}, fmt.Errorf("read what %s is made of: %w", path, err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return program{}, err
	}
	p := program{path: path, info: info, sum: fmt.Sprintf("%x", sha256.Sum256(content))}
	cgo := ""
	for _, setting := range info.Settings {
		switch setting.Key {
		case "GOOS":
			p.os = setting.Value
		case "GOARCH":
			p.architecture = setting.Value
		case "CGO_ENABLED":
			cgo = setting.Value
		}
	}
	if cgo != "0" {
		return program{}, fmt.Errorf("%s is built with CGO_ENABLED=%s: an image that holds nothing else needs 0", path, cgo)
	}
	return p, nil
}
