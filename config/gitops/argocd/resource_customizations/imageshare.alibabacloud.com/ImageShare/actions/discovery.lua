local suspended = obj.spec.suspend == true
local deleted = obj.metadata.deletionTimestamp ~= nil
local status = obj.status or {}
local held = status.heldPlan ~= nil and status.heldPlan.hash ~= nil
-- These carry no approval.
local mute = suspended or deleted or obj.spec.mode == "Observe"
for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "Expired" and condition.status == "True" then
    mute = true
  end
end

local actions = {}
actions["suspend"] = { ["disabled"] = suspended }
actions["resume"] = { ["disabled"] = not suspended }
actions["reconcile"] = { ["disabled"] = false }
actions["approve-plan"] = { ["disabled"] = mute or not held }
return actions
