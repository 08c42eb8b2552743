// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// codeRow is a code as it is served, and what it must amount to.
type codeRow struct {
	status  int
	code    string
	kind    cloud.Kind
	subject cloud.Subject
	says    string
}

// codeRows are the table, row by row, as a reader of a condition meets it.
var codeRows = []codeRow{
	{404, "InvalidAccessKeyId.NotFound", cloud.Unauthenticated, cloud.AboutCall, "put an enabled access key into the Secret"},
	{400, "InvalidAccessKeyId.Inactive", cloud.Unauthenticated, cloud.AboutCall, "is disabled"},
	{400, "SignatureDoesNotMatch", cloud.Unauthenticated, cloud.AboutCall, "secret does not belong to the access key ID"},
	{400, "IncompleteSignature", cloud.Unauthenticated, cloud.AboutCall, "check the Secret"},
	{400, "InvalidSecurityToken.Expired", cloud.Unauthenticated, cloud.AboutCall, "security token has expired"},
	{400, "InvalidSecurityToken.Malformed", cloud.Unauthenticated, cloud.AboutCall, "renew it in the Secret"},
	{400, "MissingSecurityToken", cloud.Unauthenticated, cloud.AboutCall, "renew it in the Secret"},
	{400, "InvalidTimeStamp.Expired", cloud.Unavailable, cloud.AboutCall, "clock of the machine"},
	{400, "SignatureNonceUsed", cloud.Unavailable, cloud.AboutCall, "tried again"},
	{403, "Forbidden.RAM", cloud.Denied, cloud.AboutCall, "allow ecs:ModifyImageSharePermission in its RAM policy"},
	{403, "Forbbiden", cloud.Denied, cloud.AboutCall, "allow ecs:ModifyImageSharePermission"},
	{403, "Forbidden", cloud.Denied, cloud.AboutCall, "allow ecs:ModifyImageSharePermission"},
	{403, "NoPermission", cloud.Denied, cloud.AboutCall, "allow ecs:ModifyImageSharePermission"},
	{400, "Account.Arrearage", cloud.Denied, cloud.AboutCall, "account is overdue: pay"},
	{503, "ServiceUnavailable", cloud.Unavailable, cloud.AboutCall, "tried again"},
	{500, "InternalError", cloud.Unavailable, cloud.AboutCall, "tried again"},
	{409, "InvalidOperation.Conflict", cloud.Conflict, cloud.AboutImage, "something else is being done"},
	{409, "OperationConflict", cloud.Conflict, cloud.AboutImage, "something else is being done"},
	{409, "SystemBusy", cloud.Conflict, cloud.AboutCall, "something else is being done"},
	{409, "OperationBusy", cloud.Conflict, cloud.AboutCall, "something else is being done"},
	{400, "MissingParameter", cloud.Invalid, cloud.AboutCall, "please report it"},
	{400, "MissingParameter.RegionId", cloud.Invalid, cloud.AboutCall, "please report it"},
	{400, "InvalidGroup.Malformed", cloud.Invalid, cloud.AboutCall, "please report it"},
	{400, "UnnecessaryParameter.LaunchPermission", cloud.Invalid, cloud.AboutCall, "please report it"},
	{400, "InvalidParameter.LaunchPermission", cloud.Invalid, cloud.AboutCall, "please report it"},
	{400, "ForbiddenParameter.LaunchPermission", cloud.Invalid, cloud.AboutCall, "please report it"},
	{403, "InvalidParameter.IsPublic", cloud.Invalid, cloud.AboutCall, "please report it"},
	{404, "InvalidRegionId.NotFound", cloud.Invalid, cloud.AboutRegion, "this region does not exist"},
	{404, "InvalidImageId.NotFound", cloud.NotFound, cloud.AboutImage, "has no such image in this region"},
	{403, "QuotaExceed.ShareImage", cloud.Quota, cloud.AboutImage, "as many images as its quota allows"},
	{403, "QuotaExceed.ShareImageUser", cloud.Quota, cloud.AboutImage, `raise "Quota of users that can be shared per custom image"`},
	{403, "OperationDenied.InvalidImageStatus", cloud.Invalid, cloud.AboutImage, "deprecated or not yet available"},
	{400, "IncorrectImageStatus", cloud.Invalid, cloud.AboutImage, "deprecated or not yet available"},
	{400, "InvalidOperation.NotSupportedEndpoint", cloud.Invalid, cloud.AboutImage, "leave endpoints.ecs out"},
	{403, "OperationDeined.EncryptedSnapshot", cloud.Invalid, cloud.AboutImage, "with encrypted snapshots in this region"},
	{403, "OperationDenied.EncryptedSnapshot", cloud.Invalid, cloud.AboutImage, "encrypted snapshots"},
	{403, "OperationDeined.FullImage", cloud.Invalid, cloud.AboutImage, "several snapshots"},
	{403, "InvalidOperation.ServiceKeyEncryptedImageUnsupported", cloud.Invalid, cloud.AboutImage, "copy it with a key of your own"},
	{403, "InvalidParameter.KMSKeyId.CMKNotEnabled", cloud.Invalid, cloud.AboutImage, "enable it in KMS"},
	{403, "InvalidParameter.KMSKeyId.CMKUnauthorized", cloud.Untrusted, cloud.AboutImage, "kms:TagResource"},
	{403, "Image.Public", cloud.Invalid, cloud.AboutImage, "a community image cannot be shared"},
	{403, "Image.NotPublic", cloud.Invalid, cloud.AboutImage, "never asks for"},
	{403, "CurrentRegion.NotSupportPublicImage", cloud.Invalid, cloud.AboutImage, "never asks for"},
	{403, "PublicImageAgreement.NotSigned", cloud.Invalid, cloud.AboutImage, "never asks for"},
	{403, "ImageName.ContainsSensitiveWords", cloud.Invalid, cloud.AboutImage, "never asks for"},
	{403, "ImageDescription.ContainsSensitiveWords", cloud.Invalid, cloud.AboutImage, "never asks for"},
	{404, "InvalidAccount.NotFound", cloud.NotFound, cloud.AboutAccount, "no Alibaba Cloud account has this ID"},
	{404, "InvalidAccount.Forbbiden", cloud.Invalid, cloud.AboutAccount, "the account that owns the image"},
	{404, "InvalidAccount.Forbidden", cloud.Invalid, cloud.AboutAccount, "the account that owns the image"},
	{403, "InvalidImageId.BidMismatch", cloud.Invalid, cloud.AboutAccount, "another site of Alibaba Cloud"},
	{403, "AssumeRoleError", cloud.Untrusted, cloud.AboutAccount, "does not trust this account, or may not use the image's key"},
	{400, "invalidimageid.notfound", cloud.NotFound, cloud.AboutImage, "has no such image"},

	{400, "Brand.New", cloud.Unknown, cloud.AboutCall, "The vendor says so"},
	{403, "Brand.New", cloud.Unknown, cloud.AboutCall, "The vendor says so"},
	{404, "Brand.New", cloud.Unknown, cloud.AboutCall, "The vendor says so"},
	{409, "Brand.New", cloud.Conflict, cloud.AboutCall, "The vendor says so"},
	{500, "Brand.New", cloud.Unavailable, cloud.AboutCall, "The vendor says so"},
	{200, "Brand.New", cloud.Unknown, cloud.AboutCall, "The vendor says so"},
	{404, "InvalidImageId.Brandnew", cloud.Unknown, cloud.AboutCall, "The vendor says so"},
	{403, "OperationDenied.Brandnew", cloud.Unknown, cloud.AboutCall, "The vendor says so"},
}

func TestCodes(t *testing.T) { checkCodes(t, "Grant", codeRows) }

// checkCodes serves each code to one verb.
func checkCodes(t *testing.T, verb string, rows []codeRow) {
	for _, test := range rows {
		t.Run(fmt.Sprintf("%s with %d", test.code, test.status), func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply {
				return reply{status: test.status, body: fmt.Sprintf(`{"RequestId":"0A1B2C3D-0000-1111-2222-333344445555",`+
					`"HostId":"ecs.aliyuncs.com","Code":%q,"Message":"The vendor says so.","Recommend":"https://next.api.aliyun.com/x"}`, test.code)}
			})
			found := mustBe(t, verbs[verb](t.Context(), v.open(t, Options{})), test.kind)
			if found.Subject != test.subject || found.Code != test.code || found.Local {
				t.Errorf("got %+v", found)
			}
			if !strings.Contains(found.Message, test.says) {
				t.Errorf("it says %q", found.Message)
			}
			if strings.Contains(found.Error(), "0A1B2C3D") || strings.Contains(found.Error(), "{action}") {
				t.Errorf("it says %q", found.Error())
			}
		})
	}
}

func TestThrottling(t *testing.T) {
	for _, code := range []string{
		"Throttling", "Throttling.User", "Throttling.Api", "Throttling.API", "Throttling.System",
		"THROTTLING.user", "ThrottlingException", "Rejected.Throttling", "rejected.throttling",
	} {
		for _, status := range []int{200, 400, 403, 429, 503} {
			t.Run(fmt.Sprintf("%s with %d", code, status), func(t *testing.T) {
				v := newVendor(t, func(url.Values) reply {
					return reply{status: status, body: fmt.Sprintf(`{"RequestId":"R","Code":%q,"Message":"slow down"}`, code)}
				})
				found := mustBe(t, verbs["Permissions"](t.Context(), v.open(t, Options{})), cloud.Throttled)
				if found.Local || found.RetryAfter != unsaidAway || found.Code != code {
					t.Errorf("got %+v", found)
				}
			})
		}
	}
}

func TestThrottlingHints(t *testing.T) {
	for _, test := range []struct {
		name, value string
		want        time.Duration
	}{
		{"x-ratelimit-user-api", "Limit:200,Remain:0,TimeLeft:12", 12 * time.Second},
		{"x-ratelimit-user", "Limit:200, TimeLeft: 30", 30 * time.Second},
		{"X-RateLimit-User-API", "timeleft:7", 7 * time.Second},
		{"x-ratelimit-user-api", "TimeLeft:0", leastAway},
		{"x-ratelimit-user-api", "TimeLeft:60", time.Minute},
		{"x-ratelimit-user-api", "TimeLeft:61", leastAway},
		{"x-ratelimit-user-api", "TimeLeft:45000", 45 * time.Second},
		{"x-ratelimit-user-api", "TimeLeft:9223372036854775807", mostAway},
		{"x-ratelimit-user-api", "TimeLeft:-5", unsaidAway},
		{"x-ratelimit-user-api", "TimeLeft:soon", unsaidAway},
		{"x-ratelimit-user-api", "Limit:200", unsaidAway},
		{"retry", "TimeLeft:5", unsaidAway},
	} {
		t.Run(test.name+" "+test.value, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply {
				return reply{
					status: 400, body: `{"RequestId":"R","Code":"Throttling.User"}`,
					header: http.Header{http.CanonicalHeaderKey(test.name): {test.value}},
				}
			})
			found := mustBe(t, verbs["Image"](t.Context(), v.open(t, Options{})), cloud.Throttled)
			if found.RetryAfter != test.want {
				t.Errorf("come back after %v, want %v", found.RetryAfter, test.want)
			}
		})
	}
}

func TestVendorWordsMadePlain(t *testing.T) {
	secrets := []string{testCredentials.AccessKeyID, testCredentials.AccessKeySecret}
	for message, want := range map[string]string{
		"The image is busy.":                                 "The image is busy",
		"two\nlines\tof it":                                  "two lines of it",
		"see https://help.aliyun.com/x?y=z for more":         "see for more",
		"RequestId: 4C467B38-3910-447D-87BC-AC049166F216 no": "no",
		"id 4c467b38-3910-447d-87bc-ac049166f216 failed":     "id failed",
		"POST /?Action=x&Signature=y was wrong":              "POST was wrong",
		"key " + testCredentials.AccessKeyID + " is wrong":   "",
		"t0pS3cretValue%2F%2B%3D":                            "",
		"账户错误 wrong":                                         "wrong",
		strings.Repeat("long ", 100):                         strings.TrimSpace(strings.Repeat("long ", 40)),
	} {
		if got := plain(message, secrets); got != want {
			t.Errorf("%q became %q, want %q", message, got, want)
		}
	}
}
