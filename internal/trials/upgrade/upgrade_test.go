// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package upgrade

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/witness"
)

// vintage is the field that only the next release knows, with what it writes
// there: beside every entry of both ledgers, and in both statuses.
const vintage = "next"

const (
	field  = "\n\tVintage string `json:\"vintage,omitempty\"`"
	shares = "api/v1alpha1/imageshare_status.go"
	sharer = "api/v1alpha1/shareraccount_status.go"
)

// next is the release that would come after this one.
func next(t *testing.T) string {
	t.Helper()
	after := func(file, text, more string) stage.Change {
		return stage.Change{File: file, Was: text, Is: text + more}
	}
	return stage.Release(t, "next",
		after(shares, "type LedgerEntry struct {", field),
		after(shares, "type ImageShareStatus struct {", field),
		after(sharer, "type TrustEntry struct {", field),
		after(sharer, "type KeyEntry struct {", field),
		after(sharer, "type RoleStatus struct {", field),
		after("controllers/ways.go", "\tinto.Ledger = w.entries(m, book.Ledger)", "\n\tinto.Vintage = \"next\""),
		after("controllers/ways.go", "\t\tentry, known := m.obj.Status.Ledger[string(id)]", "\n\t\tentry.Vintage = \"next\""),
		after("controllers/role_status.go", "\t\ttold := role.Trust[string(id)]", "\n\t\ttold.Vintage = \"next\""),
		after("controllers/role_status.go", "\t\ttold := role.Keys[string(id)]", "\n\t\ttold.Vintage = \"next\""),
		after("controllers/role_status.go", "\trole.Trust, role.Keys, role.AllKeys = orNone(trust), orNone(keys), v1alpha1.TrustEntry{}", "\n\trole.Vintage = \"next\""),
	)
}

// grow has the CRDs know what the next release writes, as its own would.
func grow(t *testing.T, c *stage.Cluster) {
	t.Helper()
	text := map[string]any{"type": "string"}
	for name, paths := range map[string][][]string{
		"imageshares.imageshare.alibabacloud.com":    {{"status"}, {"status", "ledger", "*"}},
		"shareraccounts.imageshare.alibabacloud.com": {{"status", "role"}, {"status", "role", "trust", "*"}, {"status", "role", "keys", "*"}},
	} {
		crd := &unstructured.Unstructured{}
		crd.SetGroupVersionKind(schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"})
		if err := c.Kube.Get(t.Context(), client.ObjectKey{Name: name}, crd); err != nil {
			t.Fatal(err)
		}
		versions, _, err := unstructured.NestedSlice(crd.Object, "spec", "versions")
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			node := versions[0].(map[string]any)["schema"].(map[string]any)["openAPIV3Schema"].(map[string]any)
			for _, step := range path {
				if step == "*" {
					node = node["additionalProperties"].(map[string]any)
				} else {
					node = node["properties"].(map[string]any)[step].(map[string]any)
				}
			}
			node["properties"].(map[string]any)["vintage"] = text
		}
		if err := unstructured.SetNestedSlice(crd.Object, versions, "spec", "versions"); err != nil {
			t.Fatal(err)
		}
		if err := c.Kube.Update(t.Context(), crd); err != nil {
			t.Fatal(err)
		}
	}
}

// play is a stage with one operator, which changes.
type play struct {
	*stage.Stage
	t        *testing.T
	operator *stage.Operator
}

// settle waits until all is as declared.
func (p *play) settle() { p.Rest("all is Ready", p.AllReady) }

// becomes has another release take over, which has nothing to do in the cloud.
func (p *play) becomes(release, what string) {
	p.t.Helper()
	if _, err := p.operator.Stop(5 * time.Second); err != nil {
		p.t.Fatal(err)
	}
	before := len(p.Cloud.Journal())
	p.operator.Become(release)
	p.operator.Start()
	p.settle()
	for _, entry := range p.Cloud.Journal()[before:] {
		p.t.Errorf("written to the cloud by %s, for which there was no reason: %+v", what, entry)
	}
}

// entries are the entries of a map in an object's status, each with its vintage.
func (p *play) entries(kind, namespace, name string, path ...string) map[string]string {
	p.t.Helper()
	obj := &unstructured.Unstructured{}
	obj.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind))
	if err := p.Kube.Get(p.Context(), client.ObjectKey{Namespace: namespace, Name: name}, obj); err != nil {
		p.t.Fatal(err)
	}
	found, _, err := unstructured.NestedMap(obj.Object, path...)
	if err != nil {
		p.t.Fatal(err)
	}
	out := map[string]string{}
	for id, entry := range found {
		out[id] = fmt.Sprint(entry.(map[string]any)["vintage"])
	}
	return out
}

// expect fails the test unless these are the entries, and who wrote each of them.
func (p *play) expect(what string, got map[string]string, old, fresh []string) {
	p.t.Helper()
	want := map[string]string{}
	for _, id := range old {
		want[id] = vintage
	}
	for _, id := range fresh {
		want[id] = "<nil>"
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		p.t.Errorf("%s: %v, not %v", what, got, want)
	}
}

// A release goes on with what the one before it has written; and where that one
// comes back, it loses nothing of what only its successor knows.
func TestReleasesFollowEachOther(t *testing.T) {
	newer := next(t)
	cluster := stage.StartCluster(t)
	grow(t, cluster)
	p := &play{Stage: stage.Set(t, cluster, stage.World()), t: t}
	p.operator = p.NewOperator("one")
	one, two, three, four := stage.Sharee(1), stage.Sharee(2), stage.Sharee(3), stage.Sharee(4)
	declare := func(name string, accounts ...string) {
		p.MustEdit(stage.TeamA, name, func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = stage.AccountIDs(accounts...) })
	}
	ledger := func(name string) map[string]string {
		return p.entries("ImageShare", stage.TeamA, name, "status", "ledger")
	}
	trust := func() map[string]string { return p.entries("SharerAccount", "", "default", "status", "role", "trust") }

	p.MustCreate(stage.Draft(stage.TeamA, "plain", stage.Plain, one, two))
	p.MustCreate(stage.Draft(stage.TeamA, "sealed", stage.Encrypted, one, two))
	p.operator.Start()
	p.settle()

	p.becomes(newer, "the newer release")
	declare("plain", one, two, three)
	declare("sealed", one, two, three)
	p.settle()
	p.expect("the newer one marks what it writes", ledger("plain"), []string{one, two, three}, nil)
	p.expect("on the role too", trust(), []string{one, two, three}, nil)

	p.becomes("", "the older release, come back")
	declare("plain", two, three, four)
	declare("sealed", two, three, four)
	p.settle()
	p.expect("the older one loses nothing that it does not know", ledger("plain"), []string{two, three}, []string{four})
	p.expect("nor of an encrypted image", ledger("sealed"), []string{two, three}, []string{four})
	for id, wrote := range trust() {
		if slices.Contains([]string{two, three}, id) && wrote != vintage {
			t.Errorf("the trust of %s lacks what the newer release has written: %q", id, wrote)
		}
	}

	p.becomes(newer, "the newer release, come back")
	for _, name := range []string{"plain", "sealed"} {
		p.MustDelete(stage.TeamA, name)
	}
	quiet := p.Rest("all is gone", func() error { return p.nothingLeft() })
	record := p.Record()
	record.Settled, record.Quiet = true, []witness.Span{quiet}
	p.MustHold(record)
}

// nothingLeft is an error while an ImageShare is there, or anybody has an image.
func (p *play) nothingLeft() error {
	for name, image := range map[string]string{"plain": stage.Plain, "sealed": stage.Encrypted} {
		if p.Get(stage.TeamA, name) != nil {
			return fmt.Errorf("%s is there", name)
		}
		if left := p.Cloud.Sharees(stage.Region, image); len(left) > 0 {
			return fmt.Errorf("%s is shared with %q", image, left)
		}
	}
	return nil
}
