-- Approves what is held at this moment. Earlier approvals stay as long as what
-- they approve is not done.
local name = "imageshare.alibabacloud.com/approved-plan"
local status = obj.status or {}
if status.heldPlan == nil or status.heldPlan.hash == nil then
  return obj
end
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
local before = obj.metadata.annotations[name]
local approval = status.heldPlan.hash
if before ~= nil and before ~= "" and before ~= approval and status.approvedPlans ~= nil then
  approval = before .. "," .. approval
end
obj.metadata.annotations[name] = approval
return obj
