// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// startControlPlane starts etcd and the API server, with RBAC, on free ports.
func (s *stage) startControlPlane(context.Context) error {
	s.say.progress("starting etcd and the Kubernetes API server")
	// What the control plane keeps on disk goes with the run.
	if err := os.Setenv("TMPDIR", s.run); err != nil {
		return err
	}
	control := &envtest.Environment{
		BinaryAssetsDirectory: s.assets,
		UseExistingCluster:    new(false),
		// It waits for whoever still watches, such as a kubectl get -w in another
		// terminal; then it is killed, and nothing of it is kept anyhow.
		ControlPlaneStopTimeout: 3 * time.Second,
	}
	config, err := control.Start()
	s.later(func() error { return killedInTheEnd(control.Stop()) })
	if err != nil {
		return fmt.Errorf("start the API server: %w", err)
	}
	config.QPS, config.Burst = -1, -1
	s.admin = config
	path := filepath.Join(s.run, "admin.kubeconfig")
	if err := writeKubeconfig(path, config); err != nil {
		return err
	}
	s.ctl = &kubectl{path: filepath.Join(s.assets, "kubectl"), kubeconfig: path, cache: filepath.Join(s.run, "kubectl")}
	s.say.progress("the API server is up")
	return s.connect()
}

// killedInTheEnd drops the error that a process did not stop by itself.
func killedInTheEnd(err error) error {
	if err != nil && strings.Contains(err.Error(), "timeout waiting for process") && !strings.Contains(err.Error(), "unable to kill") {
		return nil
	}
	return err
}

// writeKubeconfig writes a kubeconfig that only its owner may read.
func writeKubeconfig(path string, config *rest.Config) error {
	const name = "imageshare-demo"
	out := clientcmdapi.NewConfig()
	out.Clusters[name] = &clientcmdapi.Cluster{Server: config.Host, CertificateAuthorityData: config.CAData}
	out.AuthInfos[name] = &clientcmdapi.AuthInfo{
		ClientCertificateData: config.CertData, ClientKeyData: config.KeyData, Token: config.BearerToken,
	}
	out.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name, Namespace: "platform"}
	out.CurrentContext = name
	data, err := clientcmd.Write(*out)
	if err != nil {
		return err
	}
	return writePrivately(path, data)
}

// writePrivately writes a file that only its owner may read, also when it was
// there before.
func writePrivately(path string, data []byte) error {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}
