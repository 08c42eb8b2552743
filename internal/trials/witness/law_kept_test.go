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

func TestWhoIsDeclaredThroughoutKeepsAccess(t *testing.T) {
	wrong := []string{string(LawKept) + ": m-golden/" + one}
	given := func(s *tale, edits ...edit) {
		s.share("golden", append([]edit{accounts(one)}, edits...)...).looks().adds(one).wait(time.Minute)
	}
	judge(t, []ending{
		{"taken off", func(s *tale) { given(s); s.looks().removes(one).wait(time.Minute) }, wrong},
		{"taken off at the end of the run", func(s *tale) { given(s); s.looks().removes(one) }, wrong},
		{"taken off without a look", func(s *tale) { given(s); s.rec.Looks = nil; s.removes(one) },
			[]string{wrong[0], string(LawDeclared) + ": m-golden/" + one}},
		{"declared no more", func(s *tale) { given(s); s.share("golden", accounts()).looks().removes(one) }, nil},
		{"declared no more after the look, and again later", func(s *tale) {
			given(s)
			s.share("golden", accounts()).looks().share("golden", accounts(one)).wait(time.Second).removes(one)
		}, nil},
		{"declared again long since, which the operator has not looked at", func(s *tale) {
			given(s)
			s.share("golden", accounts()).looks().share("golden", accounts(one)).wait(time.Minute).removes(one)
		}, nil},
		{"declared by another now", func(s *tale) {
			given(s)
			s.share("silver", accounts(one)).share("golden", accounts()).looks().removes(one)
		}, wrong},
		{"declared by another since the look", func(s *tale) {
			given(s)
			s.share("golden", accounts()).looks().share("silver", accounts(one)).removes(one)
		}, nil},
		{"dropped just after the call", func(s *tale) { given(s); s.looks().removes(one).share("golden", accounts()) }, nil},
		{"dropped long after the call", func(s *tale) {
			given(s)
			s.looks().removes(one).wait(3*time.Second).share("golden", accounts())
		}, wrong},
		{"suspended", func(s *tale) { given(s); s.share("golden", suspend).looks().removes(one) }, wrong},
		{"observing", func(s *tale) { given(s); s.share("golden", observe).looks().removes(one) }, wrong},
		{"deleted", func(s *tale) { given(s); s.deleting().looks().removes(one) }, nil},
		{"over", func(s *tale) {
			given(s, func(o *v1alpha1.ImageShare) { o.Spec.ExpiresAt = metav1.NewTime(s.now.Add(10 * time.Second)) })
			s.looks().removes(one)
		}, nil},
		{"removed by hand", func(s *tale) {
			given(s)
			s.does(simcloud.Entry{ByHand: true, Action: "ShareByHand", Image: golden, Remove: []string{one}, Ended: onGolden([]string{one})})
		}, nil},
		{"refused by rules that somebody has approved of", func(s *tale) {
			given(s)
			s.sharer(func(o *v1alpha1.SharerAccount) { o.Spec.Rules = []v1alpha1.Rule{{Regions: []string{"cn-beijing"}}} })
			s.share("golden", approve).looks().removes(one)
		}, nil},
		{"refused by rules before it had him", func(s *tale) {
			given(s)
			s.sharer(func(o *v1alpha1.SharerAccount) { o.Spec.Rules = []v1alpha1.Rule{{Regions: []string{"cn-beijing"}}} })
			s.looks().removes(one)
		}, nil},
		{"refused by rules, which nobody has approved", func(s *tale) {
			given(s, holding(one))
			s.sharer(func(o *v1alpha1.SharerAccount) { o.Spec.Rules = []v1alpha1.Rule{{Regions: []string{"cn-beijing"}}} })
			s.looks().removes(one)
		}, wrong},
		{"an approval where the rules admit everything", func(s *tale) { given(s); s.share("golden", approve).looks().removes(one) }, wrong},
		{"an image of another account", func(s *tale) {
			given(s)
			s.does(simcloud.Entry{Account: "1000000000000002", Action: "ModifyImageSharePermission", Image: "m-other", Remove: []string{one}, Ended: []string{"m-other/" + one}})
		}, []string{string(LawForeign) + ": m-other", string(LawForeign) + ": m-other/" + one}},
		{"a folder, by its resource share", func(s *tale) {
			s.share("golden", paths(folder)).looks()
			s.does(simcloud.Entry{Action: "CreateResourceShare", Share: "rs-1", Image: golden, Targets: []string{target}, Gained: onGolden([]string{target})})
			s.wait(time.Minute).looks()
			s.does(simcloud.Entry{Action: "DeleteResourceShare", Share: "rs-1", Ended: onGolden([]string{target})})
		}, []string{string(LawKept) + ": m-golden/" + target}},
		{"a folder that another resource share has as well", func(s *tale) {
			s.share("golden", paths(folder)).looks()
			s.does(simcloud.Entry{Action: "CreateResourceShare", Share: "rs-1", Image: golden, Targets: []string{target}, Gained: onGolden([]string{target})})
			s.does(simcloud.Entry{Action: "CreateResourceShare", Share: "rs-2", Image: golden, Targets: []string{target}})
			s.wait(time.Minute).looks()
			s.does(simcloud.Entry{Action: "DeleteResourceShare", Share: "rs-2"})
		}, nil},
	})
}

func TestAStrangerIsNotTakenOff(t *testing.T) {
	wrong := []string{string(LawForeign) + ": m-golden/" + two}
	judge(t, []ending{
		{"who was there before the run", func(s *tale) { s.share("golden", accounts(one)).looks().removes(two) }, wrong},
		{"who was there before any ImageShare", func(s *tale) {
			s.strangerAdds(two).wait(time.Minute).share("golden", accounts(one)).looks().removes(two)
		}, wrong},
		{"who was there before, and somebody has approved", func(s *tale) {
			s.share("golden", accounts(one), approve).looks().removes(two)
		}, nil},
		{"who was there before, and was approved on the account", func(s *tale) {
			s.sharer(func(o *v1alpha1.SharerAccount) { o.Annotations = map[string]string{v1alpha1.ApprovedPlan: "x"} })
			s.share("golden", accounts(one)).looks().removes(two)
		}, nil},
		{"who was there before, was declared and is no more", func(s *tale) {
			s.share("golden", accounts(two)).wait(time.Minute).share("golden", accounts(one)).looks().removes(two)
		}, nil},
		{"who came after the takeover", func(s *tale) {
			s.share("golden", accounts(one)).wait(time.Minute).strangerAdds(two).wait(time.Minute).looks().removes(two)
		}, nil},
		{"who came after the takeover, where strangers are kept", func(s *tale) {
			s.share("golden", accounts(one), keep).wait(time.Minute).strangerAdds(two).wait(time.Minute).looks().removes(two)
		}, wrong},
		{"who is declared no more, where strangers are kept", func(s *tale) {
			s.share("golden", keep).wait(time.Minute).strangerAdds(two).wait(time.Minute).share("golden", accounts(two)).
				wait(time.Minute).share("golden", accounts()).looks().wait(time.Minute).removes(two)
		}, wrong},
		{"who came as he was declared, where strangers are kept", func(s *tale) {
			s.share("golden", accounts(two), keep).strangerAdds(two).wait(time.Minute).share("golden", accounts()).looks().wait(time.Minute).removes(two)
		}, nil},
		{"whom the operator had asked for too, where strangers are kept", func(s *tale) {
			s.share("golden", keep).strangerAdds(two).wait(time.Minute).share("golden", accounts(two)).looks()
			s.does(simcloud.Entry{Action: "ModifyImageSharePermission", Image: golden, Add: []string{two}}).wait(time.Minute)
			s.share("golden", accounts()).looks().wait(time.Minute).removes(two)
		}, nil},
		{"whom the operator had granted, where strangers are kept", func(s *tale) {
			s.share("golden", accounts(two), keep).looks().adds(two).wait(time.Minute).share("golden", accounts()).looks().wait(time.Minute).removes(two)
		}, nil},
		{"where strangers are kept, which the operator has not looked at", func(s *tale) {
			s.share("golden").wait(time.Minute).strangerAdds(two).wait(time.Minute).looks().share("golden", keep).wait(time.Minute).removes(two)
		}, nil},
		{"who was declared by one that the rules refuse, where strangers are kept, and somebody has approved", func(s *tale) {
			s.strangerAdds(two).wait(time.Minute).share("golden", accounts(two)).share("another", keep)
			s.sharer(func(o *v1alpha1.SharerAccount) { o.Spec.Rules = []v1alpha1.Rule{{MaxSharees: 1}} })
			s.share("golden", accounts(one, two), approve).wait(time.Minute).looks().removes(two)
		}, nil},
		{"who was declared by one that the rules admit, where strangers are kept, and somebody has approved", func(s *tale) {
			s.strangerAdds(two).wait(time.Minute).share("golden", accounts(two)).share("another", keep)
			s.sharer(func(o *v1alpha1.SharerAccount) { o.Spec.Rules[0].Namespaces.Names = []string{"*"} })
			s.share("golden", accounts(one), approve).wait(time.Minute).looks().removes(two)
		}, wrong},
		{"where strangers were kept until the look", func(s *tale) {
			s.share("golden", keep).wait(time.Minute).strangerAdds(two).wait(time.Minute).
				share("golden", func(o *v1alpha1.ImageShare) { o.Spec.UndeclaredSharees = v1alpha1.UndeclaredRevoke }).looks().removes(two)
		}, nil},
	})
}
