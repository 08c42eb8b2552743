// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/resourcesharing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// associationRow is a row of the answer to ListResourceShareAssociations. The
// SDK's own does not know why an association has failed.
type associationRow struct {
	ResourceShareId          string              `json:"ResourceShareId"`
	AssociationType          string              `json:"AssociationType"`
	EntityId                 string              `json:"EntityId"`
	EntityType               string              `json:"EntityType"`
	AssociationStatus        string              `json:"AssociationStatus"`
	AssociationStatusMessage string              `json:"AssociationStatusMessage"`
	UpdateTime               string              `json:"UpdateTime"`
	AssociationFailedDetails []associationFailed `json:"AssociationFailedDetails"`
}

// associationFailed is why an association has failed.
type associationFailed struct {
	FailureReason      string `json:"FailureReason"`
	FailureDescription string `json:"FailureDescription"`
}

// associationsResponse is the answer to ListResourceShareAssociations.
type associationsResponse struct {
	*responses.BaseResponse

	NextToken                 string           `json:"NextToken"`
	ResourceShareAssociations []associationRow `json:"ResourceShareAssociations"`
}

// standing is an association as it stands, and since when.
type standing struct {
	cloud.Association

	since time.Time
}

// standings are the associations of resource shares, by share and entity.
type standings map[string]map[string]standing

// associations reads who or what is associated with any resource share of the
// account: what was taken away and what has failed is still listed for two to
// four days (ListResourceShareAssociations).
func (s *session) associations(ctx context.Context, region, kind string) (standings, error) {
	out := standings{}
	err := eachPage(ctx, "ListResourceShareAssociations", func(ctx context.Context, token string) (string, error) {
		request := resourcesharing.CreateListResourceShareAssociationsRequest()
		response := &associationsResponse{BaseResponse: &responses.BaseResponse{}}
		request.AssociationType, request.MaxResults, request.NextToken = kind, requests.NewInteger(pageSize), token
		answer, err := s.sharing(ctx, region, request, response)
		if err != nil {
			return "", err
		}
		if !answer.lists("ResourceShareAssociations") || !out.add(kind, response.ResourceShareAssociations, answer.secrets) {
			return "", incomplete(request.GetActionName())
		}
		return response.NextToken, nil
	})
	return out, err
}

// add takes one page in. It reports false for a page that cannot be part of the
// list. What is no image is left out; a target is called Account whatever it is.
func (a standings) add(kind string, page []associationRow, secrets []string) bool {
	for _, row := range page {
		if row.AssociationType != kind || row.ResourceShareId == "" || row.EntityId == "" ||
			row.EntityType == "" || row.AssociationStatus == "" {
			return false
		}
		if kind == "Target" || strings.EqualFold(row.EntityType, imageType) {
			a.keep(row, secrets)
		}
	}
	return true
}

// keep takes one row in, unless one that counts more is there: the later one, and
// at the same time the one that has an effect or is on its way. One entity has a
// row for every time that it was associated.
func (a standings) keep(row associationRow, secrets []string) {
	found := standing{
		Association: cloud.Association{Entity: row.EntityId, State: cloud.AssociationState(row.AssociationStatus)},
		since:       instant(row.UpdateTime),
	}
	if found.State == cloud.AssociationFailed {
		found.Reason = row.reason(secrets)
	}
	entities := a[row.ResourceShareId]
	if entities == nil {
		entities = map[string]standing{}
		a[row.ResourceShareId] = entities
	}
	was, there := entities[row.EntityId]
	later := found.since.Compare(was.since)
	if !there || later > 0 || later == 0 && !was.live() && found.live() {
		entities[row.EntityId] = found
	}
}

// live reports whether an association has an effect, or something is on its way.
func (s standing) live() bool {
	return s.State != cloud.AssociationFailed && s.State != cloud.Disassociated
}

// of lists the associations of one resource share, by entity.
func (a standings) of(share string) []cloud.Association {
	var out []cloud.Association
	for _, entity := range slices.Sorted(maps.Keys(a[share])) {
		out = append(out, a[share][entity].Association)
	}
	return out
}

// reason is why an association has failed: the vendor's sentence, then what the
// details add to it, in an order of our own, so that the text is stable.
func (r associationRow) reason(secrets []string) string {
	out := plain(r.AssociationStatusMessage, secrets)
	var details []string
	for _, detail := range r.AssociationFailedDetails {
		details = append(details, detail.beyond(out, secrets))
	}
	slices.Sort(details)
	for _, detail := range slices.Compact(details) {
		if longer := out + "; " + detail; detail != "" && len(longer) <= maxMessage {
			out = strings.TrimPrefix(longer, "; ")
		}
	}
	return out
}

// beyond is what a detail says beyond what is said already.
func (f associationFailed) beyond(said string, secrets []string) string {
	out := ""
	for _, text := range []string{f.FailureReason, f.FailureDescription} {
		if text = plain(text, secrets); text != "" && !strings.Contains(said, text) {
			out = strings.TrimPrefix(out+": "+text, ": ")
		}
	}
	return out
}
