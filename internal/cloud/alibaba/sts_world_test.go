// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"crypto/tls"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

const (
	arnSharing  = "acs:ram::" + simOwner + ":role/sharing"
	arnPod      = "acs:ram::" + simOwner + ":role/pod"
	arnProvider = "acs:ram::" + simOwner + ":oidc-provider/ack"
	podToken    = "pod-token-Of-Today-0123456789"
	externalID  = "tenant-7/9f2c"
	subject     = "system:serviceaccount:imageshare-system:manager"
)

// issuing is a simulated cloud that gives out credentials, over TLS, and an
// operator that asks for them. Both go by one clock, which the test moves by a
// quarter of an hour to either side of the true time, since calls are signed by
// the true one.
type issuing struct {
	world   *simcloud.World
	cloud   *Cloud
	host    string
	ahead   atomic.Int64
	options Options

	mutex   sync.Mutex
	notices []string
}

func believes(kind, principal, condition string) string {
	return fmt.Sprintf(`{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{%q:[%q]}%s}]}`, kind, principal, condition)
}

func newIssuing(t *testing.T, edits ...func(*simcloud.Document)) *issuing {
	t.Helper()
	w := &issuing{}
	policies := []simcloud.Attachment{{Type: simcloud.PolicySystem, Name: "AliyunECSFullAccess"}, {Name: "assume"}}
	document := simcloud.Document{
		Regions: []simcloud.Region{{ID: homeRegion}},
		Accounts: []simcloud.Account{{ID: simOwner, Users: []simcloud.User{{
			ID: "1", Name: "operator", Allow: []simcloud.Grant{{Actions: []string{"sts:AssumeRole"}}},
			AccessKeys: []simcloud.AccessKey{{ID: testCredentials.AccessKeyID, Secret: testCredentials.AccessKeySecret}},
		}}}},
		Images: []simcloud.Image{{ID: testImage.ID, Region: homeRegion, Owner: simOwner}},
		Policies: []simcloud.Policy{{Account: simOwner, Name: "assume", Versions: []simcloud.PolicyVersion{
			{Document: `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}`}}}},
		Roles: []simcloud.Role{
			{Account: simOwner, Name: "sharing", Policies: policies, MaxSessionSeconds: 7200, Trust: believes("RAM", "acs:ram::"+simOwner+":root",
				`,"Condition":{"StringEquals":{"sts:ExternalId":"`+externalID+`"}}`)},
			{Account: simOwner, Name: "pod", Policies: policies, Trust: believes("Federated", arnProvider, `,"Condition":{"StringEquals":{"oidc:sub":"`+subject+`"}}`)},
			{Account: simOwner, Name: "node", Policies: policies, Trust: believes("Service", "ecs.aliyuncs.com", "")},
		},
		OIDCProviders: []simcloud.OIDCProvider{{Account: simOwner, Name: "ack", Tokens: []simcloud.OIDCToken{{Token: podToken, Subject: subject}}}},
	}
	for _, edit := range edits {
		edit(&document)
	}
	var err error
	if w.world, err = simcloud.New(document, w.now); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(w.world.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(w.world.ClearFaults)
	transport := newTransport()
	transport.Proxy = nil
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: serverRoots(server)}
	t.Cleanup(transport.CloseIdleConnections)
	w.host = server.Listener.Addr().String()
	instance := httptest.NewServer(w.world.MetadataHandler(simOwner, "node"))
	t.Cleanup(instance.Close)
	w.options = Options{Clock: w.now, Transport: transport, NotRenewed: w.notRenewed, Metadata: instance.Listener.Addr().String()}
	w.cloud = New(w.options)
	return w
}

func (w *issuing) now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

// at sets the clock, as a distance from the true time.
func (w *issuing) at(d time.Duration) { w.ahead.Store(int64(d)) }

func (w *issuing) notRenewed(name string, _ time.Time, err error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.notices = append(w.notices, name+": "+err.Error())
}

func (w *issuing) told() []string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return append([]string{}, w.notices...)
}

// open opens a session for a target at the world's endpoints.
func (w *issuing) open(target cloud.Target) cloud.Session {
	target.Name = "default"
	target.Endpoints = cloud.Endpoints{ECS: w.host, RAM: w.host, STS: w.host, KMS: w.host}
	return w.cloud.Open(target)
}

// asked counts the calls of an action that reached the world.
func (w *issuing) asked(action string) int {
	count := 0
	for _, call := range w.world.Calls() {
		if call.Action == action {
			count++
		}
	}
	return count
}

// userTarget is the credentials of a RAM user.
func userTarget() cloud.Target {
	return cloud.Target{Credentials: cloud.Credentials{AccessKeyID: testCredentials.AccessKeyID, AccessKeySecret: testCredentials.AccessKeySecret}}
}

// podTarget is a token in a file.
func podTarget(t *testing.T) cloud.Target {
	t.Helper()
	path := filepath.Join(t.TempDir(), "token")
	writeToken(t, path, podToken+"\n")
	return cloud.Target{Pod: cloud.PodIdentity{RoleARN: arnPod, ProviderARN: arnProvider, TokenFile: path}}
}

func writeToken(t *testing.T, path, token string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
}

// assuming is a target that assumes the role for sharing.
func assuming(target cloud.Target) cloud.Target {
	target.Assume = cloud.RoleToAssume{RoleARN: arnSharing, ExternalID: externalID, SessionName: "from-test", Duration: 15 * time.Minute}
	return target
}

// speaksAs checks whom a session speaks as.
func speaksAs(t *testing.T, s cloud.Session, arn string) {
	t.Helper()
	got, err := s.Identity(t.Context())
	if err != nil || got.AccountID != simOwner || !strings.HasSuffix(got.ARN, arn) {
		t.Fatalf("got %+v, %v, want %s", got, err, arn)
	}
}
