// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// Lists that are paged by tokens, with an answer to each that goes on.
var tokenPaged = map[string]string{
	"RoleTags":       `{"RequestId":"R","NextToken":%q,"TagResources":[]}`,
	"Snapshots":      `{"RequestId":"R","NextToken":%q,"Snapshots":{"Snapshot":[]}}`,
	"ResourceShares": `{"RequestId":"R","NextToken":%q,"ResourceShares":[]}`,
	"ShareeQuota":    `{"RequestId":"R","NextToken":%q,"Quotas":[]}`,
}

// A token that held the address asked for, as a proxy may put it there, grew to
// megabytes, of which every page made several more.
func TestTokensDoNotGrow(t *testing.T) {
	for verb, body := range tokenPaged {
		t.Run(verb, func(t *testing.T) {
			longest := 0
			v := newVendor(t, func(asked url.Values) reply {
				longest = max(longest, len(asked.Get("NextToken")))
				return ok(fmt.Sprintf(body, asked.Encode()+strings.Repeat("+", 100)))
			})
			mustBe(t, verbs[verb](t.Context(), v.open(t, Options{Limits: Limits{Rate: 1000, Burst: 1000}})), cloud.Unavailable)
			if longest == 0 || longest > longestNext {
				t.Errorf("a token of %d characters was sent", longest)
			}
		})
	}
}

// A token that leads to the page that it is on was followed a hundred times.
func TestTokensLeadOn(t *testing.T) {
	for verb, body := range tokenPaged {
		t.Run(verb, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply { return ok(fmt.Sprintf(body, "again")) })
			mustBe(t, verbs[verb](t.Context(), v.open(t, Options{Limits: Limits{Rate: 1000, Burst: 1000}})), cloud.Unavailable)
			if len(v.calls()) != 2 {
				t.Errorf("%d calls", len(v.calls()))
			}
		})
	}
}
