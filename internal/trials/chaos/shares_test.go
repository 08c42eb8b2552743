// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package chaos

import (
	"errors"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// slot is an ImageShare that may be there or not.
type slot struct {
	namespace, name, image string
}

func (l slot) String() string { return l.namespace + "/" + l.name + " (" + l.image + ")" }

// drawSlots draws which ImageShares there can be. Images are few, so that they
// meet.
func (s *script) drawSlots(d *dice) {
	shared := some(d, d.between(1, 3), images())
	for i := range d.between(2, 6) {
		s.slots = append(s.slots, slot{one(d, stage.TeamA, stage.TeamB), fmt.Sprintf("share-%d", i+1), one(d, shared...)})
	}
}

// accounts draws account IDs: mostly a few that exist.
func (d *dice) accounts() []v1alpha1.AccountID {
	out := some(d, d.between(0, 4), stage.Sharees(1, 10))
	switch {
	case d.chance(15):
		out = stage.Sharees(1, d.between(9, 14))
	case d.chance(15):
		out = append(out, stage.Sharee(d.between(21, 23)))
	case d.chance(8):
		out = append(out, one(d, "9999999999999999", stage.SharerID))
	}
	return stage.AccountIDs(out...)
}

// paths draws resource-directory paths: mostly none.
func (d *dice) paths() []v1alpha1.ResourceDirectoryPath {
	if d.chance(65) {
		return nil
	}
	out := stage.Paths(some(d, d.between(1, 2), folders())...)
	if d.chance(10) {
		out = append(out, stage.Paths(one(d, "fd-FkProducts", "rd-FkOrg2", stage.DirectoryID+"/r-FkTop1/fd-FkNowhere0"))...)
	}
	return out
}

// creation creates an ImageShare.
func (s *script) creation(d *dice, i int) step {
	l := s.slots[i]
	draft := stage.Draft(l.namespace, l.name, l.image)
	draft.Spec.Sharees = v1alpha1.Sharees{AccountIDs: d.accounts(), ResourceDirectoryPaths: d.paths()}
	if d.chance(25) {
		draft.Spec.UndeclaredSharees = v1alpha1.UndeclaredKeep
	}
	if d.chance(10) {
		draft.Spec.Mode = v1alpha1.ModeObserve
	}
	if d.chance(15) {
		draft.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain
	}
	if d.chance(5) {
		draft.Spec.Suspend = true
	}
	if d.chance(10) {
		draft.Annotations = map[string]string{v1alpha1.SecurityConfirmed: l.image}
	}
	return step{
		says: fmt.Sprintf("%s is created: %s", l, inWords(&draft.Spec)),
		do:   func(p *play) error { return p.Kube.Create(p.Context(), draft.DeepCopy()) },
	}
}

// inWords is a spec in a line.
func inWords(spec *v1alpha1.ImageShareSpec) string {
	words := []string{short(spec.Sharees)}
	for _, word := range []string{string(spec.UndeclaredSharees), string(spec.Mode), string(spec.DeletionPolicy)} {
		if word != "" {
			words = append(words, word)
		}
	}
	if spec.Suspend {
		words = append(words, "suspended")
	}
	return strings.Join(words, ", ")
}

// short is sharees in a word each: an account that exists by its number.
func short(sharees v1alpha1.Sharees) string {
	words := []string{}
	for _, id := range sharees.AccountIDs {
		if n, ours := strings.CutPrefix(string(id), "1100000000000"); ours {
			words = append(words, "#"+n)
			continue
		}
		words = append(words, string(id))
	}
	for _, path := range sharees.ResourceDirectoryPaths {
		words = append(words, string(path))
	}
	return "[" + strings.Join(words, " ") + "]"
}

// change is a change of an ImageShare, in words and in deed.
type change struct {
	says string
	do   func(*v1alpha1.ImageShare)
}

// edits are what teams and the platform's people do.
func edits() []happening {
	onSlot := func(weight int, draw func(*dice) change) happening {
		return happening{weight, func(d *dice, s *script) step {
			l, c := one(d, s.slots...), draw(d)
			return step{says: l.String() + " " + c.says, do: func(p *play) error { return p.edit(l, c.do) }}
		}}
	}
	return append(edictsOfSharers(),
		happening{10, func(d *dice, s *script) step { return s.creation(d, d.IntN(len(s.slots))) }},
		happening{8, func(d *dice, s *script) step {
			l := one(d, s.slots...)
			return step{says: l.String() + " is deleted", do: func(p *play) error {
				return p.Kube.Delete(p.Context(), &v1alpha1.ImageShare{ObjectMeta: metav1.ObjectMeta{Namespace: l.namespace, Name: l.name}})
			}}
		}},
		onSlot(14, declareAccounts), onSlot(7, declarePaths), onSlot(3, drawUndeclared), onSlot(3, drawMode), onSlot(4, drawSuspend),
		onSlot(4, drawExpiry), onSlot(3, drawDeletionPolicy), onSlot(2, drawConfirmation), onSlot(2, drawRoleName),
	)
}

func declareAccounts(d *dice) change {
	accounts := d.accounts()
	return change{"declares " + short(v1alpha1.Sharees{AccountIDs: accounts}), func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = accounts }}
}

func declarePaths(d *dice) change {
	paths := d.paths()
	return change{"declares " + short(v1alpha1.Sharees{ResourceDirectoryPaths: paths}), func(o *v1alpha1.ImageShare) { o.Spec.Sharees.ResourceDirectoryPaths = paths }}
}

func drawUndeclared(d *dice) change {
	value := one(d, v1alpha1.UndeclaredKeep, v1alpha1.UndeclaredRevoke)
	return change{"undeclaredSharees: " + string(value), func(o *v1alpha1.ImageShare) { o.Spec.UndeclaredSharees = value }}
}

func drawMode(d *dice) change {
	value := one(d, v1alpha1.ModeObserve, v1alpha1.ModeEnforce)
	return change{"mode: " + string(value), func(o *v1alpha1.ImageShare) { o.Spec.Mode = value }}
}

func drawSuspend(d *dice) change {
	value := d.chance(50)
	return change{fmt.Sprintf("suspend: %v", value), func(o *v1alpha1.ImageShare) { o.Spec.Suspend = value }}
}

func drawDeletionPolicy(d *dice) change {
	value := one(d, v1alpha1.DeletionPolicyRetain, v1alpha1.DeletionPolicyRevoke)
	return change{"deletionPolicy: " + string(value), func(o *v1alpha1.ImageShare) { o.Spec.DeletionPolicy = value }}
}

func drawExpiry(d *dice) change {
	if d.chance(30) {
		return change{"never expires", func(o *v1alpha1.ImageShare) { o.Spec.ExpiresAt = metav1.Time{} }}
	}
	in := d.millis(0, 4000)
	return change{"expires in " + in.String(), func(o *v1alpha1.ImageShare) { o.Spec.ExpiresAt = metav1.NewTime(time.Now().Add(in)) }}
}

func drawConfirmation(d *dice) change {
	confirmed := d.chance(70)
	return change{fmt.Sprintf("confirmed: %v", confirmed), func(o *v1alpha1.ImageShare) {
		delete(o.Annotations, v1alpha1.SecurityConfirmed)
		if confirmed {
			metav1.SetMetaDataAnnotation(&o.ObjectMeta, v1alpha1.SecurityConfirmed, o.Spec.Image.ID)
		}
	}}
}

func drawRoleName(d *dice) change {
	name := one(d, "", "", v1alpha1.DefaultRoleName, "another")
	return change{fmt.Sprintf("roleName: %q", name), func(o *v1alpha1.ImageShare) { o.Spec.Encryption.RoleName = name }}
}

// errAway is that there is nothing to edit.
var errAway = errors.New("it is not there")

// edit changes an ImageShare as a person would.
func (p *play) edit(l slot, do func(*v1alpha1.ImageShare)) error {
	for {
		obj := p.Get(l.namespace, l.name)
		if obj == nil {
			return errAway
		}
		do(obj)
		if err := p.Kube.Update(p.Context(), obj); !apierrors.IsConflict(err) {
			return err
		}
	}
}

// editSharer changes the SharerAccount as a person would.
func (p *play) editSharer(do func(*v1alpha1.SharerAccount)) error {
	for {
		var obj v1alpha1.SharerAccount
		if err := p.Kube.Get(p.Context(), client.ObjectKey{Name: "default"}, &obj); err != nil {
			return err
		}
		do(&obj)
		if err := p.Kube.Update(p.Context(), &obj); !apierrors.IsConflict(err) {
			return err
		}
	}
}
