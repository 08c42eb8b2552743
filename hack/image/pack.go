// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// The annotation by which tools find an image in a layout, as in
// oci:dist/image:v1.0.0.
const refName = "org.opencontainers.image.ref.name"

// pack writes the layout DIST/image and what goes with it.
func pack(dist string, paths []string, r release) error {
	if dist == "" || r.version == "" || len(paths) == 0 {
		return errors.New("pack needs --dist, --version and the programs")
	}
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	var bills []v1.Image
	for _, path := range paths {
		p, err := readProgram(path)
		if err != nil {
			return err
		}
		r.source = "https://" + p.info.Main.Path
		image, bill, err := packOne(dist, p, r)
		if err != nil {
			return err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: p.os, Architecture: p.architecture}},
		})
		bills = append(bills, bill)
	}
	index = mutate.Annotations(index, r.labels()).(v1.ImageIndex)
	if err := writeLayout(dist, index, bills, r.version); err != nil {
		return err
	}
	digest, err := index.Digest()
	if err != nil {
		return err
	}
	fmt.Printf("%s %s\n", r.version, digest)
	return os.WriteFile(filepath.Join(dist, "image.digest"), []byte(digest.String()+"\n"), 0o644)
}

// packOne makes the image of one program, and its bill of materials: attached to
// the image, and as a file.
func packOne(dist string, p program, r release) (image, attached v1.Image, err error) {
	image, err = imageOf(p, r)
	if err != nil {
		return nil, nil, err
	}
	bill, err := billOf(p, r)
	if err != nil {
		return nil, nil, err
	}
	if err := os.WriteFile(filepath.Join(dist, "sbom-"+p.platform()+".spdx.json"), bill, 0o644); err != nil {
		return nil, nil, err
	}
	const when = "org.opencontainers.image.created"
	attached, err = attach(image, bill, spdx, map[string]string{when: r.labels()[when]})
	return image, attached, err
}

// writeLayout puts the layout into place whole.
func writeLayout(dist string, index v1.ImageIndex, bills []v1.Image, version string) error {
	temp := filepath.Join(dist, "image.new")
	if err := os.RemoveAll(temp); err != nil {
		return err
	}
	path, err := layout.Write(temp, empty.Index)
	if err != nil {
		return err
	}
	if err := path.AppendIndex(index, layout.WithAnnotations(map[string]string{refName: version})); err != nil {
		return err
	}
	for _, bill := range bills {
		if err := path.AppendImage(bill); err != nil {
			return err
		}
	}
	final := filepath.Join(dist, "image")
	if err := os.RemoveAll(final); err != nil {
		return err
	}
	return os.Rename(temp, final)
}
