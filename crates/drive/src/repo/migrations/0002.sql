-- The version whose offer the person turned down: it is not offered again, a newer one is.
alter table drive_items add column dismissed_version bigint;
