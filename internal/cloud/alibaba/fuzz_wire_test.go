// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// FuzzThrottleHint reads the vendor's hint on when to come back: whatever it is,
// the operator comes back, neither at once nor after hours.
func FuzzThrottleHint(f *testing.F) {
	for _, hint := range []string{
		"", "TimeLeft:5", "Limit:100,Remain:0,TimeLeft:60", "TimeLeft:61", "timeleft : 1500", "TimeLeft:-1", "TimeLeft:9223372036854775807",
		"TimeLeft:99999999999999999999", "TimeLeft:0", "TimeLeft:5s,TimeLeft:7", "TimeLeft", ":::", ",,,,", "TimeLeft:０",
	} {
		f.Add(hint, "")
		f.Add("Limit:1", hint)
	}
	f.Fuzz(func(t *testing.T, api, user string) {
		from := answer{header: http.Header{"X-Ratelimit-User-Api": {api}, "X-Ratelimit-User": {user}}}
		got := from.away()
		if got < leastAway || got > mostAway {
			t.Fatalf("%q, %q: comes back after %s", api, user, got)
		}
		if !strings.Contains(strings.ToLower(api+user), "timeleft") && got != unsaidAway {
			t.Fatalf("%q, %q: hears a hint that there is not: %s", api, user, got)
		}
		seconds := 1 + len(api)%secondsUpTo
		hint := fmt.Sprintf("%s, TimeLeft:%d", strings.NewReplacer("T", "", "t", "").Replace(api), seconds)
		told := answer{header: http.Header{"X-Ratelimit-User-Api": {hint}}}
		if told.away() != time.Duration(seconds)*time.Second {
			t.Fatalf("%q: does not hear %d seconds", hint, seconds)
		}
	})
}

// speaker is a server that says the same whatever it is asked, and hangs up.
type speaker struct {
	says   []byte
	hanged sync.WaitGroup
}

func (s *speaker) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	s.hanged.Go(func() {
		defer func() { _ = theirs.Close() }()
		if _, err := http.ReadRequest(bufio.NewReader(theirs)); err == nil {
			_, _ = theirs.Write(s.says)
		}
	})
	return ours, nil
}

// final is what HTTP makes of what was said: the answer after all that only
// announce one.
func (s *speaker) final() (status int, body string) {
	from := bufio.NewReader(bytes.NewReader(s.says))
	for {
		response, err := http.ReadResponse(from, nil)
		if err != nil {
			return 0, ""
		}
		if response.StatusCode >= http.StatusOK || response.StatusCode == http.StatusSwitchingProtocols {
			var text io.Reader = response.Body
			if strings.EqualFold(response.Header.Get("Content-Encoding"), "gzip") {
				if text, err = gzip.NewReader(response.Body); err != nil {
					return response.StatusCode, ""
				}
			}
			whole, _ := io.ReadAll(io.LimitReader(text, maxBody))
			return response.StatusCode, string(whole)
		}
	}
}

func overHTTP(head, body string) []byte {
	return fmt.Appendf(nil, "HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s", head, len(body), body)
}

// FuzzWire answers a verb with bytes, of which not even HTTP need be made: what
// comes of it keeps the laws of answers, and nothing of the call is left.
func FuzzWire(f *testing.F) {
	for verb, body := range goodBodies {
		f.Add(verbIndex(verb), overHTTP("200 OK", body))
	}
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write([]byte(goodBodies["Identity"]))
	_ = zip.Close()
	for _, said := range []string{
		"", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 302 Found\r\nLocation: https://example.com/\r\n\r\n", "SSH-2.0-x\r\n",
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n" + goodBodies["Identity"],
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{",
		"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{\"RequestId\":\"R\"}", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
		"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n" + packed.String(), "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nx",
		"HTTP/1.1 503 x\r\nX-Ratelimit-User: TimeLeft:3\r\nContent-Length: 39\r\n\r\n{\"RequestId\":\"R\",\"Code\":\"Throttling.X\"}",
	} {
		f.Add(verbIndex("Identity"), []byte(said))
	}
	f.Fuzz(func(t *testing.T, verb uint8, says []byte) {
		server := &speaker{says: says}
		transport := &http.Transport{DialContext: server.dial, MaxResponseHeaderBytes: 1 << 16}
		at := cloud.Endpoints{ECS: "a:80", RAM: "a:80", STS: "a:80", KMS: "a:80", ResourceSharing: "a:80", ResourceManager: "a:80", Quotas: "a:80", Insecure: true}
		session := New(Options{Transport: transport, Clock: newClock().Now, Limits: Limits{Rate: 1e6, Burst: 1e6, InFlight: 1000}}).
			Open(cloud.Target{Credentials: testCredentials, Endpoints: at})
		name := verbNames[int(verb)%len(verbNames)]
		got, err := reads(t.Context(), session, name)
		transport.CloseIdleConnections()
		server.hanged.Wait()
		tellsNoSecret(t, err)
		status, body := server.final()
		if lie := toldBy(status, body).lie(name, got, err); lie != "" {
			t.Fatalf("%s %s: got %+v, %v of %d %q", name, lie, got, err, status, body)
		}
	})
}
