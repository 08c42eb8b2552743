// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// push sends what pack has made to a registry, and writes beside the layout where
// it is now, by digest: image.reference, and one for each platform.
func push(ctx context.Context, dist, to string) error {
	tag, err := name.NewTag(to)
	if err != nil {
		return fmt.Errorf("push to %s: %w", to, err)
	}
	path, err := layout.FromPath(filepath.Join(dist, "image"))
	if err != nil {
		return fmt.Errorf("find what to push (make image makes it): %w", err)
	}
	all, err := path.ImageIndex()
	if err != nil {
		return err
	}
	listed, err := all.IndexManifest()
	if err != nil {
		return err
	}
	options := []remote.Option{remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain)}
	// The layout lists the index first: what refers to an image comes after it.
	for _, entry := range listed.Manifests {
		if entry.MediaType.IsIndex() {
			index, err := all.ImageIndex(entry.Digest)
			if err != nil {
				return err
			}
			if err := pushIndex(dist, tag, index, options); err != nil {
				return err
			}
			continue
		}
		bill, err := all.Image(entry.Digest)
		if err != nil {
			return err
		}
		if err := remote.Write(tag.Digest(entry.Digest.String()), bill, options...); err != nil {
			return err
		}
	}
	return nil
}

// pushIndex pushes the images under the tag.
func pushIndex(dist string, tag name.Tag, index v1.ImageIndex, options []remote.Option) error {
	digest, err := index.Digest()
	if err != nil {
		return err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return err
	}
	if err := remote.WriteIndex(tag, index, options...); err != nil {
		return err
	}
	for _, image := range manifest.Manifests {
		file := "image-" + image.Platform.OS + "-" + image.Platform.Architecture + ".reference"
		if err := writeReference(dist, file, tag, image.Digest); err != nil {
			return err
		}
	}
	fmt.Printf("pushed %s\n", tag.Digest(digest.String()))
	return writeReference(dist, "image.reference", tag, digest)
}

func writeReference(dist, file string, tag name.Tag, digest v1.Hash) error {
	return os.WriteFile(filepath.Join(dist, file), []byte(tag.Digest(digest.String()).String()+"\n"), 0o644)
}
