-- What the leaderboard is made of. The runs are in skill_runs.

-- Once for each who and day: 'user:<id>', or 'install:<id>' for an installation that no account has claimed.
create table skill_installs (
    skill_id text not null references skills (id),
    who text not null,
    -- days since 1970
    day bigint not null,
    primary key (skill_id, who, day)
);
create index skill_installs_by_day on skill_installs (day, skill_id);

create table skill_ratings (
    skill_id text not null references skills (id),
    user_id text not null references users (id),
    -- 1 to 5
    stars bigint not null,
    rated_at bigint not null,
    primary key (skill_id, user_id)
);
create index skill_ratings_newest on skill_ratings (rated_at, skill_id);
