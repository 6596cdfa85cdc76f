-- Both engines read this file: instants are milliseconds in bigint, truth is 0 or 1 in bigint, lists are JSON in text.

create table users (
    id text primary key,
    name text not null unique,
    tier text not null,
    balance bigint not null,
    -- drive_grandfather_high_water: null until a first run was finalized
    high_water bigint,
    created_at bigint not null
);

create table api_keys (
    id text primary key,
    user_id text not null references users (id),
    name text not null,
    key_hash text not null unique,
    prefix text not null,
    -- 'all_skills', or 'scoped' for the key of a collection
    scope text not null,
    created_at bigint not null,
    expires_at bigint,
    revoked_at bigint,
    last_used_at bigint
);

create table credit_transactions (
    id text primary key,
    user_id text not null references users (id),
    amount bigint not null,
    reason text not null,
    slug text,
    run_id text,
    created_at bigint not null
);
create index credit_transactions_newest on credit_transactions (user_id, created_at, id);

create table skills (
    id text primary key,
    slug text not null,
    owner_id text not null references users (id),
    is_public bigint not null,
    github_url text,
    credit_cost_per_use bigint not null,
    latest_version bigint not null,
    withdrawn_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    unique (owner_id, slug)
);
create index skills_by_slug on skills (slug, is_public);

create table skill_versions (
    skill_id text not null references skills (id),
    version bigint not null,
    content_sha text not null,
    content_size bigint not null,
    name text not null,
    description text not null,
    tags text not null,
    scripts text not null,
    file_count bigint not null,
    change_comment text,
    security_grade text,
    published_at bigint not null,
    primary key (skill_id, version)
);
create index skill_versions_by_sha on skill_versions (content_sha);

create table drive_items (
    user_id text not null references users (id),
    slug text not null,
    skill_id text not null references skills (id),
    version bigint not null,
    enabled bigint not null,
    added_at bigint not null,
    primary key (user_id, slug)
);
create index drive_items_by_skill on drive_items (skill_id);

create table tombstones (
    user_id text not null references users (id),
    slug text not null,
    content_sha text not null,
    removed_at bigint not null,
    primary key (user_id, slug)
);

create table cli_sync_runs (
    id text primary key,
    user_id text not null references users (id),
    install_id text not null,
    kind text not null,
    mode text not null,
    -- whether this is the run whose finalize sets the watermark
    sets_high_water bigint not null,
    -- 'open', 'completed', 'partial' or 'abandoned'
    status text not null,
    opened_at bigint not null,
    expires_at bigint not null,
    closed_at bigint,
    drive_count bigint,
    high_water bigint
);
create index cli_sync_runs_open on cli_sync_runs (status, expires_at);

create table cli_sync_run_items (
    run_id text not null references cli_sync_runs (id),
    user_id text not null,
    slug text not null,
    action text not null,
    status text not null,
    credit_cost bigint not null,
    -- 'none', 'held' while the credits are set aside, then 'captured' or 'released'
    reservation text not null,
    primary key (run_id, slug)
);
create index cli_sync_run_items_held on cli_sync_run_items (user_id, reservation);

create table free_slugs (
    user_id text not null references users (id),
    slug text not null,
    until_at bigint not null,
    primary key (user_id, slug)
);

create table upload_tickets (
    id text primary key,
    user_id text not null references users (id),
    token_hash text not null unique,
    slug text,
    run_id text,
    content_sha text,
    -- 0: no guard; 1: the drive must hold base_sha, or nothing where that is null
    guarded bigint not null,
    base_sha text,
    filename text,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);
create index upload_tickets_live on upload_tickets (user_id, expires_at);

create table installs (
    install_id text primary key,
    user_id text not null references users (id),
    adopted_at bigint not null,
    events_backfilled bigint not null
);

create table telemetry_events (
    id text primary key,
    install_id text not null,
    user_id text,
    event_type text not null,
    cli_version text not null,
    os text not null,
    skill_slugs text not null,
    source_types text not null,
    metadata text not null,
    created_at bigint not null
);
create index telemetry_events_by_install on telemetry_events (install_id);

create table facts (
    name text primary key,
    value bigint not null
);
insert into facts (name, value) values ('catalogue_revision', 1);
