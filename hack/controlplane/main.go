// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command controlplane prints the directory that holds kube-apiserver, etcd and
// kubectl, for use as KUBEBUILDER_ASSETS. It builds them from the Go modules
// pinned in go.mod the first time; nothing but a Go toolchain is needed.
// K8S_VERSION chooses between the newest version, which is what one gets where it
// is not set, and the oldest, which floor/go.mod pins and floor is a name of.
//
// When KUBEBUILDER_ASSETS is already set, that directory is checked and printed
// and nothing is built.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	dir, err := assets()
	if err != nil {
		fmt.Fprintln(os.Stderr, "control plane:", err)
		os.Exit(1)
	}
	fmt.Println(dir)
}

// assets finds or builds the programs. It runs in its own module's directory,
// where ./assets puts it.
func assets() (string, error) {
	asked := os.Getenv("K8S_VERSION")
	pins, err := choose(strings.TrimPrefix(asked, "v"))
	if err != nil {
		return "", err
	}
	if dir := os.Getenv("KUBEBUILDER_ASSETS"); dir != "" {
		return dir, given(dir, asked, pins)
	}
	store, err := filepath.Abs(filepath.Join("..", "..", "bin", "k8s"))
	if err != nil {
		return "", err
	}
	// The Go command builds what the module that it runs in pins.
	if err := os.Chdir(pins.module); err != nil {
		return "", err
	}
	return ensure(store, pins)
}

// given checks a directory that somebody else filled. It may hold any version
// where none was asked for.
func given(dir, asked string, p pins) error {
	if !filepath.IsAbs(dir) {
		return fmt.Errorf("KUBEBUILDER_ASSETS is %s: make it an absolute path", dir)
	}
	for _, name := range []string{"kube-apiserver", "etcd"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("KUBEBUILDER_ASSETS is %s, and it has no %s: unset it to have one built, or point it at a directory with kube-apiserver and etcd", dir, name)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "kubectl")); err != nil {
		say("KUBEBUILDER_ASSETS is %s, and it has no kubectl: the tests do without one, the demo does not", dir)
	}
	if asked == "" {
		return nil
	}
	said, err := exec.Command(filepath.Join(dir, "kube-apiserver"), "--version").Output()
	if err != nil {
		return fmt.Errorf("ask the kube-apiserver in %s for its version: %w", dir, err)
	}
	if have := strings.TrimPrefix(strings.TrimSpace(string(said)), "Kubernetes "); have != p.kubernetes {
		return fmt.Errorf("KUBEBUILDER_ASSETS is %s, whose kube-apiserver is %s, and K8S_VERSION asks for %s: unset one of them", dir, have, p.kubernetes)
	}
	return nil
}

// say reports progress on stderr; stdout carries only the directory.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "control plane: "+format+"\n", args...)
}
