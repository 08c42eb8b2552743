// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// words are the words of the API for values of package share. What is not among
// them, say a word of a newer version, is taken for the first: the one that
// gives nothing, and takes nothing away without approval.
type words[W, V comparable] []struct {
	word  W
	value V
}

// in is the value that a word stands for.
func (w words[W, V]) in(word W) V {
	for _, one := range w {
		if one.word == word {
			return one.value
		}
	}
	return w[0].value
}

// out is the word for a value.
func (w words[W, V]) out(value V) W {
	for _, one := range w {
		if one.value == value {
			return one.word
		}
	}
	return w[0].word
}

var (
	origins = words[v1alpha1.Origin, share.Origin]{
		{v1alpha1.OriginPrior, share.Prior},
		{v1alpha1.OriginFound, share.Found},
		{v1alpha1.OriginGranted, share.Granted},
		{v1alpha1.OriginLeft, share.Left},
		{v1alpha1.OriginStray, share.Stray},
	}
	stages = words[v1alpha1.Stage, share.Stage]{
		{v1alpha1.StagePending, share.Pending},
		{v1alpha1.StageGiven, share.Given},
		{v1alpha1.StageGoing, share.Going},
	}
	keyAccesses = words[v1alpha1.KeyAccess, share.KeyAccess]{
		{v1alpha1.KeyAccessUnmanaged, share.Unmanaged},
		{v1alpha1.KeyAccessImageKeys, share.ImageKeys},
		{v1alpha1.KeyAccessAllKeys, share.AllKeys},
	}
)
