// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"helm.sh/helm/v4/pkg/action"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	release "helm.sh/helm/v4/pkg/release/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// built is what kustomize makes of a directory, in the order of its program.
func built(dir string) []*unstructured.Unstructured {
	GinkgoHelper()
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionLegacy
	out, err := krusty.MakeKustomizer(options).Run(filesys.MakeFsOnDisk(), dir)
	Expect(err).NotTo(HaveOccurred())
	text, err := out.AsYaml()
	Expect(err).NotTo(HaveOccurred())
	return objects(text)
}

// rendered is what helm template makes of the chart with values.
func rendered(values ...string) []*unstructured.Unstructured {
	GinkgoHelper()
	manifest, err := render(values...)
	Expect(err).NotTo(HaveOccurred())
	return objects([]byte(manifest))
}

// render is the manifest as Helm writes it, with values of which later ones win.
func render(values ...string) (string, error) {
	GinkgoHelper()
	return renderChart(ourChart(), values...)
}

func renderChart(ours *chart.Chart, values ...string) (string, error) {
	GinkgoHelper()
	return renderIn(operatorNamespace, ours, values...)
}

func renderIn(namespace string, ours *chart.Chart, values ...string) (string, error) {
	GinkgoHelper()
	install := action.NewInstall(action.NewConfiguration())
	install.DryRunStrategy = action.DryRunClient
	install.ReleaseName, install.Namespace = "imageshare", namespace
	install.KubeVersion = &ourKubernetes
	made, err := install.Run(ours, merged(values...))
	if err != nil {
		return "", err
	}
	return made.(*release.Release).Manifest, nil
}

// merged is several files of values as one.
func merged(values ...string) map[string]any {
	GinkgoHelper()
	all := map[string]any{}
	for _, text := range values {
		var one map[string]any
		Expect(yaml.UnmarshalStrict([]byte(text), &one)).To(Succeed(), text)
		all = loader.MergeMaps(all, one)
	}
	return all
}

// objects are those in a stream of YAML, none of which says a thing twice.
func objects(text []byte) []*unstructured.Unstructured {
	GinkgoHelper()
	var all []*unstructured.Unstructured
	documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return all
		}
		Expect(err).NotTo(HaveOccurred())
		obj := &unstructured.Unstructured{}
		Expect(yaml.UnmarshalStrict(document, &obj.Object)).To(Succeed(), string(document))
		if len(obj.Object) > 0 {
			all = append(all, obj)
		}
	}
}

// name is what a spec calls an object.
func name(obj *unstructured.Unstructured) string {
	return obj.GetKind() + "/" + obj.GetName()
}

// byName are objects by what specs call them.
func byName(all []*unstructured.Unstructured) map[string]*unstructured.Unstructured {
	GinkgoHelper()
	out := map[string]*unstructured.Unstructured{}
	for _, obj := range all {
		Expect(out).NotTo(HaveKey(name(obj)), "there are two of a name")
		out[name(obj)] = obj
	}
	return out
}

// field is what is in an object at a path such as spec.egress.2.ports, in which
// a name with dots is in brackets; nil if there is nothing.
func field(obj *unstructured.Unstructured, path string) any {
	var at any = obj.Object
	for _, step := range steps(path) {
		switch in := at.(type) {
		case map[string]any:
			at = in[step]
		case []any:
			at = element(in, step)
		default:
			return nil
		}
	}
	return at
}

// element is one of a list: by number, or by what is in its name.
func element(list []any, step string) any {
	for i, one := range list {
		if step == string(rune('0'+i)) {
			return one
		}
		if named, is := one.(map[string]any); is && named["name"] == step {
			return one
		}
	}
	return nil
}

func steps(path string) []string {
	var out []string
	for i, part := range strings.FieldsFunc(path, func(r rune) bool { return r == '[' || r == ']' }) {
		if i%2 == 1 {
			out = append(out, part)
			continue
		}
		out = append(out, strings.FieldsFunc(part, func(r rune) bool { return r == '.' })...)
	}
	return out
}
