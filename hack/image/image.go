// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

const (
	// entrypoint is where the program is in the image, alone.
	entrypoint = "/manager"
	// user is nobody's number on the node. Kubernetes can tell from a number, and
	// not from a name, that it is not root's.
	user = "65532:65532"
)

// release says what is packed, as the image tells it.
type release struct {
	version  string
	revision string
	source   string
	created  time.Time
}

// labels are what the image says of itself, to those who look at its manifest
// and to those who look at its configuration.
func (r release) labels() map[string]string {
	labels := map[string]string{
		"org.opencontainers.image.title":       "imageshare-operator",
		"org.opencontainers.image.description": "Shares ECS custom images of Alibaba Cloud with whom ImageShares declare, and with nobody else.",
		"org.opencontainers.image.licenses":    "Apache-2.0",
		"org.opencontainers.image.source":      r.source,
		"org.opencontainers.image.version":     r.version,
		"org.opencontainers.image.created":     r.created.Format(time.RFC3339),
	}
	if r.revision != "" {
		labels["org.opencontainers.image.revision"] = r.revision
	}
	return labels
}

// imageOf puts a program into an image of its own, on top of nothing.
func imageOf(p program, r release) (v1.Image, error) {
	layer, err := layerOf(p, r.created)
	if err != nil {
		return nil, err
	}
	base := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	image, err := mutate.Append(base, mutate.Addendum{
		Layer:   layer,
		History: v1.History{Created: v1.Time{Time: r.created}, CreatedBy: "make image", Comment: "the operator's program"},
	})
	if err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = p.os, p.architecture
	config.Created = v1.Time{Time: r.created}
	config.Config = v1.Config{User: user, Entrypoint: []string{entrypoint}, Labels: r.labels()}
	image, err = mutate.ConfigFile(image, config)
	if err != nil {
		return nil, err
	}
	return mutate.Annotations(image, r.labels()).(v1.Image), nil
}

// layerOf holds the program and no directory: it belongs to root, and its user
// can run it and not change it.
func layerOf(p program, created time.Time) (v1.Layer, error) {
	content, err := os.ReadFile(p.path)
	if err != nil {
		return nil, err
	}
	var archive bytes.Buffer
	writer := tar.NewWriter(&archive)
	if err := writer.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: entrypoint[1:], Mode: 0o555, Size: int64(len(content)), ModTime: created,
	}); err != nil {
		return nil, err
	}
	if _, err := writer.Write(content); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(archive.Bytes())), nil
	}, tarball.WithMediaType(types.OCILayer), tarball.WithCompressionLevel(gzip.BestCompression), tarball.WithCompressedCaching)
}
