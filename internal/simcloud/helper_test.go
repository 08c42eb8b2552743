// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

const (
	owner  = "1000000000000001"
	other  = "1000000000000002"
	region = "cn-hangzhou"
	image  = "m-bp1own"
	ecsAPI = "2014-05-26"
	stsAPI = "2015-04-01"
)

var versions = map[string]string{"Kms": "2016-01-20", "Ram": "2015-05-01", "Sts": stsAPI, "Quotas": "2020-05-10", "ResourceManager": "2020-03-31", "ResourceSharing": "2020-01-10"}

// sharee is the nth of sixty accounts that exist in the test world.
func sharee(n int) string { return fmt.Sprintf("11000000000000%02d", n) }

// testWorld is the world that every test starts from, and may edit before it is made.
func testWorld() simcloud.Document {
	d := simcloud.Document{
		Regions: []simcloud.Region{{ID: region}, {ID: "cn-beijing"}},
		Accounts: []simcloud.Account{
			{ID: owner, AccessKeys: []simcloud.AccessKey{{ID: "root", Secret: "root-secret"}}, Users: []simcloud.User{
				{ID: "21", Name: "op", AccessKeys: []simcloud.AccessKey{{ID: "op", Secret: "op-secret"}}, Allow: []simcloud.Grant{
					{Actions: []string{"ecs:Describe*"}},
					{Actions: []string{"ecs:modifyimagesharepermission"}, Resources: []string{"acs:ecs:cn-hangzhou:*:image/*"}},
				}},
				{ID: "22", Name: "nobody", AccessKeys: []simcloud.AccessKey{{ID: "nobody", Secret: "nobody-secret"}}},
			}},
			{ID: other, AccessKeys: []simcloud.AccessKey{{ID: "other", Secret: "other-secret"}}},
			{ID: "1200000000000001", Site: simcloud.SiteInternational},
			{ID: "1300000000000001", Arrears: true, AccessKeys: []simcloud.AccessKey{{ID: "poor", Secret: "poor-secret"}}},
		},
		Images: []simcloud.Image{
			{ID: image, Region: region, Owner: owner, Name: "golden-ubuntu", Family: "golden", OSType: "linux", Architecture: "x86_64",
				Tags: []simcloud.Tag{{Key: "team", Value: "a"}}, Disks: []simcloud.Disk{{Type: "system", SizeGiB: 40, Snapshot: "s-own"}}},
			{ID: "m-bp1paid", Region: region, Owner: owner, Name: "firewall", ProductCode: "cmjj1"},
			{ID: "m-bp1secret", Region: region, Owner: owner, Disks: []simcloud.Disk{{Snapshot: "s-cmk", Encrypted: true}}},
			{ID: "m-bp1service", Region: region, Owner: owner, Disks: []simcloud.Disk{{Snapshot: "s-service"}}},
			{ID: "m-bp1twodisks", Region: region, Owner: owner, Disks: []simcloud.Disk{{Encrypted: true}, {Encrypted: true}}},
			{ID: "m-bp1old", Region: region, Owner: owner, Status: simcloud.StatusDeprecated, Sharees: []simcloud.Sharee{{Account: sharee(1)}}},
			{ID: "m-bp1new", Region: region, Owner: owner, Status: simcloud.StatusCreating},
			{ID: "m-bp1community", Region: region, Owner: other, Community: true},
			{ID: "m-bp1theirs", Region: region, Owner: other, Family: "fam", Sharees: []simcloud.Sharee{{Account: owner}}},
			{ID: "m-bp1private", Region: region, Owner: other},
			{ID: "ubuntu.vhd", Region: region, Kind: simcloud.KindSystem},
			{ID: "m-bp1market", Region: region, Kind: simcloud.KindMarketplace},
			{ID: "m-2zeown", Region: "cn-beijing", Owner: owner},
			{ID: "m-bp1poor", Region: region, Owner: "1300000000000001"},
		},
		Snapshots: []simcloud.Snapshot{
			{ID: "s-own", Region: region, Owner: owner},
			{ID: "s-cmk", Region: region, Owner: owner, Encrypted: true, KMSKeyID: "key-1"},
			{ID: "s-service", Region: region, Owner: owner, Encrypted: true, KMSKeyID: "key-2", ServiceKey: true},
		},
	}
	d.Keys = []simcloud.Key{
		{ID: "key-1", Region: region, Owner: owner, Aliases: []string{"alias/images"}},
		{ID: "key-2", Region: region, Owner: owner, ServiceKey: true, Aliases: []string{"alias/acs/ecs"}},
		{ID: "key-3", Region: region, Owner: owner, Instance: "kst-1"},
	}
	for n := 1; n <= 60; n++ {
		d.Accounts = append(d.Accounts, simcloud.Account{ID: sharee(n), AccessKeys: []simcloud.AccessKey{{ID: "k" + sharee(n), Secret: "s"}}})
	}
	return d
}

// rig is a world behind an HTTP server.
type rig struct {
	world  *simcloud.World
	server *httptest.Server
}

func newRig(t *testing.T, edits ...func(*simcloud.Document)) *rig {
	t.Helper()
	doc := testWorld()
	for _, edit := range edits {
		edit(&doc)
	}
	world, err := simcloud.New(doc, time.Now) // the SDK signs with the real time
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(world.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(world.ClearFaults)
	return &rig{world: world, server: server}
}

func (r *rig) host() string { return strings.TrimPrefix(r.server.URL, "http://") }

func (r *rig) client(key string) (*sdk.Client, error) {
	secret := map[string]string{"root": "root-secret", "op": "op-secret", "nobody": "nobody-secret", "other": "other-secret", "poor": "poor-secret"}[key]
	if secret == "" {
		secret = "s"
	}
	config := sdk.NewConfig().WithScheme("HTTP").WithHttpTransport(&http.Transport{DisableKeepAlives: true})
	client, err := sdk.NewClientWithOptions(region, config, credentials.NewStaticAKCredentialsProvider(key, secret))
	if err != nil {
		return nil, fmt.Errorf("make client: %w", err)
	}
	client.Domain = r.host()
	return client, nil
}

// ask calls an action the way the vendor's command-line client does: a CommonRequest with the parameters in the query. An action is
// one of ECS unless it begins with the name of another product, as in Ram:GetRole.
func (r *rig) ask(key, action string, params ...string) (map[string]any, error) {
	client, err := r.client(key)
	if err != nil {
		return nil, err
	}
	q := requests.NewCommonRequest()
	q.Method, q.Scheme, q.Domain = "POST", "HTTP", r.host()
	q.Product, q.Version, q.ApiName = "Ecs", ecsAPI, action
	if product, name, ok := strings.Cut(action, ":"); ok {
		q.Product, q.Version, q.ApiName = product, versions[product], name
	}
	if action == "GetCallerIdentity" {
		q.Product, q.Version = "Sts", stsAPI
	}
	for i := 0; i < len(params); i += 2 {
		q.QueryParams[params[i]] = params[i+1]
	}
	response, err := client.ProcessCommonRequest(q)
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", action, err)
	}
	var body map[string]any
	if err := json.Unmarshal(response.GetHttpContentBytes(), &body); err != nil {
		return nil, fmt.Errorf("read answer of %s: %w", action, err)
	}
	return body, nil
}

// outcome is the vendor's code of an error with its status, or OK.
func outcome(err error) string {
	var server *sdkerrors.ServerError
	switch {
	case err == nil:
		return "OK"
	case errors.As(err, &server):
		return fmt.Sprintf("%d %s", server.HttpStatus(), server.ErrorCode())
	}
	return "no answer"
}

// list makes Name.1, Name.2, … of values.
func list(name string, values ...string) []string {
	params := make([]string, 0, 2*len(values))
	for i, v := range values {
		params = append(params, fmt.Sprintf("%s.%d", name, i+1), v)
	}
	return params
}

// rows digs the list out of an answer such as {"Images":{"Image":[…]}} and reads one field of each.
func rows(body map[string]any, outer, inner, field string) []string {
	group, _ := body[outer].(map[string]any)
	items, _ := group[inner].([]any)
	values := []string{}
	for _, item := range items {
		row, _ := item.(map[string]any)
		values = append(values, fmt.Sprint(row[field]))
	}
	return values
}

func numbered(from, to int) []string {
	var ids []string
	for n := from; n <= to; n++ {
		ids = append(ids, sharee(n))
	}
	return ids
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
