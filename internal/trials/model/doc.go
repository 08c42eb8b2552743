// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package model explores, breadth first and to the end, everything that can
// happen to the plans of package share and their executor, package converge, in
// a small world. It has tests only, see world_test.go for what is in it.
package model
