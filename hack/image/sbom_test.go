// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	spdxjson "github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdx/v2/v2_3"
	"github.com/spdx/tools-golang/spdxlib"
)

// bills finds the bills of materials as registries do: by the image that they
// refer to.
func bills(t *testing.T, p packed) map[string]v1.Image {
	t.Helper()
	listed, err := p.layout.IndexManifest()
	must(t, err)
	found := map[string]v1.Image{}
	for _, e := range listed.Manifests {
		if e.ArtifactType != "application/spdx+json" {
			continue
		}
		artifact, err := p.layout.Image(e.Digest)
		must(t, err)
		manifest, err := artifact.Manifest()
		must(t, err)
		for platform, image := range p.images {
			if digest, err := image.Digest(); err == nil && manifest.Subject != nil && manifest.Subject.Digest == digest {
				found[platform] = artifact
			}
		}
	}
	return found
}

// billIn reads a bill of materials with SPDX's own library.
func billIn(t *testing.T, artifact v1.Image) (*v2_3.Document, []byte) {
	t.Helper()
	layers, err := artifact.Layers()
	must(t, err)
	if len(layers) != 1 {
		t.Fatalf("the bill of materials has %d layers", len(layers))
	}
	stream, err := layers[0].Compressed()
	must(t, err)
	text, err := io.ReadAll(stream)
	must(t, err)
	must(t, stream.Close())
	document := &v2_3.Document{}
	must(t, spdxjson.ReadInto(bytes.NewReader(text), document))
	return document, text
}

// linked asks the toolchain, of the sources, what comes into the program.
func linked(t *testing.T, platform string) map[string]string {
	t.Helper()
	system, architecture, _ := strings.Cut(platform, "-")
	command := exec.CommandContext(t.Context(), "go", "list", "-C", root, "-deps",
		"-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", ".")
	command.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+architecture, "CGO_ENABLED=0", "GOWORK=off")
	out, err := command.Output()
	must(t, err)
	modules := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if path, version, found := strings.Cut(strings.TrimSpace(line), " "); found {
			modules[path] = version
		}
	}
	return modules
}

func TestTheBillOfMaterialsListsWhatIsLinkedAndNothingElse(t *testing.T) {
	p := image(t)
	found := bills(t, p)
	for platform, image := range p.images {
		artifact, ok := found[platform]
		if !ok {
			t.Errorf("%s has no bill of materials", platform)
			continue
		}
		document, text := billIn(t, artifact)
		must(t, spdxlib.ValidateDocument(document))
		if !bytes.Equal(text, read(t, p.dist+"/sbom-"+platform+".spdx.json")) {
			t.Errorf("%s: the file beside the layout is another", platform)
		}
		lists(t, platform, document)
		isAbout(t, document, entriesOf(t, image)[0].content)
	}
}

// lists compares what is listed with what the toolchain says of the sources.
func lists(t *testing.T, platform string, document *v2_3.Document) {
	t.Helper()
	got, want := map[string]string{}, linked(t, platform)
	for _, part := range document.Packages {
		got[part.PackageName] = part.PackageVersion
		if len(part.PackageExternalReferences) != 1 || part.PackageExternalReferences[0].RefType != "purl" {
			t.Errorf("%s: %s has no package URL", platform, part.PackageName)
		}
	}
	for _, extra := range []string{"stdlib", "github.com/imageshare-operator/imageshare-operator"} {
		if got[extra] == "" {
			t.Errorf("%s: %s is not listed", platform, extra)
		}
		delete(got, extra)
	}
	if !maps.Equal(got, want) {
		t.Errorf("%s lists\n%v\nand linked are\n%v", platform, got, want)
	}
	if got["golang.org/x/crypto/x509roots/fallback"] == "" {
		t.Errorf("%s: the roots of trust are not in the program, and the image has no others", platform)
	}
}

// isAbout checks that the document describes this program.
func isAbout(t *testing.T, document *v2_3.Document, program []byte) {
	t.Helper()
	described, err := spdxlib.GetDescribedPackageIDs(document)
	must(t, err)
	for _, part := range document.Packages {
		if len(described) != 1 || part.PackageSPDXIdentifier != described[0] {
			continue
		}
		sum := fmt.Sprintf("%x", sha256.Sum256(program))
		if len(part.PackageChecksums) != 1 || part.PackageChecksums[0].Value != sum {
			t.Errorf("it is about a program with %v, and the image's has %s", part.PackageChecksums, sum)
		}
		return
	}
	t.Errorf("it describes %v, which it does not list", described)
}
