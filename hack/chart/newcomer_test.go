// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/yaml"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// newcomer is somebody with a clone, a cluster and an account, who types what the
// documentation says. He has no more: what it forgets to say is not done.
type newcomer struct {
	control *envtest.Environment
	admin   client.Client
	cloud   *simcloud.World
	// key is that of the RAM user that he has made, and at is where the cloud is.
	key simcloud.AccessKey
	at  string
	// desk is where the files are that he writes.
	desk string
	env  []string
}

// The RAM user of hack/simcloud/world.yaml, whom he gives the policy in the
// README instead of that which is there.
const (
	sharerID = "1000000000000001"
	ramUser  = "imageshare-operator"
)

// arrive gives a newcomer what he has. Only the endpoints he knows of himself,
// since the cloud is a simulated one.
func arrive(ctx context.Context) *newcomer {
	GinkgoHelper()
	n := &newcomer{desk: GinkgoT().TempDir()}
	n.control, n.admin = startCluster()
	data, err := os.ReadFile(stage.Path("hack", "simcloud", "world.yaml"))
	Expect(err).NotTo(HaveOccurred())
	document, err := simcloud.ParseDocument(data)
	Expect(err).NotTo(HaveOccurred())
	for a := range document.Accounts {
		for u := range document.Accounts[a].Users {
			if user := &document.Accounts[a].Users[u]; document.Accounts[a].ID == sharerID && user.Name == ramUser {
				user.Allow, n.key = policyInREADME(), user.AccessKeys[0]
			}
		}
	}
	Expect(n.key.ID).NotTo(BeEmpty())
	n.cloud, err = simcloud.New(document, time.Now)
	Expect(err).NotTo(HaveOccurred())
	server := httptest.NewServer(n.cloud.Handler())
	DeferCleanup(server.Close)
	n.at = strings.TrimPrefix(server.URL, "http://")
	n.env = append(os.Environ(),
		"PATH="+filepath.Dir(helmProgram(ctx))+":"+os.Getenv("KUBEBUILDER_ASSETS")+":"+os.Getenv("PATH"),
		"KUBECONFIG="+kubeconfigOf(n.control), "KUBECACHEDIR="+n.desk, "DIST="+n.desk,
		"HELM_CACHE_HOME="+n.desk, "HELM_CONFIG_HOME="+n.desk, "HELM_DATA_HOME="+n.desk)
	return n
}

// helmProgram is Helm, built at the version in go.mod.
func helmProgram(ctx context.Context) string {
	GinkgoHelper()
	path, err := exec.CommandContext(ctx, "go", "tool", "-n", "helm").Output()
	Expect(err).NotTo(HaveOccurred())
	return strings.TrimSpace(string(path))
}

// policyInREADME is the RAM policy that the README has one make.
func policyInREADME() []simcloud.Grant {
	GinkgoHelper()
	var policy struct {
		Statement []struct {
			Action   []string
			Resource any
		}
	}
	Expect(json.Unmarshal([]byte(blocks("README.md", "### 1. A RAM user", "json")[0]), &policy)).To(Succeed())
	var out []simcloud.Grant
	for _, statement := range policy.Statement {
		grant := simcloud.Grant{Actions: statement.Action}
		switch resources := statement.Resource.(type) {
		case string:
			grant.Resources = []string{resources}
		case []any:
			for _, one := range resources {
				grant.Resources = append(grant.Resources, one.(string))
			}
		}
		out = append(out, grant)
	}
	return out
}

// types has the newcomer type commands, at the top of the clone. It answers what
// they say.
func (n *newcomer) types(ctx context.Context, commands string) string {
	GinkgoHelper()
	shell := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", commands)
	shell.Dir, shell.Env = stage.Path(), n.env
	shell.WaitDelay = time.Second
	out, err := shell.CombinedOutput()
	GinkgoWriter.Printf("$ %s\n%s\n", strings.TrimSpace(commands), out)
	Expect(err).NotTo(HaveOccurred(), "%s\n%s", commands, out)
	return string(out)
}

// writes has the newcomer write a file.
func (n *newcomer) writes(name, text string) {
	GinkgoHelper()
	Expect(os.WriteFile(filepath.Join(n.desk, name), []byte(text), 0o600)).To(Succeed())
}

// endpoints puts the simulated cloud's address into what is a SharerAccount, or
// values with one.
func (n *newcomer) endpoints(text string, path ...string) string {
	GinkgoHelper()
	all := merged(text)
	spec := all
	for _, step := range path {
		spec = spec[step].(map[string]any)
	}
	endpoints := map[string]any{"insecure": true}
	for _, product := range []string{"ecs", "ram", "sts", "kms", "resourcesharing", "resourcemanager", "quotas"} {
		endpoints[product] = n.at
	}
	spec["endpoints"] = endpoints
	out, err := yaml.Marshal(all)
	Expect(err).NotTo(HaveOccurred())
	return string(out)
}
