// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	. "github.com/onsi/gomega"
	"go.uber.org/goleak"
)

// Goroutines that are not ours to end: one of the library that strips watches of
// what is filtered out, which stays when it is stopped with an event in its
// hands, and those of Ginkgo that read what a spec prints.
var othersGoroutines = []goleak.Option{
	goleak.IgnoreTopFunction("k8s.io/apimachinery/pkg/watch.(*filteredWatch).loop"),
	goleak.IgnoreAnyFunction("github.com/onsi/ginkgo/v2/internal.(*genericOutputInterceptor).ResumeIntercepting.func1"),
	goleak.IgnoreAnyFunction("github.com/onsi/ginkgo/v2/internal.(*genericOutputInterceptor).ResumeIntercepting.func1.1"),
}

// noneLeft answers what waits until no goroutine is left that was not there
// before: neither of an operator that was stopped or killed, nor of what it runs
// on. Every scene ends with it, and so does the suite.
func noneLeft() func() {
	options := append([]goleak.Option{goleak.IgnoreCurrent()}, othersGoroutines...)
	return func() {
		EventuallyWithOffset(1, func() error { return goleak.Find(options...) }).Should(Succeed())
	}
}
