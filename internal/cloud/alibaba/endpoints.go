// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"maps"
	"regexp"
	"sync"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

const (
	// homeRegion is where questions that belong to no region are asked. The
	// vendor's tables have always known it.
	homeRegion = "cn-hangzhou"
	// globalSTS serves every region and site (STS, endpoints).
	globalSTS = "sts.aliyuncs.com"
	// globalRAM serves every region and site (RAM, endpoints).
	globalRAM = "ram.aliyuncs.com"
	// globalDirectory serves every region (Resource Management, endpoints).
	globalDirectory = "resourcemanager.aliyuncs.com"
	// globalQuotas serves every region (Quota Center, endpoints).
	globalQuotas = "quotas.aliyuncs.com"
	// vendorDomain is what every address that the vendor names ends in.
	vendorDomain = ".aliyuncs.com"
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

	// kmsHosts are the regions whose keys are not under
	// kms.<region>.aliyuncs.com (aliyun-openapi-meta, products, kms).
	kmsHosts = map[string]string{"ap-southeast-5": "kms.ap-southeast-1.aliyuncs.com"}
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

// ramEndpoint is where roles and policies are.
func (s *session) ramEndpoint() (endpoint, error) {
	if own := s.target.Endpoints.RAM; own != "" {
		return s.ownEndpoint("ram", homeRegion, own)
	}
	return endpoint{product: "ram", region: homeRegion, host: globalRAM, scheme: "HTTPS"}, nil
}

// kmsEndpoint is where a region's keys are (KMS, endpoint
// kms.<region>.aliyuncs.com).
func (s *session) kmsEndpoint(region string) (endpoint, error) {
	if err := checkRegion(region); err != nil {
		return endpoint{}, err
	}
	if own := s.target.Endpoints.KMS; own != "" {
		return s.ownEndpoint("kms", region, own)
	}
	host := kmsHosts[region]
	if host == "" {
		host = "kms." + region + vendorDomain
	}
	return endpoint{product: "kms", region: region, host: host, scheme: "HTTPS"}, nil
}

// sharingEndpoint is where a region's resource shares are (Resource Sharing,
// endpoint resourcesharing.<region>.aliyuncs.com).
func (s *session) sharingEndpoint(region string) (endpoint, error) {
	if err := checkRegion(region); err != nil {
		return endpoint{}, err
	}
	if own := s.target.Endpoints.ResourceSharing; own != "" {
		return s.ownEndpoint("resourcesharing", region, own)
	}
	return endpoint{product: "resourcesharing", region: region, host: "resourcesharing." + region + vendorDomain, scheme: "HTTPS"}, nil
}

// directoryEndpoint is where resource directories are.
func (s *session) directoryEndpoint() (endpoint, error) {
	if own := s.target.Endpoints.ResourceManager; own != "" {
		return s.ownEndpoint("resourcemanager", homeRegion, own)
	}
	return endpoint{product: "resourcemanager", region: homeRegion, host: globalDirectory, scheme: "HTTPS"}, nil
}

// checkRegion refuses what cannot be a region, and with it what would lead
// the host name elsewhere.
func checkRegion(region string) error {
	if regionForm.MatchString(region) {
		return nil
	}
	return &cloud.Error{
		Kind:    cloud.Invalid,
		Subject: cloud.AboutRegion,
		Message: "the region is not written as a region ID, such as cn-hangzhou",
	}
}

// ecsEndpoint is where a region's images are: the user's word, else the SDK's
// table, else the account's own list of regions. Where that list cannot be
// had, say because the credentials may not ask for it, the vendor's rule
// for host names serves (ECS, endpoint ecs.<region>.aliyuncs.com).
func (s *session) ecsEndpoint(ctx context.Context, region string) (endpoint, error) {
	if err := checkRegion(region); err != nil {
		return endpoint{}, err
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
