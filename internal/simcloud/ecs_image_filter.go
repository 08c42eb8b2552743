// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"slices"
	"strings"
)

// test says whether an image passes one filter.
type test func(img *Image) bool

// imageFilter collects the filters that the request asks for; an image has to pass all of them.
func (c *call) imageFilter() (test, *apiError) {
	var tests []test
	for _, read := range []func() (test, *apiError){c.byOwner, c.byStatus, c.byDates, c.byValues, c.byTags} {
		t, err := read()
		if err != nil {
			return nil, err
		}
		tests = append(tests, t)
	}
	tests = append(tests, c.byNames())
	return func(img *Image) bool {
		return !slices.ContainsFunc(tests, func(t test) bool { return !t(img) })
	}, nil
}

// checkOwner holds what is refused about ImageOwnerAlias, IsPublic and ImageOwnerId (vendor docs, DescribeImages, error codes).
func checkOwner(alias, owner string, public bool) *apiError {
	switch {
	case alias != "" && !slices.Contains([]string{aliasSelf, aliasSystem, aliasOthers, aliasMarketplace}, alias):
		return fail(400, "InvalidImageOwnerAlias.ValueNotSupported", "The specified ImageOwnerAlias value is not supported.")
	case public && alias != aliasOthers:
		return fail(400, "InvalidImageOwnerAlias.PublicImageUnsupported",
			"When querying images, the parameter ImageOwnerAlias should be others while specified parameter IsPublic is true.")
	case owner != "" && !digitsPattern.MatchString(owner):
		return errInvalid("ImageOwnerId")
	case owner != "" && alias != "" && alias != aliasOthers:
		return fail(400, "InvalidOperation.ImageOwnerIdUnsupported", "The parameter \"ImageOwnerId\" is not supported in this context, "+
			"it is only valid when querying shared images or community images.")
	}
	return nil
}

// byOwner combines the three. Without an alias the caller sees system, own and shared images; community images only with
// IsPublic=true; and with ImageOwnerId only what that account shares or has published.
func (c *call) byOwner() (test, *apiError) {
	alias, owner := c.q.get("ImageOwnerAlias"), c.q.get("ImageOwnerId")
	public, err := c.q.boolParam("IsPublic")
	if err := firstError(err, checkOwner(alias, owner, public)); err != nil {
		return nil, err
	}
	return func(img *Image) bool {
		has := c.aliasFor(img)
		switch {
		case owner != "" && (has != aliasOthers || owner != img.Owner):
			return false
		case public:
			return has == aliasOthers && img.Community
		case has == aliasOthers && !c.given(img):
			return false
		case alias == "":
			return has != "" && has != aliasMarketplace
		}
		return has == alias
	}, nil
}

// byStatus shows available images alone unless the request names other states.
func (c *call) byStatus() (test, *apiError) {
	wanted := []string{StatusAvailable}
	if text := c.q.get("Status"); text != "" {
		wanted = strings.Split(text, ",")
	}
	for i := range wanted {
		wanted[i] = strings.TrimSpace(wanted[i])
		if !slices.Contains(imageStatuses(), wanted[i]) {
			return nil, errInvalid("Status")
		}
	}
	return func(img *Image) bool { return slices.Contains(wanted, img.Status) }, nil
}
