// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// program is one executable of the control plane.
type program struct {
	name, pkg, version, duration string
}

// ensure returns the directory of the built programs, building them when the
// pins have changed or nothing is there. Of several processes one builds and
// the others wait for it.
func ensure(store string, p pins) (string, error) {
	dir := filepath.Join(store, fmt.Sprintf("%s-%s-%s", strings.TrimPrefix(p.kubernetes, "v"), runtime.GOOS, runtime.GOARCH))
	if built(dir, p) {
		return dir, nil
	}
	unlock, err := lock(store)
	if err != nil {
		return "", err
	}
	defer unlock()
	if built(dir, p) {
		return dir, nil
	}
	return dir, build(store, dir, p)
}

// built says whether dir holds what the pins ask for.
func built(dir string, p pins) bool {
	stamp, err := os.ReadFile(filepath.Join(dir, "stamp"))
	return err == nil && string(stamp) == p.stamp
}

// lock waits until this process alone may change the store. The operating
// system lets go of the lock when the process ends, however it ends.
func lock(store string) (func(), error) {
	if err := os.MkdirAll(store, 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(store, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	fd := int(file.Fd())
	err = syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		say("another process is building it; waiting")
		err = syscall.Flock(fd, syscall.LOCK_EX)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", file.Name(), err), file.Close())
	}
	return func() { _ = file.Close() }, nil
}

// build makes every program in a temporary directory and moves it into place in
// one step, so that dir is never half full.
func build(store, dir string, p pins) error {
	// One name is enough under the lock. What stands there was left by a process
	// that was killed.
	temp := filepath.Join(store, "building")
	if err := os.RemoveAll(temp); err != nil {
		return err
	}
	if err := os.Mkdir(temp, 0o755); err != nil {
		return err
	}

	for _, prog := range []program{
		{"kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver", p.kubernetes, "about 5 minutes on two cores, once"},
		{"etcd", "go.etcd.io/etcd/server/v3", p.etcd, "about 10 seconds, once"},
		{"kubectl", "k8s.io/kubernetes/cmd/kubectl", p.kubernetes, "about 20 seconds, once"},
	} {
		if err := compile(temp, prog, p); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(temp, "stamp"), []byte(p.stamp), 0o644); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(temp, dir)
}

// compile builds one program. Each reports the pinned version, as a release
// does: clients read it, and kubectl compares its own with the server's.
func compile(dir string, prog program, p pins) error {
	say("building %s %s (%s) ...", prog.name, prog.version, prog.duration)
	start := time.Now()
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", ldflags(p.kubernetes),
		"-o", filepath.Join(dir, prog.name), prog.pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build %s: %w", prog.name, err)
	}
	say("built %s in %s", prog.name, time.Since(start).Round(time.Second))
	return nil
}

// ldflags sets the variables that Kubernetes' own release script sets.
func ldflags(version string) string {
	number := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	flags := []string{"-s", "-w"}
	for _, set := range []string{"gitVersion=" + version, "gitMajor=" + number[0], "gitMinor=" + number[1], "gitTreeState=clean"} {
		flags = append(flags, "-X", "k8s.io/component-base/version."+set)
	}
	return strings.Join(flags, " ")
}
