// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// Observer counts calls, those for credentials included; the questions to the
// metadata server of an ECS instance are none. It is told while locks are held,
// so it must return at once.
type Observer interface {
	// Called is told of a call that was sent: what it was, how long it took until
	// its answer was read, and what was wrong, nil if nothing was.
	Called(product, action string, took time.Duration, problem *cloud.Error)
	// Waits is told of a call that was not sent, since the account's own budget
	// did not allow it at the time.
	Waits(product, action string)
}

// unobserved is the observer where nobody counts.
type unobserved struct{}

// Called counts nothing.
func (unobserved) Called(string, string, time.Duration, *cloud.Error) {}

// Waits counts nothing.
func (unobserved) Waits(string, string) {}
