// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

func TestWhatIsCountedOfCalls(t *testing.T) {
	c := newCalls()
	registry := prometheus.NewRegistry()
	registry.MustRegister(c.collectors()...)
	c.Called("ecs", "DescribeImages", time.Second, nil)
	c.Called("ecs", "DescribeImages", 2*time.Second, &cloud.Error{Kind: cloud.Throttled, Code: "Throttling.User", Message: "words"})
	c.Called("sts", "GetCallerIdentity", 15*time.Second, &cloud.Error{Kind: cloud.Unavailable})
	c.Waits("ecs", "DescribeImages")
	c.Waits("ecs", "DescribeImages")
	c.NotRenewed()
	mustTell(t, registry,
		"imageshare_cloud_budget_waits_total{action=DescribeImages,product=ecs} 2",
		"imageshare_cloud_budget_waits_total{action=GetCallerIdentity,product=sts} 0",
		"imageshare_cloud_call_duration_seconds{action=DescribeImages,product=ecs} 3",
		"imageshare_cloud_call_duration_seconds{action=GetCallerIdentity,product=sts} 15",
		"imageshare_cloud_calls_total{action=DescribeImages,code=OK,outcome=OK,product=ecs} 1",
		"imageshare_cloud_calls_total{action=DescribeImages,code=Throttling.User,outcome=Throttled,product=ecs} 1",
		"imageshare_cloud_calls_total{action=GetCallerIdentity,code=None,outcome=Unavailable,product=sts} 1",
		"imageshare_cloud_credentials_not_renewed_total{} 1",
	)
}

// Whatever answers in the vendor's place, there are no more series than that.
func TestCodesAreBounded(t *testing.T) {
	c := newCalls()
	registry := prometheus.NewRegistry()
	registry.MustRegister(c.calls)
	for n := range 3 * mostCodes {
		c.Called("ecs", "DescribeImages", time.Second, &cloud.Error{Code: fmt.Sprintf("Made.Up%d", n)})
	}
	c.Called("ecs", "DescribeImages", time.Second, &cloud.Error{Code: "Made.Up0"})
	if got := page(t, registry); len(got) != mostCodes+1 {
		t.Errorf("%d series of calls", len(got))
	}
	if known := c.known("Made.Up0"); known != "Made.Up0" {
		t.Errorf("the first code is %s now", known)
	}
}

// Every kind of error has a word of its own.
func TestEveryKindOfErrorIsToldApart(t *testing.T) {
	seen := map[string]cloud.Kind{codeFine: -1}
	for kind := cloud.Unknown; kind <= cloud.TooLong; kind++ {
		word := outcomes[kind]
		if other, twice := seen[word]; twice || word == "" {
			t.Errorf("kind %d is called %q, as is %d", kind, word, other)
		}
		seen[word] = kind
	}
	if len(outcomes) != int(cloud.TooLong)+1 {
		t.Errorf("there are %d words for %d kinds", len(outcomes), cloud.TooLong+1)
	}
}
