// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// most is what a node may have to download. The program is 13 million bytes
// compressed; a shell, a C library or debugging information would be noticed.
const most = 20_000_000

func TestTheImageIsForBothArchitecturesAndSound(t *testing.T) {
	p := image(t)
	if got := slices.Sorted(maps.Keys(p.images)); !slices.Equal(got, []string{"linux-amd64", "linux-arm64"}) {
		t.Errorf("it is for %v", got)
	}
	if err := validate.Index(p.index); err != nil {
		t.Errorf("not sound: %v", err)
	}
}

func TestTheImageHoldsTheProgramAndNothingElse(t *testing.T) {
	for platform, image := range image(t).images {
		entries := entriesOf(t, image)
		if len(entries) != 1 {
			for _, e := range entries {
				t.Errorf("%s has %s", platform, e.header.Name)
			}
			continue
		}
		h := entries[0].header
		if h.Name != "manager" || h.Typeflag != tar.TypeReg || h.Uid != 0 || h.Gid != 0 || h.Mode != 0o555 {
			t.Errorf("%s has %s of type %c, user %d:%d and mode %o", platform, h.Name, h.Typeflag, h.Uid, h.Gid, h.Mode)
		}
		size, err := partial.Size(image)
		must(t, err)
		layers, err := image.Layers()
		must(t, err)
		for _, layer := range layers {
			more, err := layer.Size()
			must(t, err)
			size += more
		}
		if size > most {
			t.Errorf("%s is %d bytes, more than %d", platform, size, most)
		}
	}
}

func TestTheProgramNeedsNothingThatTheImageDoesNotHave(t *testing.T) {
	machines := map[string]elf.Machine{"linux-amd64": elf.EM_X86_64, "linux-arm64": elf.EM_AARCH64}
	for platform, image := range image(t).images {
		for _, e := range entriesOf(t, image) {
			program, err := elf.NewFile(bytes.NewReader(e.content))
			must(t, err)
			if program.Machine != machines[platform] {
				t.Errorf("the program for %s is for %s", platform, program.Machine)
			}
			libraries, err := program.ImportedLibraries()
			if err != nil || len(libraries) > 0 {
				t.Errorf("the program for %s asks for %v (%v)", platform, libraries, err)
			}
			for _, segment := range program.Progs {
				if segment.Type == elf.PT_INTERP {
					t.Errorf("the program for %s asks for a loader", platform)
				}
			}
		}
	}
}

func TestTheImageRunsTheProgramAsNobodyInParticular(t *testing.T) {
	for platform, image := range image(t).images {
		file, err := image.ConfigFile()
		must(t, err)
		c := file.Config
		if c.User != "65532:65532" {
			t.Errorf("%s runs as %q", platform, c.User)
		}
		if !slices.Equal(c.Entrypoint, []string{"/manager"}) || len(c.Cmd)+len(c.Env)+len(c.ExposedPorts)+len(c.Volumes) > 0 || c.WorkingDir != "" {
			t.Errorf("%s has the configuration %+v", platform, c)
		}
		if got := file.OS + "-" + file.Architecture; got != platform {
			t.Errorf("the image for %s says that it is for %s", platform, got)
		}
	}
}

func TestTheImageSaysWhatItIs(t *testing.T) {
	p := image(t)
	index, err := p.index.IndexManifest()
	must(t, err)
	revision, err := exec.Command("git", "-C", root, "rev-parse", "HEAD").Output()
	must(t, err)
	for label, want := range map[string]string{
		"org.opencontainers.image.title":    "imageshare-operator",
		"org.opencontainers.image.licenses": "Apache-2.0",
		"org.opencontainers.image.source":   "https://github.com/imageshare-operator/imageshare-operator",
		"org.opencontainers.image.revision": strings.TrimSpace(string(revision)),
	} {
		if got := index.Annotations[label]; got != want {
			t.Errorf("%s is %q, not %q", label, got, want)
		}
	}
	for platform, image := range p.images {
		manifest, err := image.Manifest()
		must(t, err)
		file, err := image.ConfigFile()
		must(t, err)
		if !maps.Equal(manifest.Annotations, index.Annotations) || !maps.Equal(file.Config.Labels, index.Annotations) {
			t.Errorf("%s has the annotations %v and the labels %v, and the index %v", platform, manifest.Annotations, file.Config.Labels, index.Annotations)
		}
	}
}

func TestTheProgramInTheImageSaysItsVersion(t *testing.T) {
	p := image(t)
	platform := "linux-" + runtime.GOARCH
	program := filepath.Join(t.TempDir(), "manager")
	must(t, os.WriteFile(program, entriesOf(t, p.images[platform])[0].content, 0o755))
	said, err := exec.CommandContext(t.Context(), program, "--version").CombinedOutput()
	must(t, err)
	index, err := p.index.IndexManifest()
	must(t, err)
	if got, want := strings.TrimSpace(string(said)), index.Annotations["org.opencontainers.image.version"]; got != want || got == "" {
		t.Errorf("the program says that it is %q, and the image %q", got, want)
	}
}

// The second time the sources are somewhere else, as they are on the machine of
// somebody who wants to know whether the image is made of them.
func TestTheSameSourcesMakeTheSameImage(t *testing.T) {
	p := image(t)
	index, err := p.index.IndexManifest()
	must(t, err)
	first, err := p.index.Digest()
	must(t, err)
	file, err := p.images["linux-amd64"].ConfigFile()
	must(t, err)

	elsewhere, dist := t.TempDir(), t.TempDir()
	files, err := exec.Command("git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	must(t, err)
	for name := range strings.SplitSeq(strings.TrimRight(string(files), "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join(root, name))
		must(t, err)
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(elsewhere, name)), 0o755))
		must(t, os.WriteFile(filepath.Join(elsewhere, name), content, 0o644))
	}
	out, err := makeIn(elsewhere, "image", "DIST="+dist,
		"VERSION="+index.Annotations["org.opencontainers.image.version"],
		"REVISION="+index.Annotations["org.opencontainers.image.revision"],
		"SOURCE_DATE_EPOCH="+strconv.FormatInt(file.Created.Unix(), 10))
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	second, err := open(t, dist).index.Digest()
	must(t, err)
	if first != second {
		t.Errorf("the first is %s and the second %s", first, second)
	}
	for _, name := range []string{"image.digest", "sbom-linux-amd64.spdx.json", "sbom-linux-arm64.spdx.json", filepath.Join("image", "index.json")} {
		if !bytes.Equal(read(t, filepath.Join(p.dist, name)), read(t, filepath.Join(dist, name))) {
			t.Errorf("%s is not the same", name)
		}
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	must(t, err)
	return content
}
