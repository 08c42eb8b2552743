// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package upgrade tries two releases of the operator on one cluster, one after the
// other: this one, and one that would come after it and knows more fields of a
// status. What the one has written the other goes by; nobody is given anything or
// loses anything on account of the change; and what only the newer knows is still
// there when it comes back. It has tests only.
package upgrade
