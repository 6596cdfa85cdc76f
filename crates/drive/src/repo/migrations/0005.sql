-- Who is told when credits run low, what waits to be told, and the GitHub trees that were fetched before.

create table webhooks (
    id text primary key,
    user_id text not null references users (id),
    event_type text not null,
    -- null for events that have no threshold
    threshold_value bigint,
    target_url text not null,
    -- a class, see service/webhooks: '2xx', …, 'timeout', 'failed'; null until something was sent
    last_delivery_status text,
    created_at bigint not null
);
create index webhooks_by_user on webhooks (user_id, created_at);

create table webhook_deliveries (
    id text primary key,
    webhook_id text not null references webhooks (id),
    event_type text not null,
    -- the exact bytes that are signed and sent
    body text not null,
    created_at bigint not null,
    -- set before it is sent: what was claimed is never sent again, whatever came of it
    claimed_at bigint
);
create index webhook_deliveries_waiting on webhook_deliveries (claimed_at, created_at);
create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id);

-- One row for each tree, as it was at the commit that was fetched last. Everything in it is public.
create table github_skills (
    -- owner and repository in lower case (GitHub does not tell them apart), then the path: 'owner/repo/a/b'
    tree text primary key,
    -- the tree as it is imported again: 'https://github.com/Owner/Repo/tree/<commit>/a/b'
    github_url text not null,
    commit_sha text not null,
    -- null where neither the front matter nor the folder names one
    slug text,
    name text not null,
    description text not null,
    tags text not null,
    scripts text not null,
    content_sha text not null,
    content_size bigint not null,
    security_grade text,
    fetched_at bigint not null
);
create index github_skills_newest on github_skills (fetched_at);
