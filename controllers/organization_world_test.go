// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"maps"
	"slices"
	"time"

	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// The directory of the sharer: two folders, of which one has a third in it.
const (
	directoryID  = "rd-FkOrg1"
	rootID       = "r-FkTop1"
	productsID   = "fd-FkProducts"
	teamID       = "fd-FkTeam0000"
	sandboxesID  = "fd-FkSandboxs"
	productsPath = directoryID + "/" + rootID + "/" + productsID
	teamPath     = productsPath + "/" + teamID
	sandboxPath  = directoryID + "/" + rootID + "/" + sandboxesID
)

// Who is where in it: one in the folder of products, one in a team's within it,
// one in the root folder.
var inProducts, inTeam, inRoot, joiner = sharee(51), sharee(52), sharee(53), sharee(54)

func organizationDocument() simcloud.Directory {
	return simcloud.Directory{
		ID: directoryID, Root: rootID, Master: otherSharerID, Sharing: true,
		Folders: []simcloud.Folder{{ID: productsID}, {ID: teamID, Parent: productsID}, {ID: sandboxesID}},
		Members: []simcloud.Member{{Account: sharerID}, {Account: inProducts, Folder: productsID}, {Account: inTeam, Folder: teamID}, {Account: inRoot}},
	}
}

// organize declares directories and folders beside accounts.
func (s *scene) organize(name, imageID string, paths []string, accounts ...string) {
	draft := s.draft(name, imageID, accounts...)
	draft.Spec.Sharees.ResourceDirectoryPaths = pathsIn(paths)
	s.create(draft)
}

func pathsIn(paths []string) []v1alpha1.ResourceDirectoryPath {
	out := make([]v1alpha1.ResourceDirectoryPath, 0, len(paths))
	for _, path := range paths {
		out = append(out, v1alpha1.ResourceDirectoryPath(path))
	}
	return out
}

// declarePaths changes which directories and folders are declared.
func (s *scene) declarePaths(name string, paths ...string) {
	s.edit(name, func(o *v1alpha1.ImageShare) { o.Spec.Sharees.ResourceDirectoryPaths = pathsIn(paths) })
}

// targets are the targets that the image is shared with by resource shares of
// the sharer, whoever made them.
func (s *scene) targets(imageID string) func() []string {
	return func() []string {
		var out []string
		for _, one := range s.resourceShares(imageID) {
			for _, a := range one.Associations {
				if a.Type == simcloud.AssociationTarget && a.Status == simcloud.Associated {
					out = append(out, a.Entity)
				}
			}
		}
		slices.Sort(out)
		return out
	}
}

// resourceShares are those that the image is on.
func (s *scene) resourceShares(imageID string) []simcloud.Share {
	return slices.DeleteFunc(s.cloud.Shares(sharerID, region), func(one simcloud.Share) bool {
		return one.Status != simcloud.ShareActive || !slices.ContainsFunc(one.Associations, func(a simcloud.Association) bool {
			return a.Entity == imageID && a.Status == simcloud.Associated
		})
	})
}

// has tells whether an account can use the image now.
func (s *scene) has(imageID, account string) func() bool {
	return func() bool { return s.cloud.CanUse(region, imageID, account) }
}

// soleShare is the ID of the one resource share that the image is on.
func (s *scene) soleShare(imageID string) string {
	shares := s.resourceShares(imageID)
	Expect(shares).WithOffset(1).To(HaveLen(1))
	return shares[0].ID
}

// console changes a resource share as a person would.
func (s *scene) console(id string, change func(*simcloud.Share)) {
	Expect(s.cloud.SetShare(id, change)).To(Succeed())
}

// addByHand makes a resource share of the image that the operator knows nothing
// of, and answers its ID.
func (s *scene) addByHand(name, imageID string, tags []simcloud.Tag, targets ...string) string {
	made := simcloud.Share{Region: region, Owner: sharerID, Name: name, Tags: tags}
	made.Associations = append(made.Associations, simcloud.Association{Type: simcloud.AssociationResource, Entity: imageID})
	for _, id := range targets {
		made.Associations = append(made.Associations, simcloud.Association{Type: simcloud.AssociationTarget, Entity: id})
	}
	id, err := s.cloud.AddShare(made)
	Expect(err).NotTo(HaveOccurred())
	return id
}

// sharingCalls are the calls that change something in Resource Sharing.
var sharingCalls = []string{"CreateResourceShare", "AssociateResourceShare", "DisassociateResourceShare", "DeleteResourceShare"}

// sharingWrites counts them, whatever became of them.
func (s *scene) sharingWrites() int {
	count := 0
	for _, action := range sharingCalls {
		count += s.cloud.CountCalls(action)
	}
	return count
}

// allShares are the resource shares of the account that are not deleted.
func (s *scene) allShares() []simcloud.Share {
	return slices.DeleteFunc(s.cloud.Shares(sharerID, region), func(one simcloud.Share) bool { return one.Status == simcloud.ShareDeleted })
}

// drop deletes an ImageShare and waits until it is let go.
func (s *scene) drop(name string) {
	s.delete(name)
	Eventually(func() *v1alpha1.ImageShare { return s.get(name) }).WithOffset(1).Should(BeNil())
}

// held is who stands in the ledger of the ImageShare golden.
func (s *scene) held() []string { return slices.Sorted(maps.Keys(s.get("golden").Status.Ledger)) }

// strandsNobody checks that the operator has never left anybody with an
// encrypted image and without its key who was not so before.
func (s *scene) strandsNobody() {
	var before []string
	for _, entry := range s.cloud.Journal() {
		if !entry.ByHand {
			Expect(before).WithOffset(1).To(ContainElements(entry.Stranded), "after %s (%d)", entry.Action, entry.Seq)
		}
		before = entry.Stranded
	}
}

// passes lets the time pass for which what was read of resource shares is fresh
// enough where somebody waits, until the ImageShare golden is Ready.
func (s *scene) passes() {
	Eventually(func() bool {
		s.clock.forward(time.Second)
		return s.condition("golden", v1alpha1.ConditionReady)().Status == "True"
	}).WithOffset(1).Should(BeTrue())
}
