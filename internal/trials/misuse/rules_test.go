// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// rules gives the SharerAccount other rules.
func rules(rules ...v1alpha1.Rule) func(t *troupe) error {
	return remember(func(t *troupe) error { return t.editSharer(func(s *v1alpha1.SharerAccount) { s.Spec.Rules = rules }) })
}

// anywhere is every namespace.
var anywhere = v1alpha1.RuleNamespaces{Names: []string{"*"}}

// refused is that plain is not admitted, and nobody has lost the image.
var refused = allOf(shareSays(plainName, v1alpha1.ReasonNotAllowed), keptBy)

// ruleScenes are rules and limits that contradict one another.
func ruleScenes() []step {
	return []step{
		scene("the rules admit another namespace only", rules(v1alpha1.Rule{Namespaces: v1alpha1.RuleNamespaces{Names: []string{stage.TeamB}}}), refused),
		scene("the rules admit nobody, and who is not admitted declares fewer and sets deletionPolicy", remember(func(t *troupe) error {
			return inTurn(
				func() error {
					return rules(v1alpha1.Rule{Namespaces: v1alpha1.RuleNamespaces{Names: []string{"nobody"}}})(t)
				},
				func() error { return t.within(bind(t, shareSays(plainName, v1alpha1.ReasonNotAllowed))) },
				func() error {
					return t.editShare(plainName, func(s *v1alpha1.ImageShare) {
						s.Spec.Sharees = v1alpha1.Sharees{AccountIDs: s.Spec.Sharees.AccountIDs[:1]}
						s.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain
					})
				},
			)
		}), refused),
		scene("the rules ask for two things that no image is", rules(
			v1alpha1.Rule{Namespaces: anywhere, RequireEncryption: true, Regions: []string{"cn-nowhere-1"}},
			v1alpha1.Rule{Namespaces: anywhere, RequireConfirmation: true},
		), refused),
		scene("the rules admit encrypted images only", rules(v1alpha1.Rule{Namespaces: anywhere, RequireEncryption: true}),
			allOf(shareSays(sealedName, v1alpha1.ReasonSucceeded), refused)),
		scene("the rules admit nobody, and then everybody, and then nobody", remember(func(t *troupe) error {
			for i := range 3 {
				if err := t.editSharer(func(s *v1alpha1.SharerAccount) {
					s.Spec.Rules = []v1alpha1.Rule{{Namespaces: v1alpha1.RuleNamespaces{Names: []string{[]string{"nobody", "*", "nobody"}[i]}}}}
				}); err != nil {
					return err
				}
			}
			return nil
		}), refused),
	}
}

// limitScenes are limits and confirmations that contradict what is declared.
func limitScenes() []step {
	return []step{
		scene("no more than one may be granted or revoked at a time, and many are", remember(func(t *troupe) error {
			return inTurn(
				func() error {
					return t.editSharer(func(s *v1alpha1.SharerAccount) {
						s.Spec.Limits = v1alpha1.Limits{GrantsPerImage: 1, RevocationsPerImage: 1, Deletions: 1, DeletionWindowSeconds: 1}
					})
				},
				func() error { return t.within(bind(t, sharerSays(v1alpha1.ReasonSucceeded))) },
				func() error { return t.declare(plainName, stage.Sharees(11, 18)...) },
			)
		}), allOf(shareSays(plainName, v1alpha1.ReasonPlanHeld))),
		scene("a rule asks for a confirmation, and the wrong image is confirmed", remember(func(t *troupe) error {
			return inTurn(
				func() error {
					return t.editSharer(func(s *v1alpha1.SharerAccount) {
						s.Spec.Rules = []v1alpha1.Rule{{Namespaces: anywhere, RequireConfirmation: true}}
					})
				},
				func() error {
					return t.annotate(t.shareObject(plainName), map[string]any{v1alpha1.SecurityConfirmed: t.sealed})
				},
			)
		}), refused),
		scene("two SharerAccounts come and go with the name of one another's Secret", func(t *troupe) error {
			for range 2 {
				if err := inTurn(
					func() error { return t.secondSharer(t.understudy, t.name+"-other") },
					func() error {
						return client.IgnoreNotFound(t.Kube.Delete(t.Context(), t.sharerDraft(t.key(newcomer).Name, t.understudy, t.name)))
					},
				); err != nil {
					return fmt.Errorf("the second SharerAccount: %w", err)
				}
			}
			return nil
		}, nil),
	}
}
