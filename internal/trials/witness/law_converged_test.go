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

func TestWhatIsDeclaredIsThereInTheEnd(t *testing.T) {
	missing := []string{string(LawConverged) + ": m-golden/" + one}
	declared := func(s *tale) *tale { return s.share("golden", accounts(one)) }
	judge(t, []ending{
		{"is there", func(s *tale) { declared(s).ends(sharedWith(one)) }, nil},
		{"is not there", func(s *tale) { declared(s).ends() }, missing},
		{"is not there, and all is not quiet", func(s *tale) { declared(s).ends(); s.rec.Settled = false }, nil},
		{"of a suspended one", func(s *tale) { s.share("golden", accounts(one), suspend).ends() }, nil},
		{"of an observing one", func(s *tale) { s.share("golden", accounts(one), observe).ends() }, nil},
		{"of one that is over", func(s *tale) {
			s.share("golden", accounts(one), func(o *v1alpha1.ImageShare) { o.Spec.ExpiresAt = metav1.NewTime(s.now) }).ends()
		}, nil},
		{"of a suspended account", func(s *tale) { declared(s).sharer(func(o *v1alpha1.SharerAccount) { o.Spec.Suspend = true }).ends() }, nil},
		{"that no rule may admit", func(s *tale) {
			declared(s).sharer(func(o *v1alpha1.SharerAccount) { o.Spec.Rules = []v1alpha1.Rule{{RequireConfirmation: true}} }).ends()
		}, nil},
		{"beyond a limit of grants", func(s *tale) {
			declared(s).sharer(func(o *v1alpha1.SharerAccount) { o.Spec.Limits.GrantsPerImage = 1 }).ends()
		}, nil},
		{"nobody's number", func(s *tale) { s.share("golden", accounts("1100000000000009")).ends() }, nil},
		{"of another site", func(s *tale) { s.share("golden", accounts("1200000000000001")).ends() }, nil},
		{"the owner himself", func(s *tale) { s.share("golden", accounts(owner)).ends() }, nil},
		{"of a deprecated image", func(s *tale) {
			declared(s).ends(func(d *simcloud.Document) { d.Images[0].Status = simcloud.StatusDeprecated })
		}, nil},
		{"of an image of another operator", func(s *tale) {
			declared(s).ends(func(d *simcloud.Document) { d.Images[0].Tags = []simcloud.Tag{{Key: ownerTag, Value: "them"}} })
		}, nil},
		{"of an image of this operator", func(s *tale) {
			declared(s).ends(func(d *simcloud.Document) { d.Images[0].Tags = []simcloud.Tag{{Key: ownerTag, Value: "us"}} })
		}, missing},
		{"of an image without places", func(s *tale) {
			s.share("golden", accounts(one, two)).ends(sharedWith(two), func(d *simcloud.Document) { d.Limits.ShareesPerImage = 1 })
		}, nil},
		{"of an image whose places those have whom a folder reaches", func(s *tale) {
			s.share("golden", accounts(two), paths(folder)).ends(sharedByShare, func(d *simcloud.Document) {
				d.Dialects.ReachedCounted, d.Limits.ShareesPerImage = "yes", 1
			})
		}, nil},
		{"of an image whose places nobody has whom a folder reaches", func(s *tale) {
			s.share("golden", accounts(two), paths(folder)).ends(sharedByShare, func(d *simcloud.Document) { d.Limits.ShareesPerImage = 1 })
		}, []string{string(LawConverged) + ": m-golden/" + two}},
		{"of an encrypted image, is there and trusted", func(s *tale) { declared(s).ends(withEncryption, sharedWith(one), withRole(document(trusting(one)))) }, nil},
		{"of an encrypted image, is there and not trusted", func(s *tale) { declared(s).ends(withEncryption, sharedWith(one), withRole(document(trusting(two)))) }, missing},
		{"of an encrypted image whose key is off", func(s *tale) {
			declared(s).ends(withEncryption, func(d *simcloud.Document) { d.Keys[0].State = simcloud.KeyDisabled })
		}, nil},
		{"of an encrypted image, by a role that nobody manages", func(s *tale) {
			declared(s).sharer(func(o *v1alpha1.SharerAccount) { o.Spec.KeyAccess = v1alpha1.KeyAccessUnmanaged }).ends(withEncryption)
		}, nil},
		{"a folder that is there", func(s *tale) { s.share("golden", paths(folder+"*")).ends(sharedByShare) }, nil},
		{"a folder that is not there", func(s *tale) { s.share("golden", paths(folder)).ends() }, []string{string(LawConverged) + ": m-golden/" + target}},
		{"the directory that is not there", func(s *tale) { s.share("golden", paths("rd-FkOrg1")).ends() }, []string{string(LawConverged) + ": m-golden/rd-FkOrg1"}},
		{"a folder by a wrong path", func(s *tale) { s.share("golden", paths("rd-FkOrg1/r-FkTop1/fd-FkNoSuch00/"+target)).ends() }, nil},
		{"a folder of another directory", func(s *tale) { s.share("golden", paths("rd-FkOrg2/r-FkTop1/"+target)).ends() }, nil},
		{"a folder where nothing can be shared", func(s *tale) {
			s.share("golden", paths(folder)).ends(func(d *simcloud.Document) { d.Directories[0].Sharing = false })
		}, nil},
	})
}

func TestWhoIsToBeReachedOtherwiseKeepsWhatHeHasUntilThen(t *testing.T) {
	wrong := []string{string(LawKept) + ": m-golden/" + one}
	comes := simcloud.Entry{Action: "CreateResourceShare", Share: "rs-AAAAAAAAAAAA", Image: golden, Targets: []string{target}, Gained: onGolden([]string{target})}
	// swaps lets somebody replace an account by its folder.
	swaps := func(s *tale) *tale {
		s.share("golden", accounts(one)).looks().adds(one).wait(time.Minute)
		return s.share("golden", accounts(), paths(folder)).wait(time.Second).looks()
	}
	judge(t, []ending{
		{"the folder first", func(s *tale) {
			swaps(s).does(comes).does(simcloud.Entry{Action: "ModifyImageSharePermission", Image: golden, Remove: []string{one}, Ended: onGolden([]string{one})}).ends(sharedByShare)
		}, nil},
		{"the account first", func(s *tale) { swaps(s).removes(one).does(comes).ends(sharedByShare) }, wrong},
		{"the account first, after a quarter of an hour", func(s *tale) {
			swaps(s).wait(16 * time.Minute).looks().removes(one).does(comes).ends(sharedByShare)
		}, nil},
		{"the account first, when the folder had been refused", func(s *tale) {
			refused := comes
			refused.Code, refused.Gained, refused.Share = "InvalidTarget", nil, ""
			swaps(s).does(refused).removes(one).does(comes).ends(sharedByShare)
		}, nil},
		{"the account, and the folder never comes", func(s *tale) { swaps(s).removes(one).ends(); s.rec.Settled = false }, nil},
		{"the account, which has moved", func(s *tale) {
			swaps(s).does(simcloud.Entry{ByHand: true, Action: "MoveMember", Directory: "rd-FkOrg1"}).removes(one).does(comes).ends(sharedByShare)
		}, nil},
		{"an account of an encrypted image", func(s *tale) {
			swaps(s).removes(one).does(comes).ends(sharedByShare, withEncryption)
		}, nil},
		{"an account that is not within the folder", func(s *tale) {
			s.share("golden", accounts(two)).looks().adds(two).wait(time.Minute).share("golden", accounts(), paths(folder)).wait(time.Second).looks()
			s.removes(two).does(comes).ends(sharedByShare)
		}, nil},
	})
}
