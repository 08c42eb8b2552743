// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

const (
	simMaster = "1000000000000003"
	outside   = "1000000000000004"
	deeper    = "fd-deeper0001"
)

// inDirectory puts the image's owner into a directory, beside one member in a
// folder of a folder.
func inDirectory(d *simcloud.Document) {
	d.Accounts = append(d.Accounts, simcloud.Account{ID: simMaster}, simcloud.Account{ID: outside},
		simcloud.Account{ID: "1200000000000001", Site: "international"})
	d.Images[0].Disks = nil
	d.Directories = []simcloud.Directory{
		{
			ID: testDirectory, Root: "r-AbCdEf", Master: simMaster, Sharing: true,
			Folders: []simcloud.Folder{{ID: testFolder}, {ID: deeper, Parent: testFolder}},
			Members: []simcloud.Member{{Account: simOwner}, {Account: testMember, Folder: deeper}},
		},
		{ID: "rd-Abroad", Root: "r-Abroad", Master: "1200000000000001"},
	}
}

func TestDirectoriesOfTheSimulatedCloud(t *testing.T) {
	_, s := simulated(t, inDirectory)
	ctx := t.Context()
	if id, err := s.Directory(ctx); id != testDirectory || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
	for id, want := range map[string]share.Principal{testFolder: testPath, deeper: testPath + "/" + deeper, "r-AbCdEf": "rd-AbCdEf/r-AbCdEf"} {
		if path, err := s.Folder(ctx, id); path != want || err != nil {
			t.Errorf("%s: got %q, %v", id, path, err)
		}
	}
	for id, want := range map[share.AccountID]share.Principal{testMember: testPath + "/" + deeper, simOwner: "rd-AbCdEf/r-AbCdEf"} {
		if path, err := s.Member(ctx, id); path != want || err != nil {
			t.Errorf("%s: got %q, %v", id, path, err)
		}
	}
	isAbout(t, second(s.Folder(ctx, "fd-nowhere001")), cloud.NotFound, cloud.AboutTarget)
	isAbout(t, second(s.Folder(ctx, "fd-short")), cloud.Invalid, cloud.AboutTarget)
	isAbout(t, second(s.Member(ctx, outside)), cloud.NotFound, cloud.AboutAccount)
}

// isAbout checks what an error is about.
func isAbout(t *testing.T, err error, kind cloud.Kind, subject cloud.Subject) {
	t.Helper()
	if found := mustBe(t, err, kind); found.Subject != subject {
		t.Errorf("got %+v", found)
	}
}

func TestDirectoriesThatTheSimulatedCloudHides(t *testing.T) {
	for dialect, want := range map[string]cloud.Error{
		"denied": {Kind: cloud.Denied}, "hidden": {Kind: cloud.NotFound, Subject: cloud.AboutDirectory},
	} {
		_, s := simulated(t, inDirectory, func(d *simcloud.Document) { d.Dialects.DirectoryReads = dialect })
		for _, verb := range []string{"Directory", "Folder", "Member"} {
			isAbout(t, verbs[verb](t.Context(), s), want.Kind, want.Subject)
		}
	}
	_, alone := simulated(t)
	for _, verb := range []string{"Directory", "Folder", "Member"} {
		isAbout(t, verbs[verb](t.Context(), alone), cloud.NotFound, cloud.AboutDirectory)
	}
}

// shared reads the resource shares without the times, and by one word each.
func shared(t *testing.T, s cloud.Session) map[string]string {
	t.Helper()
	list, err := s.ResourceShares(t.Context(), homeRegion, shareTag)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, found := range list {
		if found.Created.IsZero() {
			t.Errorf("no time: %+v", found)
		}
		out[found.ID] = fmt.Sprintf("%s %v %v %v", found.Name, found.Tagged, found.Images, found.Targets)
	}
	return out
}

func TestSharesOfTheSimulatedCloud(t *testing.T) {
	world, s := simulated(t, inDirectory)
	ctx := t.Context()
	other, err := world.AddShare(simcloud.Share{Region: homeRegion, Owner: simOwner, Name: "other", Tags: []simcloud.Tag{{Key: shareTag.Key}},
		Associations: []simcloud.Association{{Type: simcloud.AssociationTarget, Entity: testDirectory}}})
	if err != nil {
		t.Fatal(err)
	}
	id, err := s.CreateResourceShare(ctx, testShare)
	if err != nil {
		t.Fatal(err)
	}
	const image = "[{m-bp1test Associated }]"
	others := "other false [] [{rd-AbCdEf Associated }]"
	sees := func(own string) {
		t.Helper()
		if got, want := shared(t, s), map[string]string{id: "imageshare-1 true " + image + " " + own, other: others}; !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	sees("[{fd-abcdefghij Associated } {rd-AbCdEf Associated }]")
	walk(t, []simStep{
		{"take two", s.Disassociate(ctx, homeRegion, id, []string{testDirectory, testFolder}), -1},
		{"take them again", s.Disassociate(ctx, homeRegion, id, []string{testDirectory, testFolder}), -1},
		{"add one", s.Associate(ctx, homeRegion, id, []string{deeper}), -1},
		{"add it again", s.Associate(ctx, homeRegion, id, []string{deeper}), -1},
	})
	sees("[{fd-abcdefghij Disassociated } {fd-deeper0001 Associated } {rd-AbCdEf Disassociated }]")
	walk(t, []simStep{
		{"add one back", s.Associate(ctx, homeRegion, id, []string{testFolder}), -1},
		{"take it, one that is gone, and one that never was", s.Disassociate(ctx, homeRegion, id, []string{testFolder, testDirectory, testMember}), -1},
	})
	sees("[{fd-abcdefghij Disassociated } {fd-deeper0001 Associated } {rd-AbCdEf Disassociated }]")
	walk(t, []simStep{
		{"delete it elsewhere", s.DeleteResourceShare(ctx, "cn-beijing", id), cloud.NotFound},
		{"delete it", s.DeleteResourceShare(ctx, homeRegion, id), -1},
		{"delete the other", s.DeleteResourceShare(ctx, homeRegion, other), -1},
		{"delete it again", s.DeleteResourceShare(ctx, homeRegion, id), cloud.NotFound},
		{"delete what never was", s.DeleteResourceShare(ctx, homeRegion, "rs-000000000000"), cloud.NotFound},
	})
	if got := shared(t, s); len(got) != 0 {
		t.Errorf("left: %v", got)
	}
}

func TestManySharesOfTheSimulatedCloud(t *testing.T) {
	var made []simcloud.Share
	for i := range 230 {
		made = append(made, simcloud.Share{ID: fmt.Sprintf("rs-many%03d", i), Region: homeRegion, Owner: simOwner, Name: "n",
			Associations: []simcloud.Association{{Type: simcloud.AssociationTarget, Entity: testDirectory}}})
	}
	_, s := simulated(t, inDirectory, func(d *simcloud.Document) { d.Shares = made })
	list, err := s.ResourceShares(t.Context(), homeRegion, shareTag)
	if err != nil || len(list) != len(made) {
		t.Fatalf("%d shares, %v", len(list), err)
	}
	for _, found := range list {
		if found.Tagged || len(found.Targets) != 1 {
			t.Errorf("got %+v", found)
		}
	}
}

func TestFailuresOfTheSimulatedCloud(t *testing.T) {
	world, s := simulated(t, inDirectory)
	id, err := s.CreateResourceShare(t.Context(), testShare)
	if err == nil {
		err = world.FailAssociation(id, testFolder, simcloud.FailureLimitExceeded)
	}
	list, listErr := s.ResourceShares(t.Context(), homeRegion, shareTag)
	if err != nil || listErr != nil || len(list) != 1 || !list[0].Tagged {
		t.Fatalf("got %+v, %v, %v", list, err, listErr)
	}
	if failed := list[0].Targets[0]; failed.State != cloud.AssociationFailed || failed.Reason == "" {
		t.Errorf("got %+v", failed)
	}
}

func TestRefusalsOfTheSimulatedCloud(t *testing.T) {
	ctx := t.Context()
	_, s := simulated(t, inDirectory, func(d *simcloud.Document) { d.Limits.ResourceShares = 1 })
	to := func(image string, targets ...string) error {
		asked := testShare
		asked.Image.ID, asked.Targets = image, targets
		return second(s.CreateResourceShare(ctx, asked))
	}
	isAbout(t, to(testImage.ID, "fd-nowhere001"), cloud.Invalid, cloud.AboutTarget)
	isAbout(t, to(testImage.ID, "rd-Abroad"), cloud.Invalid, cloud.AboutTarget)
	isAbout(t, to(testImage.ID, simOwner), cloud.Invalid, cloud.AboutTarget)
	isAbout(t, to("m-nope", testFolder), cloud.Invalid, cloud.AboutImage)
	walk(t, []simStep{{"the first", to(testImage.ID, testFolder), -1}, {"the second", to(testImage.ID, testFolder), cloud.Quota}})

	_, disabled := simulated(t, inDirectory, func(d *simcloud.Document) { d.Directories[0].Sharing = false })
	isAbout(t, verbs["CreateResourceShare"](ctx, disabled), cloud.Denied, cloud.AboutDirectory)
	_, alone := simulated(t)
	isAbout(t, verbs["CreateResourceShare"](ctx, alone), cloud.Invalid, cloud.AboutDirectory)
}

func TestSlowSharesOfTheSimulatedCloud(t *testing.T) {
	_, s := simulated(t, inDirectory, func(d *simcloud.Document) {
		d.Limits.SharingDelayMilliseconds = int(time.Hour / time.Millisecond)
		d.Dialects.AssociateTwice = "error"
	})
	ctx := t.Context()
	id, err := s.CreateResourceShare(ctx, testShare)
	if err != nil {
		t.Fatal(err)
	}
	want := "imageshare-1 true [{m-bp1test Associating }] [{fd-abcdefghij Associating } {rd-AbCdEf Associating }]"
	if got := shared(t, s); got[id] != want {
		t.Errorf("got %v", got)
	}
	walk(t, []simStep{
		{"add what is on its way", s.Associate(ctx, homeRegion, id, []string{testFolder}), cloud.Conflict},
		{"take what is on its way", s.Disassociate(ctx, homeRegion, id, []string{testFolder}), cloud.Conflict},
		{"delete it all the same", s.DeleteResourceShare(ctx, homeRegion, id), -1},
		{"add to what is being deleted", s.Associate(ctx, homeRegion, id, []string{deeper}), cloud.Conflict},
	})
	if got := shared(t, s); len(got) != 1 {
		t.Errorf("who is on one that is being deleted has it still: got %v", got)
	}
}
