-- What search looks at for every hit: the skill of each row of the full-text index, which knows numbers only. A list of
-- small rows in the order in which the index finds them, so that a word with many hits is not a walk all over the disk.
create table searched (
    number integer primary key,
    skill_id text not null unique references skills (id),
    slug text not null,
    is_public bigint not null,
    -- 1: in the public catalogue, and not withdrawn
    listed bigint not null
);
