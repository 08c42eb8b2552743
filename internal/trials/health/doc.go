// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package health is what GitOps engines are to make of every status that the
// operator writes. goldens.txt lists the statuses, each with the health that is
// intended of it; that is decided there, by what a person or a pipeline should
// do next, and not by what an engine happens to answer.
//
// The specs of the loops take note of every status that is written in them: one
// that is not in the list fails. The real engines' own code is asked about every
// line of the list in hack/gitops.
package health
