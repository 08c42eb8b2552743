// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

func TestWhatIsWrongWithAnInstanceRole(t *testing.T) {
	w := newIssuing(t)
	const away = "127.0.0.1:1" // a port that nobody is given, so that nobody listens there
	answers := func(text string) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write([]byte(text)) })
	}
	for name, test := range map[string]struct {
		server http.Handler
		role   string
		kind   cloud.Kind
		says   string
	}{
		"it is not on ECS":                  {nil, "", cloud.Unavailable, "(100.100.100.200) does not answer"},
		"hardened mode is off":              {http.NotFoundHandler(), "", cloud.Unauthenticated, "gives out no token: enable access to instance metadata"},
		"the instance has no role":          {w.world.MetadataHandler(simOwner, ""), "", cloud.Unauthenticated, "has no RAM role: attach one"},
		"it has another":                    {w.world.MetadataHandler(simOwner, "node"), "other", cloud.Unauthenticated, "does not have the RAM role other"},
		"the role does not trust ECS":       {w.world.MetadataHandler(simOwner, "sharing"), "", cloud.Unauthenticated, "must name the service ecs.aliyuncs.com"},
		"what is said to be a role is none": {answers("<html> no role"), "", cloud.Unauthenticated, "names no RAM role"},
		"what are said to be keys are none": {answers("node"), "", cloud.Unavailable, "incomplete"},
		"a role that would lead elsewhere":  {w.world.MetadataHandler(simOwner, "node"), "../../../user-data", cloud.Unauthenticated, "names no RAM role"},
	} {
		t.Run(name, func(t *testing.T) {
			w.options.Metadata = away
			if test.server != nil {
				server := httptest.NewServer(test.server)
				t.Cleanup(server.Close)
				w.options.Metadata = server.Listener.Addr().String()
			}
			w.cloud = New(w.options)
			_, err := w.open(cloud.Target{Instance: cloud.InstanceRole{Use: true, Name: test.role}}).Identity(t.Context())
			if found := mustBe(t, err, test.kind); !strings.Contains(found.Message, test.says) {
				t.Errorf("got %q", found.Message)
			}
		})
	}
}

func TestNoProxySeesTheMetadata(t *testing.T) {
	transport, is := newMetadata("").transport.(*http.Transport)
	if !is || transport.Proxy != nil || newMetadata("").host != "100.100.100.200" {
		t.Error("the way to the metadata server leads over a proxy, or elsewhere")
	}
}
