// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// barred is whom of those that a member declares the encryption role does not
// let decrypt the image, as far as the SharerAccount's status tells. Nobody is
// barred from an image that is not encrypted.
func (p *pass) barred(m *member) share.Sharees {
	if !p.cipher.encrypted {
		return share.Sharees{}
	}
	declared := m.declared().Without(share.NewSharees(share.Sharee(p.key.Account)))
	if p.owner == nil || !roleAllowed(m.obj, p.owner) || p.badKey() != "" {
		return declared
	}
	ledger := roleLedgerOf(p.owner)
	if p.cipher.keys.Empty() || !p.cipher.keys.Without(ledger.Usable()).Empty() {
		return declared
	}
	trusted, paths := ledger.Trusted(), p.pathsIn(m)
	return declared.Filter(func(id share.Sharee) bool {
		if isTarget(id) {
			return !trusted.Has(paths[id].principal())
		}
		return !trusted.Has(share.Principal(id))
	})
}

// roleAllowed reports whether an ImageShare means the role that its
// SharerAccount names.
func roleAllowed(s *v1alpha1.ImageShare, sharer *v1alpha1.SharerAccount) bool {
	return s.Spec.Encryption.RoleName == "" || s.Spec.Encryption.RoleName == sharer.Spec.RoleName
}

// badKey is the first key of the image that is known to be of no use, empty if
// none is.
func (p *pass) badKey() share.KeyID {
	for id := range p.cipher.keys.All() {
		if !usable(p.keyState(id)) {
			return id
		}
	}
	return ""
}

// keyState is what the SharerAccount's status tells of a key; empty if nothing.
func (p *pass) keyState(id share.KeyID) v1alpha1.KeyState {
	if p.owner == nil {
		return ""
	}
	return keyStateIn(p.owner, string(id))
}

// keyStateIn is what a SharerAccount's status tells of a key; empty if nothing.
func keyStateIn(sharer *v1alpha1.SharerAccount, id string) v1alpha1.KeyState {
	if sharer.Status.Role == nil {
		return ""
	}
	return sharer.Status.Role.Keys[id].State
}

// usable reports whether a key may do. One that nobody could look at is left
// to the cloud to judge.
func usable(state v1alpha1.KeyState) bool {
	return state == "" || state == v1alpha1.KeyEnabled || state == v1alpha1.KeyUnknown
}

// undecryptable is why those whom a member declares cannot all decrypt the
// image, or nil.
func (p *pass) undecryptable(m *member) *verdict {
	barred := p.barred(m)
	switch {
	case !p.cipher.encrypted || m.declared().Empty() || m.deleting():
		return nil
	case p.owner != nil && !roleAllowed(m.obj, p.owner):
		return &verdict{class: fixSpec, reason: v1alpha1.ReasonRoleNotAllowed, message: fmt.Sprintf(
			"encryption.roleName is %s, and SharerAccount %q allows %s only: no other role is looked at. Name that one, or leave encryption out",
			m.obj.Spec.Encryption.RoleName, p.owner.Name, p.owner.Spec.RoleName)}
	case p.badKey() != "":
		id := p.badKey()
		return &verdict{class: fixCloud, reason: v1alpha1.ReasonKeysUnhealthy, message: keyMessage(id, p.keyState(id))}
	case barred.Empty():
		return nil
	}
	if v := p.roleTrouble(); v != nil {
		return v
	}
	if p.unplaceable(m).Equal(barred) {
		return unplaced(barred)
	}
	return &verdict{class: waiting, reason: v1alpha1.ReasonWaiting, message: fmt.Sprintf(
		"The encryption role is being made ready for %s", some(barred.Strings()))}
}

// unplaced is why folders that are named by their IDs alone cannot have an
// encrypted image.
func unplaced(folders share.Sharees) *verdict {
	names := some(folders.Strings())
	return &verdict{class: fixSpec, reason: v1alpha1.ReasonPathUnresolved, message: fmt.Sprintf(
		"The image is encrypted, and the role that decrypts it has to name the whole path of a folder, which cannot be read in the directory: write %s as rd-…/r-…/%s, or allow the credentials resourcemanager:GetFolder", names, names)}
}

// unplaceable are the folders that a member names by their IDs alone, and of
// which nobody knows where they are.
func (p *pass) unplaceable(m *member) share.Sharees {
	paths := p.pathsIn(m)
	return targetsOf(paths).Filter(func(target share.Sharee) bool { return paths[target].flaw == nil && paths[target].principal() == "" })
}

// roleTrouble is what stands in the way of the role, as the SharerAccount tells
// of it; nil if nothing does.
func (p *pass) roleTrouble() *verdict {
	if p.owner == nil {
		return nil
	}
	told := meta.FindStatusCondition(p.owner.Status.Conditions, v1alpha1.ConditionRoleReady)
	if told == nil || told.Status == metav1.ConditionTrue || told.Reason == v1alpha1.ReasonWaiting {
		return nil
	}
	v := &verdict{class: waiting, reason: v1alpha1.ReasonRoleNotReady, message: fmt.Sprintf("SharerAccount %q: %s", p.owner.Name, told.Message)}
	if isTrue(p.owner.Status.Conditions, v1alpha1.ConditionStalled) {
		v.class = fixCloud
	}
	v.blind = told.Status == metav1.ConditionUnknown
	return v
}

// roleUnseen is why nobody knows how the role is, nil if that is known.
func (p *pass) roleUnseen() *verdict {
	if v := p.roleTrouble(); v != nil && v.blind {
		return v
	}
	return nil
}

// keyMessage says what is wrong with a key, and what to do.
func keyMessage(id share.KeyID, state v1alpha1.KeyState) string {
	if words, known := keyMessages[state]; known {
		return fmt.Sprintf(words, id)
	}
	return fmt.Sprintf("Key %s, which the image is encrypted with, is in a state that is not known here (%s): look at it in KMS", id, state)
}

// advice is a word on a region that the vendor's pages do not name; empty
// where there is nothing to say.
func (p *pass) advice() string {
	if cloud.NamedForEncryptedImages(p.key.Region) {
		return ""
	}
	return fmt.Sprintf(". The vendor's pages do not name %s among the regions where encrypted images can be shared, and the cloud has the last word", p.key.Region)
}

var keyMessages = map[v1alpha1.KeyState]string{
	"Disabled":               "Key %s, which the image is encrypted with, is disabled: nobody can launch the image. Enable the key in KMS",
	"PendingDeletion":        "Key %s, which the image is encrypted with, is about to be deleted: nobody can launch the image. Cancel the deletion in KMS, or copy the image with another key and share the copy",
	"PendingImport":          "Key %s, which the image is encrypted with, waits for its key material: import it in KMS",
	v1alpha1.KeyNotFound:     "Key %s, which the image is encrypted with, is not in the account: it was deleted, or belongs to another account. Copy the image with a key of the account, and share the copy",
	v1alpha1.KeyOtherAccount: "Key %s, which the image is encrypted with, belongs to another account: copy the image with a key of this one, and share the copy",
	v1alpha1.KeyService:      "Key %s, which the image is encrypted with, is the service key of ECS. " + serviceKeyRemedy,
	v1alpha1.KeyNotAdmitted:  "Key %s, which the image is encrypted with, has a policy of its own that keeps the encryption role out: add the role to the key's policy in KMS",
}

// some lists names for people, the first three of them.
func some(names []string) string { return someOf(names, 3) }

func someOf(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// tellCipher writes what is known of the encryption into a status. What nobody
// could find out stays as it was.
func (p *pass) tellCipher(into *v1alpha1.ImageShare) {
	if !p.cipher.known {
		return
	}
	into.Status.Encrypted, into.Status.ImageKeys = v1alpha1.EncryptedNo, nil
	if p.cipher.encrypted {
		into.Status.Encrypted = v1alpha1.EncryptedYes
	}
	if !p.cipher.keys.Empty() {
		into.Status.ImageKeys = p.cipher.keys.Strings()
	}
}

// tellRole sets the conditions RoleReady and KeysUnhealthy, which only
// encrypted images have.
func (p *pass) tellRole(into *v1alpha1.ImageShare, m *member, v verdict) {
	conditions := &into.Status.Conditions
	set := func(kind string, status metav1.ConditionStatus, reason, message string) {
		setCondition(conditions, into.Generation, kind, status, reason, message)
	}
	if into.Status.Encrypted != v1alpha1.EncryptedYes || m.declared().Empty() || m.observing() {
		meta.RemoveStatusCondition(conditions, v1alpha1.ConditionRoleReady)
		meta.RemoveStatusCondition(conditions, v1alpha1.ConditionKeysUnhealthy)
		return
	}
	why := p.undecryptable(m)
	switch {
	case !p.cipher.known:
		set(v1alpha1.ConditionRoleReady, metav1.ConditionUnknown, v.reason, v.message)
	case why != nil:
		set(v1alpha1.ConditionRoleReady, metav1.ConditionFalse, why.reason, why.message)
	case p.roleUnseen() != nil:
		set(v1alpha1.ConditionRoleReady, metav1.ConditionUnknown, v1alpha1.ReasonRoleNotReady, p.roleUnseen().message)
	default:
		set(v1alpha1.ConditionRoleReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded, "The encryption role lets everybody who is declared decrypt the image"+p.advice())
	}
	if id := p.badKey(); id != "" {
		set(v1alpha1.ConditionKeysUnhealthy, metav1.ConditionTrue, string(p.keyState(id)), keyMessage(id, p.keyState(id)))
	} else if p.cipher.known {
		meta.RemoveStatusCondition(conditions, v1alpha1.ConditionKeysUnhealthy)
	}
}
