// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"fmt"
	"slices"
)

// Key is a copy of a key as it is now; false means that there is none.
func (w *World) Key(region, id string) (Key, bool) {
	k := w.document().key(region, id)
	if k == nil {
		return Key{}, false
	}
	c := *k
	c.Aliases = slices.Clone(k.Aliases)
	return c, true
}

// AddKey makes a key.
func (w *World) AddKey(k Key) error {
	k.Aliases = slices.Clone(k.Aliases)
	return w.byHand(Entry{Action: "AddKey", Region: k.Region, Account: k.Owner}, func(next *Document) error {
		next.Keys = append(next.Keys, k)
		return next.completeMasterKeys()
	})
}

// SetKeyState moves a key to another state, such as KeyDisabled.
func (w *World) SetKeyState(region, id, state string) error {
	return w.byHandOnKey("SetKeyState", region, id, func(k *Key) error {
		if !slices.Contains(keyStates(), state) {
			return fmt.Errorf("state: %q is none of %q", state, keyStates())
		}
		k.State = state
		return nil
	})
}

// SetKeyPolicy gives a key in an instance a policy of its own; empty means that it admits the whole account again.
func (w *World) SetKeyPolicy(region, id, policy string) error {
	return w.byHandOnKey("SetKeyPolicy", region, id, func(k *Key) error {
		k.Policy = policy
		return k.checkPolicy()
	})
}

func (w *World) byHandOnKey(action, region, id string, change func(k *Key) error) error {
	return w.byHand(Entry{Action: action, Region: region}, func(next *Document) error {
		k := next.key(region, id)
		if k == nil {
			return fmt.Errorf("key %s in %s: there is none", id, region)
		}
		if err := change(k); err != nil {
			return fmt.Errorf("key %s: %w", id, err)
		}
		return nil
	})
}

// SetSnapshotKey encrypts a snapshot with another key; empty means that it is not encrypted. That it is a service key is
// then known from the key itself alone.
func (w *World) SetSnapshotKey(region, id, key string) error {
	return w.byHand(Entry{Action: "SetSnapshotKey", Region: region}, func(next *Document) error {
		s := next.snapshot(region, id)
		if s == nil {
			return fmt.Errorf("snapshot %s in %s: there is none", id, region)
		}
		s.KMSKeyID, s.Encrypted, s.ServiceKey = key, key != "", false
		return nil
	})
}
