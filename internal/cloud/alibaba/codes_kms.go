// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import "github.com/imageshare-operator/imageshare-operator/internal/cloud"

// The sentences about keys.
const (
	activateKMS = "KMS is not activated for the Alibaba Cloud account: activate it in the KMS console"
	barred      = "Alibaba Cloud has barred the account for its own safety: see its notices in the console, or ask its support"

	noSuchKey   = "the account of these credentials has no such key in this region: check in KMS whether it was deleted, and whose it is"
	noSuchAlias = "the account of these credentials has no key of this alias in this region"
	oddKey      = "KMS does not take this for the ID of a key: check the key that the image is encrypted with"
	keyOff      = "the key is disabled: enable it in KMS"
	keyDying    = "the key is scheduled for deletion: cancel that in KMS, or what is encrypted with the key is lost"
	keyEmpty    = "the key has no key material: import it in KMS"
	keyState    = "the key is not in a state that allows {action}: see the key in KMS"
	keyCannot   = "KMS has no {action} for keys of this kind"
)

// kmsCodes are the codes of KMS. Sources: KMS, common errors; the pages of
// DescribeKey and GetKeyPolicy. It says Forbidden of what is missing, too.
var kmsCodes = map[string]meaning{
	"forbidden.keynotfound":             {cloud.NotFound, cloud.AboutKey, noSuchKey},
	"forbidden.aliasnotfound":           {cloud.NotFound, cloud.AboutKey, noSuchAlias},
	"forbidden.resourcenotfound":        {cloud.NotFound, cloud.AboutKey, noSuchKey},
	"forbidden.accesskey":               {cloud.Unauthenticated, cloud.AboutCall, checkKeyID},
	"forbidden.kmsservicenotenabled":    {cloud.Denied, cloud.AboutCall, activateKMS},
	"forbidden.ubsmsinvaliduserid":      {cloud.Denied, cloud.AboutCall, activateKMS},
	"forbidden.ubsmsinvalidbid":         {cloud.Denied, cloud.AboutCall, activateKMS},
	"forbidden.prohibitedbyriskcontrol": {cloud.Denied, cloud.AboutCall, barred},
	"forbidden.indebt":                  {cloud.Denied, cloud.AboutCall, payBill},
	"forbidden.indebtoverdue":           {cloud.Denied, cloud.AboutCall, payBill},
	"rejected.disabled":                 {cloud.Invalid, cloud.AboutKey, keyOff},
	"rejected.pendingdeletion":          {cloud.Invalid, cloud.AboutKey, keyDying},
	"rejected.pendingimport":            {cloud.Invalid, cloud.AboutKey, keyEmpty},
	"rejected.enabled":                  {cloud.Invalid, cloud.AboutKey, keyState},
	"rejected.statemodifiedfailed":      {cloud.Invalid, cloud.AboutKey, keyState},
	"rejected.unsupportedoperation":     {cloud.Invalid, cloud.AboutKey, keyCannot},
	"unsupportedoperation.*":            {cloud.Invalid, cloud.AboutKey, keyCannot},
	"unsupported.alias":                 {cloud.Invalid, cloud.AboutKey, oddKey},
	"unsupported.origin":                {cloud.Invalid, cloud.AboutKey, keyCannot},
	"illegaltimestamp.*":                {cloud.Unavailable, cloud.AboutCall, checkClock},
	"internalfailure.*":                 {cloud.Unavailable, cloud.AboutCall, triedAgain},
	"serviceunavailabletemporary.*":     {cloud.Unavailable, cloud.AboutCall, triedAgain},
}
