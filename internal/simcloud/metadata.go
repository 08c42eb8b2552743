// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

const (
	// instanceSession is how long the key of an instance's role lasts, and renewed how long before its end there is another. The
	// documents say neither; both are as seen.
	instanceSession = 6 * time.Hour
	renewed         = 30 * time.Minute
	// instanceService is who assumes a role for an instance (vendor docs, instance RAM roles).
	instanceService = "ecs.aliyuncs.com"
	// longestMetadataToken is the longest that a token of the metadata server can last, in seconds.
	longestMetadataToken = 21600
)

// metadata is the metadata server of one instance.
type metadata struct {
	world   *World
	account string
	role    string

	mu     sync.Mutex
	tokens map[string]time.Time
	key    AccessKey
}

// MetadataHandler is the metadata server as an instance of the account sees it that has the role attached, or none. It serves
// hardened mode alone: a token is asked for first (vendor docs, instance metadata).
func (w *World) MetadataHandler(account, role string) http.Handler {
	m := &metadata{world: w, account: account, role: role, tokens: map[string]time.Time{}}
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /latest/api/token", m.token)
	mux.HandleFunc("GET /latest/meta-data/ram/security-credentials/{$}", m.guarded(m.name))
	mux.HandleFunc("GET /latest/meta-data/ram/security-credentials/{role}", m.guarded(m.credentials))
	return mux
}

// token gives out a token.
func (m *metadata) token(rw http.ResponseWriter, r *http.Request) {
	seconds, err := strconv.Atoi(r.Header.Get("X-aliyun-ecs-metadata-token-ttl-seconds"))
	if err != nil || seconds < 1 || seconds > longestMetadataToken {
		http.Error(rw, "Bad Request", http.StatusBadRequest)
		return
	}
	token := rand.Text()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tokens[token] = m.world.clock().Add(time.Duration(seconds) * time.Second)
	_, _ = rw.Write([]byte(token))
}

// guarded lets nobody through who has no token.
func (m *metadata) guarded(next http.HandlerFunc) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		m.mu.Lock()
		until, ok := m.tokens[r.Header.Get("X-aliyun-ecs-metadata-token")]
		m.mu.Unlock()
		if !ok || !m.world.clock().Before(until) {
			http.Error(rw, "Forbidden", http.StatusForbidden)
			return
		}
		rw.Header().Set("Date", m.world.clock().UTC().Format(http.TimeFormat))
		next(rw, r)
	}
}

// name says which role the instance has.
func (m *metadata) name(rw http.ResponseWriter, r *http.Request) {
	if m.role == "" {
		http.NotFound(rw, r)
		return
	}
	_, _ = rw.Write([]byte(m.role))
}

// credentials answers the key of the instance's role, the same until it has nearly expired.
func (m *metadata) credentials(rw http.ResponseWriter, r *http.Request) {
	now, doc := m.world.clock(), m.world.document()
	role := doc.ram().role(m.account, m.role)
	if role == nil || r.PathValue("role") != m.role {
		http.NotFound(rw, r)
		return
	}
	trust, _ := readDocument(role.Trust, trustDocument)
	if !decide(trust, unjudged, func(s *statement) bool {
		return s.does("sts:AssumeRole") && slices.Contains(s.services, instanceService)
	}) {
		writeJSON(rw, map[string]string{"Code": "AssumeRoleUnauthorizedAccess"})
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.key.Expires.Sub(now) < renewed {
		m.key = m.world.sessions.open(role, fmt.Sprintf("i-%s", m.account), now, instanceSession).key
	}
	writeJSON(rw, map[string]string{
		"Code": "Success", "AccessKeyId": m.key.ID, "AccessKeySecret": m.key.Secret, "SecurityToken": m.key.SecurityToken,
		"Expiration": m.key.Expires.UTC().Format(timeFormat), "LastUpdated": now.UTC().Format(timeFormat),
	})
}
