// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command demo shows the operator at work: a real Kubernetes API server, the
// simulated Alibaba Cloud, and the very program and manifests that ship. It is
// started by make demo and make demo-once.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

// tourLimit is how long everything up to the end of the tour may take.
const tourLimit = 5 * time.Minute

func main() {
	once := flag.Bool("once", false, "Run the tour, check every claim, stop everything and exit.")
	flag.Parse()
	log.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	ctx, cancel := untilToldToStop()
	err := run(ctx, *once)
	cancel(nil)
	switch {
	case errors.Is(err, errTold):
		os.Exit(130)
	case err != nil:
		os.Exit(1)
	}
}

// errTold is why everything stops when somebody wants it to.
var errTold = errors.New("told to stop")

// untilToldToStop is a context that ends on Ctrl-C and its like, when nobody
// reads the output any more, and when the program that started the demo is
// gone. From then on signals are ignored: stopping takes a few seconds, and
// must not be cut short.
func untilToldToStop() (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(context.Background())
	told := make(chan os.Signal, 1)
	signal.Notify(told, os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(told, syscall.SIGHUP)
	}
	go func() {
		parent := os.Getppid()
		for ctx.Err() == nil {
			select {
			case <-told:
				cancel(errTold)
			case <-time.After(time.Second):
				if os.Getppid() != parent {
					cancel(errTold)
				}
			}
		}
	}()
	return ctx, cancel
}

// run starts everything, gives the tour, and stops everything.
func run(ctx context.Context, once bool) (err error) {
	n := newNarrator(os.Stdout)
	s := &stage{say: n}
	defer func() {
		if err != nil && !errors.Is(err, errTold) {
			n.failed(err, s.log)
		}
		n.progress("stopping everything")
		if stopped := s.stop(); stopped != nil {
			n.failed(stopped, "")
			err = errors.Join(err, stopped)
		}
		switch {
		case err == nil && once:
			n.line(fmt.Sprintf("demo: %d checks passed", s.checks))
		case err == nil:
			n.progress("everything is stopped")
		}
	}()
	limited, cancel := context.WithTimeoutCause(ctx, tourLimit, errors.New("the tour took too long"))
	defer cancel()
	limited, err = s.start(limited)
	if err != nil {
		return err
	}
	if err := s.tour(limited); err != nil {
		return err
	}
	if once {
		return nil
	}
	return s.stay(ctx)
}
