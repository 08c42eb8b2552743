// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

// Principal is a sharee as a trust policy knows it, written as users write it:
// an account ID, the ID of a whole resource directory (rd-…), or the path of a
// folder in one (rd-…/r-…/fd-…).
type Principal string

// Principals is a set of principals.
type Principals = Set[Principal]

// KeyID names a customer master key: the region that it is in, a slash, and
// its ID there.
type KeyID string

// Keys is a set of keys.
type Keys = Set[KeyID]
