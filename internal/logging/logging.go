// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package logging says how the log is written where no flag says otherwise. The
// log is what an auditor reads, so it must never leave a line out.
package logging

import (
	"github.com/go-logr/logr"
	"github.com/go-logr/zapr"
	uberzap "go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

// Options are the defaults: JSON, from level info on, with stacks from level error
// on. They begin from those for development since those for production write only
// a part of equal messages that come fast, of which there are many when an
// organization's images are shared for the first time.
func Options() zap.Options {
	level := uberzap.NewAtomicLevelAt(zapcore.InfoLevel)
	return zap.Options{Development: true, NewEncoder: inJSON, Level: &level, StacktraceLevel: zapcore.ErrorLevel}
}

// New makes the log. A library that logs in a wrong way is no reason to panic,
// which it would be for options that begin from those for development.
func New(options zap.Options) logr.Logger {
	return zapr.NewLoggerWithOptions(zap.NewRaw(zap.UseFlagOptions(&options)), zapr.DPanicOnBugs(false))
}

func inJSON(options ...zap.EncoderConfigOption) zapcore.Encoder {
	config := uberzap.NewProductionEncoderConfig()
	for _, change := range options {
		change(&config)
	}
	return zapcore.NewJSONEncoder(config)
}
