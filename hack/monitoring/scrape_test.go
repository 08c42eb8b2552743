// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package monitoring

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// family is a metric as the operator has served it.
type family struct {
	kind, help string
	// labels are the values of each label.
	labels map[string]map[string]bool
}

// scrape is what the operator has served, by the names of metrics.
type scrape map[string]*family

// add adds a page.
func (s scrape) add(page []byte) error {
	syntax := expfmt.NewTextParser(model.UTF8Validation)
	families, err := syntax.TextToMetricFamilies(bytes.NewReader(page))
	for name, read := range families {
		known := s[name]
		if known == nil {
			known = &family{kind: strings.ToLower(read.GetType().String()), help: read.GetHelp(), labels: map[string]map[string]bool{}}
			s[name] = known
		}
		for _, one := range read.GetMetric() {
			for _, label := range one.GetLabel() {
				known.learn(label.GetName(), label.GetValue())
			}
		}
		if read.GetType() == dto.MetricType_HISTOGRAM {
			for _, part := range []string{"_bucket", "_sum", "_count"} {
				s[name+part] = &family{kind: "part", labels: maps.Clone(known.labels)}
			}
			s[name+"_bucket"].learn("le", "")
		}
	}
	return err
}

func (f *family) learn(label, value string) {
	if f.labels[label] == nil {
		f.labels[label] = map[string]bool{}
	}
	f.labels[label][value] = true
}

// own are the names of the operator's own metrics.
func (s scrape) own() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s)), func(name string) bool {
		return !strings.HasPrefix(name, "imageshare_") || s[name].kind == "part"
	})
}

// Images besides those that every stage has.
const (
	taken = "m-taken"
	fifth = "m-fifth"
	sixth = "m-sixth"
)

// world has an image that somebody had before the operator came.
func world() simcloud.Document {
	doc := stage.World()
	for _, id := range []string{taken, fifth, sixth} {
		doc.Images = append(doc.Images, simcloud.Image{ID: id, Region: stage.Region, Owner: stage.SharerID})
	}
	doc.Images[len(doc.Images)-3].Sharees = []simcloud.Sharee{{Account: stage.Sharee(5)}}
	return doc
}

// The play is given once, and its pages are read by several tests.
var (
	once   sync.Once
	served scrape
)

// scraped is what the operator serves in a play in which there is something of
// everything: the program that ships, on a real API server, before the simulated
// cloud.
func scraped(t *testing.T) scrape {
	t.Helper()
	once.Do(func() {
		p := &play{Stage: stage.Set(t, stage.StartCluster(t), world()), t: t, pages: scrape{}}
		p.address = p.FreeAddress()
		o := p.NewOperator("one", "--metrics-bind-address="+p.address, "--metrics-secure=false")
		p.begin()
		o.Start()
		p.disturb()
		p.hold()
		p.end()
		served = p.pages
	})
	if served == nil {
		t.Fatal("the play has failed")
	}
	return served
}

// play is the operator at work, and what it serves meanwhile.
type play struct {
	*stage.Stage
	t       *testing.T
	address string
	pages   scrape
}

// tells waits until the operator has served some series, and keeps what it has.
func (p *play) tells(series ...string) {
	p.t.Helper()
	p.Until("it tells "+strings.Join(series, ", "), func() error {
		page, err := p.Metrics(p.address)
		for _, one := range series {
			if err == nil && !bytes.Contains(page, []byte(one)) {
				err = fmt.Errorf("there is no %s", one)
			}
		}
		if err != nil {
			return err
		}
		return p.pages.add(page)
	})
}

// begin declares all there is, and has the cloud throttle a call.
func (p *play) begin() {
	p.Cloud.Inject(simcloud.Fault{Kind: simcloud.Throttled, Action: "DescribeImages", Times: 1})
	p.Cloud.Inject(simcloud.Fault{Kind: simcloud.ServerError, Action: "GetRole", Times: 1})
	for image, name := range map[string]string{
		stage.Plain: "golden", stage.Encrypted: "encrypted", taken: "taken", fifth: "fifth", sixth: "sixth",
	} {
		p.MustCreate(stage.Draft(stage.TeamA, name, image, stage.Sharee(1), stage.Sharee(2)))
	}
	organized := stage.Draft(stage.TeamA, "organized", stage.Second)
	organized.Spec.Sharees.ResourceDirectoryPaths = stage.Paths(stage.Products)
	p.MustCreate(organized)
}

// disturb waits until all is shared that can be. Then it edits the SharerAccount,
// and takes the claim away, and shares, by hand.
func (p *play) disturb() {
	for _, name := range []string{"golden", "encrypted", "fifth", "sixth", "organized"} {
		p.Until(name+" is Ready", func() error { return p.Ready(stage.TeamA, name) })
	}
	p.tells(`imageshare_held_plan_changes{action="Revoke"`, "imageshare_sharer_trust_policy_characters", `imageshare_sharer_keys{sharer="default",state="Enabled"}`,
		`outcome="Throttled"`, `imageshare_leading 1`)
	p.MustEditSharer(func(obj *v1alpha1.SharerAccount) { obj.Spec.Limits.Deletions = 1 })
	p.counts(sharing...)
	if err := p.Cloud.SetImageTags(stage.Region, stage.Plain, nil); err != nil {
		p.t.Fatal(err)
	}
	if err := p.Cloud.ShareByHand(stage.Region, stage.Plain, []string{stage.Sharee(9)}, []string{stage.Sharee(1)}); err != nil {
		p.t.Fatal(err)
	}
	p.counts(drifting...)
	if err := p.Cloud.SetKeyState(stage.Region, "key-one", "Disabled"); err != nil {
		p.t.Fatal(err)
	}
	p.tells(`imageshare_sharer_keys{sharer="default",state="Disabled"}`)
}

// hold deletes more than the limits let through.
func (p *play) hold() {
	for _, name := range []string{"fifth", "sixth"} {
		if err := p.Kube.Delete(p.Context(), p.Get(stage.TeamA, name)); err != nil {
			p.t.Fatal(err)
		}
	}
	p.tells("imageshare_sharer_held_deletions{", "imageshare_sharer_held_deletions_until_timestamp_seconds{", "imageshare_deleted_timestamp_seconds{")
	p.counts(holding...)
}

// end deletes the SharerAccount, which is still needed.
func (p *play) end() {
	var sharer v1alpha1.SharerAccount
	if err := p.Kube.Get(p.Context(), client.ObjectKey{Name: "default"}, &sharer); err != nil {
		p.t.Fatal(err)
	}
	if err := p.Kube.Delete(p.Context(), &sharer); err != nil {
		p.t.Fatal(err)
	}
	p.tells("imageshare_sharer_deleted_timestamp_seconds{")
}
