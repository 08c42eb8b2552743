// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"errors"
	"time"
)

// Kind classes an error by what it means to us, not by the vendor's status.
type Kind int

const (
	// Unknown is an error nobody has classed. It is retried.
	Unknown Kind = iota
	// Unavailable is a cloud that could not be reached, or failed. Retry.
	Unavailable
	// Throttled is too many calls, by the vendor's count or by our own budget.
	// Come back after [Error.RetryAfter].
	Throttled
	// NotFound is a thing that is not there for this caller.
	NotFound
	// Denied is what the caller may not do.
	Denied
	// Unauthenticated is credentials that are not accepted themselves.
	Unauthenticated
	// Conflict is that something else is being done to the thing. Look again
	// soon.
	Conflict
	// Quota is a limit of the account that is reached.
	Quota
	// Invalid is what cannot be right, or is not possible for this thing in the
	// state that it is in.
	Invalid
	// Exists is what was to be made and is there already.
	Exists
	// Untrusted is that the encryption role does not let somebody decrypt the
	// image, or not yet.
	Untrusted
	// TooLong is a document of more characters than the vendor takes.
	TooLong
)

// Subject says what an error is about.
type Subject int

const (
	// AboutCall is an error of the call as a whole.
	AboutCall Subject = iota
	// AboutImage is an error that every account of the image would meet.
	AboutImage
	// AboutAccount is an error that one account in the call has caused; the
	// others would do.
	AboutAccount
	// AboutRegion is an error of the region that was named: there is no such
	// region for the account.
	AboutRegion
	// AboutRole is an error of the encryption role, or of what is attached to
	// it.
	AboutRole
	// AboutPolicy is an error of a policy.
	AboutPolicy
	// AboutKey is an error of a key.
	AboutKey
	// AboutTarget is an error of a directory or folder that was named.
	AboutTarget
	// AboutDirectory is an error of the account's standing in its resource
	// directory.
	AboutDirectory
)

// Error is trouble with the cloud. Its texts are stable (no request IDs, no
// addresses, nothing secret), so that they can stand in a status.
type Error struct {
	Kind    Kind
	Subject Subject
	// Code is the vendor's own, as served; empty if there was none.
	Code string
	// Message says in plain words what is wrong and what to do.
	Message string
	// RetryAfter is when to come back, if known.
	RetryAfter time.Duration
	// Local is true when our own budget, and not the vendor, said no. Then
	// nothing was sent.
	Local bool
}

// Error is the message, with the vendor's code for those who search for it.
func (e *Error) Error() string {
	if e.Code == "" {
		return e.Message
	}
	return e.Message + " (" + e.Code + ")"
}

// AsError finds the [Error] in an error, or makes one of Unknown kind that
// tells nothing but the text.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	if found, ok := errors.AsType[*Error](err); ok {
		return found
	}
	return &Error{Message: err.Error()}
}

// KindOf is the kind of an error; Unknown for nil and for strangers.
func KindOf(err error) Kind {
	if found, ok := errors.AsType[*Error](err); ok {
		return found.Kind
	}
	return Unknown
}

// NotSent reports whether it is certain that the call never left: our own
// budget refused it. Of no error it is false.
func (e *Error) NotSent() bool { return e != nil && e.Local }

// MayHaveHappened reports whether what was asked for may have been done all the
// same: nobody has answered, or not with a refusal.
func (e *Error) MayHaveHappened() bool {
	return e != nil && !e.Local && (e.Kind == Unknown || e.Kind == Unavailable)
}
