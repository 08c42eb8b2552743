// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"net"
	"net/http"
	"strconv"
	"strings"
)

// Handler serves every product of this cloud, and the admin pages, on one address.
func (w *World) Handler() http.Handler {
	admin := w.adminHandler()
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, adminPrefix) {
			admin.ServeHTTP(rw, r)
			return
		}
		w.serveCall(rw, r)
	})
}

// serveCall answers one API request and puts it into the call log, whatever becomes of it.
func (w *World) serveCall(rw http.ResponseWriter, r *http.Request) {
	q, err := readRequest(r)
	if err != nil {
		q = &request{method: r.Method, host: r.Host, header: r.Header, format: formatXML}
	}
	c := &call{w: w, q: q, doc: w.document(), now: w.clock(), id: newRequestID()}
	var answer tree
	var apiErr *apiError
	if err != nil {
		apiErr = fail(http.StatusBadRequest, "InvalidParameter", "The request cannot be read.")
	} else {
		answer, apiErr = c.run(r.Context())
	}
	rep := c.reply(answer, apiErr)
	w.log.add(c.logged(apiErr, rep))
	rep.send(rw)
}

func (c *call) logged(err *apiError, rep reply) Call {
	code := CodeOK
	if err != nil {
		code = err.code
	}
	return Call{Time: c.now, RequestID: c.id, Product: c.op.product, Action: c.q.action, Account: c.account(), AccessKey: c.who.key.ID,
		Region: c.region(), Image: c.image(), Continued: c.q.continues(), Code: code, Status: rep.status, Fault: c.fault.kind}
}

// reply is what goes back over the wire; with an end other than endNormal nothing does.
type reply struct {
	status int
	kind   string
	body   []byte
	header map[string]string
	end    ending
}

// ending is how a connection ends.
type ending int

const (
	endNormal ending = iota
	endDrop
	endRefuse
)

// reply renders an answer or an error, unless a fault has its own idea of it.
func (c *call) reply(answer tree, err *apiError) reply {
	if rep, ok := c.fault.reply(c); ok {
		return rep
	}
	rep := reply{status: http.StatusOK, header: map[string]string{"x-acs-request-id": c.id, "Date": c.now.UTC().Format(http.TimeFormat)}}
	if c.rate != "" {
		rep.header[rateHeader] = c.rate
	}
	root := c.q.action + "Response"
	if err != nil {
		rep.status, root, answer = c.statusOf(err), "Error", c.errorBody(err)
	} else {
		answer["RequestId"] = c.id
	}
	rep.kind, rep.body = render(c.q.format, root, answer)
	return rep
}

func (c *call) errorBody(err *apiError) tree {
	body := tree{
		"RequestId": c.id,
		"HostId":    c.hostID(),
		"Code":      err.code,
		"Message":   err.message,
		"Recommend": "https://api.aliyun.com/troubleshoot?q=" + err.code + "&product=" + c.op.product + "&requestId=" + c.id,
	}
	if err.detail != nil {
		body["AccessDeniedDetail"] = err.detail
	}
	return body
}

func (rep reply) send(rw http.ResponseWriter) {
	switch rep.end {
	case endRefuse:
		reset(rw)
	case endDrop:
		// The server's own way of closing a connection without an answer.
		panic(http.ErrAbortHandler)
	case endNormal:
	}
	for key, value := range rep.header {
		rw.Header().Set(key, value)
	}
	rw.Header().Set("Content-Type", rep.kind)
	rw.Header().Set("Content-Length", strconv.Itoa(len(rep.body)))
	rw.WriteHeader(rep.status)
	// A client that went away is no concern of the cloud.
	_, _ = rw.Write(rep.body)
}

// reset ends the connection the hard way, which a client sees as a reset rather than as an early end.
func reset(rw http.ResponseWriter) {
	conn, _, err := http.NewResponseController(rw).Hijack()
	if err == nil {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
	}
	panic(http.ErrAbortHandler)
}
