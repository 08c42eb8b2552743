// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"encoding/json"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// answer is as much of an answer of the API server as is read here.
type answer struct {
	Kind     string            `json:"kind"`
	Metadata metav1.ListMeta   `json:"metadata"`
	Items    []json.RawMessage `json:"items"`
}

// lookOf is what an exchange told the operator of our kinds; nil when it told nothing, or nothing that is surely of the present.
func lookOf(e Exchange) *Look {
	at := addressOf(e.Path)
	kind := at.kind()
	absent := at.name != "" && e.absent()
	if kind == "" || e.Lost || !absent && !e.shows() {
		return nil
	}
	look := &Look{Operator: e.Operator, Sent: e.Sent, Answered: e.Answered, Kind: kind}
	switch {
	case absent:
		look.Fits, look.Whole = Selection{Namespace: at.namespace, Name: at.name}, true
		return look
	case at.name != "" || e.writes():
		look.take(e.Response)
	default:
		look.takeList(e, at.namespace)
	}
	if look.Resource == 0 {
		return nil
	}
	return look
}

// take reads an answer that is one object.
func (l *Look) take(body []byte) {
	if v, ok := versionOf(l.Kind, body, l.Answered); ok {
		l.Resource, l.Versions = v.Resource, []Version{v}
		l.Fits = Selection{Namespace: v.Namespace, Name: v.Name}
	}
}

// takeList reads an answer that is a list.
func (l *Look) takeList(e Exchange, namespace string) {
	var list answer
	if err := json.Unmarshal(e.Response, &list); err != nil || list.Kind != l.Kind+"List" {
		return
	}
	fits, understood := e.selection()
	if namespace != "" {
		fits.Namespace = namespace
	}
	l.Fits, l.Whole = fits, understood && list.Metadata.Continue == ""
	l.Resource = resourceVersion(list.Metadata.ResourceVersion)
	for _, item := range list.Items {
		if v, ok := versionOf(l.Kind, item, l.Answered); ok {
			l.Versions = append(l.Versions, v)
		}
	}
}

// versionOf reads one object of our kinds; false means that it is none.
func versionOf(kind string, body []byte, seen time.Time) (Version, bool) {
	switch kind {
	case kindImageShare:
		obj := &v1alpha1.ImageShare{}
		if json.Unmarshal(body, obj) == nil && obj.Name != "" && (obj.Kind == "" || obj.Kind == kind) {
			return imageShareVersion(obj, seen), true
		}
	case kindSharerAccount:
		obj := &v1alpha1.SharerAccount{}
		if json.Unmarshal(body, obj) == nil && obj.Name != "" && (obj.Kind == "" || obj.Kind == kind) {
			return sharerVersion(obj, seen), true
		}
	}
	return Version{}, false
}

func imageShareVersion(obj *v1alpha1.ImageShare, seen time.Time) Version {
	v := metaVersion(kindImageShare, obj, seen)
	v.ImageShare = obj
	return v
}

func sharerVersion(obj *v1alpha1.SharerAccount, seen time.Time) Version {
	v := metaVersion(kindSharerAccount, obj, seen)
	v.SharerAccount = obj
	return v
}

func metaVersion(kind string, obj metav1.Object, seen time.Time) Version {
	return Version{Seen: seen, Kind: kind, Namespace: obj.GetNamespace(), Name: obj.GetName(), UID: string(obj.GetUID()),
		Resource: resourceVersion(obj.GetResourceVersion())}
}

// resourceVersion is a resource version as a number: etcd's revision, which grows over all objects. Nothing else is of use here.
func resourceVersion(text string) uint64 {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
