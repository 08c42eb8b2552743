-- Lets go the deletions that are held at this moment. Other approvals stay: they
-- may be of held plans, which stand in the status of ImageShares.
local name = "imageshare.alibabacloud.com/approved-plan"
local held = (obj.status or {}).heldDeletions
if held == nil or held.hash == nil then
  return obj
end
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
local before = obj.metadata.annotations[name]
local approval = held.hash
if before ~= nil and before ~= "" and before ~= approval then
  approval = before .. "," .. approval
end
obj.metadata.annotations[name] = approval
return obj
