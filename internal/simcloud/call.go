// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// call is one request on its way through the cloud.
type call struct {
	w     *World
	q     *request
	op    operation
	who   principal
	doc   *Document
	now   time.Time
	id    string
	fault taken
	// journalled says that the handler's change has entered the journal, with its effect.
	journalled bool
	rate       string
	// share is the ID of the share that the call makes.
	share string
}

// newRequestID makes an ID of the vendor's form.
func newRequestID() string {
	var b [16]byte
	// crypto/rand never fails on a supported platform; it ends the process instead.
	_, _ = rand.Read(b[:])
	return strings.ToUpper(fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16]))
}

// run takes a request through the gateway and the product, and returns what the product answers.
func (c *call) run(ctx context.Context) (tree, *apiError) {
	if err := c.admit(); err != nil {
		return nil, err
	}
	c.fault = c.w.faults.take(c)
	if !c.fault.wait(ctx) {
		return nil, c.fault.drop()
	}
	if err := c.fault.before(); err != nil {
		return nil, err
	}
	if c.fault.kind == StaleRead && !c.op.write {
		c.doc = c.w.documentAgo(c.fault.writesAgo)
	}
	if err := c.w.meter.spend(c); err != nil {
		return nil, err
	}
	answer, err := c.perform()
	if c.op.write && !c.journalled {
		c.w.recordRefused(c, err)
	}
	return answer, err
}

// admit is the gateway: it routes the request and finds out who sent it.
func (c *call) admit() *apiError {
	if c.q.method != http.MethodGet && c.q.method != http.MethodPost {
		return errMethod()
	}
	var err *apiError
	if c.op, err = c.w.find(c.q); err != nil {
		return err
	}
	if c.q.format != formatJSON && c.q.format != formatXML {
		return errInvalidFormat()
	}
	if !c.op.unsigned {
		c.who, err = c.w.authenticate(c.doc, c.q)
	}
	return err
}

// perform is the product: region, permission, billing, and the action itself.
func (c *call) perform() (tree, *apiError) {
	if c.op.regional {
		if c.region() == "" {
			return nil, c.op.errMissing("RegionId")
		}
		if !c.doc.hasRegion(c.region()) {
			return nil, errRegion()
		}
	}
	if err := c.authorize(); err != nil {
		if c.op.empty != nil && c.doc.Dialects.DeniedRead == "empty200" {
			return c.op.empty(c), nil
		}
		return nil, err
	}
	if c.op.write && c.who.account.Arrears {
		return nil, errArrears()
	}
	return c.op.handle(c)
}

func (c *call) authorize() *apiError {
	if c.op.resources == nil {
		return nil
	}
	action := strings.ToLower(c.op.product) + ":" + c.op.action
	for _, resource := range c.op.resources(c) {
		if !c.who.allowed(action, resource) {
			return c.who.errDenied(c.op.product, action)
		}
	}
	return nil
}

func (c *call) region() string { return c.q.get("RegionId") }

func (c *call) moment() moment { return c.doc.moment(c.now) }

// image is the image that the call is about; a call about tags or a share may name several.
func (c *call) image() string {
	if id := c.q.get("ImageId"); id != "" {
		return id
	}
	if c.op.product == productSharing {
		return strings.Join(c.sharedImages(), ",")
	}
	return strings.Join(c.q.list("ResourceId"), ",")
}

func (c *call) account() string {
	if c.who.account == nil {
		return ""
	}
	return c.who.account.ID
}

// entry is the journal's line for this call, before its effect is known.
func (c *call) entry() Entry {
	return Entry{Time: c.now, RequestID: c.id, Account: c.account(), AccessKey: c.who.key.ID, Action: c.op.action,
		Region: c.region(), Image: c.image(), Role: c.subject(taggedRole, "RoleName"), Policy: c.subject(taggedPolicy, "PolicyName"),
		Share: c.shareID(), Targets: c.q.list("Targets"), Add: c.q.list("AddAccount"), Remove: c.q.list("RemoveAccount"),
		Lost: c.fault.loses(), Fault: c.fault.kind}
}

// change makes the action's one change to the world, and journals it.
func (c *call) change(edit func(next *Document) (bool, *apiError)) *apiError {
	c.journalled = true
	err := c.w.edit(c.entry(), func(next *Document) (bool, error) {
		keep, err := edit(next)
		if err != nil {
			return keep, err
		}
		return keep, nil
	})
	var api *apiError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &api):
		return api
	}
	return errInternal()
}

// recordRefused journals a write that was turned away before it could change anything.
func (w *World) recordRefused(c *call, err *apiError) {
	_ = w.edit(c.entry(), func(*Document) (bool, error) {
		if err != nil {
			return false, err
		}
		return false, nil
	})
}

// hostID is the host name that the vendor puts into an error.
func (c *call) hostID() string {
	name := strings.ToLower(c.op.product)
	switch {
	case name == "":
		return c.q.host
	case c.op.regional && c.doc.hasRegion(c.region()):
		return name + "." + c.region() + ".aliyuncs.com"
	}
	return name + ".aliyuncs.com"
}

// statusOf is the HTTP status of an error; throttling has a dialect of its own.
func (c *call) statusOf(err *apiError) int {
	if strings.HasPrefix(err.code, "Throttling") {
		switch c.doc.Dialects.ThrottleStatus {
		case "429":
			return http.StatusTooManyRequests
		case "200":
			return http.StatusOK
		}
	}
	return err.status
}
