// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crash

import (
	"errors"
	"fmt"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// modify and describe are the calls that change and read who has an image.
const (
	modify   = "ModifyImageSharePermission"
	describe = "DescribeImageSharePermission"
)

// rotation is another access key in the Secret, and the old one deactivated,
// between two batches of an image's sharees.
func rotation() scenario {
	twelve := stage.Sharees(1, 12)
	return scenario{
		name: "rotation",
		acts: []act{{
			name:  "an image is shared",
			do:    func(p *play) { p.shares("golden", stage.Plain, stage.Sharee(1)) },
			until: all(has(stage.Plain, stage.Sharee(1)), booked("golden", stage.Sharee(1))),
		}, {
			name: "another is shared, and the first with one more, with both keys",
			do: func(p *play) {
				p.shares("second", stage.Second, twelve...)
				p.declare("golden", stage.Sharees(1, 2)...)
			},
			until: all(has(stage.Second, twelve...), has(stage.Plain, stage.Sharees(1, 2)...), speaksWith(stage.SpareKeyID),
				booked("second", twelve...), booked("golden", stage.Sharees(1, 2)...)),
		}},
		meddle: func(p *play, act int, at stage.Point) {
			if act == 2 && at.Call == modify && at.After && p.once("rotate") {
				p.rotate()
			}
		},
	}
}

// rotate puts the spare key in the Secret and deactivates the other.
func (p *play) rotate() {
	err := p.Kube.Update(p.Context(), p.Secret(stage.SpareKeyID, stage.SpareKeySecret))
	err = errors.Join(err, p.Cloud.UpdateAccount(stage.SharerID, func(a *simcloud.Account) {
		for i := range a.Users[0].AccessKeys {
			a.Users[0].AccessKeys[i].Inactive = a.Users[0].AccessKeys[i].ID == stage.OperatorKeyID
		}
	}))
	if err != nil {
		p.t.Errorf("rotate the access key: %v", err)
	}
}

// speaksWith says that the last call was made with an access key.
func speaksWith(key string) check {
	return func(p *play) error {
		calls := p.Cloud.Calls()
		if len(calls) == 0 || calls[len(calls)-1].AccessKey != key {
			return errors.New("the last call was not made with the access key " + key)
		}
		return nil
	}
}

// lateGrant is a grant whose answer is lost, and which nobody wants any more when
// it has landed; the answer of its revocation is lost too, and what is read
// after that is stale. Nobody but the ledger would take it back: strangers are
// kept.
func lateGrant() scenario {
	one := stage.Sharee(1)
	end := all(has(stage.Plain, one), booked("golden", one))
	grantTwo := func(p *play, revocation simcloud.FaultKind) {
		p.Cloud.Inject(simcloud.Fault{Kind: simcloud.DropAfter, Action: modify, Times: 1})
		p.Cloud.Inject(simcloud.Fault{Kind: revocation, Action: modify, Times: 1})
		p.declare("golden", stage.Sharees(1, 2)...)
	}
	return scenario{
		name: "late",
		acts: []act{{
			name: "an account has the image",
			do: func(p *play) {
				draft := stage.Draft(stage.TeamA, "golden", stage.Plain, one)
				draft.Spec.UndeclaredSharees = v1alpha1.UndeclaredKeep
				p.MustCreate(draft)
			},
			until: end,
		}, {
			name:  "the other, who is still shown when it was taken off, has it no longer",
			do:    func(p *play) { grantTwo(p, simcloud.DropAfter) },
			until: all(tookBack(2), end),
		}, {
			name:  "the other, who is not shown though it was not taken off, has it no longer",
			do:    func(p *play) { grantTwo(p, simcloud.DropBefore) },
			until: all(tookBack(3), end),
		}},
		meddle: func(p *play, act int, at stage.Point) {
			if act == 1 || at.Call != modify || !at.After {
				return
			}
			switch {
			case p.once(grantOf(act)):
				p.stale()
				p.declare("golden", one)
			case p.once(revocationOf(act)):
				p.stale()
			}
		},
	}
}

// grantOf and revocationOf name what has happened once in an act.
func grantOf(act int) string      { return fmt.Sprintf("grant in act %d", act) }
func revocationOf(act int) string { return fmt.Sprintf("revocation in act %d", act) }

// tookBack says that both have happened in an act.
func tookBack(act int) check {
	return func(p *play) error {
		p.mu.Lock()
		defer p.mu.Unlock()
		if !p.done[grantOf(act)] || !p.done[revocationOf(act)] {
			return errors.New("nothing was granted and taken back yet")
		}
		return nil
	}
}

// stale has the next look at who has an image show what was so before the last
// write.
func (p *play) stale() {
	p.Cloud.Inject(simcloud.Fault{Kind: simcloud.StaleRead, Action: describe, Times: 1})
}
