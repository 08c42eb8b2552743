// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/quotas"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

const (
	// shareeQuotaCode is the ID of the quota in Quota Center (ECS, limits,
	// images).
	shareeQuotaCode = "q_user-per-image-shared-user-count"
	// regionDimension is what tells the quotas of one region from those of
	// another (ListProductQuotas, Dimensions).
	regionDimension = "regionId"
	// mostSharees is more than any account can have: a larger figure is none.
	mostSharees = 1 << 20
)

// quotasEndpoint is where Quota Center is (Quota Center, endpoints).
func (s *session) quotasEndpoint() (endpoint, error) {
	if own := s.target.Endpoints.Quotas; own != "" {
		return s.ownEndpoint("quotas", homeRegion, own)
	}
	return endpoint{product: "quotas", region: homeRegion, host: globalQuotas, scheme: "HTTPS"}, nil
}

// ShareeQuota reads with how many accounts an image of the region can be shared.
// All quotas of ECS are listed and the one is looked for by its ID and by its
// name, since either may be another one day and in another language.
func (s *session) ShareeQuota(ctx context.Context, region string) (int, error) {
	if err := checkRegion(region); err != nil {
		return 0, err
	}
	at, err := s.quotasEndpoint()
	if err != nil {
		return 0, err
	}
	found := 0
	err = eachPage(ctx, "ListProductQuotas", func(ctx context.Context, token string) (string, error) {
		rows, next, err := s.quotaPage(ctx, at, region, token)
		if err != nil {
			return "", err
		}
		row := slices.IndexFunc(rows, func(row quotas.QuotasItemInListProductQuotas) bool { return isShareeQuota(row, region) })
		if row < 0 {
			return next, nil
		}
		found, err = figure(rows[row].TotalQuota)
		return "", err
	})
	if err == nil && found == 0 {
		err = &cloud.Error{
			Kind:    cloud.NotFound,
			Message: "Quota Center lists no \"" + cloud.ShareeQuotaName + "\" for this account in this region",
		}
	}
	return found, err
}

// quotaPage reads one page of the quotas of ECS in a region, and the token of the
// next one. The parameters travel in the body (quotas, ListProductQuotasRequest).
func (s *session) quotaPage(
	ctx context.Context, at endpoint, region, token string,
) ([]quotas.QuotasItemInListProductQuotas, string, error) {
	request, response := quotas.CreateListProductQuotasRequest(), quotas.CreateListProductQuotasResponse()
	request.ProductCode, request.QuotaCategory = "ecs", "CommonQuota"
	request.MaxResults, request.NextToken = requests.NewInteger(pageSize), token
	request.Dimensions = &[]quotas.ListProductQuotasDimensions{{Key: regionDimension, Value: region}}
	answer, err := s.do(ctx, at, request, response)
	if err != nil {
		return nil, "", err
	}
	if !answer.lists("Quotas") && (answer.has("Quotas") || !answer.counts("TotalCount")) {
		return nil, "", incomplete(request.GetActionName())
	}
	for i, row := range answer.rows("Quotas") {
		if !isNumber(row["TotalQuota"]) {
			response.Quotas[i].TotalQuota = 0 // which is none
		}
	}
	return response.Quotas, response.NextToken, nil
}

// isShareeQuota reports whether a row is the quota of sharees, and not that of
// another region.
func isShareeQuota(row quotas.QuotasItemInListProductQuotas, region string) bool {
	if elsewhere := row.Dimensions[regionDimension]; elsewhere != nil && elsewhere != region {
		return false
	}
	return strings.EqualFold(row.QuotaActionCode, shareeQuotaCode) || strings.EqualFold(strings.TrimSpace(row.QuotaName), cloud.ShareeQuotaName)
}

// figure is a quota as a number of accounts. The vendor serves it as one that may
// have a fraction.
func figure(total float64) (int, error) {
	if !(total >= 1 && total <= mostSharees) {
		return 0, incomplete("ListProductQuotas")
	}
	return int(math.Floor(total)), nil
}
