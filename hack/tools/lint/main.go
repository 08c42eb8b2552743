// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command lint is golangci-lint with the Kubernetes API linter compiled in.
//
// golangci-lint's own way to add a linter clones its source from a forge. Here
// both are pinned Go modules, so the binary can be built wherever modules can
// be fetched. It takes golangci-lint's commands and flags.
package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"github.com/golangci/golangci-lint/v2/pkg/commands"
	"github.com/golangci/golangci-lint/v2/pkg/exitcodes"
	// Registers the linter named kubeapilinter with golangci-lint.
	_ "sigs.k8s.io/kube-api-linter"
)

func main() {
	if err := commands.Execute(buildInfo()); err != nil {
		fmt.Fprintln(os.Stderr, "lint:", err)
		os.Exit(exitcodes.Failure)
	}
}

// buildInfo reports the pinned golangci-lint as the version: golangci-lint
// keys its cache and checks its configuration by it.
func buildInfo() commands.BuildInfo {
	info := commands.BuildInfo{Version: "unknown", Commit: "none", Date: "unknown"}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return info
	}
	info.GoVersion = build.GoVersion
	for _, dep := range build.Deps {
		if dep.Path == "github.com/golangci/golangci-lint/v2" {
			info.Version = dep.Version
		}
	}
	return info
}
