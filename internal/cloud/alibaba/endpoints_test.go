// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

const regionsBody = `{"RequestId":"R","Regions":{"Region":[` +
	`{"RegionId":"cn-beijing","RegionEndpoint":"ecs.cn-beijing.aliyuncs.com"},` +
	`{"RegionId":"me-odd-1","RegionEndpoint":"ecs-odd.me-odd-1.aliyuncs.com"},` +
	`{"RegionId":"evil-1","RegionEndpoint":"evil.example.com"},` +
	`{"RegionId":"evil-2","RegionEndpoint":"user@evil/.aliyuncs.com"}]}}`

// regional answers DescribeRegions as told, and every list as empty.
func regional(regions func() reply) func(url.Values) reply {
	return func(asked url.Values) reply {
		if asked.Get("Action") == "DescribeRegions" {
			return regions()
		}
		return ok(pageOf(0, 100, 0, 0))
	}
}

// lookedUp counts how often the regions were asked for.
func (v *vendor) lookedUp() int {
	count := 0
	for _, asked := range v.calls() {
		if asked.Get("Action") == "DescribeRegions" {
			count++
		}
	}
	return count
}

func (v *vendor) lastHost() string {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	return v.hosts[len(v.hosts)-1]
}

func inRegion(region string) cloud.ImageRef { return cloud.ImageRef{Region: region, ID: "m-1"} }

func TestRegionsAreAskedForOnce(t *testing.T) {
	v := newVendor(t, regional(func() reply { return ok(regionsBody) }))
	shared := New(Options{Transport: v.transport(t), Clock: newClock().Now})
	for region, host := range map[string]string{
		"cn-beijing":  "ecs.cn-beijing.aliyuncs.com",
		"me-odd-1":    "ecs-odd.me-odd-1.aliyuncs.com",
		"cn-hangzhou": "ecs-cn-hangzhou.aliyuncs.com",
		"cn-zhangbei": "ecs.aliyuncs.com",
	} {
		session := shared.Open(cloud.Target{Name: "default", Credentials: testCredentials})
		_, err := session.Permissions(t.Context(), inRegion(region))
		if err != nil || v.lastHost() != host {
			t.Errorf("%q: %v, asked %s", region, err, v.lastHost())
		}
	}
	if v.lookedUp() != 1 {
		t.Fatalf("asked for the regions %d times", v.lookedUp())
	}
}

func TestRegionsThatAreNone(t *testing.T) {
	v := newVendor(t, regional(func() reply { return ok(regionsBody) }))
	session := v.open(t, Options{})
	for region, says := range map[string]string{
		"no-such-1": "does not exist", "evil-1": "does not exist", "evil-2": "does not exist",
		"cn-beijing ": "not written as", "../x": "not written as", "": "not written as",
		"Cn-Hangzhou": "not written as", "evil.com/?x=": "not written as",
	} {
		_, err := session.Permissions(t.Context(), inRegion(region))
		found := mustBe(t, err, cloud.Invalid)
		if found.Subject != cloud.AboutRegion || !strings.Contains(found.Message, says) {
			t.Errorf("%q: %+v", region, found)
		}
	}
	if len(v.calls()) != v.lookedUp() {
		t.Error("more was sent than the question for the regions")
	}
}

func TestRegionsAreAskedForAgainInTime(t *testing.T) {
	v := newVendor(t, regional(func() reply { return ok(regionsBody) }))
	clock := newClock()
	session := v.open(t, Options{Clock: clock.Now})
	for _, step := range []struct {
		wait   time.Duration
		region string
		asked  int
	}{
		{0, "cn-beijing", 1},
		{regionsAgain - 1, "no-such-1", 1},
		{1, "no-such-1", 2},
		{regionsKept - 1, "cn-beijing", 2},
		{1, "cn-beijing", 3},
	} {
		clock.advance(step.wait)
		_, err := session.Permissions(t.Context(), inRegion(step.region))
		if step.region == "no-such-1" {
			if found := mustBe(t, err, cloud.Invalid); found.Code != "InvalidRegionId.NotFound" {
				t.Errorf("got %+v", found)
			}
		} else if err != nil {
			t.Error(err)
		}
		if v.lookedUp() != step.asked {
			t.Errorf("%+v: asked %d times", step, v.lookedUp())
		}
	}
}

func TestRegionsOfAccountsLongGoneAreForgotten(t *testing.T) {
	v := newVendor(t, regional(func() reply { return ok(regionsBody) }))
	clock := newClock()
	shared := New(Options{Transport: v.transport(t), Clock: clock.Now})
	for _, name := range []string{"a", "b", "c"} {
		clock.advance(regionsKept)
		session := shared.Open(cloud.Target{Name: name, Credentials: testCredentials})
		if _, err := session.Permissions(t.Context(), inRegion("cn-beijing")); err != nil {
			t.Fatal(err)
		}
	}
	if len(shared.regions) != 1 {
		t.Errorf("%d lists are kept", len(shared.regions))
	}
}

func TestWithoutTheRegionsTheRuleServes(t *testing.T) {
	for name, answer := range map[string]reply{
		"denied":       {status: 403, body: `{"RequestId":"R","Code":"Forbidden.RAM"}`},
		"an empty 200": ok(``),
		"no region":    ok(`{"RequestId":"R","Regions":{"Region":[]}}`),
		"a fault":      {status: 500, body: `{"RequestId":"R","Code":"InternalError"}`},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, regional(func() reply { return answer }))
			session := v.open(t, Options{})
			for range 3 {
				if _, err := session.Permissions(t.Context(), inRegion("cn-beijing")); err != nil {
					t.Fatal(err)
				}
			}
			if v.lastHost() != "ecs.cn-beijing.aliyuncs.com" || v.lookedUp() != 1 {
				t.Errorf("asked %s, and for the regions %d times", v.lastHost(), v.lookedUp())
			}
		})
	}
}

func TestRegionsAreAskedForAgainAfter(t *testing.T) {
	for name, test := range map[string]struct {
		answer reply
		kind   cloud.Kind
	}{
		"throttling":      {reply{status: 400, body: `{"RequestId":"R","Code":"Throttling"}`}, cloud.Throttled},
		"bad credentials": {reply{status: 404, body: `{"RequestId":"R","Code":"InvalidAccessKeyId.NotFound"}`}, cloud.Unauthenticated},
	} {
		t.Run(name, func(t *testing.T) {
			answer, clock := test.answer, newClock()
			v := newVendor(t, regional(func() reply { return answer }))
			session := v.open(t, Options{Clock: clock.Now})
			_, err := session.Permissions(t.Context(), inRegion("cn-beijing"))
			mustBe(t, err, test.kind)
			answer = ok(regionsBody)
			clock.advance(time.Minute)
			if _, err := session.Permissions(t.Context(), inRegion("me-odd-1")); err != nil {
				t.Fatal(err)
			}
			if v.lastHost() != "ecs-odd.me-odd-1.aliyuncs.com" {
				t.Errorf("asked %s", v.lastHost())
			}
		})
	}
}

func TestNobodyWaitsForTheRegions(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	v := newVendor(t, regional(func() reply {
		close(entered)
		<-leave
		return ok(regionsBody)
	}))
	session := v.open(t, Options{})
	first := make(chan error)
	go func() {
		_, err := session.Permissions(t.Context(), inRegion("cn-beijing"))
		first <- err
	}()
	<-entered
	_, err := session.Permissions(t.Context(), inRegion("cn-beijing"))
	if found := mustBe(t, err, cloud.Throttled); !found.Local || found.RetryAfter != busyAway {
		t.Errorf("got %+v", found)
	}
	close(leave)
	if err := <-first; err != nil {
		t.Error(err)
	}
}
