// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"fmt"
	"net/http"
)

// apiError is an error as the vendor answers it; the zero detail means no AccessDeniedDetail.
type apiError struct {
	status  int
	code    string
	message string
	detail  tree
}

// Error makes apiError an error, so that handlers return it the usual way.
func (e *apiError) Error() string { return e.code + ": " + e.message }

func fail(status int, code, format string, args ...any) *apiError {
	return &apiError{status: status, code: code, message: fmt.Sprintf(format, args...)}
}

// Errors of the gateway itself, in front of every product. Codes and messages: vendor docs, common error codes.

func errMissingCommon(name string) *apiError {
	return fail(http.StatusBadRequest, "Missing"+name, "%s is mandatory for this action.", name)
}

func errMethod() *apiError {
	return fail(http.StatusBadRequest, "UnsupportedHTTPMethod", "This http method is not supported.")
}

func errInvalidVersion() *apiError {
	return fail(http.StatusBadRequest, "InvalidVersion", "Specified parameter Version is not valid.")
}

func errInvalidAction() *apiError {
	return fail(http.StatusNotFound, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.")
}

func errInvalidFormat() *apiError {
	return fail(http.StatusBadRequest, "InvalidParameter.Format", "Specified parameter format is not valid.")
}

func errThrottled() *apiError {
	return fail(http.StatusBadRequest, "Throttling.User", "Request was denied due to user flow control.")
}

func errInternal() *apiError {
	return fail(http.StatusInternalServerError, "InternalError",
		"The request processing has failed due to some unknown error, exception or failure.")
}

func errUnavailable() *apiError {
	return fail(http.StatusServiceUnavailable, "ServiceUnavailable",
		"The request has failed due to a temporary failure of the server.")
}

// Errors that ECS actions have in common. Codes: vendor docs, ECS API error codes.

func errMissing(name string) *apiError {
	return fail(http.StatusBadRequest, "MissingParameter",
		"The input parameter %q that is mandatory for processing this request is not supplied.", name)
}

func errInvalid(name string) *apiError {
	return fail(http.StatusBadRequest, "InvalidParameter", "The specified parameter %q is not valid.", name)
}

func errRegion() *apiError {
	return fail(http.StatusNotFound, "InvalidRegionId.NotFound", "The specified RegionId does not exist.")
}

func errImage() *apiError {
	return fail(http.StatusNotFound, "InvalidImageId.NotFound", "The specified ImageId does not exist.")
}

func errDryRun() *apiError {
	return fail(http.StatusBadRequest, "DryRunOperation", "Request validation has been passed with DryRun flag set.")
}

func errArrears() *apiError {
	return fail(http.StatusBadRequest, "Account.Arrearage", "Your account has an outstanding payment.")
}
