// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package misuse uses the operator wrongly, in all the ways that the schemas of
// its kinds allow, and in some that stand in no schema.
//
// The schemas are read as they ship, so that a new field is tried without
// anybody having to think of it. Each field is given every value at its bounds
// and beyond, the words of the world that fit its pattern, and nothing at all.
// What the API server refuses must be refused with a clear message. What it
// takes, the operator carries out, or it says in a condition of that generation
// why it does not. The next valid edit leads back to exactly what is declared,
// every time. Package witness judges the whole run besides.
//
// A seed gives the same operations every time: MISUSE_SEED, MISUSE_STEPS and
// MISUSE_ROUNDS set it, how many operations there are, and how often it all
// begins anew with the next seed.
package misuse
