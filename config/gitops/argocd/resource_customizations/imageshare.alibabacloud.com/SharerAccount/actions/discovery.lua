local suspended = obj.spec.suspend == true
local status = obj.status or {}
local held = status.heldDeletions ~= nil and status.heldDeletions.hash ~= nil

local actions = {}
actions["suspend"] = { ["disabled"] = suspended }
actions["resume"] = { ["disabled"] = not suspended }
actions["reconcile"] = { ["disabled"] = false }
actions["approve-plan"] = { ["disabled"] = not held }
return actions
