// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// root is the repository.
var root, _ = filepath.Abs(filepath.Join("..", ".."))

// made is where make image has put what these tests look at, once for all.
var made = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "image-")
	if err != nil {
		return "", err
	}
	out, err := makeIn(root, "image", "DIST="+dir)
	return dir, errors.Join(err, failure(err, out))
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := made(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// makeIn runs make as somebody at a terminal does, whoever runs these tests.
func makeIn(dir string, args ...string) (string, error) {
	command := exec.Command("make", args...)
	command.Dir = dir
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); !strings.HasPrefix(name, "MAKE") && name != "MFLAGS" && name != "VERSION" {
			command.Env = append(command.Env, variable)
		}
	}
	out, err := command.CombinedOutput()
	return string(out), err
}

func failure(err error, out string) error {
	if err == nil {
		return nil
	}
	return errors.New(out)
}

// packed is the image as one finds it in the layout.
type packed struct {
	dist   string
	layout v1.ImageIndex
	index  v1.ImageIndex
	images map[string]v1.Image // by platform, such as linux-amd64
}

// open reads the layout again, from the disk.
func open(t *testing.T, dist string) packed {
	t.Helper()
	path, err := layout.FromPath(filepath.Join(dist, "image"))
	must(t, err)
	all, err := path.ImageIndex()
	must(t, err)
	listed, err := all.IndexManifest()
	must(t, err)
	p := packed{dist: dist, layout: all, images: map[string]v1.Image{}}
	for _, entry := range listed.Manifests {
		if entry.MediaType.IsIndex() {
			p.index, err = all.ImageIndex(entry.Digest)
			must(t, err)
		}
	}
	if p.index == nil {
		t.Fatal("the layout has no index of images")
	}
	manifest, err := p.index.IndexManifest()
	must(t, err)
	for _, entry := range manifest.Manifests {
		image, err := p.index.Image(entry.Digest)
		must(t, err)
		p.images[entry.Platform.OS+"-"+entry.Platform.Architecture] = image
	}
	return p
}

func image(t *testing.T) packed {
	t.Helper()
	dist, err := made()
	must(t, err)
	return open(t, dist)
}

// entry is a file in an image.
type entry struct {
	header  *tar.Header
	content []byte
}

// entriesOf unpacks every layer.
func entriesOf(t *testing.T, image v1.Image) []entry {
	t.Helper()
	layers, err := image.Layers()
	must(t, err)
	var entries []entry
	for _, layer := range layers {
		stream, err := layer.Uncompressed()
		must(t, err)
		archive, err := io.ReadAll(stream)
		must(t, errors.Join(err, stream.Close()))
		for reader := tar.NewReader(bytes.NewReader(archive)); ; {
			header, err := reader.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			must(t, err)
			content, err := io.ReadAll(reader)
			must(t, err)
			entries = append(entries, entry{header, content})
		}
	}
	return entries
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
