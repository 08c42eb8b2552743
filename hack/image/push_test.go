// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// quiet keeps requests out of what tests say.
var quiet = registry.Logger(log.New(io.Discard, "", 0))

// A registry lists what refers to an image, or, where it is older than that, has
// a tag for the list.
func TestWhatIsPushedIsFoundByWhoeverHasTheTag(t *testing.T) {
	for kind, options := range map[string][]registry.Option{
		"that lists referrers":         {registry.WithReferrersSupport(true)},
		"that does not know referrers": {},
	} {
		t.Run("to a registry "+kind, func(t *testing.T) {
			p := image(t)
			server := httptest.NewServer(registry.New(append(options, quiet)...))
			defer server.Close()
			tag, err := name.NewTag(strings.TrimPrefix(server.URL, "http://") + "/team/imageshare-operator:v1.2.3")
			must(t, err)
			if out, err := makeIn(root, "image-push", "DIST="+p.dist, "IMG="+tag.String()); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			pulled, err := remote.Index(tag)
			must(t, err)
			must(t, validate.Index(pulled))
			for platform, image := range p.images {
				digest, err := image.Digest()
				must(t, err)
				referrers, err := remote.Referrers(tag.Digest(digest.String()))
				must(t, err)
				listed, err := referrers.IndexManifest()
				must(t, err)
				if len(listed.Manifests) != 1 {
					t.Fatalf("%s is referred to by %d", platform, len(listed.Manifests))
				}
				bill, err := remote.Image(tag.Digest(listed.Manifests[0].Digest.String()))
				must(t, err)
				billIn(t, bill)
			}
		})
	}
}

func TestWhatIsSignedIsWhatWasPushed(t *testing.T) {
	p := image(t)
	server := httptest.NewServer(registry.New(quiet))
	defer server.Close()
	repository := strings.TrimPrefix(server.URL, "http://") + "/imageshare-operator"
	if out, err := makeIn(root, "image-push", "DIST="+p.dist, "IMG="+repository+":v1.2.3"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	// What signs asks others over the network, so it only says here what it is
	// asked to sign.
	cosign := filepath.Join(t.TempDir(), "cosign")
	must(t, os.WriteFile(cosign, []byte("#!/bin/sh\necho signs \"$@\"\n"), 0o755))
	out, err := makeIn(root, "image-sign", "DIST="+p.dist, "COSIGN="+cosign)
	must(t, err)
	digest, err := p.index.Digest()
	must(t, err)
	want := fmt.Sprintf("signs sign --yes --recursive %s@%s\n", repository, digest)
	for _, platform := range []string{"linux-amd64", "linux-arm64"} {
		digest, err := p.images[platform].Digest()
		must(t, err)
		want += fmt.Sprintf("signs attest --yes --type spdxjson --predicate %s/sbom-%s.spdx.json %s@%s\n", p.dist, platform, repository, digest)
	}
	if out != want {
		t.Errorf("it was\n%s\nand not\n%s", out, want)
	}
	facts, err := makeIn(root, "release-facts", "DIST="+p.dist)
	must(t, err)
	if want := fmt.Sprintf("reference=%s@%s\nrepository=%s\ndigest=%s\n", repository, digest, repository, digest); facts != want {
		t.Errorf("the facts are\n%s\nand not\n%s", facts, want)
	}
}
