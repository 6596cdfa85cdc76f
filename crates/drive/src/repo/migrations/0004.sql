-- 'user', or 'moderator' or 'admin', whose runs are not counted against a limit
alter table users add column role text not null default 'user';
update users set role = 'admin' where name = 'owner';

-- monthly_calls: null where there is no limit
create table tiers (
    name text primary key,
    monthly_calls bigint
);
insert into tiers (name, monthly_calls) values ('free', 1000), ('pro', 10000), ('team', null);

-- The runs of scripts. Those of sync are in cli_sync_runs.
create table skill_runs (
    id text primary key,
    user_id text not null references users (id),
    skill_id text not null references skills (id),
    slug text not null,
    version bigint not null,
    script text not null,
    session_id text not null,
    -- what it costs; held back from the balance until it has ended, and at the longest until expires_at
    credit_cost bigint not null,
    started_at bigint not null,
    expires_at bigint not null,
    -- null while it runs
    finished_at bigint,
    exit_code bigint,
    duration_ms bigint,
    -- the limit that ended it
    stopped text
);
create index skill_runs_of_user on skill_runs (user_id, started_at);
create index skill_runs_of_skill on skill_runs (started_at, skill_id);
