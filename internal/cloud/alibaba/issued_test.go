// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// What lasts for centuries was renewed every half minute: four fifths of it were
// more than a duration can hold.
func TestWhatLastsForCenturiesIsNotRenewedAllTheTime(t *testing.T) {
	now := newClock().Now()
	for _, lasts := range []time.Duration{time.Hour, 100 * 365 * 24 * time.Hour, 1<<63 - 1} {
		if wait := renewAt(now, now.Add(lasts)).Sub(now); wait != lasts/5*4 {
			t.Errorf("what lasts %s is renewed after %s", lasts, wait)
		}
	}
}

// An answer that gives credentials out and refuses to, both, had the secret in
// the error if it stood there as the code or in the message too.
func TestARefusalTellsNoSecretThatItGivesOut(t *testing.T) {
	v := newVendor(t, func(url.Values) reply {
		return reply{status: http.StatusOK, body: `{"RequestId":"R","Code":"issued-secret","Message":"issued-token","Credentials":{` + issuedKeys + `}}`}
	})
	for _, target := range []cloud.Target{assuming(cloud.Target{Credentials: testCredentials}), podTarget(t)} {
		_, err := New(Options{Transport: v.transport(t)}).Open(target).Identity(t.Context())
		tellsNoSecret(t, err, "issued-secret", "issued-token")
	}
	over := &issuer{status: 200, token: "metadata-token", role: "node", body: `{"Code":"issued-secret",` + issuedKeys + `}`}
	c := New(Options{Transport: over})
	c.metadata.transport = over
	_, err := c.Open(cloud.Target{Instance: cloud.InstanceRole{Use: true}}).Identity(t.Context())
	tellsNoSecret(t, err, "issued-secret", "issued-token")
	if err == nil || !strings.Contains(err.Error(), "ecs.aliyuncs.com") {
		t.Errorf("got %v", err)
	}
}
