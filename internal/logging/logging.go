// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package logging says how the log is written where no flag says otherwise. The
// log is what an auditor reads, so it must never leave a line out, nor write
// anything secret.
package logging

import (
	"github.com/go-logr/logr"
	"github.com/go-logr/zapr"
	uberzap "go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

// New makes the log that flags ask for: by default JSON, from level info on, with
// stacks from level error on.
//
// It is never made by the options for production, which write only a part of
// equal messages that come fast, of which there are many when an organization's
// images are shared for the first time. Those for development would write whole
// Kubernetes objects, and panic where a library logs in a wrong way.
func New(options zap.Options) logr.Logger {
	if !options.Development {
		production(&options)
	}
	return zapr.NewLoggerWithOptions(zap.NewRaw(zap.UseFlagOptions(&options)), zapr.DPanicOnBugs(false))
}

// production fills in what no flag has said.
func production(options *zap.Options) {
	encoder := options.NewEncoder
	if encoder == nil {
		encoder = inJSON
	}
	options.NewEncoder = func(all ...zap.EncoderConfigOption) zapcore.Encoder {
		return &zap.KubeAwareEncoder{Encoder: encoder(all...)}
	}
	if options.Level == nil {
		level := uberzap.NewAtomicLevelAt(zapcore.InfoLevel)
		options.Level = &level
	}
	if options.StacktraceLevel == nil {
		options.StacktraceLevel = zapcore.ErrorLevel
	}
	options.Development = true
}

func inJSON(options ...zap.EncoderConfigOption) zapcore.Encoder {
	config := uberzap.NewProductionEncoderConfig()
	for _, change := range options {
		change(&config)
	}
	return zapcore.NewJSONEncoder(config)
}
