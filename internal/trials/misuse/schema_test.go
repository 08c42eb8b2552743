// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// schema is as much of an OpenAPI schema as values are made from.
type schema struct {
	Type        string             `json:"type"`
	Format      string             `json:"format"`
	Enum        []string           `json:"enum"`
	Pattern     string             `json:"pattern"`
	MinLength   *int               `json:"minLength"`
	MaxLength   *int               `json:"maxLength"`
	Minimum     *int64             `json:"minimum"`
	Maximum     *int64             `json:"maximum"`
	MinItems    *int               `json:"minItems"`
	MaxItems    *int               `json:"maxItems"`
	MinProps    *int               `json:"minProperties"`
	MaxProps    *int               `json:"maxProperties"`
	Required    []string           `json:"required"`
	Properties  map[string]*schema `json:"properties"`
	Items       *schema            `json:"items"`
	Additional  *schema            `json:"additionalProperties"`
	Validations []struct {
		Rule string `json:"rule"`
	} `json:"x-kubernetes-validations"`
	ListType string `json:"x-kubernetes-list-type"`
}

// crd is as much of a CustomResourceDefinition as is read here.
type crd struct {
	Spec struct {
		Names    struct{ Kind string }
		Versions []struct {
			Schema struct {
				OpenAPIV3Schema *schema `json:"openAPIV3Schema"`
			}
		}
	}
}

// each stands in a path for any item of a list, or any value of a map.
const each = "*"

// field is a field of a kind's spec, at any depth.
type field struct {
	kind   string
	path   []string
	schema *schema
	// fixed says that it cannot be changed once it is there.
	fixed bool
}

// String is the field as people write it.
func (f field) String() string {
	return f.kind + "." + strings.ReplaceAll(strings.Join(f.path, "."), "."+each, "[]")
}

// shippedSchemas reads the schemas of the kinds that ship, by kind.
func shippedSchemas() (map[string]*schema, error) {
	files, err := filepath.Glob(stage.Path("config", "crd", "bases", "*.yaml"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("there are no CRDs: %w", err)
	}
	out := map[string]*schema{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var c crd
		if err := yaml.Unmarshal(text, &c); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		out[c.Spec.Names.Kind] = c.Spec.Versions[0].Schema.OpenAPIV3Schema
	}
	return out, nil
}

// fieldsOf lists the fields of the specs, at every depth, in alphabetical order.
func fieldsOf(kinds map[string]*schema) []field {
	var out []field
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		walk(field{kind: kind, path: []string{"spec"}, schema: kinds[kind].Properties["spec"]}, &out)
	}
	return out
}

// walk adds what is in a field, and the field itself but for the spec as a
// whole.
func walk(f field, out *[]field) {
	f.fixed = f.fixed || f.schema.fixes()
	if len(f.path) > 1 {
		*out = append(*out, f)
	}
	for _, name := range slices.Sorted(maps.Keys(f.schema.Properties)) {
		walk(f.in(name, f.schema.Properties[name]), out)
	}
	if f.schema.Items != nil {
		walk(f.in(each, f.schema.Items), out)
	}
	if f.schema.Additional != nil {
		walk(f.in(each, f.schema.Additional), out)
	}
}

// in is a field of a field.
func (f field) in(name string, s *schema) field {
	f.path, f.schema = append(slices.Clone(f.path), name), s
	return f
}

// fixes says whether the schema keeps a value as it is.
func (s *schema) fixes() bool {
	for _, v := range s.Validations {
		if v.Rule == "self == oldSelf" {
			return true
		}
	}
	return false
}

var matchCall = regexp.MustCompile(`self\.matches\('([^']+)'\)`)

// patterns are the patterns that a text has to match. In a rule with a choice
// they are but one way.
func (s *schema) patterns() []string {
	var out []string
	if s.Pattern != "" {
		out = append(out, s.Pattern)
	}
	for _, v := range s.Validations {
		for _, m := range matchCall.FindAllStringSubmatch(v.Rule, -1) {
			out = append(out, m[1])
		}
	}
	return out
}

func orElse[T any](p *T, fallback T) T {
	if p == nil {
		return fallback
	}
	return *p
}
