// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package care is the trials of ordinary care: the operator stops in a few
// seconds whatever it is doing and loses no intent, a second replica takes over
// in time, a leader that was paused does no harm, and memory stays where it is.
package care
