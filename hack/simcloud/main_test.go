// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// start runs the server until the test ends or stop is called, and says where it listens.
func start(t *testing.T, args ...string) (url string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, append([]string{"--listen", "127.0.0.1:0"}, args...), writer)
		done <- errors.Join(err, writer.Close())
	}()
	line, err := bufio.NewReader(reader).ReadString('\n')
	if err != nil {
		t.Fatalf("not ready: %v", errors.Join(err, <-done))
	}
	m := regexp.MustCompile(`^simcloud: serving (\d+) accounts, (\d+) images on (http://127\.0\.0\.1:\d+)\n$`).FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("the line when ready is %q", line)
	}
	return m[3], func() error { cancel(); return <-done }
}

func send(t *testing.T, method, url, body string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestTheStateSurvivesARestart(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.yaml")
	url, stop := start(t, "--world", "world.yaml", "--state", state)
	send(t, http.MethodPost, url+"/_sim/share", `{"region":"cn-hangzhou","image":"m-bp1goldenubuntu24","add":["1100000000000001"]}`)
	if err := stop(); err != nil {
		t.Fatalf("stop: %v", err)
	}
	left, err := filepath.Glob(state + "*")
	if err != nil || len(left) != 1 {
		t.Errorf("files left behind: %v (%v)", left, err)
	}
	url, stop = start(t, "--world", "world.yaml", "--state", state)
	if world := send(t, http.MethodGet, url+"/_sim/world", ""); !strings.Contains(world, `- account: "1100000000000001"`) {
		t.Errorf("the share is forgotten:\n%s", world)
	}
	if err := stop(); err != nil {
		t.Fatalf("stop again: %v", err)
	}
}

func TestWhatCannotBeStarted(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(bad, []byte("regions: []"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"no world", nil, "--world or --state is needed"},
		{"a world that is not there", []string{"--world", "nowhere.yaml"}, "read world"},
		{"a state that is not there, and no world", []string{"--state", "nowhere.yaml"}, "does not exist"},
		{"a world that makes no sense", []string{"--world", bad}, "regions: at least one is needed"},
		{"half of TLS", []string{"--world", "world.yaml", "--tls-cert", "x"}, "go together"},
		{"a certificate that is not there", []string{"--world", "world.yaml", "--tls-cert", "x", "--tls-key", "y", "--listen", "127.0.0.1:0"}, "load certificate"},
		{"an address that is none", []string{"--world", "world.yaml", "--listen", "nowhere"}, "listen"},
		{"an argument too many", []string{"--world", "world.yaml", "more"}, `unexpected argument "more"`},
		{"an unknown flag", []string{"--wrold", "x"}, "read flags"},
	} {
		err := run(t.Context(), c.args, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want it to say %q", c.name, err, c.want)
		}
	}
}

func TestHelpNamesEveryFlag(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), []string{"--help"}, &out); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("got %v", err)
	}
	for _, name := range []string{"-listen", "-world", "-state", "-tls-cert", "-tls-key"} {
		if !strings.Contains(out.String(), name) {
			t.Errorf("help does not name %s:\n%s", name, out.String())
		}
	}
}
