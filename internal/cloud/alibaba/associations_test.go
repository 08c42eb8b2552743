// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// associationOf is a row of the answer to ListResourceShareAssociations.
func associationOf(share, kind, entity, status, updated string, message ...string) string {
	of := map[string]string{"Resource": "Image", "Target": "Account"}[kind]
	return fmt.Sprintf(`{"ResourceShareId":%q,"ResourceShareName":"n","AssociationType":%q,"EntityId":%q,"EntityType":%q,"AssociationStatus":%q,`+
		`"AssociationStatusMessage":%q,"External":false,"CreateTime":"2026-01-01T00:00:00.000Z","UpdateTime":%q,"AssociationFailedDetails":[]}`,
		share, kind, entity, of, status, strings.Join(message, " "), updated)
}

// associationsPage is a page of such rows.
func associationsPage(next string, rows ...string) string {
	return fmt.Sprintf(`{"RequestId":"R","NextToken":%q,"ResourceShareAssociations":[%s]}`, next, strings.Join(rows, ","))
}

// listed reads a resource share whose associations of a kind are the rows.
func listed(t *testing.T, kind string, rows ...string) (cloud.ResourceShare, error) {
	t.Helper()
	v := newVendor(t, func(asked url.Values) reply {
		switch {
		case asked.Get("Action") == "ListResourceShares":
			return ok(sharesPage("", shareRow("rs-b", "Active", early)))
		case asked.Get("AssociationType") == kind:
			return ok(strings.ReplaceAll(associationsPage("", rows...), "{signature}", asked.Get("Signature")))
		}
		return ok(associationsPage(""))
	})
	list, err := v.open(t, Options{}).ResourceShares(t.Context(), homeRegion, cloud.Tag{})
	if err != nil || len(list) != 1 {
		return cloud.ResourceShare{}, err
	}
	return list[0], nil
}

func TestWhichAssociationCounts(t *testing.T) {
	const late, later = "2026-01-02T00:00:00.000Z", "2026-01-02T00:00:00.001Z"
	row := func(status, updated string) string {
		return associationOf("rs-b", "Target", testFolder, status, updated)
	}
	for name, test := range map[string]struct {
		rows []string
		want cloud.AssociationState
	}{
		"the only one":                     {[]string{row("Disassociated", late)}, cloud.Disassociated},
		"the later one":                    {[]string{row("Disassociated", early), row("Associated", late)}, cloud.Associated},
		"the later one, listed first":      {[]string{row("Associated", late), row("Disassociated", early)}, cloud.Associated},
		"the later one, though it is over": {[]string{row("Associated", late), row("Disassociated", later)}, cloud.Disassociated},
		"the later one, though it failed":  {[]string{row("Failed", later), row("Associating", late)}, cloud.AssociationFailed},
		"another try after a failure":      {[]string{row("Failed", late), row("Associating", late)}, cloud.Associating},
		"another try, listed first":        {[]string{row("Associated", late), row("Failed", late)}, cloud.Associated},
		"what goes over what is gone":      {[]string{row("Disassociated", late), row("Disassociating", late)}, cloud.Disassociating},
		"a time over none":                 {[]string{row("Failed", early), row("Associated", "soon")}, cloud.AssociationFailed},
		"no times at all":                  {[]string{row("Failed", ""), row("Associated", "")}, cloud.Associated},
		"a state of tomorrow":              {[]string{row("Failed", late), row("Brandnew", late)}, "Brandnew"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := listed(t, "Target", test.rows...)
			if err != nil || len(got.Targets) != 1 || got.Targets[0].State != test.want || got.Targets[0].Entity != testFolder {
				t.Errorf("got %+v, %v", got.Targets, err)
			}
		})
	}
}

func TestAssociationsOfTheShareAndOfImagesAlone(t *testing.T) {
	network := strings.Replace(associationOf("rs-b", "Resource", "vsw-1", "Associated", early), `"Image"`, `"VSwitch"`, 1)
	small := strings.Replace(associationOf("rs-b", "Resource", "m-2", "Associated", early), `"Image"`, `"image"`, 1)
	got, err := listed(t, "Resource", associationOf("rs-b", "Resource", "m-3", "Associated", early), network, small,
		associationOf("rs-other", "Resource", "m-4", "Associated", early))
	want := []cloud.Association{{Entity: "m-2", State: cloud.Associated}, {Entity: "m-3", State: cloud.Associated}}
	if err != nil || !slices.Equal(got.Images, want) || len(got.Targets) != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestWhyAssociationsFail(t *testing.T) {
	const details = `"AssociationFailedDetails":[]`
	failed := func(message, of string) string {
		return strings.Replace(associationOf("rs-b", "Target", testFolder, "Failed", early, message), details, `"AssociationFailedDetails":`+of, 1)
	}
	const two = `[{"EntityId":"m-1","EntityType":"Image","FailureReason":"Unavailable","FailureDescription":"The image is not there.","OperationType":"Associate"},` +
		`{"FailureReason":"LimitExceeded","FailureDescription":"Too many."}]`
	const turned = `[{"FailureReason":"LimitExceeded","FailureDescription":"Too many."},` +
		`{"FailureReason":"Unavailable","FailureDescription":"The image is not there."}]`
	for name, test := range map[string]struct{ row, want string }{
		"a sentence":                 {failed("It failed.", "[]"), "It failed"},
		"nothing":                    {failed("", "[]"), ""},
		"no details":                 {failed("It failed.", "null"), "It failed"},
		"details":                    {failed("It failed.", two), "It failed; LimitExceeded: Too many; Unavailable: The image is not there"},
		"details in another order":   {failed("It failed.", turned), "It failed; LimitExceeded: Too many; Unavailable: The image is not there"},
		"details that say it again":  {failed("Too many.", `[{"FailureReason":"many","FailureDescription":"Too many."}]`), "Too many"},
		"details alone":              {failed("", `[{"FailureReason":"InternalError"}]`), "InternalError"},
		"what changes every time":    {failed("It failed. RequestId: 4C467B38-3910-447D-87BC-AC049166F216", "[]"), "It failed"},
		"the access key":             {failed("by "+testCredentials.AccessKeyID, `[{"FailureReason":"LimitExceeded"}]`), "LimitExceeded"},
		"a key in the details":       {failed("It failed.", `[{"FailureReason":"`+testCredentials.AccessKeyID+`","FailureDescription":"Too many."}]`), "It failed; Too many"},
		"one detail twice":           {failed("", `[{"FailureReason":"a","FailureDescription":"b"},{"FailureReason":"a","FailureDescription":"b"}]`), "a: b"},
		"the signature":              {failed("{signature}", "[]"), ""},
		"a long story":               {failed(strings.Repeat("long ", 100), `[{"FailureReason":"LimitExceeded"}]`), strings.TrimSpace(strings.Repeat("long ", 40))},
		"one that is there, no tale": {associationOf("rs-b", "Target", testFolder, "Associated", early, "fine"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := listed(t, "Target", test.row)
			if err != nil || len(got.Targets) != 1 || got.Targets[0].Reason != test.want {
				t.Errorf("got %+v, %v", got.Targets, err)
			}
		})
	}
}
