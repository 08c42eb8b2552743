// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

// KeyAccess is how the role gets at the image keys.
type KeyAccess int

const (
	// ImageKeys is policies of our own, for the image keys and no others.
	ImageKeys KeyAccess = iota
	// AllKeys is the vendor's policy AliyunKMSFullAccess.
	AllKeys
	// Unmanaged is whatever somebody else has arranged.
	Unmanaged
)

// RoleSeen is what was read of the encryption role.
type RoleSeen struct {
	// Known is false when the role could not be read; then nothing else in here
	// means anything.
	Known bool
	// Exists is false when there is certainly no such role.
	Exists bool
	ARN    string
	// Trust is its trust policy.
	Trust TrustPolicy
	// Made is true when its tags say that we made it, and ClaimedBy who, by
	// them, may write to it; both are nothing where tags cannot be had. Marked
	// is true when its description says that we made it.
	Made      bool
	Marked    bool
	ClaimedBy string
	// Policies are those of our own name and mark, in the order of their slots;
	// the zero value stands for a slot that is free.
	Policies []OwnPolicy
	// AllKeys is true when AliyunKMSFullAccess is attached.
	AllKeys bool
	// Others are policies that others have attached, and CustomOthers how many
	// of them are custom ones, which count against the same limit as ours.
	Others       []string
	CustomOthers int
}

// OwnPolicy is a policy for image keys that we made.
type OwnPolicy struct {
	// Name is empty for a slot that is free.
	Name     string
	Attached bool
	// Keys are those that it gives, and Exact is whether it says nothing else.
	Keys  Keys
	Exact bool
}

// Keys is which keys the attached policies of ours give to the role.
func (s RoleSeen) Keys() Keys {
	out := Keys{}
	for _, p := range s.Policies {
		if p.Attached {
			out = out.With(p.Keys)
		}
	}
	return out
}

// Documents is which keys each slot's policy holds, attached or not.
func (s RoleSeen) Documents() []Keys {
	out := make([]Keys, 0, len(s.Policies))
	for _, p := range s.Policies {
		out = append(out, p.Keys)
	}
	return out
}

// whole reports whether every policy of ours is attached and says what it
// should.
func (s RoleSeen) whole() bool {
	for _, p := range s.Policies {
		if p.Name != "" && (!p.Attached || !p.Exact) {
			return false
		}
	}
	return true
}
