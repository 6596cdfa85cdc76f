-- Clients that made themselves known; redirect_uris is a list. used_at: when a person last agreed to one.
create table oauth_clients (
    id text primary key,
    name text not null,
    redirect_uris text not null,
    created_at bigint not null,
    used_at bigint
);
create index oauth_clients_oldest on oauth_clients (used_at, created_at);

-- Codes, of which only the digest is known. A used one stays for a while, so that its second use is noticed.
create table oauth_codes (
    code_hash text primary key,
    client_id text not null,
    user_id text not null references users (id),
    redirect_uri text not null,
    challenge text not null,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint,
    -- the key that it became
    key_id text
);
create index oauth_codes_expiry on oauth_codes (expires_at);

-- Which keys a login made, and for which installation: its next login replaces them.
create table oauth_keys (
    key_id text primary key references api_keys (id),
    user_id text not null references users (id),
    installation text not null,
    created_at bigint not null
);
create index oauth_keys_by_installation on oauth_keys (user_id, installation);

-- People who are signed in with a browser, by the digest of their cookie, and the key that they signed in with.
create table web_sessions (
    token_hash text primary key,
    user_id text not null references users (id),
    key_id text not null references api_keys (id),
    created_at bigint not null,
    expires_at bigint not null
);
create index web_sessions_expiry on web_sessions (expires_at);
create index web_sessions_by_user on web_sessions (user_id, created_at);
