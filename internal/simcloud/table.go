// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

// Product codes, as the vendor writes them in hints and host names.
const (
	productECS = "Ecs"
	productKMS = "Kms"
	productRAM = "Ram"
	// The directory is a part of resource management.
	productDirectory = "ResourceManager"
	productSharing   = "ResourceSharing"
	productSTS       = "Sts"
	productQuotas    = "Quotas"
)

// route is what the gateway finds an operation by. Every product has its own version, so the version stands for the product.
type route struct {
	version string
	action  string
}

// operation is one action of one product.
type operation struct {
	product string
	version string
	action  string
	// write marks what is journalled and what an account in arrears may not do.
	write bool
	// regional marks an action that needs an existing RegionId.
	regional bool
	// unsigned marks an action that nobody signs.
	unsigned bool
	// resources names what RAM must allow the action on; nil means that the action needs no grant.
	resources func(c *call) []string
	// missing is how the action says that a parameter is missing; nil means errMissing.
	missing func(name string) *apiError
	// empty is the answer to a denied read in the older dialect; nil means that this action never answers so.
	empty  func(c *call) tree
	handle func(c *call) (tree, *apiError)
}

func (o operation) errMissing(name string) *apiError {
	if o.missing != nil {
		return o.missing(name)
	}
	return errMissing(name)
}

// operationTable is everything this cloud can do. A new product adds its own list here and lives in its own files.
func operationTable() map[route]operation {
	table := map[route]operation{}
	for _, ops := range [][]operation{ecsOperations(), kmsOperations(), ramOperations(), stsOperations(),
		directoryOperations(), sharingOperations(), quotaOperations()} {
		for _, op := range ops {
			table[route{op.version, op.action}] = op
		}
	}
	return table
}

// find routes a request, answering as the gateway does when a part of the address is missing or unknown.
func (w *World) find(q *request) (operation, *apiError) {
	if q.version == "" {
		return operation{}, errMissingCommon("Version")
	}
	if q.action == "" {
		return operation{}, errMissingCommon("Action")
	}
	if op, ok := w.table[route{q.version, q.action}]; ok {
		return op, nil
	}
	for r := range w.table {
		if r.version == q.version {
			return operation{}, errInvalidAction()
		}
	}
	return operation{}, errInvalidVersion()
}
