// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/yaml"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// Namespaces that every cluster has. There is nobody in it who would finish the
// deletion of one.
const (
	OperatorNamespace = "imageshare-system"
	TeamA             = "team-a"
	TeamB             = "team-b"
)

// Cluster is a real API server with the kinds and the admission policies that
// ship. One stage at a time plays on it.
type Cluster struct {
	// Config is the administrator's, by no proxy.
	Config *rest.Config
	Kube   client.WithWatch
}

// NewScheme knows all kinds that the trials meet.
func NewScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	return scheme, errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme))
}

// silence keeps to itself what client libraries have to say, which is not the
// operator's.
var silence = sync.OnceFunc(func() { log.SetLogger(logr.Discard()) })

// StartCluster starts an API server, which stops with the test.
func StartCluster(t testing.TB) *Cluster {
	t.Helper()
	silence()
	control := &envtest.Environment{
		CRDDirectoryPaths:        []string{Path("config", "crd", "bases")},
		ErrorIfCRDPathMissing:    true,
		BinaryAssetsDirectory:    os.Getenv("KUBEBUILDER_ASSETS"),
		UseExistingCluster:       new(false),
		ControlPlaneStopTimeout:  20 * time.Second,
		ControlPlaneStartTimeout: time.Minute,
	}
	config, err := control.Start()
	t.Cleanup(func() {
		if err := control.Stop(); err != nil {
			t.Logf("stop the API server: %v", err)
		}
	})
	if err != nil {
		t.Fatalf("start the API server (make test says where it is): %v", err)
	}
	config.QPS, config.Burst = -1, -1
	c := &Cluster{Config: config}
	if err := c.furnish(context.Background()); err != nil {
		t.Fatalf("furnish the API server: %v", err)
	}
	return c
}

// furnish makes what every stage needs.
func (c *Cluster) furnish(ctx context.Context) error {
	scheme, err := NewScheme()
	if err != nil {
		return err
	}
	if c.Kube, err = client.NewWithWatch(c.Config, client.Options{Scheme: scheme}); err != nil {
		return err
	}
	for _, name := range []string{OperatorNamespace, TeamA, TeamB} {
		err = errors.Join(err, c.Kube.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}))
	}
	return errors.Join(err, ApplyPolicies(ctx, c.Kube))
}

// ApplyPolicies puts the admission policies that ship into an API server.
func ApplyPolicies(ctx context.Context, kube client.Client) error {
	policies, err := Manifests(Path("config", "admission", "*.yaml"))
	for _, obj := range policies {
		err = errors.Join(err, kube.Create(ctx, obj))
	}
	return err
}

// Manifests are the objects in files that ship; it is an error if there is none.
func Manifests(pattern string) ([]*unstructured.Unstructured, error) {
	paths, err := filepath.Glob(pattern)
	var out []*unstructured.Unstructured
	for _, path := range paths {
		data, broken := os.ReadFile(path)
		if broken != nil {
			return nil, broken
		}
		documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(data)))
		for {
			text, end := documents.Read()
			if errors.Is(end, io.EOF) {
				break
			}
			obj := &unstructured.Unstructured{}
			if broken := errors.Join(end, yaml.Unmarshal(text, &obj.Object)); broken != nil {
				return nil, broken
			}
			if obj.GetKind() != "Kustomization" {
				out = append(out, obj)
			}
		}
	}
	if len(out) == 0 {
		err = errors.Join(err, fmt.Errorf("there is no object in %s", pattern))
	}
	return out, err
}
