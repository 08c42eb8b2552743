// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// maxMessage bounds what is repeated of the vendor's own words.
const maxMessage = 200

var (
	codeForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	// unstable is what makes two reports of the same trouble differ, or leads
	// elsewhere: addresses, request IDs, parameters.
	unstable = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://\S*|` +
		`\brequest ?id\b\W*\S*|` +
		`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|` +
		`\S*\?\S+=\S*|\S*&\S+=\S*`)
	unprintable = regexp.MustCompile(`[^\x20-\x7e]+`)
)

// plainCode is the vendor's code if it has the form of one. A code of the table
// is public, whatever the credentials look like.
func plainCode(code string, secrets []string) string {
	_, public := codes[normal(code)]
	if public || codeForm.MatchString(code) && !reveals(code, secrets) {
		return code
	}
	return ""
}

// plain is the vendor's message, fit to be shown: one line, without what
// changes from call to call. A message that holds a secret is dropped whole.
func plain(message string, secrets []string) string {
	if reveals(message, secrets) {
		return ""
	}
	message = message[:min(len(message), 20*maxMessage)]
	message = unprintable.ReplaceAllString(message, " ")
	message = unstable.ReplaceAllString(message, " ")
	message = strings.Join(strings.Fields(message), " ")
	message = message[:min(len(message), maxMessage)]
	return strings.TrimRight(message, " .")
}

// shortest is the length below which a word is no secret but a syllable. The
// vendor's own have 16 characters and more.
const shortest = 6

// reveals reports whether a text holds a secret, as it is or escaped.
func reveals(text string, secrets []string) bool {
	text = strings.ToLower(text)
	for _, secret := range secrets {
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
			if len(form) >= shortest && strings.Contains(text, strings.ToLower(form)) {
				return true
			}
		}
	}
	return false
}

// unreadable is the error for an answer that makes no sense.
func unreadable(action string) *cloud.Error {
	return &cloud.Error{
		Kind:    cloud.Unavailable,
		Message: "the answer to " + action + " cannot be understood; it is asked again",
	}
}

// late is the error of a call whose time was up, or that was given up. What
// the context says stays in the chain.
func late(action string, cause error) error {
	message := "Alibaba Cloud did not answer " + action + " in time"
	if errors.Is(cause, context.Canceled) {
		message = action + " was given up"
	}
	return fmt.Errorf("%w: %w", &cloud.Error{Kind: cloud.Unavailable, Message: message}, cause)
}

// unreachable is the error of a call that no whole answer came to. It is told
// by its class and the endpoint alone, since the texts of the SDK and of net/http
// quote the signed address.
func unreachable(ctx context.Context, host, action string, cause error) error {
	if err := ctx.Err(); err != nil {
		return late(action, err)
	}
	// On a busy machine the connection's own timers, which are set to no sooner
	// than the context's, can go off before it.
	if deadline, found := ctx.Deadline(); found && !time.Now().Before(deadline) {
		return late(action, context.DeadlineExceeded)
	}
	return &cloud.Error{Kind: cloud.Unavailable, Message: action + ": " + classOf(host, cause)}
}

// classOf says in plain words why no answer came from an endpoint.
func classOf(host string, cause error) string {
	var (
		unknownHost *net.DNSError
		certificate *tls.CertificateVerificationError
		network     net.Error
	)
	switch {
	case errors.As(cause, &unknownHost):
		return "the host name of the endpoint " + host + " cannot be resolved: check the region, the endpoint and the DNS"
	case errors.As(cause, &certificate):
		return "the certificate of the endpoint " + host + " is not trusted: check the endpoint, and whether a proxy stands in between"
	case errors.Is(cause, http.ErrSchemeMismatch):
		return "the endpoint " + host + " speaks plain HTTP, which is refused unless it is marked insecure"
	case errors.Is(cause, syscall.ECONNREFUSED):
		return "the endpoint " + host + " refuses connections: check the endpoint, and whether a proxy stands in between"
	case errors.Is(cause, errTooLarge):
		return "the answer is larger than any that is expected"
	case errors.As(cause, &network) && network.Timeout():
		return "the endpoint " + host + " did not answer in time"
	}
	return "the connection to Alibaba Cloud broke before an answer came"
}
