// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// The laws that hold for every verb and whatever answer: an error of a known
// kind is the vendor's own word, a success is one, and nothing is made up, left
// out or taken for no. They read the answer a second time, without the SDK and
// without the adapter's own eyes.

// reads is what a verb answers: for those that read, what they have read.
func reads(ctx context.Context, s cloud.Session, verb string) (any, error) {
	switch verb {
	case "Identity":
		return s.Identity(ctx)
	case "Image":
		return s.Image(ctx, testImage)
	case "Permissions":
		return s.Permissions(ctx, testImage)
	case "Snapshots":
		return s.Snapshots(ctx, homeRegion, []string{"s-1"})
	case "Role":
		return s.Role(ctx, testRole)
	case "RoleTags":
		return s.RoleTags(ctx, testRole)
	case "Attached":
		return s.Attached(ctx, testRole)
	case "Policy":
		return s.Policy(ctx, testPolicy)
	case "Key":
		return s.Key(ctx, homeRegion, testKey)
	}
	return readsMore(ctx, s, verb)
}

func readsMore(ctx context.Context, s cloud.Session, verb string) (any, error) {
	switch verb {
	case "KeyPolicy":
		return s.KeyPolicy(ctx, homeRegion, testKey)
	case "ResourceShares":
		return s.ResourceShares(ctx, homeRegion, shareTag)
	case "CreateResourceShare":
		return s.CreateResourceShare(ctx, testShare)
	case "Directory":
		return s.Directory(ctx)
	case "Folder":
		return s.Folder(ctx, testFolder)
	case "Member":
		return s.Member(ctx, testMember)
	case "ShareeQuota":
		return s.ShareeQuota(ctx, homeRegion)
	}
	return nil, verbs[verb](ctx, s)
}

// came is an answer as it came.
type came struct {
	status int
	// body is nil unless it is a JSON object.
	body map[string]any
	// words are all its texts and numbers.
	words map[string]bool
}

func toldBy(status int, body string) came {
	out := came{status: status, words: map[string]bool{}}
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	if !json.Valid([]byte(body)) || decoder.Decode(&out.body) != nil {
		out.body = nil
	}
	out.collect(out.body)
	return out
}

func (c came) collect(value any) {
	switch value := value.(type) {
	case map[string]any:
		for inner := range maps.Values(value) {
			c.collect(inner)
		}
	case []any:
		for _, inner := range value {
			c.collect(inner)
		}
	case string:
		c.words[value] = true
	case json.Number:
		c.words[value.String()] = true
	}
}

// dig is what stands at the end of a path; nil if nothing does.
func (c came) dig(path ...string) any {
	var value any = c.body
	for _, name := range path {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

// list is a list at the end of a path, and whether it is one. An empty object
// that should hold it is an empty list.
func (c came) list(path ...string) ([]map[string]any, bool) {
	if object, is := c.dig(path[:1]...).(map[string]any); is && len(path) > 1 && len(object) == 0 {
		return nil, true
	}
	items, is := c.dig(path...).([]any)
	var rows []map[string]any
	for _, item := range items {
		row, _ := item.(map[string]any)
		rows = append(rows, row)
	}
	return rows, is
}

// good reports whether it is what the vendor calls a success.
func (c came) good() bool {
	_, coded := c.body["Code"]
	id, _ := c.body["RequestId"].(string)
	return c.status >= http.StatusOK && c.status < http.StatusMultipleChoices && !coded && id != ""
}

// fine are the codes that say that all is as it was meant to be.
var fine = map[string][]string{
	"Attach": {"EntityAlreadyExists.Role.Policy"}, "Detach": {"EntityNotExist.Role.Policy"},
	"Disassociate": {notOnShare}, "KeyPolicy": noKeyPolicy,
}

// lie says what is wrong with what a verb made of the answer; nothing if
// nothing is.
func (c came) lie(verb string, got any, err error) string {
	code, _ := c.body["Code"].(string)
	if err != nil {
		found := *cloud.AsError(err)
		if found.Message == "" || !utf8.ValidString(found.Message) || len(found.Message) > 4*maxMessage {
			return "says nothing, too much, or no text"
		}
		return c.lieOfError(verb, code, found)
	}
	if slices.ContainsFunc(fine[verb], func(one string) bool { return normal(one) == normal(code) }) {
		return ""
	}
	if !c.good() {
		return "takes what is no success for one"
	}
	return c.lieOfReading(got)
}

// certain are the kinds that tell somebody what to do.
var certain = []cloud.Kind{
	cloud.NotFound, cloud.Denied, cloud.Unauthenticated, cloud.Quota, cloud.Invalid, cloud.Exists, cloud.Untrusted, cloud.TooLong,
}

func (c came) lieOfError(verb, code string, found cloud.Error) string {
	throttled := found.Kind == cloud.Throttled
	switch {
	case found.Local:
		return "blames the budget"
	case found.Code != "" && found.Code != code:
		return "makes up a code"
	case throttled != (found.RetryAfter != 0), throttled && found.RetryAfter < leastAway, found.RetryAfter > mostAway:
		return "comes back too soon or too late"
	case found.Kind == cloud.Conflict && c.status == http.StatusConflict, !slices.Contains(certain, found.Kind):
		return ""
	case found.Code == "" && !c.none(verb, found):
		return "is sure of what nobody said"
	}
	return ""
}

// none reports whether the answer says that the one thing that was asked for is
// not among those that it lists.
func (c came) none(verb string, found cloud.Error) bool {
	lacks := func(name, value string, path ...string) bool {
		rows, is := c.list(path...)
		return is && !slices.ContainsFunc(rows, func(row map[string]any) bool { return row[name] == value })
	}
	switch {
	case !c.good():
		return false
	case verb == "ResourceShares" && found.Kind == cloud.Invalid:
		return len(c.words) > 0 // The tag asked for is heeded or not: every answer here is the same.
	case found.Kind != cloud.NotFound:
		return false
	case verb == "Image":
		rows, _ := c.list("Images", "Image")
		return c.counts("TotalCount", 0) && len(rows) == 0 && lacks("", "", "Images", "Image")
	case verb == "Snapshots":
		return lacks("SnapshotId", "s-1", "Snapshots", "Snapshot")
	case verb == "ShareeQuota":
		return c.noQuota()
	}
	return false
}
