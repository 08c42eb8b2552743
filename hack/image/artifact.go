// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// spdx is the media type of a bill of materials.
const spdx = "application/spdx+json"

// nothing is the content of a configuration that there is none of.
var nothing = []byte("{}")

// artifact is something that is no image and is kept with one: a manifest with a
// subject, by which registries list it with the image (OCI image specification
// 1.1, "Guidelines for Artifact Usage").
type artifact struct {
	manifest []byte
	content  v1.Layer
}

// attach makes an artifact that refers to an image.
func attach(image v1.Image, content []byte, mediaType string, annotations map[string]string) (v1.Image, error) {
	subject, err := partial.Descriptor(image)
	if err != nil {
		return nil, err
	}
	layer := static.NewLayer(content, types.MediaType(mediaType))
	about, err := partial.Descriptor(layer)
	if err != nil {
		return nil, err
	}
	config, err := partial.Descriptor(static.NewLayer(nothing, types.OCIEmptyJSON))
	if err != nil {
		return nil, err
	}
	config.Data = nothing
	manifest, err := json.Marshal(v1.Manifest{
		SchemaVersion: 2, MediaType: types.OCIManifestSchema1, ArtifactType: mediaType, Annotations: annotations,
		Config: *config, Layers: []v1.Descriptor{*about},
		Subject: &v1.Descriptor{MediaType: subject.MediaType, Size: subject.Size, Digest: subject.Digest},
	})
	if err != nil {
		return nil, err
	}
	return partial.CompressedToImage(artifact{manifest: manifest, content: layer})
}

// MediaType is an image's: registries keep both alike.
func (a artifact) MediaType() (types.MediaType, error) { return types.OCIManifestSchema1, nil }

// RawManifest is as it was made.
func (a artifact) RawManifest() ([]byte, error) { return a.manifest, nil }

// RawConfigFile is what stands for none.
func (a artifact) RawConfigFile() ([]byte, error) { return nothing, nil }

// LayerByDigest finds the content.
func (a artifact) LayerByDigest(digest v1.Hash) (partial.CompressedLayer, error) {
	have, err := a.content.Digest()
	if err != nil {
		return nil, err
	}
	if digest != have {
		return nil, fmt.Errorf("%s is not in this artifact", digest)
	}
	return a.content, nil
}
