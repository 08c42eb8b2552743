// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command gitops writes config/gitops/argocd/argocd-cm.yaml: the customizations
// beside it, in the form in which an installation of Argo CD takes them.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// Where the customizations are, and what is made of them, below the top of the
// repository.
var (
	customizationsPath = filepath.Join("config", "gitops", "argocd", "resource_customizations")
	configMapPath      = filepath.Join("config", "gitops", "argocd", "argocd-cm.yaml")
)

func main() {
	top := filepath.Join("..", "..")
	all, err := readCustomizations(filepath.Join(top, customizationsPath))
	if err == nil {
		err = os.WriteFile(filepath.Join(top, configMapPath), []byte(configMap(all)), 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gitops:", err)
		os.Exit(1)
	}
}
