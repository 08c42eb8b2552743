// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import "github.com/imageshare-operator/imageshare-operator/internal/cloud"

// The sentences about images.
const (
	wrongEndpoint = "the address that is named for ECS does not serve the region of the image: " +
		"leave endpoints.ecs out of the SharerAccount, or name one that does"

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
	keyForbidden = "the RAM role AliyunECSShareEncryptImageDefaultRole may not use the key that the image is encrypted with: " +
		"allow it kms:TagResource and whatever else the role needs, in a RAM policy and in the key's own policy if it has one"
	encrypted = "Alibaba Cloud shares no image with encrypted snapshots in this region: " +
		"share an image that was made without encryption, or a copy in another region"
	manyDisks = "an encrypted image of several snapshots cannot be shared: share an image of the system disk alone"
	noTrust   = "Alibaba Cloud will not share the encrypted image: the RAM role AliyunECSShareEncryptImageDefaultRole " +
		"is missing, does not trust this account, or may not use the image's key"

	fullTags = "the image has 20 tags, and cannot have more: take one off it"
	badTag   = "Alibaba Cloud does not take the value of a tag: it may have at most 128 characters, and no address in it"

	noSuchAccount = "no Alibaba Cloud account has this ID: check it; the IDs of RAM users cannot be used"
	ownAccount    = "this is the account that owns the image: it needs no share, remove it from the declared accounts"
	otherSite     = "this account belongs to another site of Alibaba Cloud (China or international), " +
		"and the image cannot be shared across sites: remove it from the declared accounts"
)

// ecsCodes are the codes of ECS. Sources: ModifyImageSharePermission and
// TagResources, error codes.
//
// AssumeRoleError is about an account: the role may well trust the other
// accounts of the batch. So is BidMismatch, in spite of its name.
var ecsCodes = map[string]meaning{
	"invalidoperation.notsupportedendpoint": {cloud.Invalid, cloud.AboutImage, wrongEndpoint},
	"invalidoperation.conflict":             {cloud.Conflict, cloud.AboutImage, lookAgain},
	"operationconflict.*":                   {cloud.Conflict, cloud.AboutImage, lookAgain},
	"invalidgroup.malformed":                {cloud.Invalid, cloud.AboutCall, ourFault},
	"invalidparameter.ispublic":             {cloud.Invalid, cloud.AboutCall, ourFault},
	"invalidregionid.*":                     {cloud.Invalid, cloud.AboutRegion, noSuchRegion},
	"invalidimageid.notfound":               {cloud.NotFound, cloud.AboutImage, noSuchImage},
	"quotaexceed.shareimage":                {cloud.Quota, cloud.AboutImage, sharedImages},
	"quotaexceed.shareimageuser":            {cloud.Quota, cloud.AboutImage, fullImage},
	"invalidaccount.notfound":               {cloud.NotFound, cloud.AboutAccount, noSuchAccount},
	"invalidaccount.forbidden":              {cloud.Invalid, cloud.AboutAccount, ownAccount},
	"invalidimageid.bidmismatch":            {cloud.Invalid, cloud.AboutAccount, otherSite},
	"assumeroleerror":                       {cloud.Untrusted, cloud.AboutAccount, noTrust},
	"image.public":                          {cloud.Invalid, cloud.AboutImage, communityImage},
	"image.notpublic":                       {cloud.Invalid, cloud.AboutImage, communityTerms},
	"publicimageagreement.notsigned":        {cloud.Invalid, cloud.AboutImage, communityTerms},
	"operationdenied.fullimage":             {cloud.Invalid, cloud.AboutImage, manyDisks},
	"operationdenied.quotaexceed":           {cloud.Quota, cloud.AboutImage, fullTags},
	"invalidresourceid.notfound":            {cloud.NotFound, cloud.AboutImage, noSuchImage},
	"invalidtagvalue.malformed":             {cloud.Invalid, cloud.AboutImage, badTag},
	"invalidtagkey.malformed":               {cloud.Invalid, cloud.AboutCall, ourFault},

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
	"invalidparameter.kmskeyid.cmkunauthorized":            {cloud.Untrusted, cloud.AboutImage, keyForbidden},
}
