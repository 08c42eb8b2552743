// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package chaos

import (
	"errors"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/witness"
)

// ending is how a run ends, once all is at rest.
type ending struct {
	// approves says that everything that is held is approved.
	approves bool
	// resumes says that the SharerAccount is not suspended in the end.
	resumes bool
	// keys says that the role's access to keys is not left to others.
	keys bool
	// deletes says that everything is deleted, and tidies that all is made to go
	// before, so that nothing may be left.
	deletes, tidies bool
}

func (e ending) String() string {
	return fmt.Sprintf("at the end: held plans approved %v, SharerAccount resumed %v, all deleted %v, tidied before %v", e.approves, e.resumes, e.deletes, e.tidies)
}

func drawEnding(d *dice) ending {
	e := ending{approves: d.chance(50), resumes: d.chance(80), keys: d.chance(95), deletes: d.chance(45), tidies: d.chance(70)}
	if e.deletes {
		e.resumes = true
		e.approves = e.approves || e.tidies
	}
	return e
}

// end brings a run to its end, and answers when all was quiet.
func (p *play) end() []witness.Span {
	e := p.script.ending
	p.say("%s", e)
	if e.resumes {
		p.change("resume the SharerAccount", p.editSharer(func(obj *v1alpha1.SharerAccount) { obj.Spec.Suspend = false }))
	}
	if e.deletes && e.tidies {
		p.tidy()
	}
	span, idle := p.rest("after the trouble")
	if e.approves {
		p.approveAll()
		span, idle = p.rest("all is approved")
	}
	if e.deletes {
		p.deleteAll()
		span, idle = p.rest("all is deleted")
	}
	if !idle {
		return nil
	}
	return []witness.Span{span}
}

// change notes a change that must go well.
func (p *play) change(says string, err error) {
	p.t.Helper()
	p.say("%s", says)
	if err != nil {
		p.t.Errorf("%s: %v", says, err)
	}
}

// tidy puts right what would keep a deleted ImageShare, or what it has.
func (p *play) tidy() {
	p.change("everybody is admitted", p.editSharer(func(obj *v1alpha1.SharerAccount) {
		obj.Spec.Rules = []v1alpha1.Rule{{Namespaces: v1alpha1.RuleNamespaces{Names: []string{"*"}}}}
	}))
	for _, image := range images() {
		p.change(image+" is Available", p.Cloud.SetImageStatus(stage.Region, image, simcloud.StatusAvailable))
		now, _ := p.Cloud.Image(stage.Region, image)
		if slices.Contains(now.Tags, simcloud.Tag{Key: tagOwner, Value: elsewhere}) {
			p.change(image+" is claimed by nobody else", p.Cloud.SetImageTags(stage.Region, image, nil))
		}
	}
	p.change("sharing in the directory is enabled", p.Cloud.SetDirectorySharing(stage.DirectoryID, true))
	if role, there := p.Cloud.Role(stage.SharerID, stage.RoleName); there && slices.Contains(role.Tags, simcloud.Tag{Key: tagOwner, Value: elsewhere}) {
		p.change("the role is claimed by nobody else", p.Cloud.SetRole(stage.SharerID, stage.RoleName, func(r *simcloud.Role) { r.Tags = nil }))
	}
	p.Until("all ImageShares are to go", func() error {
		var all []error
		for _, l := range p.script.slots {
			err := p.edit(l, func(o *v1alpha1.ImageShare) {
				o.Spec.Suspend, o.Spec.Mode, o.Spec.DeletionPolicy, o.Spec.ExpiresAt = false, v1alpha1.ModeEnforce, v1alpha1.DeletionPolicyRevoke, metav1.Time{}
			})
			if !errors.Is(err, errAway) {
				all = append(all, err)
			}
		}
		return errors.Join(all...)
	})
	p.say("all ImageShares are such that nothing is left of them")
}

// deleteAll deletes all ImageShares and lets them go.
func (p *play) deleteAll() {
	for _, l := range p.script.slots {
		obj := &v1alpha1.ImageShare{ObjectMeta: metav1.ObjectMeta{Namespace: l.namespace, Name: l.name}}
		p.change(l.String()+" is deleted", client.IgnoreNotFound(p.Kube.Delete(p.Context(), obj)))
	}
	p.rest("all is deleted, but what is held")
	p.approveAll()
	if p.script.ending.tidies {
		p.nothingLeft()
	}
}

// nothingLeft fails the run when something of ours is left on images and resource
// shares. What is left on the role the witness says.
func (p *play) nothingLeft() {
	for _, l := range p.script.slots {
		if obj := p.Get(l.namespace, l.name); obj != nil {
			p.t.Errorf("%s is still there: %v", l, obj.Status.Conditions)
		}
	}
	excused := p.excused()
	p.nothingOnImages(excused)
	p.nothingOnShares(excused)
}

// nothingOnImages fails the run when a sharee or a claim of ours is left on an
// image that is not excused.
func (p *play) nothingOnImages(excused map[string]bool) {
	granted := p.lastGrants()
	for _, image := range images() {
		if excused[image] {
			continue
		}
		now, _ := p.Cloud.Image(stage.Region, image)
		for _, s := range now.Sharees {
			if granted[image+"/"+s.Account] {
				p.t.Errorf("%s is left on %s, and the operator was the last to put it there", s.Account, image)
			}
		}
		if slices.Contains(now.Tags, simcloud.Tag{Key: tagOwner, Value: stage.Owner}) {
			p.t.Errorf("the claim is left on %s", image)
		}
	}
}

// nothingOnShares fails the run when a resource share of ours is left that has no
// image that is excused.
func (p *play) nothingOnShares(excused map[string]bool) {
	for _, share := range p.Cloud.Shares(stage.SharerID, stage.Region) {
		ofExcused := slices.ContainsFunc(share.Associations, func(a simcloud.Association) bool { return excused[a.Entity] })
		if p.made(share.ID) && share.Status == simcloud.ShareActive && !ofExcused {
			p.t.Errorf("the operator's resource share %s is left: %+v", share.ID, share)
		}
	}
}

// excused are images where something may be left: an ImageShare of it was deleted
// at a time when that takes nothing away, or has lost what it knew.
func (p *play) excused() map[string]bool {
	out := map[string]bool{}
	for _, l := range p.restored {
		out[l.image] = true
	}
	for _, v := range p.Recorder.Record(nil).Versions {
		if o := v.ImageShare; o != nil && o.DeletionTimestamp != nil &&
			(o.Spec.Suspend || o.Spec.Mode == v1alpha1.ModeObserve || o.Spec.DeletionPolicy == v1alpha1.DeletionPolicyRetain) {
			out[o.Spec.Image.ID] = true
		}
	}
	return out
}

// lastGrants are the accounts on images, as image/account, whom the operator was
// the last to put there.
func (p *play) lastGrants() map[string]bool {
	out := map[string]bool{}
	for _, e := range p.Cloud.Journal() {
		for _, account := range e.After {
			if !slices.Contains(e.Before, account) {
				out[e.Image+"/"+account] = !e.ByHand
			}
		}
	}
	return out
}

// made says whether the operator has made a resource share.
func (p *play) made(share string) bool {
	return slices.ContainsFunc(p.Cloud.Journal(), func(e simcloud.Entry) bool {
		return e.Action == "CreateResourceShare" && e.Share == share && e.Code == simcloud.CodeOK
	})
}
