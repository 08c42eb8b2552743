// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// ImageKey is what the image loop reconciles: an image, not an object. The
// account is empty for ImageShares of which nobody can tell whose image they
// mean: their SharerAccount is not there, and nothing was granted yet.
type ImageKey struct {
	Account share.AccountID
	Region  string
	ID      string
}

// ref is the image as the cloud knows it.
func (k ImageKey) ref() cloud.ImageRef { return cloud.ImageRef{Region: k.Region, ID: k.ID} }

// The indexes of the cache.
const (
	indexByImage  = "image"
	indexBySharer = "sharer"
)

func imageIndexValue(region, id string) string { return region + "/" + id }

// AddIndexes makes the cache find ImageShares by image and by SharerAccount.
func AddIndexes(ctx context.Context, indexer client.FieldIndexer) error {
	byImage := func(obj client.Object) []string {
		s, ok := obj.(*v1alpha1.ImageShare)
		if !ok {
			return nil
		}
		return []string{imageIndexValue(s.Spec.Image.Region, s.Spec.Image.ID)}
	}
	bySharer := func(obj client.Object) []string {
		s, ok := obj.(*v1alpha1.ImageShare)
		if !ok {
			return nil
		}
		return []string{s.Spec.SharerRef.Name}
	}
	if err := indexer.IndexField(ctx, &v1alpha1.ImageShare{}, indexByImage, byImage); err != nil {
		return err
	}
	return indexer.IndexField(ctx, &v1alpha1.ImageShare{}, indexBySharer, bySharer)
}

// nameOf is the name of an ImageShare as people and packages share and
// converge write it.
func nameOf(s *v1alpha1.ImageShare) string { return s.Namespace + "/" + s.Name }

// accountOf tells in whose account an ImageShare's image is: its
// SharerAccount's, or, when that is not there, the one that its ledger tells
// of. A nil SharerAccount means that there is none.
func accountOf(s *v1alpha1.ImageShare, sharer *v1alpha1.SharerAccount) share.AccountID {
	if sharer != nil {
		return share.AccountID(sharer.Spec.AccountID)
	}
	account := share.AccountID("")
	for _, entry := range s.Status.Ledger {
		account = max(account, share.AccountID(entry.Sharer))
	}
	return account
}

// sharers reads the SharerAccounts by name.
func sharers(ctx context.Context, reader client.Reader) (map[string]*v1alpha1.SharerAccount, error) {
	var list v1alpha1.SharerAccountList
	if err := reader.List(ctx, &list); err != nil {
		return nil, err
	}
	out := make(map[string]*v1alpha1.SharerAccount, len(list.Items))
	for i := range list.Items {
		out[list.Items[i].Name] = &list.Items[i]
	}
	return out, nil
}

// elder is the SharerAccount that has the same account ID and comes first: the
// older one, or of two of one age the one whose name comes first. It is nil
// for the elder itself.
func elder(all map[string]*v1alpha1.SharerAccount, s *v1alpha1.SharerAccount) *v1alpha1.SharerAccount {
	first := s
	for _, other := range all {
		if other.Spec.AccountID == s.Spec.AccountID && comesBefore(other, first) {
			first = other
		}
	}
	if first.Name == s.Name {
		return nil
	}
	return first
}

func comesBefore(a, b *v1alpha1.SharerAccount) bool {
	if a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return a.Name < b.Name
	}
	return a.CreationTimestamp.Before(&b.CreationTimestamp)
}
