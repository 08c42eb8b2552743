// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// manifests are the objects in files that ship.
func manifests(pattern string) ([]*unstructured.Unstructured, error) {
	paths, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	var out []*unstructured.Unstructured
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(data)))
		for {
			text, err := documents.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			obj := &unstructured.Unstructured{}
			if err := errors.Join(err, yaml.Unmarshal(text, &obj.Object)); err != nil {
				return nil, err
			}
			if obj.GetKind() != "Kustomization" {
				out = append(out, obj)
			}
		}
	}
	return out, nil
}

// applyPolicies puts the admission policies that ship into the API server.
func applyPolicies(ctx context.Context) error {
	policies, err := manifests("../config/admission/*.yaml")
	for _, obj := range policies {
		err = errors.Join(err, kube.Create(ctx, obj))
	}
	if len(policies) == 0 {
		err = errors.Join(err, errors.New("there are no policies"))
	}
	return err
}
