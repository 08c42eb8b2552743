// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package logging

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

// logger is one as the program makes it with some flags, and what it has written.
func logger(t *testing.T, args ...string) (logr.Logger, *bytes.Buffer) {
	t.Helper()
	text, options, flags := &bytes.Buffer{}, zap.Options{}, flag.NewFlagSet("manager", flag.ContinueOnError)
	options.BindFlags(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	options.DestWriter = text
	return New(options), text
}

func TestNoLineIsLeftOut(t *testing.T) {
	const lines = 1000
	l, text := logger(t)
	for range lines {
		l.Info("Granted launch permission")
	}
	if n := strings.Count(text.String(), "\n"); n != lines {
		t.Errorf("%d of %d lines were written", n, lines)
	}
}

func TestALineIsJSON(t *testing.T) {
	l, text := logger(t)
	l.Info("Granted launch permission", "sharees", []string{"1"})
	var line map[string]any
	if err := json.Unmarshal(text.Bytes(), &line); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if line["level"] != "info" || line["msg"] != "Granted launch permission" || since(line["ts"]) > time.Hour || line["stacktrace"] != nil {
		t.Errorf("it is %s", text)
	}
}

func TestALineThatIsWrongIsNoReasonToPanic(t *testing.T) {
	l, text := logger(t)
	l.Info("Renewed", "a key without a value")
	if !strings.Contains(text.String(), "Renewed") {
		t.Errorf("it is %s", text)
	}
}

func TestAnObjectIsWrittenByItsNameAlone(t *testing.T) {
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "imageshare-system", Name: "credentials"}, Data: map[string][]byte{"accessKeySecret": []byte("hidden")},
	}
	for _, args := range []string{"", "--zap-encoder=console"} {
		l, text := logger(t, strings.Fields(args)...)
		l.Info("Read", "secret", secret)
		if !strings.Contains(text.String(), "credentials") || strings.Contains(text.String(), "accessKeySecret") {
			t.Errorf("%q: it is %s", args, text)
		}
	}
}

// since is how long ago a line says that it was written, in words that people
// read.
func since(ts any) time.Duration {
	text, _ := ts.(string)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return math.MaxInt64
	}
	return time.Since(at)
}

func TestFlagsSayOtherwise(t *testing.T) {
	l, text := logger(t, "--zap-encoder=console", "--zap-log-level=error")
	l.Info("Granted launch permission")
	l.V(1).Info("looked")
	if text.Len() > 0 {
		t.Errorf("written at level error: %s", text)
	}
	l.Error(errors.New("no"), "Stopped")
	if text.Len() == 0 || strings.HasPrefix(text.String(), "{") || !strings.Contains(text.String(), "logging_test.go") {
		t.Errorf("not in words, with a stack: %s", text)
	}
}

func TestDetailsAreWrittenWhereAFlagAsksForThem(t *testing.T) {
	for args, want := range map[string]bool{"": false, "--zap-log-level=debug": true} {
		l, text := logger(t, strings.Fields(args)...)
		l.V(1).Info("looked")
		if got := text.Len() > 0; got != want {
			t.Errorf("%q: %t", args, got)
		}
	}
}
