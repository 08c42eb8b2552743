// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// pageOf is a page of the sharees first to last-1.
func pageOf(total, size, first, last int) string {
	var rows []string
	for i := first; i < last; i++ {
		rows = append(rows, fmt.Sprintf(`{"AliyunId":"%d","SharedTime":"2026-01-01T00:00:00Z"}`, 1000000000000000+i))
	}
	return fmt.Sprintf(`{"RequestId":"R","PageSize":%d,"TotalCount":%d,"ShareGroups":{"ShareGroup":[{"Group":"all"}]},`+
		`"Accounts":{"Account":[%s]}}`, size, total, strings.Join(rows, ","))
}

// paged answers as the vendor does, with pages no larger than it likes.
func paged(total, largest int) func(url.Values) reply {
	return func(asked url.Values) reply {
		size, _ := strconv.Atoi(asked.Get("PageSize"))
		size = min(size, largest)
		page, _ := strconv.Atoi(asked.Get("PageNumber"))
		return ok(pageOf(total, size, min((page-1)*size, total), min(page*size, total)))
	}
}

func TestPermissionsReadsEveryPage(t *testing.T) {
	for _, test := range []struct{ total, largest, calls int }{
		{0, 100, 1}, {1, 100, 1}, {25, 100, 1}, {100, 100, 1}, {101, 100, 2}, {230, 100, 3}, {230, 50, 5}, {60, 10, 6}, {230, 10, 23},
	} {
		t.Run(fmt.Sprintf("%d sharees in pages of %d", test.total, test.largest), func(t *testing.T) {
			v := newVendor(t, paged(test.total, test.largest))
			got, err := v.open(t, Options{}).Permissions(t.Context(), testImage)
			if err != nil {
				t.Fatal(err)
			}
			if !got.Equal(numbered(0, test.total)) {
				t.Errorf("got %d accounts", got.Len())
			}
			if len(v.calls()) != test.calls {
				t.Errorf("%d calls, want %d", len(v.calls()), test.calls)
			}
		})
	}
}

func TestPermissionsNeverShorter(t *testing.T) {
	for name, handle := range map[string]func(asked url.Values) reply{
		"the same page again and again": func(url.Values) reply { return ok(pageOf(230, 100, 0, 100)) },
		"the first page once more":      func(url.Values) reply { return ok(pageOf(200, 100, 0, 100)) },
		"an empty page too early":       cut(paged(230, 100), pageOf(230, 100, 0, 0)),
		"no list in the second page":    cut(paged(230, 100), `{"RequestId":"R"}`),
		"a total that grows":            cut(paged(230, 100), pageOf(231, 100, 100, 200)),
		"a total that shrinks":          cut(paged(230, 100), pageOf(229, 100, 100, 200)),
		"a total that never comes near": func(asked url.Values) reply {
			page, _ := strconv.Atoi(asked.Get("PageNumber"))
			return ok(pageOf(1<<30, 1, page, page+1))
		},
		"a page of too many":           func(url.Values) reply { return ok(pageOf(5, 100, 0, 6)) },
		"a total without rows":         func(url.Values) reply { return ok(pageOf(5, 100, 0, 0)) },
		"rows without a total":         func(url.Values) reply { return ok(pageOf(0, 100, 0, 5)) },
		"no list at all":               func(url.Values) reply { return ok(`{"RequestId":"R"}`) },
		"a list of another shape":      func(url.Values) reply { return ok(`{"RequestId":"R","TotalCount":1,"Accounts":[]}`) },
		"an account that is no number": func(url.Values) reply { return ok(strings.Replace(pageOf(1, 1, 0, 1), "1000000000000000", "x", 1)) },
		"an account without ID":        func(url.Values) reply { return ok(`{"RequestId":"R","TotalCount":1,"Accounts":{"Account":[{}]}}`) },
		"a negative total":             func(url.Values) reply { return ok(pageOf(-1, 100, 0, 0)) },
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, handle)
			got, err := v.open(t, Options{Limits: Limits{Rate: 1000, Burst: 1000}}).Permissions(t.Context(), testImage)
			mustBe(t, err, cloud.Unavailable)
			if !got.Empty() {
				t.Error("a part of the list came along")
			}
			if n := len(v.calls()); n > maxPages || n > 3 && name != "a total that never comes near" {
				t.Errorf("%d calls", n)
			}
		})
	}
}

// cut puts another second page in.
func cut(handle func(url.Values) reply, second string) func(url.Values) reply {
	return func(asked url.Values) reply {
		if asked.Get("PageNumber") == "2" {
			return ok(second)
		}
		return handle(asked)
	}
}

func TestPermissionsThrottledBetweenPages(t *testing.T) {
	v := newVendor(t, func(asked url.Values) reply {
		if asked.Get("PageNumber") == "2" {
			return reply{status: 400, body: `{"RequestId":"R","Code":"Throttling"}`}
		}
		return paged(230, 100)(asked)
	})
	got, err := v.open(t, Options{}).Permissions(t.Context(), testImage)
	if mustBe(t, err, cloud.Throttled); !got.Empty() {
		t.Fatalf("%d accounts came along", got.Len())
	}
}
