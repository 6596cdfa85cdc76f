-- When what was claimed was told, or given up. claimed_at is from now on until when it is claimed: what is not done by then
-- was lost with the process that had it, and is claimed again.
alter table webhook_deliveries add column done_at bigint;
update webhook_deliveries set done_at = claimed_at where claimed_at is not null;
drop index webhook_deliveries_waiting;
create index webhook_deliveries_waiting on webhook_deliveries (done_at, created_at);
