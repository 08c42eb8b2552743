// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"path/filepath"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// Direct is a kubeconfig that leads to the API server by no proxy, so that no
// record is kept of each exchange: for plays that take an hour.
func (s *Stage) Direct() string {
	s.t.Helper()
	return kubeconfig(s.t,
		clientcmdapi.Cluster{Server: s.Config.Host, CertificateAuthorityData: s.Config.CAData},
		clientcmdapi.AuthInfo{ClientCertificateData: s.Config.CertData, ClientKeyData: s.Config.KeyData})
}

// kubeconfig writes a kubeconfig, and answers where it is.
func kubeconfig(t testing.TB, cluster clientcmdapi.Cluster, user clientcmdapi.AuthInfo) string {
	t.Helper()
	const name = "trial"
	config := clientcmdapi.NewConfig()
	config.Clusters[name], config.AuthInfos[name] = &cluster, &user
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		t.Fatalf("write a kubeconfig: %v", err)
	}
	return path
}
