// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"net/http"
	"sync"
	"time"
)

// maxSkew is how far the clocks of client and cloud may be apart (vendor docs, common error codes, InvalidTimeStamp.Expired).
const maxSkew = 15 * time.Minute

const timeFormat = "2006-01-02T15:04:05Z"

// claim is what a request says about its sender; verify proves it with the secret.
type claim struct {
	keyID     string
	token     string
	nonce     string
	timestamp string
	verify    func(secret string) *apiError
}

// principal is who sent a request: the account itself, one of its RAM users, or whoever has assumed one of its roles.
type principal struct {
	account *Account
	user    *User
	key     AccessKey
	// role is the role that was assumed, session what its session is called, and grants what it may do.
	role    *Role
	session string
	grants  []statement
}

// authenticate goes through the gateway's checks in the order in which it answers them.
func (w *World) authenticate(doc *Document, q *request) (principal, *apiError) {
	read := credentialsV1
	if q.signedV3() {
		read = credentialsV3
	}
	c, err := read(q)
	if err != nil {
		return principal{}, err
	}
	who, ok := doc.findKey(c.keyID)
	if !ok {
		who, ok = w.sessions.find(doc, c.keyID)
	}
	if !ok {
		return principal{}, fail(http.StatusNotFound, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
	}
	if who.key.Inactive {
		return principal{}, fail(http.StatusBadRequest, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.")
	}
	now := w.clock()
	if err := checkTimestamp(c.timestamp, now); err != nil {
		return principal{}, err
	}
	if err := checkToken(who.key, c.token, now); err != nil {
		return principal{}, err
	}
	if err := c.verify(who.key.Secret); err != nil {
		return principal{}, err
	}
	if !w.nonces.fresh(c.keyID+"/"+c.nonce, now) {
		return principal{}, fail(http.StatusBadRequest, "SignatureNonceUsed", "Specified signature nonce was used already.")
	}
	return who, nil
}

func checkTimestamp(text string, now time.Time) *apiError {
	t, err := time.Parse(timeFormat, text)
	if err != nil {
		return fail(http.StatusBadRequest, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.")
	}
	if now.Sub(t).Abs() > maxSkew {
		return fail(http.StatusBadRequest, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
	}
	return nil
}

func checkToken(key AccessKey, token string, now time.Time) *apiError {
	switch {
	case key.SecurityToken == "" && token == "":
		return nil
	case key.SecurityToken == "":
		return fail(http.StatusBadRequest, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.")
	case token == "":
		return errMissingCommon("SecurityToken")
	case token != key.SecurityToken:
		return fail(http.StatusBadRequest, "InvalidSecurityToken.MismatchWithAccessKey",
			"Specified SecurityToken mismatch with the AccessKey.")
	case !key.Expires.IsZero() && !now.Before(key.Expires):
		return fail(http.StatusBadRequest, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
	}
	return nil
}

// findKey finds who an access key belongs to.
func (d *Document) findKey(id string) (principal, bool) {
	for i := range d.Accounts {
		a := &d.Accounts[i]
		for _, k := range a.AccessKeys {
			if k.ID == id {
				return principal{account: a, key: k}, true
			}
		}
		for j := range a.Users {
			for _, k := range a.Users[j].AccessKeys {
				if k.ID == id {
					return principal{account: a, user: &a.Users[j], key: k}, true
				}
			}
		}
	}
	return principal{}, false
}

// nonces remembers every nonce for as long as its timestamp could still pass, in two generations so that forgetting is cheap.
type nonces struct {
	mu      sync.Mutex
	started time.Time
	current map[string]bool
	former  map[string]bool
}

// fresh records a nonce and says whether it was new.
func (n *nonces) fresh(nonce string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.current == nil || now.Sub(n.started) > 2*maxSkew {
		n.former, n.current, n.started = n.current, map[string]bool{}, now
	}
	if n.current[nonce] || n.former[nonce] {
		return false
	}
	n.current[nonce] = true
	return true
}
