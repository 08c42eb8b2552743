// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import "github.com/imageshare-operator/imageshare-operator/internal/cloud"

// The sentences about what can happen to any call.
const (
	checkKeyID = "the access key ID is not known to Alibaba Cloud, was deleted or is disabled: " +
		"put an enabled access key into the Secret"
	checkSecret = "the access key secret does not belong to the access key ID: check the Secret"
	checkToken  = "the security token has expired or does not belong to the access key: renew it in the Secret"
	checkClock  = "the clock of the machine that the operator runs on is wrong: set it"
	allowAction = "the RAM user or role of the credentials may not do this: allow {action} in its RAM policy"
	payBill     = "the Alibaba Cloud account is overdue: pay what it owes, nothing can be changed before"
	goesOn      = "Alibaba Cloud asks for fewer calls; this goes on by itself"
	triedAgain  = "Alibaba Cloud has a fault of its own; it is tried again"
	lookAgain   = "something else is being done to the image or the account; it is tried again"
	ourFault    = "the operator has sent a request that Alibaba Cloud does not take: this is a fault of the operator, please report it"
)

// commonCodes are the codes that all products have. Sources: the vendor's pages
// on common errors of ECS, RAM and STS.
var commonCodes = map[string]meaning{
	"invalidaccesskeyid.*":    {cloud.Unauthenticated, cloud.AboutCall, checkKeyID},
	"signaturedoesnotmatch.*": {cloud.Unauthenticated, cloud.AboutCall, checkSecret},
	"incompletesignature.*":   {cloud.Unauthenticated, cloud.AboutCall, checkSecret},
	"invalidsecuritytoken.*":  {cloud.Unauthenticated, cloud.AboutCall, checkToken},
	"missingsecuritytoken.*":  {cloud.Unauthenticated, cloud.AboutCall, checkToken},
	"invalidtimestamp.*":      {cloud.Unavailable, cloud.AboutCall, checkClock},
	"signaturenonceused.*":    {cloud.Unavailable, cloud.AboutCall, triedAgain},
	"forbidden.*":             {cloud.Denied, cloud.AboutCall, allowAction},
	"nopermission.*":          {cloud.Denied, cloud.AboutCall, allowAction},
	"account.arrearage":       {cloud.Denied, cloud.AboutCall, payBill},
	"throttling.*":            {cloud.Throttled, cloud.AboutCall, goesOn},
	"rejected.throttling.*":   {cloud.Throttled, cloud.AboutCall, goesOn},
	"serviceunavailable.*":    {cloud.Unavailable, cloud.AboutCall, triedAgain},
	"internalerror.*":         {cloud.Unavailable, cloud.AboutCall, triedAgain},
	"systembusy.*":            {cloud.Conflict, cloud.AboutCall, lookAgain},
	"operationbusy.*":         {cloud.Conflict, cloud.AboutCall, lookAgain},
	"missingparameter.*":      {cloud.Invalid, cloud.AboutCall, ourFault},
}
