// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
)

// root is the top of the repository, above the directory that a test runs in. The
// modules under hack/ are no tops.
var root = sync.OnceValues(func() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "PROJECT")); missing == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			err = errors.New("there is no PROJECT above the working directory")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
})

// Path is a path below the top of the repository.
func Path(parts ...string) string {
	top, err := root()
	if err != nil {
		panic(err) // A test runs in its package's directory.
	}
	return filepath.Join(append([]string{top}, parts...)...)
}

// Program builds the operator as it is, and answers where that is.
func Program(t testing.TB) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var program = sync.OnceValues(func() (string, error) { return build("manager-trials") })

// build builds the operator, with the race detector where the tests have it. It
// is linked anew only when it has changed.
func build(name string, flags ...string) (string, error) {
	bin := Path("bin")
	if err := os.MkdirAll(bin, 0o750); err != nil {
		return "", err
	}
	// Several packages build it at a time.
	lock, err := os.OpenFile(filepath.Join(bin, "trials.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	defer func() { _ = lock.Close() }()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	path := filepath.Join(bin, name+raceSuffix)
	args := slices.Concat([]string{"build"}, raceFlags, flags, []string{"-o", path, "."})
	compile := exec.CommandContext(context.Background(), "go", args...)
	compile.Dir = Path()
	if out, err := compile.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the operator: %w\n%s", err, out)
	}
	return path, nil
}
