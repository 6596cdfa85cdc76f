-- What was done by whoever may change a drive for others, and by people to their own keys, shares and webhooks. A row is
-- written in the transaction of the act; no row is ever changed or taken away.
create table acts (
    id text primary key,
    at bigint not null,
    -- 'operator' or 'user'
    by_kind text not null,
    -- what the system calls the operator, or the identity of an account
    by_whom text not null,
    -- the key that a user showed
    key_id text,
    act text not null,
    object text not null,
    detail text not null,
    -- of the answer, as the client saw it; none for a command
    request_id text
);
create index acts_newest on acts (at, id);
