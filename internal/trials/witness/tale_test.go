// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"fmt"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

const (
	owner  = "1000000000000001"
	one    = "1100000000000001"
	two    = "1100000000000002"
	golden = "m-golden"
	region = "cn-hangzhou"
	folder = "rd-FkOrg1/r-FkTop1/fd-FkProducts"
	target = "fd-FkProducts"
)

// tale is a history that is made by hand, from noon on. What is told happens at the tale's time; each thing takes a moment.
type tale struct {
	rec Record
	now time.Time
	rv  uint64
	all map[objectKey]Version
}

// edit is a change of an ImageShare.
type edit func(*v1alpha1.ImageShare)

func newTale() *tale {
	s := &tale{now: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC), all: map[objectKey]Version{}}
	s.sharer(func(*v1alpha1.SharerAccount) {})
	return s
}

// wait lets time pass.
func (s *tale) wait(d time.Duration) *tale { s.now = s.now.Add(d); return s }

func (s *tale) tick() { s.now = s.now.Add(time.Millisecond); s.rv++ }

func (s *tale) put(v Version) {
	v.Resource = s.rv
	v.Seen = s.now
	s.all[v.key()] = v
	s.rec.Versions = append(s.rec.Versions, v)
}

// sharer makes or edits the SharerAccount.
func (s *tale) sharer(change func(*v1alpha1.SharerAccount)) *tale {
	s.tick()
	obj := &v1alpha1.SharerAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	obj.Spec = v1alpha1.SharerAccountSpec{AccountID: owner, RoleName: defaultRole, Rules: []v1alpha1.Rule{{}}}
	if v, there := s.all[objectKey{kindSharerAccount, "", "default"}]; there {
		obj = v.SharerAccount.DeepCopy()
	}
	change(obj)
	s.put(sharerVersion(obj, s.now))
	return s
}

// share makes or edits an ImageShare of the image golden in the namespace team.
func (s *tale) share(name string, edits ...edit) *tale {
	s.tick()
	obj := &v1alpha1.ImageShare{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: name, Finalizers: []string{v1alpha1.Finalizer}}}
	obj.Spec = v1alpha1.ImageShareSpec{SharerRef: v1alpha1.SharerReference{Name: "default"},
		Image: v1alpha1.ImageReference{Region: region, ID: golden}, UndeclaredSharees: v1alpha1.UndeclaredRevoke}
	if v, there := s.all[objectKey{kindImageShare, "team", name}]; there {
		obj = v.ImageShare.DeepCopy()
	}
	for _, e := range edits {
		e(obj)
	}
	s.put(imageShareVersion(obj, s.now))
	return s
}

func accounts(ids ...string) edit {
	return func(o *v1alpha1.ImageShare) {
		o.Spec.Sharees.AccountIDs = nil
		for _, id := range ids {
			o.Spec.Sharees.AccountIDs = append(o.Spec.Sharees.AccountIDs, v1alpha1.AccountID(id))
		}
	}
}

func paths(list ...string) edit {
	return func(o *v1alpha1.ImageShare) {
		o.Spec.Sharees.ResourceDirectoryPaths = nil
		for _, path := range list {
			o.Spec.Sharees.ResourceDirectoryPaths = append(o.Spec.Sharees.ResourceDirectoryPaths, v1alpha1.ResourceDirectoryPath(path))
		}
	}
}

func suspend(o *v1alpha1.ImageShare) { o.Spec.Suspend = true }
func observe(o *v1alpha1.ImageShare) { o.Spec.Mode = v1alpha1.ModeObserve }
func retain(o *v1alpha1.ImageShare)  { o.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain }
func keep(o *v1alpha1.ImageShare)    { o.Spec.UndeclaredSharees = v1alpha1.UndeclaredKeep }

func approve(o *v1alpha1.ImageShare) {
	o.Annotations = map[string]string{v1alpha1.ApprovedPlan: "2367c618b8662825"}
}

func holding(ids ...string) edit {
	return func(o *v1alpha1.ImageShare) {
		o.Status.Ledger = map[string]v1alpha1.LedgerEntry{}
		for _, id := range ids {
			o.Status.Ledger[id] = v1alpha1.LedgerEntry{Sharer: owner, Origin: v1alpha1.OriginGranted}
		}
	}
}

// deleting marks the ImageShare golden as deleted by somebody.
func (s *tale) deleting() *tale {
	return s.share("golden", func(o *v1alpha1.ImageShare) { o.DeletionTimestamp = &metav1.Time{Time: s.now} })
}

// releases lets the operator take the finalizer off, and the ImageShare go.
func (s *tale) releases() *tale {
	s.tick()
	s.rec.Writes = append(s.rec.Writes, Exchange{Operator: "first", Method: "PATCH", Status: 200, Sent: s.now, Answered: s.now,
		Path:    "/apis/imageshare.alibabacloud.com/v1alpha1/namespaces/team/imageshares/golden",
		Request: []byte(`{"metadata":{"finalizers":null,"resourceVersion":"7"}}`)})
	return s.goes("golden")
}

// goes lets the ImageShare go.
func (s *tale) goes(name string) *tale {
	s.tick()
	v := s.all[objectKey{kindImageShare, "team", name}]
	v.Gone = true
	s.put(v)
	delete(s.all, v.key())
	return s
}

// looks lets the operator list the ImageShares of the image live.
func (s *tale) looks() *tale { return s.looksAs("first") }

func (s *tale) looksAs(operator string) *tale {
	s.tick()
	l := Look{Operator: operator, Sent: s.now, Answered: s.now, Kind: kindImageShare, Resource: s.rv, Whole: true, Fits: Selection{Region: region, Image: golden}}
	for _, v := range s.all {
		if v.Kind == kindImageShare {
			l.Versions = append(l.Versions, v)
		}
	}
	s.rec.Looks = append(s.rec.Looks, l)
	return s
}

// does journals a write of the operator, complete but for what it is about.
func (s *tale) does(e simcloud.Entry) *tale {
	s.tick()
	e.Seq, e.Time, e.Effected = len(s.rec.Journal)+1, s.now, s.now
	if e.Code == "" {
		e.Code = simcloud.CodeOK
	}
	if e.AccessKey == "" && !e.ByHand {
		e.AccessKey = "operator"
	}
	if e.Account == "" && !e.ByHand {
		e.Account = owner
	}
	if e.Region == "" && e.Role == "" && e.Policy == "" {
		e.Region = region
	}
	s.rec.Journal = append(s.rec.Journal, e)
	return s
}

func onGolden(who []string) []string {
	var out []string
	for _, one := range who {
		out = append(out, golden+"/"+one)
	}
	return out
}

// adds and removes are the operator's calls about accounts, which do what they ask.
func (s *tale) adds(who ...string) *tale {
	return s.does(simcloud.Entry{Action: "ModifyImageSharePermission", Image: golden, Add: who, Gained: onGolden(who)})
}

func (s *tale) removes(who ...string) *tale {
	return s.does(simcloud.Entry{Action: "ModifyImageSharePermission", Image: golden, Remove: who, Ended: onGolden(who), Cut: onGolden(who)})
}

// strangerAdds puts accounts on the image by hand.
func (s *tale) strangerAdds(who ...string) *tale {
	return s.does(simcloud.Entry{ByHand: true, Action: "ShareByHand", Image: golden, Add: who, Gained: onGolden(who)})
}

// found are the violations of a tale, in short.
func (s *tale) found() []string {
	s.rec.End = s.now
	out := []string{}
	for _, v := range Examine(s.rec) {
		out = append(out, fmt.Sprintf("%s: %s", v.Law, v.Object))
	}
	slices.Sort(out)
	return out
}

// ending is one tale and what is wrong with it.
type ending struct {
	name string
	tell func(s *tale)
	want []string
}

// judge tells each tale and compares what is found.
func judge(t *testing.T, endings []ending) {
	t.Helper()
	for _, c := range endings {
		t.Run(c.name, func(t *testing.T) {
			s := newTale()
			c.tell(s)
			if got := s.found(); !slices.Equal(got, append([]string{}, c.want...)) {
				t.Errorf("found %q, want %q", got, c.want)
				for _, v := range Examine(s.rec) {
					t.Log(Explain(s.rec, v))
				}
			}
		})
	}
}
