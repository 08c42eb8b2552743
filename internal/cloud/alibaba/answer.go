// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/sts"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// Bounds of the time to stay away after the vendor has throttled, and the time
// where it gives no hint. The bounds are our own choice; the vendor says only
// that a throttled API works again from the next minute.
const (
	leastAway   = time.Second
	mostAway    = 2 * time.Minute
	unsaidAway  = 10 * time.Second
	secondsUpTo = 60
)

// answer is what came back, read without the SDK: that panics where a Code is
// a number or an AccessDeniedDetail is no object, and takes an empty 200 for
// success (sdk/errors/server_error.go, sdk/responses/response.go).
type answer struct {
	// status is zero if no whole answer came.
	status int
	header http.Header
	fields map[string]json.RawMessage
	// secrets are the words that nothing repeated of it may hold.
	secrets []string
}

// read takes the answer out of the SDK's response.
func read(response responses.AcsResponse) answer {
	out := answer{status: response.GetHttpStatus(), header: http.Header(response.GetHttpHeaders())}
	return out.with(response.GetHttpContentBytes())
}

// with is the answer with its body. One that is no JSON object leaves no fields,
// nor does one that is not Unicode: the SDK would hand that on as it is, and what
// a status keeps of it would be another text each time.
func (a answer) with(body []byte) answer {
	if !utf8.Valid(body) || json.Unmarshal(body, &a.fields) != nil {
		a.fields = nil
	}
	return a
}

// has reports whether the answer holds any of the fields.
func (a answer) has(names ...string) bool {
	for _, name := range names {
		if _, found := a.fields[name]; found {
			return true
		}
	}
	return false
}

// text is a field that should hold text; empty if it does not.
func (a answer) text(name string) string {
	var out string
	if json.Unmarshal(a.fields[name], &out) != nil {
		return ""
	}
	return out
}

// issued are the secrets that an answer gives out itself, whatever else it says.
func (a answer) issued() []string {
	var given sts.Credentials
	if json.Unmarshal(a.fields["Credentials"], &given) != nil {
		return nil
	}
	return []string{given.AccessKeySecret, given.SecurityToken}
}

// judge is the error that the answer amounts to, nil for a success. ECS and
// STS give no Code on success, so a 200 with one is none.
func (a answer) judge(product, action string, secrets []string) error {
	code := plainCode(a.text("Code"), secrets)
	good := a.status >= http.StatusOK && a.status < http.StatusMultipleChoices
	switch {
	case good && !a.has("Code") && a.text("RequestId") != "":
		return nil
	case good && code == "":
		return unreadable(action)
	}
	found := judgeCode(code, product+":"+action, plain(a.text("Message"), secrets))
	if found.Kind == cloud.Unknown {
		a.judgeStatus(found)
	}
	if found.Kind == cloud.Throttled {
		found.RetryAfter = a.away()
	}
	return found
}

// judgeStatus classes by the status what the code did not tell. A bare 404 or
// 403 tells nothing: the vendor serves unknown access keys as 404.
func (a answer) judgeStatus(found *cloud.Error) {
	switch {
	case a.status >= http.StatusInternalServerError:
		found.Kind = cloud.Unavailable
	case a.status == http.StatusTooManyRequests:
		found.Kind = cloud.Throttled
	case a.status == http.StatusConflict:
		found.Kind = cloud.Conflict
	}
	if found.Code == "" && found.Message == "" {
		found.Message = "the answer is not one that Alibaba Cloud gives (HTTP " + strconv.Itoa(a.status) +
			" without a code): a proxy or a wrong endpoint may stand in between"
	}
}

// away reads the vendor's hint on when to come back. The pages do not state the
// unit, and the vendor's own clients disagree: up to a minute's worth of seconds
// is taken for seconds, and anything larger for milliseconds.
func (a answer) away() time.Duration {
	for _, name := range []string{"x-ratelimit-user-api", "x-ratelimit-user"} {
		for pair := range strings.SplitSeq(a.header.Get(name), ",") {
			key, value, _ := strings.Cut(strings.TrimSpace(pair), ":")
			left, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			if strings.EqualFold(key, "TimeLeft") && err == nil && left >= 0 {
				return asWait(left)
			}
		}
	}
	return unsaidAway
}

// asWait gives the vendor's number a unit, and bounds.
func asWait(left int64) time.Duration {
	unit := time.Millisecond
	if left <= secondsUpTo {
		unit = time.Second
	}
	left = min(left, int64(mostAway/time.Millisecond))
	return min(max(time.Duration(left)*unit, leastAway), mostAway)
}
