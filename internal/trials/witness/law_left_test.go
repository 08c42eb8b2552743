// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// ends gives the tale a cloud as it is at the end, and says that all is quiet then.
func (s *tale) ends(edits ...func(*simcloud.Document)) {
	doc := simcloud.Document{
		Regions:  []simcloud.Region{{ID: region}},
		Accounts: []simcloud.Account{{ID: owner}, {ID: one}, {ID: two}, {ID: "1200000000000001", Site: simcloud.SiteInternational}},
		Images:   []simcloud.Image{{ID: golden, Region: region, Owner: owner, Disks: []simcloud.Disk{{Snapshot: "s-golden"}}}},
		Snapshots: []simcloud.Snapshot{
			{ID: "s-golden", Region: region, Owner: owner},
			{ID: "s-secret", Region: region, Owner: owner, Encrypted: true, KMSKeyID: "key-1"},
		},
		Keys: []simcloud.Key{{ID: "key-1", Region: region, Owner: owner}},
		Directories: []simcloud.Directory{{ID: "rd-FkOrg1", Root: "r-FkTop1", Master: owner, Sharing: true,
			Folders: []simcloud.Folder{{ID: target, Name: "products"}}, Members: []simcloud.Member{{Account: one, Folder: target}}}},
	}
	for _, e := range edits {
		e(&doc)
	}
	world, err := simcloud.New(doc, func() time.Time { return s.now })
	if err != nil {
		panic(err)
	}
	s.rec.World, s.rec.Settled, s.rec.Owner = world, true, "us"
}

func sharedWith(ids ...string) func(*simcloud.Document) {
	return func(d *simcloud.Document) {
		for _, id := range ids {
			d.Images[0].Sharees = append(d.Images[0].Sharees, simcloud.Sharee{Account: id})
		}
	}
}

// sharedByShare puts the image on a resource share with the folder.
func sharedByShare(d *simcloud.Document) {
	d.Shares = []simcloud.Share{{ID: "rs-AAAAAAAAAAAA", Region: region, Owner: owner, Name: "imageshare-" + golden, Associations: []simcloud.Association{
		{Type: simcloud.AssociationResource, Entity: golden}, {Type: simcloud.AssociationTarget, Entity: target},
	}}}
}

func withEncryption(d *simcloud.Document) { d.Images[0].Disks[0].Snapshot = "s-secret" }

func withRole(trust string) func(*simcloud.Document) {
	return func(d *simcloud.Document) {
		d.Roles = []simcloud.Role{{Account: owner, Name: defaultRole, Trust: trust, Policies: []simcloud.Attachment{{Type: simcloud.PolicySystem, Name: allKeysPolicy}}}}
	}
}

func forgetting(o *v1alpha1.ImageShare) { o.Status.Ledger = nil }

// tookThatUpon makes the last version of an ImageShare the operator's own writing.
func (s *tale) tookThatUpon(name string) *tale {
	v := s.all[objectKey{kindImageShare, "team", name}]
	obj := v.ImageShare.DeepCopy()
	obj.ResourceVersion = strconv.FormatUint(v.Resource, 10)
	text, err := json.Marshal(obj)
	if err != nil {
		panic(err)
	}
	s.rec.Writes = append(s.rec.Writes, Exchange{Operator: "first", Method: "PATCH", Status: 200, Sent: s.now, Answered: s.now,
		Path: "/apis/imageshare.alibabacloud.com/v1alpha1/namespaces/team/imageshares/" + name + "/status", Response: text})
	return s
}

func TestNothingOfWhatWasDeletedIsLeft(t *testing.T) {
	still := []string{string(LawNothingLeft) + ": m-golden/" + one}
	lingers := []string{string(LawNothingLeft) + ": team/golden"}
	given := func(s *tale, edits ...edit) *tale {
		return s.share("golden", append([]edit{accounts(one)}, edits...)...).looks().adds(one).wait(time.Minute)
	}
	judge(t, []ending{
		{"all taken off", func(s *tale) { given(s).deleting().looks().removes(one).releases().ends() }, nil},
		{"an account is left", func(s *tale) { given(s).deleting().releases().ends(sharedWith(one)) }, still},
		{"an account is left, and all is not quiet", func(s *tale) {
			given(s).deleting().releases().ends(sharedWith(one))
			s.rec.Settled = false
		}, nil},
		{"a folder is left", func(s *tale) {
			s.share("golden", paths(folder)).looks()
			s.does(simcloud.Entry{Action: "CreateResourceShare", Share: "rs-AAAAAAAAAAAA", Image: golden, Targets: []string{target}, Gained: onGolden([]string{target})})
			s.wait(time.Minute).deleting().releases().ends(sharedByShare)
		}, []string{string(LawNothingLeft) + ": m-golden/" + target}},
		{"left under Retain", func(s *tale) {
			given(s).share("golden", retain).deleting().releases().ends(sharedWith(one))
		}, nil},
		{"left under Retain, which became Revoke while it went", func(s *tale) {
			given(s).share("golden", retain).deleting().share("golden", func(o *v1alpha1.ImageShare) {
				o.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRevoke
			}).releases().ends(sharedWith(one))
		}, nil},
		{"left while suspended", func(s *tale) {
			given(s).share("golden", suspend).deleting().releases().ends(sharedWith(one))
		}, nil},
		{"left while observing", func(s *tale) {
			given(s).share("golden", observe).deleting().releases().ends(sharedWith(one))
		}, nil},
		{"left since somebody took the finalizer off", func(s *tale) { given(s).deleting().goes("golden").ends(sharedWith(one)) }, nil},
		{"left since somebody took it out of the ledger", func(s *tale) {
			given(s, holding(one)).share("golden", forgetting).deleting().releases().ends(sharedWith(one))
		}, nil},
		{"left since the operator took it out of the ledger", func(s *tale) {
			given(s, holding(one)).share("golden", forgetting).tookThatUpon("golden").deleting().releases().ends(sharedWith(one))
		}, still},
		{"left since another declares it", func(s *tale) {
			given(s).share("silver", accounts(one)).deleting().releases().ends(sharedWith(one))
		}, nil},
		{"left since a stranger had given it", func(s *tale) {
			s.strangerAdds(one).share("golden", accounts(one), keep).wait(time.Minute).deleting().releases().ends(sharedWith(one))
		}, nil},
		{"still being deleted", func(s *tale) { given(s).deleting().ends(sharedWith(one)) }, lingers},
		{"held with many others", func(s *tale) {
			given(s).deleting().share("golden", func(o *v1alpha1.ImageShare) { o.Status.DeletionHeldSince = o.DeletionTimestamp }).ends(sharedWith(one))
		}, nil},
		{"still being deleted, held by somebody else's finalizer", func(s *tale) {
			given(s).deleting().share("golden", func(o *v1alpha1.ImageShare) { o.Finalizers = []string{"theirs"} }).ends(sharedWith(one))
		}, nil},
		{"still being deleted while the account is suspended", func(s *tale) {
			given(s).deleting().sharer(func(o *v1alpha1.SharerAccount) { o.Spec.Suspend = true }).ends(sharedWith(one))
		}, nil},
	})
}

func TestNothingOfWhatWasDeletedIsLeftOnTheRole(t *testing.T) {
	at := func(object string) []string { return []string{string(LawNothingLeft) + ": " + object} }
	trusted := func(s *tale) *tale {
		return s.sees("").writesTrust("", document(trusting(one))).share("golden", accounts(one), holding(one)).looks().adds(one).wait(time.Minute)
	}
	untold := func(d *simcloud.Document) { d.Roles[0].Policies = nil }
	made := func(d *simcloud.Document) {
		untold(d)
		d.Roles[0].Tags = []simcloud.Tag{{Key: tagMade, Value: "true"}}
	}
	withPolicy := func(d *simcloud.Document) {
		d.Policies = []simcloud.Policy{{Account: owner, Name: keysPolicy, Versions: []simcloud.PolicyVersion{{Document: `{"Version":"1","Statement":[{"Action":"kms:Decrypt","Effect":"Allow","Resource":"*"}]}`}}}}
	}
	makesPolicy := func(s *tale) *tale {
		return s.does(simcloud.Entry{Action: "CreatePolicy", Policy: keysPolicy, DocumentAfter: "{}"})
	}
	goes := func(s *tale) *tale { return s.deleting().looks().removes(one).releases() }
	judge(t, []ending{
		{"the trust", func(s *tale) { goes(trusted(s)).ends(withEncryption, withRole(document(trusting(one)))) }, at(defaultRole)},
		{"the trust, and the role that the operator has made", func(s *tale) {
			goes(trusted(s)).ends(withEncryption, withRole(document(trusting(one))), made)
		}, []string{at(defaultRole)[0], at(defaultRole)[0]}},
		{"the trust, and the role that the operator has made and RAM gave no tag", func(s *tale) {
			goes(trusted(s)).ends(withEncryption, withRole(document(trusting(one))), untold)
		}, at(defaultRole)},
		{"the role, which somebody else is on", func(s *tale) { goes(trusted(s)).ends(withEncryption, withRole(document(trusting(two))), made) }, nil},
		{"the role, under Retain", func(s *tale) {
			trusted(s).share("golden", retain).deleting().releases().ends(withEncryption, sharedWith(one), withRole(document(trusting(one))), made)
		}, nil},
		{"the trust, which another image needs", func(s *tale) {
			trusted(s).share("silver", accounts(one)).deleting().looks().releases()
			s.ends(withEncryption, sharedWith(one), withRole(document(trusting(one))))
		}, nil},
		{"the trust of somebody else", func(s *tale) {
			s.strangerWritesTrust("", document(trusting(one))).share("golden", accounts(one)).looks().adds(one).wait(time.Minute)
			goes(s).ends(withEncryption, withRole(document(trusting(one))))
		}, nil},
		{"a policy", func(s *tale) { makesPolicy(goes(trusted(s))).ends(withEncryption, withPolicy) }, at(keysPolicy)},
		{"a policy of somebody else", func(s *tale) { goes(trusted(s)).ends(withEncryption, withPolicy) }, nil},
		{"a policy that an image needs", func(s *tale) {
			makesPolicy(trusted(s)).ends(withEncryption, withPolicy, withRole(document(trusting(one))), sharedWith(one))
		}, nil},
	})
}
