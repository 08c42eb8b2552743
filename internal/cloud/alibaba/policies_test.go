// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// refusal is an answer with one of the vendor's codes.
func refusal(status int, code string) reply {
	return reply{status: status, body: fmt.Sprintf(`{"RequestId":"R","HostId":"h","Code":%q,"Message":"m"}`, code)}
}

func TestAttached(t *testing.T) {
	v := newVendor(t, willing)
	got, err := v.open(t, Options{}).Attached(t.Context(), testRole)
	if err != nil {
		t.Fatal(err)
	}
	if want := []cloud.PolicyRef{testPolicy, {System: true, Name: "AliyunKMSFullAccess"}}; !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
	v = newVendor(t, func(url.Values) reply { return ok(`{"RequestId":"R","Policies":{"Policy":[]}}`) })
	if got, err = v.open(t, Options{}).Attached(t.Context(), testRole); err != nil || len(got) != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestPolicy(t *testing.T) {
	v := newVendor(t, willing)
	got, err := v.open(t, Options{}).Policy(t.Context(), testPolicy)
	if want := (cloud.Policy{Ref: testPolicy, Description: "keys", Document: `{"Version":"1"}`}); err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	if v.calls()[0].Get("PolicyType") != "Custom" {
		t.Errorf("asked for %v", v.calls()[0])
	}
	mustBe(t, v.open(t, Options{}).CreatePolicy(t.Context(), cloud.Policy{Ref: cloud.PolicyRef{System: true, Name: "p"}}), cloud.Invalid)
	if len(v.calls()) != 1 {
		t.Error("a system policy was asked for")
	}
}

func TestDoneAlreadyIsDone(t *testing.T) {
	for _, test := range []struct {
		verb, code string
		status     int
		kind       cloud.Kind
	}{
		{"Attach", "EntityAlreadyExists.Role.Policy", 409, -1},
		{"Attach", "EntityAlreadyExists.Role", 409, cloud.Exists},
		{"Attach", "EntityNotExist.Role.Policy", 404, cloud.NotFound},
		{"Attach", "EntityNotExist.Policy", 404, cloud.NotFound},
		{"Detach", "EntityNotExist.Role.Policy", 404, -1},
		{"Detach", "EntityNotExist.Role", 404, cloud.NotFound},
		{"Detach", "EntityNotExist.Policy", 404, cloud.NotFound},
		{"Detach", "EntityAlreadyExists.Role.Policy", 409, cloud.Exists},
		{"CreateRole", "EntityAlreadyExists.Role", 409, cloud.Exists},
		{"CreatePolicy", "EntityAlreadyExists.Policy", 409, cloud.Exists},
		{"DeleteRole", "EntityNotExist.Role", 404, cloud.NotFound},
		{"DeletePolicy", "EntityNotExist.Policy", 404, cloud.NotFound},
		{"DeletePolicy", "DeleteConflict.Policy.User", 409, cloud.Conflict},
	} {
		t.Run(test.verb+" "+test.code, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply { return refusal(test.status, test.code) })
			err := verbs[test.verb](t.Context(), v.open(t, Options{}))
			if test.kind >= 0 {
				mustBe(t, err, test.kind)
			} else if err != nil {
				t.Error(err)
			}
			if len(v.calls()) != 1 {
				t.Errorf("%d calls", len(v.calls()))
			}
		})
	}
}

// RAM has one code for bad documents; what they are of, the verb knows.
func TestBadDocumentsHaveASubject(t *testing.T) {
	for verb, subject := range map[string]cloud.Subject{
		"CreateRole": cloud.AboutRole, "SetTrust": cloud.AboutRole,
		"CreatePolicy": cloud.AboutPolicy, "SetPolicy": cloud.AboutPolicy,
	} {
		v := newVendor(t, func(url.Values) reply { return refusal(400, "MalformedPolicyDocument") })
		if found := mustBe(t, verbs[verb](t.Context(), v.open(t, Options{})), cloud.Invalid); found.Subject != subject {
			t.Errorf("%s: got %+v", verb, found)
		}
		v = newVendor(t, func(url.Values) reply { return refusal(403, "NoPermission") })
		if found := mustBe(t, verbs[verb](t.Context(), v.open(t, Options{})), cloud.Denied); found.Subject != cloud.AboutCall {
			t.Errorf("%s: got %+v", verb, found)
		}
	}
}

// oldRAM knows no CascadingDelete: a policy goes once its versions are gone.
type oldRAM struct {
	versions []string
	list     string
	refuse   map[string]reply
	did      []string
}

func (r *oldRAM) answer(asked url.Values) reply {
	action, version := asked.Get("Action"), asked.Get("VersionId")
	r.did = append(r.did, action+version)
	if refused, found := r.refuse[action+version]; found {
		return refused
	}
	switch action {
	case "ListPolicyVersions":
		return ok(r.list)
	case "DeletePolicyVersion":
		if !slices.Contains(r.versions, version) {
			return refusal(404, "EntityNotExist.Policy.Version")
		}
		r.versions = slices.DeleteFunc(r.versions, func(v string) bool { return v == version })
	case "DeletePolicy":
		if len(r.versions) > 1 {
			return refusal(409, "DeleteConflict.Policy.Version")
		}
	}
	return ok(`{"RequestId":"R"}`)
}

func TestDeletePolicyVersionByVersion(t *testing.T) {
	const versions = `{"RequestId":"R","PolicyVersions":{"PolicyVersion":[{"VersionId":"v3","IsDefaultVersion":true},` +
		`{"VersionId":"v1","IsDefaultVersion":false},{"VersionId":"v2","IsDefaultVersion":false}]}}`
	began := []string{"DeletePolicy", "ListPolicyVersions", "DeletePolicyVersionv1"}
	whole := append(slices.Clone(began), "DeletePolicyVersionv2", "DeletePolicy")
	all := []string{"v1", "v2", "v3"}
	for name, test := range map[string]struct {
		versions []string
		list     string
		refuse   map[string]reply
		did      []string
		kind     cloud.Kind
	}{
		"every version but the default goes":     {all, versions, nil, whole, -1},
		"one that is gone already is no trouble": {[]string{"v2", "v3"}, versions, nil, whole, -1},
		"one that cannot be deleted ends it": {
			all, versions, map[string]reply{"DeletePolicyVersionv1": refusal(403, "NoPermission")}, began, cloud.Denied,
		},
		"the list may not be read": {
			all, versions, map[string]reply{"ListPolicyVersions": refusal(403, "NoPermission")}, began[:2], cloud.Denied,
		},
		"no list": {all, `{"RequestId":"R"}`, nil, began[:2], cloud.Unavailable},
		"it is tried no more": {
			all, versions, map[string]reply{"DeletePolicy": refusal(409, "DeleteConflict.Policy.Version")}, whole, cloud.Conflict,
		},
	} {
		t.Run(name, func(t *testing.T) {
			ram := &oldRAM{versions: slices.Clone(test.versions), list: test.list, refuse: test.refuse}
			err := newVendor(t, ram.answer).open(t, Options{}).DeletePolicy(t.Context(), testPolicy.Name)
			if test.kind >= 0 {
				mustBe(t, err, test.kind)
			} else if err != nil {
				t.Error(err)
			}
			if !slices.Equal(ram.did, test.did) {
				t.Errorf("did %v, want %v", ram.did, test.did)
			}
		})
	}
}

func TestHasCode(t *testing.T) {
	wrapped := fmt.Errorf("x: %w", &cloud.Error{Code: "operationDeined.FullImage"})
	if !hasCode(wrapped, "a", "OperationDenied.FullImage") || hasCode(wrapped, "OperationDenied") || hasCode(wrapped) ||
		hasCode(errors.New("FullImage"), "FullImage") || hasCode(nil, "") || hasCode(&cloud.Error{}, "x") {
		t.Error("codes are mistaken")
	}
}
