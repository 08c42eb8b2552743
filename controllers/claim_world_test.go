// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"io"
	"net/http"
	"slices"
	"strings"

	. "github.com/onsi/gomega"
	"k8s.io/client-go/tools/events"

	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

const (
	tagImage   = "TagResources"
	untagImage = "UntagResources"
	lookAt     = "DescribeImages"
	// stranger is another operator, and foreignTag a tag that is nobody's
	// business.
	stranger = "another-cluster/imageshare-system"
)

var foreignTag = simcloud.Tag{Key: "team", Value: "platform"}

// claimedBy is who holds the image, as the cloud has it; empty if nobody does.
func (s *scene) claimedBy() string {
	found, _ := s.cloud.Image(region, image)
	for _, tag := range found.Tags {
		if tag.Key == converge.TagOwner {
			return tag.Value
		}
	}
	return ""
}

// claimByHand gives the image the tag of a holder, as a person or another operator
// would, or takes it off.
func (s *scene) claimByHand(holder string) {
	tags := []simcloud.Tag{foreignTag}
	if holder != "" {
		tags = append(tags, simcloud.Tag{Key: converge.TagOwner, Value: holder})
	}
	Expect(s.cloud.SetImageTags(region, image, tags)).To(Succeed())
}

// written are the actions of the writes that went well, but for those by hand.
func (s *scene) written() []string {
	var out []string
	for _, e := range s.cloud.Journal() {
		if !e.ByHand && e.Code == simcloud.CodeOK {
			out = append(out, e.Action)
		}
	}
	return out
}

// recorded are the events that a loop has told since it was asked last.
func recorded(r *ImageShareReconciler) []string {
	var out []string
	for recorder := r.Events.(*events.FakeRecorder); ; {
		select {
		case event := <-recorder.Events:
			out = append(out, event)
		default:
			return out
		}
	}
}

// afterwards is a way to the cloud on which something happens after the answer
// to an action, before anybody reads it.
type afterwards struct {
	action string
	do     func()
}

func (a afterwards) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	form, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultTransport.RoundTrip(req)
	if strings.Contains(req.URL.RawQuery+string(form), "Action="+a.action) {
		a.do()
	}
	return answer, err
}

// passOf is a pass of a loop at the image that has looked at nothing yet.
func (s *scene) passOf(r *ImageShareReconciler) *pass {
	p, err := r.gather(s.ctx, ImageKey{Account: sharerID, Region: region, ID: image})
	ExpectWithOffset(1, err).NotTo(HaveOccurred())
	return p
}

// givenUp checks how often the claim was taken off.
func (s *scene) givenUp(times int) {
	done := slices.DeleteFunc(s.written(), func(one string) bool { return one != untagImage })
	ExpectWithOffset(1, done).To(HaveLen(times))
}
