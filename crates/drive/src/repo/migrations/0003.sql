-- A collection is a named key; the scope of the key says whether it is for all skills or for those in collection_skills.
create table collections (
    id text primary key,
    user_id text not null references users (id),
    name text not null,
    key_id text not null unique references api_keys (id),
    include_team bigint not null,
    include_shared bigint not null,
    -- whether /marketplace/collections/:name.json shows it
    is_public bigint not null,
    created_at bigint not null,
    unique (user_id, name)
);
-- A published name stands in an address without its owner.
create unique index collections_published on collections (name) where is_public = 1;

create table collection_skills (
    collection_id text not null references collections (id),
    skill_id text not null references skills (id),
    added_at bigint not null,
    primary key (collection_id, skill_id)
);
create index collection_skills_by_skill on collection_skills (skill_id);

-- Which collection's key made a skill; it outlives the collection.
create table skill_makers (
    skill_id text primary key references skills (id),
    collection_id text not null
);

create table teams (
    id text primary key,
    name text not null unique,
    created_at bigint not null
);

create table team_members (
    team_id text not null references teams (id),
    user_id text not null references users (id),
    added_at bigint not null,
    primary key (team_id, user_id)
);
create index team_members_by_user on team_members (user_id);

-- A skill in somebody's drive that a team or another person has too, at the version it has there.
create table shares (
    id text primary key,
    from_id text not null references users (id),
    skill_id text not null references skills (id),
    -- one of the two
    team_id text references teams (id),
    user_id text references users (id),
    created_at bigint not null
);
create index shares_by_team on shares (team_id);
create index shares_by_user on shares (user_id);
create index shares_by_skill on shares (from_id, skill_id);

-- What came with a team or from somebody and was switched off by who got it.
create table switched_off (
    user_id text not null references users (id),
    skill_id text not null references skills (id),
    primary key (user_id, skill_id)
);

-- The slice under which a run was opened; null for a key for all skills.
alter table cli_sync_runs add column collection_id text;

-- The key that minted a ticket, the collection that the skill gets into, and whether the key sees nothing else.
alter table upload_tickets add column key_id text;
alter table upload_tickets add column collection_id text;
alter table upload_tickets add column scoped bigint not null default 0;
