//go:build !race

// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

const raceSuffix = ""

// Raced says that the operator's program has the race detector in it.
const Raced = false

var raceFlags []string
