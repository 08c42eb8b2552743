// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// The longer of the sentences below, and those that several codes share.
const (
	checkKeyID = "the access key ID is not known to Alibaba Cloud, was deleted or is disabled: " +
		"put an enabled access key into the Secret"
	checkSecret   = "the access key secret does not belong to the access key ID: check the Secret"
	checkToken    = "the security token has expired or does not belong to the access key: renew it in the Secret"
	checkClock    = "the clock of the machine that the operator runs on is wrong: set it"
	allowAction   = "the RAM user or role of the credentials may not do this: allow {action} in its RAM policy"
	payBill       = "the Alibaba Cloud account is overdue: pay what it owes, nothing can be changed before"
	wrongEndpoint = "the address that is named for ECS does not serve the region of the image: " +
		"leave endpoints.ecs out of the SharerAccount, or name one that does"
	goesOn     = "Alibaba Cloud asks for fewer calls; this goes on by itself"
	triedAgain = "Alibaba Cloud has a fault of its own; it is tried again"
	lookAgain  = "something else is being done to the image or the account; it is tried again"
	ourFault   = "the operator has sent a request that Alibaba Cloud does not take: this is a fault of the operator, please report it"

	noSuchImage  = "the account of these credentials has no such image in this region: check the image ID, the region and whose image it is"
	noSuchRegion = "this region does not exist for the account of these credentials: check the region ID, " +
		"and whether the account may use the region"
	imageState = "an image cannot be shared while it is deprecated or not yet available: " +
		"make it available again, wait until it is made, or declare another image"
	communityImage = "a community image cannot be shared with single accounts: take it back from the community, or delete this ImageShare"
	communityTerms = "the image was taken for one to publish to the community, which this operator never asks for: see the image in the ECS console"
	fullImage      = "the image is shared with as many accounts as its quota allows: raise " +
		"\"Quota of users that can be shared per custom image\" in Quota Center, or declare fewer accounts"
	sharedImages = "the account shares as many images as its quota allows: raise the quota in Quota Center, or share fewer images"

	serviceKey = "the image is encrypted with the service key of ECS and cannot be shared: " +
		"copy it with a key of your own and share the copy"
	keyDisabled  = "the key that the image is encrypted with is not enabled: enable it in KMS"
	keyForbidden = "ECS may not use the key that the image is encrypted with: let it add tags to the key (kms:TagResource)"
	encrypted    = "an image with encrypted snapshots cannot be shared here: share a copy that is not encrypted, or one in another region"
	manyDisks    = "an encrypted image of several snapshots cannot be shared: share an image of the system disk alone"
	noTrust      = "the image is encrypted, and the RAM role AliyunECSShareEncryptImageDefaultRole is missing " +
		"or does not trust this account: make the role trust <account ID>@ecs.aliyuncs.com"

	noSuchAccount = "no Alibaba Cloud account has this ID: check it; the IDs of RAM users cannot be used"
	ownAccount    = "this is the account that owns the image: it needs no share, remove it from the declared accounts"
	otherSite     = "this account belongs to another site of Alibaba Cloud (China or international), " +
		"and the image cannot be shared across sites: remove it from the declared accounts"
)

// meaning is what a code amounts to.
type meaning struct {
	kind    cloud.Kind
	subject cloud.Subject
	says    string
}

// codes holds the codes as [normal] spells them. A code ending in .* also
// stands for all that begin so. Sources: ModifyImageSharePermission, error
// codes; the vendor's pages on common errors of ECS, RAM and STS.
//
// AssumeRoleError is about an account: the role may well trust the other
// accounts of the batch. So is BidMismatch, in spite of its name.
var codes = map[string]meaning{
	"invalidaccesskeyid.*":                  {cloud.Unauthenticated, cloud.AboutCall, checkKeyID},
	"signaturedoesnotmatch.*":               {cloud.Unauthenticated, cloud.AboutCall, checkSecret},
	"incompletesignature.*":                 {cloud.Unauthenticated, cloud.AboutCall, checkSecret},
	"invalidsecuritytoken.*":                {cloud.Unauthenticated, cloud.AboutCall, checkToken},
	"missingsecuritytoken.*":                {cloud.Unauthenticated, cloud.AboutCall, checkToken},
	"invalidtimestamp.*":                    {cloud.Unavailable, cloud.AboutCall, checkClock},
	"signaturenonceused.*":                  {cloud.Unavailable, cloud.AboutCall, triedAgain},
	"forbidden.*":                           {cloud.Denied, cloud.AboutCall, allowAction},
	"nopermission.*":                        {cloud.Denied, cloud.AboutCall, allowAction},
	"account.arrearage":                     {cloud.Denied, cloud.AboutCall, payBill},
	"throttling.*":                          {cloud.Throttled, cloud.AboutCall, goesOn},
	"rejected.throttling.*":                 {cloud.Throttled, cloud.AboutCall, goesOn},
	"serviceunavailable.*":                  {cloud.Unavailable, cloud.AboutCall, triedAgain},
	"internalerror.*":                       {cloud.Unavailable, cloud.AboutCall, triedAgain},
	"invalidoperation.notsupportedendpoint": {cloud.Invalid, cloud.AboutImage, wrongEndpoint},
	"invalidoperation.conflict":             {cloud.Conflict, cloud.AboutImage, lookAgain},
	"operationconflict.*":                   {cloud.Conflict, cloud.AboutImage, lookAgain},
	"systembusy.*":                          {cloud.Conflict, cloud.AboutCall, lookAgain},
	"operationbusy.*":                       {cloud.Conflict, cloud.AboutCall, lookAgain},
	"missingparameter.*":                    {cloud.Invalid, cloud.AboutCall, ourFault},
	"invalidgroup.malformed":                {cloud.Invalid, cloud.AboutCall, ourFault},
	"invalidparameter.ispublic":             {cloud.Invalid, cloud.AboutCall, ourFault},
	"invalidregionid.*":                     {cloud.Invalid, cloud.AboutRegion, noSuchRegion},
	"invalidimageid.notfound":               {cloud.NotFound, cloud.AboutImage, noSuchImage},
	"quotaexceed.shareimage":                {cloud.Quota, cloud.AboutImage, sharedImages},
	"quotaexceed.shareimageuser":            {cloud.Quota, cloud.AboutImage, fullImage},
	"invalidaccount.notfound":               {cloud.NotFound, cloud.AboutAccount, noSuchAccount},
	"invalidaccount.forbidden":              {cloud.Invalid, cloud.AboutAccount, ownAccount},
	"invalidimageid.bidmismatch":            {cloud.Invalid, cloud.AboutAccount, otherSite},
	"assumeroleerror":                       {cloud.Denied, cloud.AboutAccount, noTrust},
	"image.public":                          {cloud.Invalid, cloud.AboutImage, communityImage},
	"image.notpublic":                       {cloud.Invalid, cloud.AboutImage, communityTerms},
	"publicimageagreement.notsigned":        {cloud.Invalid, cloud.AboutImage, communityTerms},
	"operationdenied.fullimage":             {cloud.Invalid, cloud.AboutImage, manyDisks},

	"unnecessaryparameter.launchpermission":                {cloud.Invalid, cloud.AboutCall, ourFault},
	"invalidparameter.launchpermission":                    {cloud.Invalid, cloud.AboutCall, ourFault},
	"forbiddenparameter.launchpermission":                  {cloud.Invalid, cloud.AboutCall, ourFault},
	"currentregion.notsupportpublicimage":                  {cloud.Invalid, cloud.AboutImage, communityTerms},
	"imagename.containssensitivewords":                     {cloud.Invalid, cloud.AboutImage, communityTerms},
	"imagedescription.containssensitivewords":              {cloud.Invalid, cloud.AboutImage, communityTerms},
	"operationdenied.invalidimagestatus":                   {cloud.Invalid, cloud.AboutImage, imageState},
	"incorrectimagestatus":                                 {cloud.Invalid, cloud.AboutImage, imageState},
	"operationdenied.encryptedsnapshot":                    {cloud.Invalid, cloud.AboutImage, encrypted},
	"invalidoperation.servicekeyencryptedimageunsupported": {cloud.Invalid, cloud.AboutImage, serviceKey},
	"invalidparameter.kmskeyid.cmknotenabled":              {cloud.Invalid, cloud.AboutImage, keyDisabled},
	"invalidparameter.kmskeyid.cmkunauthorized":            {cloud.Denied, cloud.AboutImage, keyForbidden},
}

// misspelt undoes the vendor's own spellings, which it does not use everywhere.
var misspelt = strings.NewReplacer("operationdeined", "operationdenied", "forbbiden", "forbidden")

// normal is a code as the table spells it.
func normal(code string) string { return misspelt.Replace(strings.ToLower(code)) }

// meant finds a code in the table, or the nearest code above it that stands
// for all below. Throttling is told by how the code begins, dot or no dot.
func meant(code string) (meaning, bool) {
	code = normal(code)
	if found, ok := codes[code]; ok {
		return found, true
	}
	for above := code; above != ""; {
		if found, ok := codes[above+".*"]; ok {
			return found, true
		}
		above = above[:max(strings.LastIndexByte(above, '.'), 0)]
	}
	if strings.HasPrefix(code, "throttling") || strings.HasPrefix(code, "rejected.throttling") {
		return codes["throttling.*"], true
	}
	return meaning{}, false
}

// judgeCode is the error that a code amounts to. The message is the vendor's,
// made plain, and is used where the table does not have the code. The action
// is named as RAM policies do.
func judgeCode(code, action, message string) *cloud.Error {
	if found, ok := meant(code); ok {
		says := strings.ReplaceAll(found.says, "{action}", action)
		return &cloud.Error{Kind: found.kind, Subject: found.subject, Code: code, Message: says}
	}
	if message == "" && code != "" {
		message = "Alibaba Cloud refused " + action + " and did not say why"
	}
	return &cloud.Error{Code: code, Message: message}
}
