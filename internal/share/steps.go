// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"fmt"
	"slices"
)

// Verb is what a step does.
type Verb int

const (
	// RecordLedger writes one ledger.
	RecordLedger Verb = iota
	// LookLive reads the ImageShares of the image from the source of truth;
	// what they no longer want is struck from the steps that follow.
	LookLive
	// Grant adds one batch of sharees to the image.
	Grant
	// Revoke removes one batch of sharees from the image.
	Revoke
	// Read reads the image.
	Read
	// ReleaseObject lets a deleted ImageShare go.
	ReleaseObject
)

// Step is one thing to do.
type Step struct {
	Verb Verb
	// ID is the ImageShare, for RecordLedger and ReleaseObject.
	ID string
	// Book is what to write, for RecordLedger.
	Book Book
	// Sharees is whom, for Grant and Revoke.
	Sharees Sharees
}

// String is the step as a line for people.
func (s Step) String() string {
	switch s.Verb {
	case RecordLedger:
		return fmt.Sprintf("record %s: %s", s.ID, s.Book.Ledger)
	case LookLive:
		return "look"
	case Grant:
		return "grant " + s.Sharees.String()
	case Revoke:
		return "revoke " + s.Sharees.String()
	case Read:
		return "read"
	case ReleaseObject:
		return "release " + s.ID
	}
	return fmt.Sprintf("Verb(%d)", s.Verb)
}

// String lists the ledger, for people.
func (l Ledger) String() string {
	if len(l) == 0 {
		return "nobody"
	}
	out := ""
	for _, id := range sortedKeys(l) {
		if out != "" {
			out += ", "
		}
		out += string(id)
		if word := map[Origin]string{Found: "found", Left: "left", Prior: "prior", Stray: "stray"}[l[id]]; word != "" {
			out += " (" + word + ")"
		}
	}
	return out
}

// Steps is the plan in the order in which it is safe: intents are written
// before anything is sent, everyone is granted before anyone is revoked (so
// that a swap never leaves both without), unless only those who leave make
// room; the ImageShares are read live before either, and the image is read
// after. Batches are at most size sharees.
func (p Plan) Steps(size int) []Step {
	var steps []Step
	for _, r := range p.Records {
		steps = append(steps, Step{Verb: RecordLedger, ID: r.ID, Book: r.After})
	}
	grants, revokes := p.grantSteps(size), p.revokeSteps(size)
	if p.LeavingFirst {
		steps = append(steps, revokes...)
		steps = append(steps, grants...)
	} else {
		steps = append(steps, grants...)
		steps = append(steps, revokes...)
	}
	for _, id := range p.Release {
		steps = append(steps, Step{Verb: ReleaseObject, ID: id})
	}
	return steps
}

func (p Plan) grantSteps(size int) []Step {
	if p.Grant.Empty() {
		return nil
	}
	steps := append([]Step{{Verb: LookLive}}, p.batches(Grant, p.Grant, size)...)
	return append(steps, Step{Verb: Read})
}

func (p Plan) revokeSteps(size int) []Step {
	if p.Revoke.Empty() {
		return nil
	}
	steps := append([]Step{{Verb: LookLive}}, p.batches(Revoke, p.Revoke, size)...)
	return append(steps, Step{Verb: Read})
}

func (p Plan) batches(verb Verb, sharees Sharees, size int) []Step {
	suspects := sharees.And(p.Apart.Suspects)
	culprits := sharees.And(p.Apart.Culprits)
	together := sharees.Without(suspects).Without(culprits).Batches(size)
	var steps []Step
	for _, batch := range slices.Concat(together, suspects.Batches(1), culprits.Batches(1)) {
		steps = append(steps, Step{Verb: verb, Sharees: batch})
	}
	return steps
}
