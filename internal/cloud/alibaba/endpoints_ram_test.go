// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

func TestEndpointsOfKeys(t *testing.T) {
	v := newVendor(t, willing)
	session := v.open(t, Options{})
	for region, host := range map[string]string{
		"cn-hangzhou":    "kms.cn-hangzhou.aliyuncs.com",
		"me-odd-1":       "kms.me-odd-1.aliyuncs.com",
		"ap-southeast-1": "kms.ap-southeast-1.aliyuncs.com",
		"ap-southeast-5": "kms.ap-southeast-1.aliyuncs.com",
	} {
		if _, err := session.Key(t.Context(), region, testKey); err != nil || v.lastHost() != host {
			t.Errorf("%s: %v, asked %s", region, err, v.lastHost())
		}
		if asked := v.calls()[len(v.calls())-1]; asked.Get("RegionId") != region {
			t.Errorf("%s: asked for the region %s", region, asked.Get("RegionId"))
		}
	}
	before := len(v.calls())
	for _, bad := range []string{"", "../x", "Cn-Hangzhou", "evil.com/?x=", "cn-hangzhou "} {
		for _, err := range []error{
			second(session.Key(t.Context(), bad, testKey)), second(session.KeyPolicy(t.Context(), bad, testKey)),
			second(session.Snapshots(t.Context(), bad, []string{"s-1"})),
		} {
			if found := mustBe(t, err, cloud.Invalid); found.Subject != cloud.AboutRegion {
				t.Errorf("%q: %+v", bad, found)
			}
		}
	}
	if len(v.calls()) != before {
		t.Error("something was sent")
	}
}

// An address that is given for one product serves that product, and no other.
func TestOwnEndpointsOfEachProduct(t *testing.T) {
	given := cloud.Endpoints{
		ECS: "ecs.example.com", RAM: "ram.example.com:8443", STS: "sts.example.com", KMS: "kms.example.com",
		ResourceSharing: "rs.example.com", ResourceManager: "rm.example.com", Quotas: "quotas.example.com",
	}
	v := newVendor(t, willing)
	shared := New(Options{Transport: v.transport(t), Limits: Limits{Rate: 1000, Burst: 1000}})
	own := shared.Open(cloud.Target{Credentials: testCredentials, Endpoints: given})
	hosts := map[string]string{
		"ecs": given.ECS, "ram": given.RAM, "sts": given.STS, "kms": given.KMS,
		"resourcesharing": given.ResourceSharing, "resourcemanager": given.ResourceManager, "quotas": given.Quotas,
	}
	for verb, do := range verbs {
		product, _, _ := strings.Cut(actions[verb], ":")
		if err := do(t.Context(), own); err != nil || v.lastHost() != hosts[product] {
			t.Errorf("%s: %v, asked %s", verb, err, v.lastHost())
		}
	}
	for _, bad := range []string{"https://example.com", "example.com/x", "user@example.com", "a b"} {
		odd := shared.Open(cloud.Target{Credentials: testCredentials, Endpoints: cloud.Endpoints{
			RAM: bad, KMS: bad, ResourceSharing: bad, ResourceManager: bad, Quotas: bad,
		}})
		for _, verb := range []string{"Role", "Key", "KeyPolicy", "TagRole", "ResourceShares", "Associate", "Directory", "Member", "ShareeQuota"} {
			found := mustBe(t, verbs[verb](t.Context(), odd), cloud.Invalid)
			if !strings.Contains(found.Message, "host or host:port") {
				t.Errorf("%s: %q", bad, found.Message)
			}
		}
	}
}

func TestPlainHTTPOfEachProduct(t *testing.T) {
	v := &vendor{}
	v.Server = httptest.NewServer(v.handler(willing))
	t.Cleanup(v.Close)
	address := v.Listener.Addr().String()
	for verb, endpoints := range map[string]cloud.Endpoints{
		"Role": {RAM: address}, "Key": {KMS: address}, "Associate": {ResourceSharing: address}, "Directory": {ResourceManager: address}, "ShareeQuota": {Quotas: address},
	} {
		before := len(v.calls())
		shared := New(Options{Transport: v.transport(t)})
		for _, refused := range []cloud.Endpoints{{Insecure: true}, endpoints} {
			err := verbs[verb](t.Context(), shared.Open(cloud.Target{Credentials: testCredentials, Endpoints: refused}))
			mustBe(t, err, cloud.Unavailable)
		}
		if len(v.calls()) != before {
			t.Errorf("%s was sent in plain", verb)
		}
		endpoints.Insecure = true
		if err := verbs[verb](t.Context(), shared.Open(cloud.Target{Credentials: testCredentials, Endpoints: endpoints})); err != nil {
			t.Errorf("%s: %v", verb, err)
		}
	}
}
