// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxListIndex bounds the N of Name.N, so that a hostile number costs nothing.
const maxListIndex = 1000

// numbers finds every N for which the request has Name.N or Name.N.Something, in ascending order.
func (q *request) numbers(name string) []int {
	found := map[int]bool{}
	for _, values := range []url.Values{q.query, q.form} {
		for key := range values {
			if n, ok := listIndex(key, name); ok {
				found[n] = true
			}
		}
	}
	numbers := make([]int, 0, len(found))
	for n := range found {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return numbers
}

func listIndex(key, name string) (int, bool) {
	rest, ok := strings.CutPrefix(key, name+".")
	if !ok {
		return 0, false
	}
	digits, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > maxListIndex || strconv.Itoa(n) != digits {
		return 0, false
	}
	return n, true
}

// page is one page of a list, counted as the vendor counts: from 1.
type page struct {
	number int
	size   int
}

// pageParams reads PageNumber and PageSize; the vendor's default page holds ten.
func (q *request) pageParams() (page, *apiError) {
	number, err := q.intParam("PageNumber", 1, 1<<20, 1)
	if err != nil {
		return page{}, err
	}
	size, err := q.intParam("PageSize", 1, 100, 10)
	if err != nil {
		return page{}, err
	}
	return page{number: number, size: size}, nil
}

// cut takes the page out of n rows.
func (p page) cut(n int) (from, to int) {
	from = min((p.number-1)*p.size, n)
	return from, min(from+p.size, n)
}

// continues says whether the request asks for a further page of a list.
func (q *request) continues() bool {
	n := q.get("PageNumber")
	return q.get("NextToken") != "" || q.get("Marker") != "" || n != "" && n != "1"
}
