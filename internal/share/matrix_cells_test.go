// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"fmt"
)

const matrixHead = `What the reviewed plan does about an image, by what is written of it.

The ImageShare (of a pair: A, to which the event happens) declares 1 and 2; of a
pair B, which is in step, declares 2 and 4. 9 is a stranger.

policies   Revoke   undeclaredSharees: Revoke
           Keep     undeclaredSharees: Keep
           Observe  mode: Observe, with undeclaredSharees: Revoke
           Retain   deletionPolicy: Retain, with undeclaredSharees: Revoke
images     untouched  what we granted and nobody else
           ours       that and 9, who came after the takeover
           foreign    whom it declares was there before (found); 9 was there too
           mixed      1 found, 2 granted; 8 was there before, 9 came later
           elsewhere  as mixed, and the image carries another operator's claim
events     create   it is new: nothing is written down of it
           edit     it declares 1 and 3 from now on
           delete   it is deleted
           restore  it is as before, and its status is lost
           suspend  it is suspended
           expire   its time is over
           swap     as edit, on an image that holds no more sharees, where the
                    account allows one revocation at a time

words      then     who leaves makes room first
           hold     waits for approval
           leave    stays on the image when a deleted ImageShare goes
           find     is written down as found
           prior    is written down as a stranger from before the takeover
           stray    is written down as a stranger who came after it
           forget   is not written down as a stranger any more
           let go   is not written down any more, and stays on the image
`

var (
	policies = []string{"Revoke", "Keep", "Observe", "Retain"}
	images   = []string{"untouched", "ours", "foreign", "mixed", "elsewhere"}
	events   = []string{"create", "edit", "delete", "restore", "suspend", "expire", "swap"}
)

// cell is one of the tables: a group after an event, and what is seen of its
// image.
type cell struct {
	kind, row, event string
	group            []Declaration
	seen             Observed
	quota            int
	limits           Limits
}

// singles are the cells of one ImageShare.
func singles() []cell {
	var out []cell
	for _, policy := range policies {
		for _, image := range images {
			for _, event := range events {
				c := cell{kind: "one", row: fmt.Sprintf("%-7s %s", policy, image), event: event}
				out = append(out, c.on(image, policy, settledAs(policy, image, "A", "1 2")))
			}
		}
	}
	return out
}

// pairs are the cells of two ImageShares, the second of which is in step.
func pairs() []cell {
	var out []cell
	for _, first := range policies {
		for _, second := range policies[:3] {
			for _, image := range images {
				for _, event := range events {
					c := cell{kind: "A beside B", row: fmt.Sprintf("%-7s %-7s %s", first, second, image), event: event}
					a, b := settledAs(first, image, "A", "1 2"), settledAs(second, image, "B", "2 4")
					if event != "create" && (!a.Exact || !b.Exact) {
						a, b = unaware(a), unaware(b)
					}
					out = append(out, c.on(image, first, a, b))
				}
			}
		}
	}
	return out
}

// settledAs is an ImageShare that is in step with its image.
func settledAs(policy, image, id, declares string) Declaration {
	d := exactly(id, Active, declares, "")
	d.Taken = true
	for id := range d.Sharees.All() {
		d.Ledger[id] = Granted
		if image == "foreign" || image != "untouched" && image != "ours" && id == "1" {
			d.Ledger[id] = Found
		}
	}
	switch image {
	case "ours":
		d.Ledger["9"] = Stray
	case "foreign":
		d.Ledger["9"] = Prior
	case "mixed", "elsewhere":
		d.Ledger["8"], d.Ledger["9"] = Prior, Stray
	}
	switch policy {
	case "Keep":
		d = unaware(d)
		d.Exact = false
	case "Observe":
		d.Standing = Idle
	}
	return d
}

// unaware is an ImageShare beside one that keeps strangers.
func unaware(d Declaration) Declaration {
	d.Taken, d.Ledger = false, d.Ledger.Without(d.Ledger.Strangers())
	return d
}

// happens is an ImageShare after an event.
func happens(event, policy string, d Declaration) Declaration {
	switch event {
	case "create":
		d.Ledger, d.Taken = Ledger{}, false
	case "edit", "swap":
		d.Sharees = set("1 3")
	case "delete":
		d.Standing = Withdrawing
		if policy == "Retain" || policy == "Observe" {
			d.Standing = Leaving
		}
	case "restore":
		d.Ledger, d.Taken = Ledger{}, false
	case "suspend":
		d.Standing = Idle
	case "expire":
		d = over(d)
	}
	return d
}

// on is the cell with a group on an image, on which everybody is who is in a
// ledger before the event. It happens to the first.
func (c cell) on(image, policy string, group ...Declaration) cell {
	c.seen, c.quota = Observed{Known: true, Claim: Ours}, 50
	for i, d := range group {
		if i > 0 || c.event != "create" || image == "foreign" {
			c.seen.Sharees = c.seen.Sharees.With(d.Ledger.Own())
		}
	}
	if c.event == "create" && (image == "mixed" || image == "elsewhere") {
		c.seen.Sharees = c.seen.Sharees.With(set("1"))
	}
	c.group = append([]Declaration{happens(c.event, policy, group[0])}, group[1:]...)
	c.seen.Sharees = c.seen.Sharees.With(present(image))
	if image == "elsewhere" {
		c.seen.Claim = Elsewhere
	}
	if c.event == "swap" {
		c.quota, c.limits = c.seen.Sharees.Len(), Limits{Revocations: 1}
	}
	return c
}

// present are the strangers on an image.
func present(image string) Sharees {
	switch image {
	case "ours", "foreign":
		return set("9")
	case "mixed", "elsewhere":
		return set("8 9")
	}
	return Sharees{}
}
