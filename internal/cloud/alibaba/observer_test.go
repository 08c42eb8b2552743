// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// counter writes down what an observer is told.
type counter struct {
	mutex sync.Mutex
	told  []string
}

func (c *counter) Called(product, action string, took time.Duration, problem *cloud.Error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if took <= 0 {
		c.told = append(c.told, fmt.Sprintf("%s took %s", action, took))
	}
	code := "OK"
	if problem != nil {
		code = fmt.Sprintf("%t %s", problem.Kind == cloud.Throttled, problem.Code)
	}
	c.told = append(c.told, product+" "+action+" "+code)
}

func (c *counter) Waits(product, action string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.told = append(c.told, product+" "+action+" waits")
}

func TestEveryCallIsObserved(t *testing.T) {
	bad := reply{status: http.StatusBadRequest, body: `{"RequestId":"R","Code":"Throttling.User","Message":"slow"}`}
	answers := []reply{ok(`{"RequestId":"R","AccountId":"1000000000000001","Arn":"acs:ram::1000000000000001:user/u"}`), bad}
	v := newVendor(t, func(url.Values) reply {
		next := answers[0]
		answers = answers[1:]
		return next
	})
	c := &counter{}
	session := v.open(t, Options{Observer: c, Limits: Limits{Rate: 0.001, Burst: 2, InFlight: 1}})
	_, first := session.Identity(t.Context())
	_, second := session.Identity(t.Context())
	_, third := session.Identity(t.Context())
	if first != nil || second == nil || third == nil {
		t.Fatalf("%v, %v, %v", first, second, third)
	}
	want := []string{"sts GetCallerIdentity OK", "sts GetCallerIdentity true Throttling.User", "sts GetCallerIdentity waits"}
	if !slices.Equal(c.told, want) {
		t.Errorf("told %v, want %v", c.told, want)
	}
}

func TestACallIsObservedThatCannotBeSentNow(t *testing.T) {
	c, b := &counter{}, newBudget(Limits{Rate: 5, Burst: 5, InFlight: 1}, newClock().Now)
	b.observer = c
	if _, err := b.take("a", testAPI, cloud.Prompt); err != nil {
		t.Fatal(err)
	}
	if _, err := b.take("a", testAPI, cloud.Prompt); err == nil {
		t.Fatal("two calls under way, and one is allowed")
	}
	if want := []string{"ecs DescribeImages waits"}; !slices.Equal(c.told, want) {
		t.Errorf("told %v, want %v", c.told, want)
	}
}
