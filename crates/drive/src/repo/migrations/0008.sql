-- What an export holds, fixed when it was asked for: [slug, content_sha, zip size, files, bytes of the directory] each,
-- as JSON. The same list is one row, whoever asked; the address is what is signed.
create table exports (
    id text primary key,
    parts text not null,
    expires_at bigint not null
);
create index exports_expired on exports (expires_at);

-- Whose authority an upload page is: 0 a ticket for a program, 1 a page that was not opened yet, 2 an opened one.
alter table upload_tickets add column page bigint not null default 0;
