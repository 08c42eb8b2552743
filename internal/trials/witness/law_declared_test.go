// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestAGrantIsDeclaredAtTheLastLook(t *testing.T) {
	wrong := []string{string(LawDeclared) + ": m-golden/" + one}
	joins := func(s *tale, code string) {
		e := simcloud.Entry{Action: "CreateResourceShare", Share: "rs-1", Image: golden, Targets: []string{target}, Code: code}
		if code == "" {
			e.Gained = onGolden([]string{target})
		}
		s.does(e)
	}
	judge(t, []ending{
		{"a first share", func(s *tale) { s.share("golden", accounts(one)).looks().adds(one) }, nil},
		{"many batches after one look, however long they take", func(s *tale) {
			s.share("golden", accounts(one, two)).looks().adds(one).wait(time.Minute).adds(two)
		}, nil},
		{"without a look", func(s *tale) { s.share("golden", accounts(one)).adds(one) }, wrong},
		{"whom nobody declares", func(s *tale) { s.share("golden", accounts(two)).looks().adds(one) }, wrong},
		{"who was declared at the look, and no more at the call", func(s *tale) {
			s.share("golden", accounts(one)).looks().share("golden", accounts()).wait(time.Minute).adds(one)
		}, nil},
		{"who was declared at the look before the last", func(s *tale) {
			s.share("golden", accounts(one)).looks().wait(time.Minute).share("golden", accounts()).looks().wait(time.Second).adds(one)
		}, wrong},
		{"who was dropped, which the last look tells", func(s *tale) {
			s.share("golden", accounts(one)).looks().wait(time.Minute).share("golden", accounts()).looks().adds(one)
		}, wrong},
		{"who was dropped, which another loop is told at the same time", func(s *tale) {
			s.share("golden", accounts(one)).looks().wait(time.Minute).share("golden", accounts()).wrote().adds(one)
		}, nil},
		{"who moved to another ImageShare", func(s *tale) {
			s.share("golden", accounts(one)).share("silver").looks().share("silver", accounts(one)).share("golden", accounts()).looks().wait(time.Minute).adds(one)
		}, nil},
		{"whom only a deleted one declares", func(s *tale) {
			s.share("golden", accounts(one)).deleting().looks().wait(time.Second).adds(one)
		}, wrong},
		{"whom only a suspended one declares", func(s *tale) { s.share("golden", accounts(one), suspend).looks().adds(one) }, wrong},
		{"whom only an observing one declares", func(s *tale) { s.share("golden", accounts(one), observe).looks().adds(one) }, wrong},
		{"whom only one that is over declares", func(s *tale) {
			s.share("golden", accounts(one), func(o *v1alpha1.ImageShare) { o.Spec.ExpiresAt = metav1.NewTime(s.now.Add(time.Minute)) })
			s.looks().wait(2 * time.Minute).adds(one)
		}, wrong},
		{"whom one of another region declares", func(s *tale) {
			s.share("golden", accounts(one), func(o *v1alpha1.ImageShare) { o.Spec.Image.Region = "cn-beijing" })
			s.share("here").looks().wait(time.Second).adds(one)
		}, wrong},
		{"whom one of another account declares", func(s *tale) {
			s.second().share("here").share("golden", accounts(one), func(o *v1alpha1.ImageShare) { o.Spec.SharerRef.Name = "second" }).looks().adds(one)
		}, wrong},
		{"refused by the cloud", func(s *tale) {
			s.share("golden", accounts(two)).looks().does(simcloud.Entry{Action: "ModifyImageSharePermission", Image: golden, Add: []string{one}, Code: "Throttling"})
		}, wrong},
		{"by hand, and with a stranger's key", func(s *tale) {
			s.rec.Strangers = []string{"stranger"}
			s.share("golden").looks().strangerAdds(one).does(simcloud.Entry{AccessKey: "stranger", Action: "ModifyImageSharePermission", Image: golden, Add: []string{two}, Gained: onGolden([]string{two})})
		}, nil},
		{"while the account is suspended", func(s *tale) {
			s.share("golden", accounts(one)).sharer(func(o *v1alpha1.SharerAccount) { o.Spec.Suspend = true }).wait(time.Minute).looks().adds(one)
		}, wrong},
		{"while the account is being suspended", func(s *tale) {
			s.share("golden", accounts(one)).looks().sharer(func(o *v1alpha1.SharerAccount) { o.Spec.Suspend = true }).adds(one)
		}, nil},
		{"by what was written, after the look", func(s *tale) {
			s.share("golden", accounts(two)).looks().share("golden", accounts(one)).wrote().adds(one)
		}, nil},
		{"by an older look than what was written has told", func(s *tale) {
			s.share("golden", accounts(one)).looks().share("golden", accounts(two)).wrote().wait(time.Second).adds(one)
		}, wrong},
		{"by the newer of two answers, of which the older came late", func(s *tale) {
			s.share("golden", accounts(one)).looks().wrote().share("golden", accounts(two)).wrote()
			late := s.rec.Looks[1]
			late.Answered = s.now.Add(time.Millisecond)
			s.rec.Looks = append(s.rec.Looks, late)
			s.wait(time.Second).adds(two)
		}, nil},
		{"by the look of a process that has ended", func(s *tale) {
			s.share("golden", accounts(one)).looks()
			s.rec.Processes = []Process{{Operator: "first", Stopped: s.now}, {Operator: "first", Started: s.now.Add(time.Millisecond)}}
			s.wait(time.Minute).adds(one)
		}, wrong},
		{"by the look of one of two", func(s *tale) {
			s.share("golden", accounts(one)).looks().share("golden", accounts()).looksAs("second").wait(time.Minute).adds(one)
		}, nil},
		{"a folder", func(s *tale) { s.share("golden", paths(folder+"*")).looks(); joins(s, "") }, nil},
		{"a folder that nobody declares", func(s *tale) { s.share("golden", paths("rd-FkOrg1")).looks(); joins(s, "") },
			[]string{string(LawDeclared) + ": m-golden/" + target}},
		{"a folder that nobody declares, refused", func(s *tale) { s.share("golden").looks(); joins(s, "InvalidTarget") },
			[]string{string(LawDeclared) + ": m-golden/" + target}},
	})
}

// wrote tells the operator of the ImageShare golden as it is, by the answer to a write.
func (s *tale) wrote() *tale {
	s.tick()
	v := s.all[objectKey{kindImageShare, "team", "golden"}]
	s.rec.Looks = append(s.rec.Looks, Look{Operator: "first", Sent: s.now, Answered: s.now, Kind: kindImageShare, Resource: v.Resource,
		Versions: []Version{v}, Fits: Selection{Namespace: "team", Name: "golden"}})
	return s
}
