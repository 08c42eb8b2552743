// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"errors"
	"maps"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

const (
	// homeRegion is where questions that belong to no region are asked. The
	// vendor's tables have always known it.
	homeRegion = "cn-hangzhou"
	// globalSTS serves every region and site (STS, endpoints).
	globalSTS = "sts.aliyuncs.com"
	// vendorDomain is what every address that the vendor names ends in.
	vendorDomain = ".aliyuncs.com"

	// regionsKept is how long a list of regions is believed, and regionsAgain
	// how soon it may be asked for again: for a region that it lacks, or when
	// it could not be had. Both are our own choice.
	regionsKept  = 6 * time.Hour
	regionsAgain = 10 * time.Minute
)

var (
	// regionForm is narrower than what the SDK accepts, since a region also
	// becomes part of a host name.
	regionForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	// hostForm is host or host:port; an IPv6 address stands in brackets.
	hostForm = regexp.MustCompile(`^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)

	// vendorEndpoints is the SDK's table of regions that do not follow the
	// rule. It is copied once: the SDK fills it lazily and without a lock.
	vendorEndpoints = sync.OnceValue(func() map[string]string { return maps.Clone(ecs.GetEndpointMap()) })
)

// endpoint is where a call goes.
type endpoint struct {
	product string
	region  string
	host    string
	scheme  string
}

// ownEndpoint is an address that the user has given. Only such a one may be
// spoken to in plain HTTP.
func (s *session) ownEndpoint(product, region, host string) (endpoint, error) {
	if !hostForm.MatchString(host) {
		return endpoint{}, &cloud.Error{
			Kind:    cloud.Invalid,
			Message: "the " + product + " endpoint must be given as host or host:port, without a scheme or path",
		}
	}
	scheme := "HTTPS"
	if s.target.Endpoints.Insecure {
		scheme = "HTTP"
	}
	return endpoint{product: product, region: region, host: host, scheme: scheme}, nil
}

// stsEndpoint is where identity is asked.
func (s *session) stsEndpoint() (endpoint, error) {
	if own := s.target.Endpoints.STS; own != "" {
		return s.ownEndpoint("sts", homeRegion, own)
	}
	return endpoint{product: "sts", region: homeRegion, host: globalSTS, scheme: "HTTPS"}, nil
}

// ecsEndpoint is where a region's images are: the user's word, else the SDK's
// table, else the account's own list of regions. Where that list cannot be
// had, say because the credentials may not ask for it, the vendor's rule
// for host names serves (ECS, endpoint ecs.<region>.aliyuncs.com).
func (s *session) ecsEndpoint(ctx context.Context, region string) (endpoint, error) {
	if !regionForm.MatchString(region) {
		return endpoint{}, &cloud.Error{
			Kind:    cloud.Invalid,
			Subject: cloud.AboutRegion,
			Message: "the region is not written as a region ID, such as cn-hangzhou",
		}
	}
	if own := s.target.Endpoints.ECS; own != "" {
		return s.ownEndpoint("ecs", region, own)
	}
	at := endpoint{product: "ecs", region: region, scheme: "HTTPS", host: vendorEndpoints()[region]}
	if at.host != "" {
		return at, nil
	}
	host, err := s.regionHost(ctx, region)
	if err != nil {
		return endpoint{}, err
	}
	at.host = host
	return at, nil
}

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
