// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package model explores, breadth first, everything that can happen to the plans
// of package share and their executor, package converge, in small worlds, and
// holds what is found against the laws. It calls the code that ships; only the
// ports under it, the composition that the controllers make of it, and the judge
// are its own. It has tests only.
//
// # What is explored
//
// A state is everything in the cloud, on the API server, and in the memory of the
// operator that leads. A step is something that people do, or a whole pass of a
// loop. A pass is taken again for everything that may happen at each of its
// calls: the request is lost, the answer is lost, the operator is killed, the
// budget does not allow the call, the read is old, the write is answered for
// nothing, somebody edits an ImageShare, a stranger writes to image or role, or
// another operator, which leads by now, makes a whole pass of its own. Histories
// are as long as they want to be. From each state, passes with nothing in their
// way must come to rest, as declared.
//
// The worlds overlap, since their product is too large:
//
//	accounts   a plain image, three accounts, two ImageShares that keep strangers
//	takeover   an image that is to be exact or not, approvals, a lost status
//	hands      an image that another operator claims, rules that do not admit
//	role       an encrypted image, two ImageShares, and the role
//	stranger   an encrypted image, one ImageShare, a stranger who writes to the role
//	directory  a directory, resource shares that come to be late, failover
//
// Those that are too large to be explored to their ends have a bound: so many
// steps are gone, and all that can be reached by so many was. See world.bound.
//
// # What is not taken twice
//
// What happens before a call that has nothing to do with it can as well happen
// before the next call that has, see event.where. And a pass of the role's loop
// that knows that nothing can come late is the same as one that does not, where
// nothing was sent whose answer is missing and which is to be taken away: only
// there it asks, see event.alike.
//
// # What is cut
//
// One thing happens in the middle of a pass: two operators change over once in
// it, and not call by call. A view of the ImageShares is old by one event, or by
// one pass of another. The two images meet in no world: their loops share
// nothing but the role, which one image and two ImageShares reach as well. In no
// world a stranger writes to a role that two ImageShares need. Calls
// that take effect late are those before which another operator makes its pass.
// A batch is two accounts, so that three exceed it. What the cloud refuses for
// the sake of one account, quotas, expiry, Observe, bridges between accounts and
// directories, AliyunKMSFullAccess, and the reading of claims are left to other
// tests. An ImageShare deleted with Retain while no list shows its resource share
// yet is left out: nobody could tell what it leaves from what is yet to come.
package model
