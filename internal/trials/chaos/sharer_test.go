// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package chaos

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// edict is a change of the SharerAccount, in words and in deed.
type edict struct {
	says string
	do   func(*v1alpha1.SharerAccount)
}

// drawSharer draws what the SharerAccount is like at the beginning.
func (s *script) drawSharer(d *dice) func(*v1alpha1.SharerAccount) {
	var all []edict
	for _, e := range []struct {
		percent int
		draw    func(*dice) edict
	}{{15, drawRules}, {40, drawAmounts}, {40, drawKeyAccess}} {
		if d.chance(e.percent) {
			all = append(all, e.draw(d))
		}
	}
	for _, e := range all {
		s.told("the SharerAccount: %s", e.says)
	}
	return func(obj *v1alpha1.SharerAccount) {
		for _, e := range all {
			e.do(obj)
		}
	}
}

// edictsOfSharers are what the people do who look after the SharerAccount.
func edictsOfSharers() []happening {
	onSharer := func(weight int, draw func(*dice) edict) happening {
		return happening{weight, func(d *dice, _ *script) step {
			e := draw(d)
			return step{says: "the SharerAccount: " + e.says, do: func(p *play) error { return p.editSharer(e.do) }}
		}}
	}
	return []happening{
		onSharer(4, drawRules), onSharer(4, drawAmounts), onSharer(3, drawKeyAccess), onSharer(3, drawStop),
		{6, func(*dice, *script) step { return step{says: "whatever is held is approved", do: (*play).approve} }},
		{2, func(d *dice, _ *script) step {
			id, secret := stage.SpareKeyID, stage.SpareKeySecret
			if d.chance(40) {
				id, secret = stage.OperatorKeyID, stage.OperatorKeySecret
			}
			return step{says: "the Secret has the access key " + id, do: func(p *play) error { return p.setSecret(id, secret) }}
		}},
		{2, func(d *dice, _ *script) step {
			refused := one(d, append(ofECS(), everything()[1:]...)...)
			return step{says: "the operator may not " + refused, do: func(p *play) error { return p.forbid(refused) }}
		}},
		{2, func(*dice, *script) step { return step{says: "the operator may do everything", do: (*play).permit} }},
		{2, func(d *dice, _ *script) step {
			quota := one(d, 0, 3, 6, 15)
			return step{says: fmt.Sprintf("the quota of accounts per image is %d (0: the default)", quota), do: func(p *play) error {
				return p.Cloud.UpdateAccount(stage.SharerID, func(a *simcloud.Account) { a.ShareesPerImage = quota })
			}}
		}},
	}
}

func drawStop(d *dice) edict {
	value := d.chance(45)
	return edict{fmt.Sprintf("suspend: %v", value), func(obj *v1alpha1.SharerAccount) { obj.Spec.Suspend = value }}
}

func drawKeyAccess(d *dice) edict {
	value := one(d, v1alpha1.KeyAccessImageKeys, v1alpha1.KeyAccessAllKeys, v1alpha1.KeyAccessUnmanaged)
	return edict{"keyAccess: " + string(value), func(obj *v1alpha1.SharerAccount) { obj.Spec.KeyAccess = value }}
}

func drawAmounts(d *dice) edict {
	limits := v1alpha1.Limits{
		RevocationsPerImage: one[int32](d, 0, 1, 3), GrantsPerImage: one[int32](d, 0, 0, 2, 5),
		Deletions: one[int32](d, 0, 1, 2), DeletionWindowSeconds: one[int32](d, 0, 5, 60),
	}
	if limits == (v1alpha1.Limits{}) {
		limits.Deletions = 20
	}
	return edict{fmt.Sprintf("limits: %+v", limits), func(obj *v1alpha1.SharerAccount) { obj.Spec.Limits = limits }}
}

func drawRules(d *dice) edict {
	everywhere := v1alpha1.RuleNamespaces{Names: []string{"*"}}
	rule := one(d,
		v1alpha1.Rule{Namespaces: everywhere}, v1alpha1.Rule{Namespaces: everywhere},
		v1alpha1.Rule{Namespaces: v1alpha1.RuleNamespaces{Names: []string{stage.TeamA}}},
		v1alpha1.Rule{Namespaces: everywhere, AccountIDs: stage.AccountIDs(some(d, 7, stage.Sharees(1, 10))...)},
		v1alpha1.Rule{Namespaces: everywhere, ResourceDirectoryPaths: stage.Paths(stage.Products), AccountIDs: stage.AccountIDs(stage.Sharees(1, 10)...)},
		v1alpha1.Rule{Namespaces: everywhere, MaxSharees: 3},
		v1alpha1.Rule{Namespaces: everywhere, Images: v1alpha1.RuleImages{IDs: some(d, 3, images())}},
		v1alpha1.Rule{Namespaces: everywhere, RequireEncryption: true},
		v1alpha1.Rule{Namespaces: everywhere, RequireConfirmation: true},
		v1alpha1.Rule{Namespaces: everywhere, Images: v1alpha1.RuleImages{Tags: map[string]v1alpha1.RuleValue{"team": "images"}}},
	)
	return edict{fmt.Sprintf("the one rule: %+v", rule), func(obj *v1alpha1.SharerAccount) { obj.Spec.Rules = []v1alpha1.Rule{rule} }}
}

// approve approves all that is held, as a person does who copies the hashes from
// the statuses.
func (p *play) approve() error {
	var shares v1alpha1.ImageShareList
	var sharer v1alpha1.SharerAccount
	if err := p.Kube.List(p.Context(), &shares); err != nil {
		return err
	}
	if err := p.Kube.Get(p.Context(), client.ObjectKey{Name: "default"}, &sharer); err != nil {
		return err
	}
	hashes := []string{sharer.Status.HeldDeletions.Hash}
	for i := range shares.Items {
		hashes = append(hashes, shares.Items[i].Status.HeldPlan.Hash)
	}
	slices.Sort(hashes)
	hashes = slices.DeleteFunc(slices.Compact(hashes), func(hash string) bool { return hash == "" })
	if len(hashes) == 0 {
		return errNothingHeld
	}
	return p.editSharer(func(obj *v1alpha1.SharerAccount) {
		if obj.Annotations == nil {
			obj.Annotations = map[string]string{}
		}
		obj.Annotations[v1alpha1.ApprovedPlan] = strings.Join(hashes, ",")
	})
}

// setSecret puts an access key into the Secret.
func (p *play) setSecret(id, secret string) error {
	var obj corev1.Secret
	if err := p.Kube.Get(p.Context(), client.ObjectKeyFromObject(p.Secret(id, secret)), &obj); err != nil {
		return err
	}
	obj.StringData = p.Secret(id, secret).StringData
	return p.Kube.Update(p.Context(), &obj)
}

// ofECS is what the operator does in ECS.
func ofECS() []string {
	return []string{"ecs:DescribeImages", "ecs:DescribeImageSharePermission", "ecs:ModifyImageSharePermission", "ecs:DescribeSnapshots",
		"ecs:DescribeRegions", "ecs:TagResources", "ecs:UntagResources", "ecs:ListTagResources"}
}

// forbid takes something from what the operator's user may do: a product, or an
// action of ECS.
func (p *play) forbid(refused string) error {
	return p.allow(slices.DeleteFunc(append(ofECS(), everything()[1:]...), func(actions string) bool { return actions == refused }))
}

// permit lets the operator's user do everything.
func (p *play) permit() error { return p.allow(everything()) }

// everything is what the operator's user may do in any world, ECS first.
func everything() []string { return stage.World().Accounts[0].Users[0].Allow[0].Actions }

func (p *play) allow(actions []string) error {
	return p.Cloud.UpdateAccount(stage.SharerID, func(a *simcloud.Account) { a.Users[0].Allow = []simcloud.Grant{{Actions: actions}} })
}
