// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

const (
	// regionsKept is how long a list of regions is believed, and regionsAgain
	// how soon it may be asked for again: for a region that it lacks, or when
	// it could not be had. Both are our own choice.
	regionsKept  = 6 * time.Hour
	regionsAgain = 10 * time.Minute
)

// regionList is what is known of an account's regions.
type regionList struct {
	hosts map[string]string
	// known is false while the list could not be had.
	known  bool
	asked  time.Time
	asking bool
}

// errAsk says that the list of regions must be asked for.
var errAsk = errors.New("ask for the list of regions")

// host answers from the list: the host, or that there is no such region, or
// [errAsk].
func (l *regionList) host(region string, now time.Time) (string, error) {
	age := now.Sub(l.asked)
	if host := l.hosts[region]; host != "" && age < regionsKept {
		return host, nil
	}
	if l.asked.IsZero() || age >= regionsAgain {
		return "", errAsk
	}
	if !l.known {
		return "ecs." + region + vendorDomain, nil
	}
	return "", judgeCode("InvalidRegionId.NotFound", "ecs:DescribeRegions", "")
}

// regionHost finds a region's host in the account's list of regions, and asks
// for the list where need be. While another worker is asking, it does not wait
// but sends the caller away for a moment.
func (s *session) regionHost(ctx context.Context, region string) (string, error) {
	host, list, err := s.cloud.lookUp(s.account(), region)
	if !errors.Is(err, errAsk) {
		return host, err
	}
	if list == nil {
		return "", busy("the region's endpoint is being looked up; this goes on by itself")
	}
	hosts, err := s.describeRegions(ctx)
	again := err != nil && mustAskAgain(ctx, err)
	s.cloud.keep(list, hosts, again)
	if again {
		return "", err
	}
	host, _, err = s.cloud.lookUp(s.account(), region)
	return host, err
}

// mustAskAgain reports whether not having the list of regions is no reason to
// go on without it.
func mustAskAgain(ctx context.Context, err error) bool {
	kind := cloud.KindOf(err)
	return ctx.Err() != nil || kind == cloud.Throttled || kind == cloud.Unauthenticated
}

// lookUp answers from what is known of an account's regions. If that does not
// do, it gives the list to the one caller who is to ask, and nil to the others.
func (c *Cloud) lookUp(account, region string) (string, *regionList, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	now := c.clock()
	list := c.regions[account]
	if list == nil {
		maps.DeleteFunc(c.regions, func(_ string, old *regionList) bool {
			return !old.asking && now.Sub(old.asked) >= regionsKept
		})
		list = &regionList{}
		c.regions[account] = list
	}
	host, err := list.host(region, now)
	if !errors.Is(err, errAsk) || list.asking {
		return host, nil, err
	}
	list.asking = true
	return "", list, err
}

// keep stores what DescribeRegions has answered: nil hosts if it could not
// tell, in which case what was known before stays. Nothing is stored if it is
// to be asked again at once.
func (c *Cloud) keep(list *regionList, hosts map[string]string, again bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	list.asking = false
	if again {
		return
	}
	list.asked = c.clock()
	if hosts != nil {
		list.hosts, list.known = hosts, true
	}
}

// describeRegions asks for the hosts of the account's regions.
func (s *session) describeRegions(ctx context.Context) (map[string]string, error) {
	at := endpoint{product: "ecs", region: homeRegion, host: vendorEndpoints()[homeRegion], scheme: "HTTPS"}
	request, response := ecs.CreateDescribeRegionsRequest(), ecs.CreateDescribeRegionsResponse()
	if _, err := s.do(ctx, at, request, response); err != nil {
		return nil, err
	}
	hosts := map[string]string{}
	for _, region := range response.Regions.Region {
		if strings.HasSuffix(region.RegionEndpoint, vendorDomain) && hostForm.MatchString(region.RegionEndpoint) {
			hosts[region.RegionId] = region.RegionEndpoint
		}
	}
	if len(hosts) == 0 {
		return nil, incomplete(request.GetActionName())
	}
	return hosts, nil
}
