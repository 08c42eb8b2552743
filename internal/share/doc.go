// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package share is the heart of the operator: who may have an image, who has
// it, and what has to be done about the difference.
//
// Everything in it is a pure function of its arguments. It has no context, no
// clock, no logger and no client, imports the standard library only, and never
// changes what it is given. Whatever must not happen to an image is refused
// here, on a value, and not with a condition near a call.
package share
