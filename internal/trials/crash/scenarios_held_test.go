// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crash

import (
	"errors"
	"fmt"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// massDeletion is more ImageShares deleted at a time than are let through, and
// let go by somebody's approval.
func massDeletion() scenario {
	images := []string{stage.Plain, stage.Second, stage.Third, "m-fourth"}
	var shared, ready, stripped []check
	for _, image := range images {
		shared, ready = append(shared, has(image, stage.Sharee(1))), append(ready, booked(image, stage.Sharee(1)))
		stripped = append(stripped, has(image))
	}
	return scenario{
		name: "held",
		world: func(doc *simcloud.Document) {
			doc.Images = append(doc.Images, simcloud.Image{ID: images[3], Region: stage.Region, Owner: stage.SharerID})
		},
		prepare: func(p *play) { p.MustEditSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Limits.Deletions = 1 }) },
		acts: []act{{
			name: "four images are shared",
			do: func(p *play) {
				for _, image := range images {
					p.shares(image, image, stage.Sharee(1))
				}
			},
			until: all(append(shared, ready...)...),
		}, {
			name: "more are deleted than are let through, and the rest is held",
			do: func(p *play) {
				for _, image := range images {
					p.MustDelete(stage.TeamA, image)
				}
			},
			until: func(p *play) error { return p.deletionsHeld(images) },
		}, {
			name:  "a look later they are held as they were",
			do:    lookAgain(images),
			until: func(p *play) error { return p.stillHeld(images) },
		}, {
			name:  "somebody approves, and all go",
			do:    approveDeletions,
			until: all(append(stripped, gone(images...), noHold)...),
		}},
	}
}

// deletionsHeld is an error unless some of the ImageShares are held, and all of
// them that are there.
func (p *play) deletionsHeld(names []string) error {
	var there []string
	for _, name := range names {
		obj := p.Get(stage.TeamA, name)
		switch {
		case obj == nil:
			continue
		case obj.Status.DeletionHeldSince == nil:
			return fmt.Errorf("%s is not held", name)
		}
		there = append(there, stage.TeamA+"/"+name)
	}
	slices.Sort(there)
	held := p.sharer().Status.HeldDeletions
	if len(there) == 0 || !slices.Equal(held.ImageShares, there) {
		return fmt.Errorf("%q are there, and %q are held", there, held.ImageShares)
	}
	return nil
}

// lookAgain asks for a look at the SharerAccount, and notes what it tells and
// which images nobody has lost: an operator that was killed may have taken one
// away before it was held.
func lookAgain(images []string) func(p *play) {
	return func(p *play) {
		p.held, p.kept = p.sharer().Status.HeldDeletions.ImageShares, nil
		for _, image := range images {
			if slices.Contains(p.held, stage.TeamA+"/"+image) && has(image, stage.Sharee(1))(p) == nil {
				p.kept = append(p.kept, image)
			}
		}
		p.MustEditSharer(func(o *v1alpha1.SharerAccount) {
			o.Annotations = map[string]string{v1alpha1.ReconcileRequestedAt: "now"}
		})
	}
}

// stillHeld is an error until that look is over. It fails the play when anything
// that was held has gone meanwhile.
func (p *play) stillHeld(images []string) error {
	for _, image := range p.kept {
		if err := has(image, stage.Sharee(1))(p); err != nil {
			p.t.Fatalf("the deletion of %s was held, and is not any more: %v", image, err)
		}
	}
	if status := p.sharer().Status; status.LastHandledReconcileAt != "now" || !slices.Equal(status.HeldDeletions.ImageShares, p.held) {
		return fmt.Errorf("%q are held, as of the look asked for %q", status.HeldDeletions.ImageShares, status.LastHandledReconcileAt)
	}
	return p.deletionsHeld(images)
}

// approveDeletions approves the deletions that are held.
func approveDeletions(p *play) {
	hash := p.sharer().Status.HeldDeletions.Hash
	p.MustEditSharer(func(o *v1alpha1.SharerAccount) { o.Annotations = map[string]string{v1alpha1.ApprovedPlan: hash} })
}

// noHold says that the SharerAccount tells of no held deletions, and of none that
// were let go and are not done.
func noHold(p *play) error {
	if status := p.sharer().Status; status.HeldDeletions.Hash != "" || status.ReleasedDeletions != nil {
		return errors.New("the SharerAccount tells of deletions still")
	}
	return nil
}

// takeover is an image with strangers on it, who go once somebody approves.
func takeover() scenario {
	declared, strangers := stage.Sharees(1, 3), stage.Sharees(8, 9)
	both := slices.Concat(declared, strangers)
	return scenario{
		name: "takeover",
		world: func(doc *simcloud.Document) {
			for i := range doc.Images {
				for _, id := range strangers {
					if doc.Images[i].ID == stage.Plain {
						doc.Images[i].Sharees = append(doc.Images[i].Sharees, simcloud.Sharee{Account: id})
					}
				}
			}
		},
		acts: []act{{
			name: "what is declared is granted, and the strangers wait for an approval",
			do:   func(p *play) { p.shares("golden", stage.Plain, declared...) },
			until: all(has(stage.Plain, both...), func(p *play) error {
				obj := p.Get(stage.TeamA, "golden")
				if obj == nil || len(obj.Status.HeldPlan.Changes) != 2 || obj.Status.Shared != "3/3" {
					return errors.New("no plan for two accounts is held")
				}
				return nil
			}),
		}, {
			name: "the strangers are gone",
			do: func(p *play) {
				hash := p.Get(stage.TeamA, "golden").Status.HeldPlan.Hash
				p.MustEdit(stage.TeamA, "golden", func(o *v1alpha1.ImageShare) { o.Annotations = map[string]string{v1alpha1.ApprovedPlan: hash} })
			},
			until: all(has(stage.Plain, declared...), booked("golden", declared...), func(p *play) error {
				if obj := p.Get(stage.TeamA, "golden"); obj == nil || obj.Status.HeldPlan.Hash != "" || len(obj.Status.ApprovedPlans) > 0 {
					return errors.New("the plan is not done with")
				}
				return nil
			}),
		}},
	}
}
