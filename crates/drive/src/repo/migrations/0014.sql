-- How often those without a key have asked in the minute that began then. Who it is stands here as a mark that only the
-- drive's own secret makes of an address, so no address is in the database.
create table rate_windows (
    mark text primary key,
    began bigint not null,
    asked bigint not null
);
create index rate_windows_began on rate_windows (began);
