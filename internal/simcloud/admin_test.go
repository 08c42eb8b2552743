// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestTheAdminPages(t *testing.T) {
	w := rawWorld(t)
	for _, c := range []struct{ name, method, path, body, want string }{
		{"a share by hand", "POST", "/_sim/share", `{"region":"cn-hangzhou","image":"m-bp1own","add":["1100000000000001"]}`, `200 {"sharees":["1100000000000001"]}`},
		{"sharing what is not there", "POST", "/_sim/share", `{"region":"cn-hangzhou","image":"m-nope"}`, "400 image m-nope in cn-hangzhou"},
		{"sharing with an unknown account", "POST", "/_sim/share", `{"region":"cn-hangzhou","image":"m-bp1own","add":["1999999999999999"]}`,
			`400 image m-bp1own: sharees[1].account: "1999999999999999" is no other account`},
		{"sharing with the owner", "POST", "/_sim/share", `{"region":"cn-hangzhou","image":"m-bp1own","add":["1000000000000001"]}`,
			`400 image m-bp1own: sharees[1].account: "1000000000000001" is no other account`},
		{"sharing what nobody owns", "POST", "/_sim/share", `{"region":"cn-hangzhou","image":"ubuntu.vhd","add":["1100000000000001"]}`,
			"400 image ubuntu.vhd: kind: a system image"},
		{"taking an unknown account off", "POST", "/_sim/share", `{"region":"cn-hangzhou","image":"m-bp1own","remove":["1999999999999999"]}`,
			`200 {"sharees":["1100000000000001"]}`},
		{"a field that there is not", "POST", "/_sim/share", `{"regoin":"x"}`, `400 json: unknown field "regoin"`},
		{"the journal", "GET", "/_sim/journal", "", `200 [{"seq":1,`},
		{"the journal from there on", "GET", "/_sim/journal?after=99", "", "200 []"},
		{"the calls", "GET", "/_sim/calls", "", "200 []"},
		{"forgetting the calls", "DELETE", "/_sim/calls", "", "200 {}"},
		{"the world", "GET", "/_sim/world", "", "200 accounts:"},
		{"a fault", "POST", "/_sim/faults", `{"kind":"latency","delay":"200ms","action":"DescribeImages","times":1}`, `200 {"id":1}`},
		{"another fault", "POST", "/_sim/faults", `{"kind":"dropAfter"}`, `200 {"id":2}`},
		{"a fault of no known kind", "POST", "/_sim/faults", `{"kind":"gremlins"}`, `400 kind: "gremlins"`},
		{"a delay that is none", "POST", "/_sim/faults", `{"kind":"latency","delay":"long"}`, "400 delay:"},
		{"the faults", "GET", "/_sim/faults", "", `200 [{"kind":"latency","action":"DescribeImages","times":1,"delay":"200ms","id":1,"hits":0},`},
		{"removing one fault", "DELETE", "/_sim/faults?id=1", "", `200 [{"kind":"dropAfter","id":2,"hits":0}]`},
		{"removing all faults", "DELETE", "/_sim/faults", "", "200 []"},
		{"a dialect", "PATCH", "/_sim/dialects", `{"deniedRead":"empty200"}`, "200 {"},
		{"a dialect nobody speaks", "PATCH", "/_sim/dialects", `{"deniedRead":"x"}`, "400 dialects.deniedRead"},
		{"the dialects", "GET", "/_sim/dialects", "", `200 {"addExisting":"ok","removeMissing":"ok","badAccount":"atomic","deniedRead":"empty200"`},
		{"a new image", "PUT", "/_sim/images", `{"id":"m-admin","region":"cn-hangzhou","owner":"1000000000000001"}`, `200 {"id":"m-admin"`},
		{"an image's state", "PATCH", "/_sim/images", `{"region":"cn-hangzhou","image":"m-admin","status":"Deprecated"}`, "200 {"},
		{"an image's tags", "PATCH", "/_sim/images", `{"region":"cn-hangzhou","image":"m-admin","tags":[{"key":"k","value":"v"}]}`, "200 {"},
		{"neither", "PATCH", "/_sim/images", `{"region":"cn-hangzhou","image":"m-admin"}`, "400 give either status or tags"},
		{"an image's end", "DELETE", "/_sim/images", `{"region":"cn-hangzhou","image":"m-admin"}`, "200 {"},
		{"an account in arrears", "PATCH", "/_sim/accounts", `{"account":"1000000000000001","arrears":true,"shareesPerImage":5}`, "200 {"},
		{"nothing about an account", "PATCH", "/_sim/accounts", `{"account":"1000000000000001"}`, "400 nothing to change"},
		{"limits", "PUT", "/_sim/limits", `{"shareesPerImage":3}`, `200 {"shareesPerImage":3}`},
		{"a page that there is not", "GET", "/_sim/nothing", "", "404 "},
	} {
		rec := httptest.NewRecorder()
		w.Handler().ServeHTTP(rec, httptest.NewRequest(c.method, c.path, strings.NewReader(c.body)))
		got := strings.Join([]string{strings.TrimSpace(rec.Result().Status[:3]), compact(rec.Body.String())}, " ")
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	equal(t, "sharees", w.Sharees(region, image), numbered(1, 1))
	if img, ok := w.Image(region, "m-admin"); ok {
		t.Errorf("still there: %+v", img)
	}
}

// compact takes the indentation out of JSON.
func compact(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.Replace(strings.TrimSpace(lines[i]), `": `, `":`, 1)
	}
	return strings.Join(lines, "")
}

func FuzzWorldFile(f *testing.F) {
	f.Add([]byte("regions: [{id: cn-hangzhou}]"))
	f.Add([]byte("regions: [{id: a1}]\naccounts: [{id: '1000000000000001'}]\nimages: [{id: m-1, region: a1, owner: '1000000000000001'}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		w, err := simcloud.Load(data, atNoon)
		if err != nil {
			return
		}
		state, err := w.State()
		must(t, err)
		if _, err := simcloud.Load(state, atNoon); err != nil {
			t.Errorf("a world that was read cannot be read back: %v\n%s", err, state)
		}
	})
}

func FuzzRequest(f *testing.F) {
	f.Add("Action=DescribeImages&Version=2014-05-26&AddAccount.1=a&Tag.1.Key=b", "X=1", "application/x-www-form-urlencoded", "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=00")
	f.Add("%zz&;", "%", "", "")
	doc := testWorld()
	w, err := simcloud.New(doc, atNoon)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, query, body, kind, authorization string) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Authorization", authorization)
		rec := httptest.NewRecorder()
		w.Handler().ServeHTTP(rec, r)
		if rec.Code < 400 {
			t.Errorf("an unsigned request was answered %d: %s", rec.Code, rec.Body)
		}
	})
}

// FuzzSignedRequest lets the parameters behind the signature be anything.
func FuzzSignedRequest(f *testing.F) {
	actions := []string{"DescribeImages", "DescribeImageSharePermission", "ModifyImageSharePermission", "DescribeSnapshots",
		"TagResources", "UntagResources", "ListTagResources", "Ram:CreateRole", "Ram:UpdateRole", "Ram:ListRoles", "Ram:CreatePolicy",
		"Ram:CreatePolicyVersion", "Ram:AttachPolicyToRole", "Ram:TagResources", "Ram:ListTagResources", "Kms:DescribeKey", "Kms:ListKeys",
		"Ram:GetRole", "Ram:DeleteRole", "Ram:ListPoliciesForRole", "Ram:DetachPolicyFromRole", "Ram:GetPolicy", "Ram:GetPolicyVersion", "Ram:DeletePolicy",
		"Ram:DeletePolicyVersion", "Ram:ListPolicyVersions", "Ram:SetDefaultPolicyVersion", "Ram:ListEntitiesForPolicy", "Ram:UntagResources",
		"Kms:GetKeyPolicy", "Kms:ListAliases", "Kms:ListAliasesByKeyId", "Quotas:ListProductQuotas", "Sts:GetCallerIdentity", "Sts:AssumeRole", "Sts:AssumeRoleWithOIDC",
		"ResourceManager:GetResourceDirectory", "ResourceManager:GetFolder", "ResourceManager:ListFoldersForParent", "ResourceManager:ListAncestors",
		"ResourceManager:GetAccount", "ResourceSharing:EnableSharingWithResourceDirectory", "ResourceSharing:CheckSharingWithResourceDirectoryStatus",
		"ResourceSharing:CreateResourceShare", "ResourceSharing:UpdateResourceShare", "ResourceSharing:DeleteResourceShare",
		"ResourceSharing:AssociateResourceShare", "ResourceSharing:DisassociateResourceShare", "ResourceSharing:ListResourceShares",
		"ResourceSharing:ListResourceShareAssociations"}
	f.Add(uint8(0), "ImageId=m-bp1own&PageSize=10&Filter.1.Key=CreationEndTime&Filter.1.Value=2026-01-01T00:00Z")
	f.Add(uint8(2), "ImageId=m-bp1own&AddAccount.1=1100000000000001&RemoveAccount.3=x&DryRun=true")
	f.Add(uint8(3), "SnapshotIds=[\"s-own\"]&MaxResults=1&NextToken=b2Zmc2V0LzE")
	f.Add(uint8(4), "ResourceType=image&ResourceId.1=m-bp1own&Tag.1.Key=a&Tag.1.Value=b&All=true&TagKey.1=a")
	f.Add(uint8(8), "RoleName="+shareRole+"&NewAssumeRolePolicyDocument="+url.QueryEscape(document(trusting(sharee(1)))))
	f.Add(uint8(13), "ResourceType=role&ResourceNames=[\"a\"]&Tag=[{\"Key\":\"k\"}]")
	f.Add(uint8(16), "Filters=[{\"Key\":\"CreatorType\",\"Values\":[\"User\"]}]&PageSize=0")
	doc := testWorld()
	withRole(&doc)
	w, err := simcloud.New(doc, atNoon)
	if err != nil {
		f.Fatal(err)
	}
	nonce := 0
	f.Fuzz(func(t *testing.T, action uint8, params string) {
		extra, err := url.ParseQuery(params)
		if err != nil {
			return
		}
		q := rawRequest()
		for name := range extra {
			if _, ours := q.query[name]; !ours {
				q.form[name] = extra.Get(name)
			}
		}
		nonce++
		q.query["Action"], q.query["SignatureNonce"] = actions[int(action)%len(actions)], fmt.Sprint(nonce)
		if product, name, ok := strings.Cut(q.query["Action"], ":"); ok {
			q.query["Action"], q.query["Version"] = name, versions[product]
		}
		rec := q.send(w)
		var body map[string]any
		if err := json.Unmarshal(rec.Body.Bytes(), &body); err != nil || body["RequestId"] == "" || rec.Code >= 500 {
			t.Errorf("got %d %s (%v)", rec.Code, rec.Body, err)
		}
	})
}
