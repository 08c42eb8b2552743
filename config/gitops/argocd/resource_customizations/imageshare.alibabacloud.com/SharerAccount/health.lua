-- The conditions follow kstatus: Reconciling or Stalled stands beside Ready while
-- it is True, never both, and status.observedGeneration is the spec that they
-- tell of. What the operator is told not to do is Suspended.
local hs = { status = "Progressing", message = "Waiting for the operator" }
local found = {}
if obj.status ~= nil and obj.status.conditions ~= nil then
  for _, condition in ipairs(obj.status.conditions) do
    found[condition.type] = condition
  end
end
local ready = found["Ready"]
if ready == nil then
  return hs
end

local function holds(kind)
  return found[kind] ~= nil and found[kind].status == "True"
end

hs.message = ready.message or ready.reason
if obj.metadata.deletionTimestamp ~= nil then
  hs.message = "Being deleted. Last told: " .. hs.message
elseif obj.status.observedGeneration ~= obj.metadata.generation then
  hs.message = "Waiting for the operator to look at the spec as it is now"
elseif holds("Stalled") then
  hs.status = "Degraded"
elseif holds("Reconciling") then
  hs.status = "Progressing"
elseif ready.status == "True" then
  hs.status = "Healthy"
elseif ready.reason == "Suspended" or ready.reason == "Observing" then
  hs.status = "Suspended"
end
return hs
