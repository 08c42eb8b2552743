// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// from is an image that a build starts from, with the digest if it has one.
var from = regexp.MustCompile(`(?m)^(FROM (?:--platform=\S+ )?)([^\s@]+)(?:@sha256:[0-9a-f]{64})?( AS \S+)?[ \t]*$`)

// pinImages puts each image's digest behind its tag. An empty base has none.
func pinImages(dockerfile string, digest func(image string) (string, error)) (string, error) {
	var failed []error
	pinned := from.ReplaceAllStringFunc(dockerfile, func(line string) string {
		part := from.FindStringSubmatch(line)
		if part[2] == "scratch" {
			return line
		}
		is, err := digest(part[2])
		if err != nil {
			failed = append(failed, err)
			return line
		}
		return part[1] + part[2] + "@" + is + part[3]
	})
	return pinned, errors.Join(failed...)
}

// digestOf asks registries.
func digestOf(ctx context.Context) func(string) (string, error) {
	return func(image string) (string, error) {
		reference, err := name.ParseReference(image)
		if err != nil {
			return "", err
		}
		about, err := remote.Head(reference, remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain))
		if err != nil {
			return "", fmt.Errorf("ask for the digest of %s: %w", image, err)
		}
		return about.Digest.String(), nil
	}
}
