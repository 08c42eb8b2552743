// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package stale is the trials of an operator that sees what was true a while ago,
// and misses what has happened: after a failover, with watches that are late,
// with watches that are lost, with one kind older than the other.
//
// Every tale has an image of its own, and says what the old lists show, what has
// become of it since, what somebody did to the image meanwhile, and who has it in
// the end. All tales are played at a time, and however the operator comes to be
// stale, the same holds: nobody is given an image who is not to have it now,
// nobody loses one who is, and once the operator catches up all is as declared.
package stale
