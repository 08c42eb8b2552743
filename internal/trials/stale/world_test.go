// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stale

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// The SharerAccounts besides "default": those with a name of a fate have only the
// tales of that fate.
const (
	second     = "second"
	third      = "third"
	fourth     = "fourth"
	frozen     = "frozen"
	strict     = "strict"
	labelled   = "labelled"
	confirming = "confirming"
)

func extraSharers() []string {
	return []string{second, third, fourth, frozen, strict, labelled, confirming}
}

// accountOf is the ID of a SharerAccount's account.
func accountOf(sharer string) string {
	for i, name := range extraSharers() {
		if name == sharer {
			return fmt.Sprintf("10000000000001%02d", i)
		}
	}
	return stage.SharerID
}

func keyOf(sharer string) (id, secret string) { return "FAKE-" + sharer, "fake-secret-of-" + sharer }

// secrets are the secrets of the SharerAccounts besides "default".
func secrets() []string {
	var out []string
	for _, name := range extraSharers() {
		_, secret := keyOf(name)
		out = append(out, secret)
	}
	return out
}

// label is what the rule of the SharerAccount "labelled" asks of namespaces.
const label = "trusted"

// ruleOf is the one rule that a SharerAccount begins with.
func ruleOf(sharer string) v1alpha1.Rule {
	rule := v1alpha1.Rule{Namespaces: v1alpha1.RuleNamespaces{Names: []string{"*"}}}
	switch sharer {
	case labelled:
		rule.Namespaces = v1alpha1.RuleNamespaces{MatchLabels: map[string]v1alpha1.RuleValue{label: "yes"}}
	case confirming:
		rule.RequireConfirmation = true
	}
	return rule
}

// document is the cloud of all tales: an image for each.
func document(tales []tale) simcloud.Document {
	doc := stage.World()
	for i, name := range extraSharers() {
		id, secret := keyOf(name)
		doc.Accounts = append(doc.Accounts, simcloud.Account{ID: accountOf(name), Name: name, Users: []simcloud.User{{
			ID: fmt.Sprintf("2000000000000001%02d", i), Name: "operator", Allow: doc.Accounts[0].Users[0].Allow,
			AccessKeys: []simcloud.AccessKey{{ID: id, Secret: secret}},
		}}})
	}
	for _, t := range tales {
		if t.image == "" {
			doc.Images = append(doc.Images, simcloud.Image{ID: t.imageID(), Region: stage.Region, Owner: accountOf(t.sharer)})
		}
	}
	return doc
}

// play is one play of all tales.
type play struct {
	*stage.Stage
	t     testing.TB
	tales []tale
	// told is the last line of the cloud's journal from before the operator was
	// stale.
	told int
}

// newPlay sets the stage for tales.
func newPlay(t testing.TB, cluster *stage.Cluster, tales []tale) *play {
	t.Helper()
	p := &play{Stage: stage.Set(t, cluster, document(tales)), t: t, tales: tales}
	p.label(stage.TeamB, "yes")
	for _, name := range extraSharers() {
		secret := p.Secret(keyOf(name))
		secret.Name = name
		p.MustCreate(secret)
		sharer := p.Sharer()
		sharer.Name, sharer.Spec.AccountID, sharer.Spec.Credentials.SecretRef.Name = name, v1alpha1.AccountID(accountOf(name)), name
		sharer.Spec.Rules = []v1alpha1.Rule{ruleOf(name)}
		p.MustCreate(sharer)
	}
	return p
}

// label labels a namespace; with no value it takes the label off.
func (p *play) label(namespace, value string) {
	p.t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}
	patch := fmt.Sprintf(`{"metadata":{"labels":{%q:%q}}}`, label, value)
	if value == "" {
		patch = fmt.Sprintf(`{"metadata":{"labels":{%q:null}}}`, label)
	}
	if err := p.Kube.Patch(p.Context(), ns, client.RawPatch("application/merge-patch+json", []byte(patch))); err != nil {
		p.t.Fatal(err)
	}
}

// editSharer changes a SharerAccount as a person would.
func (p *play) editSharer(name string, change func(*v1alpha1.SharerAccount)) {
	p.t.Helper()
	p.Until("edit the SharerAccount "+name, func() error {
		var obj v1alpha1.SharerAccount
		if err := p.Kube.Get(p.Context(), client.ObjectKey{Name: name}, &obj); err != nil {
			return err
		}
		change(&obj)
		return p.Kube.Update(p.Context(), &obj)
	})
}

// byHand has somebody change who is on an image.
func (p *play) byHand(image string, add, remove []string) {
	p.t.Helper()
	if err := p.Cloud.ShareByHand(stage.Region, image, add, remove); err != nil {
		p.t.Fatal(err)
	}
}
