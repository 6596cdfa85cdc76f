-- Fills the tables that the program has made: people, skills, what is in their drives, what they did. Everything follows
-- from a number by a fixed function, so that each table can be filled by itself, two at a time, and the same numbers
-- always make the same database. `measure.py` runs it, with `users`, `skills`, `now` (milliseconds) and `rules` set, and
-- triggers (so foreign keys) off. What stands between two lines `-- step` waits for what stands before; what stands
-- between two lines `-- job` runs beside the others of its step.

-- step
-- job helpers
create schema made;

-- A number by chance for a number and a purpose, from 0 on.
create function made.chance(i bigint, purpose bigint) returns bigint language sql immutable parallel safe as
    $$ select hashint8extended(i, purpose) & 9223372036854775807 $$;
-- The same from 0 to 1.
create function made.unit(i bigint, purpose bigint) returns double precision language sql immutable parallel safe as
    $$ select (hashint8extended(i, purpose) & 1073741823) / 1073741824.0::double precision $$;
-- A made-up word of three syllables; a small number is a frequent word.
create function made.word(r bigint) returns text language sql immutable parallel safe as $$
    select substr('bacodifegukalominepurasotivewuza', ((r & 15) * 2)::int + 1, 2)
        || substr('bacodifegukalominepurasotivewuza', ((r >> 4 & 15) * 2)::int + 1, 2)
        || substr('barcondisfelgumkanlorminnespurratsontisvelwunzas', ((r >> 8 & 15) * 3)::int + 1, 3) $$;
-- The product of two even draws prefers small numbers: a few words are frequent and most are rare, as in any language.
create function made.rank(i bigint, purpose bigint) returns bigint language sql immutable parallel safe as
    $$ select (made.chance(i, purpose) % 2000) * (made.chance(i, purpose + 1) % 2000) / 2000 $$;
create function made.sha(t text) returns text language sql immutable parallel safe as
    $$ select encode(sha256(convert_to(t, 'UTF8')), 'hex') $$;
-- Identities of the lengths that the program's own have. Those of rows begin with their time.
create function made.user_id(u bigint) returns text language sql immutable parallel safe as $$
    select substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-4' || substr(h, 14, 3) || '-8' || substr(h, 18, 3) || '-'
        || substr(h, 21, 12) from (select md5('user ' || u) as h) m $$;
create function made.row_id(at bigint, kind text, i bigint) returns text language sql immutable parallel safe as
    $$ select lpad(to_hex(at), 12, '0') || '-' || lpad(to_hex(i), 8, '0') || '-' || md5(kind || i) $$;

-- step
-- job constants
create table made.world as select :users::bigint as users, :skills::bigint as skills, :skills::bigint / 20 as public,
    :now::bigint as now, :rules::bigint as rules;
-- A sentence of eight words; two make a description.
create table made.sentences as
select n as number, string_agg(made.word(made.rank(n * 8 + w, 11)), ' ' order by w) as text
from generate_series(0, 19999) n, generate_series(0, 7) w group by n;
alter table made.sentences add column words tsvector;
update made.sentences set words = to_tsvector('simple', text);
alter table made.sentences add primary key (number);
-- Every twentieth skill is public. The others belong to people: most have a few, some have hundreds.
create function made.skill_at(i bigint) returns bigint language sql stable parallel safe as
    $$ select 1700000000000 + i * 60000 $$;
create function made.skill_id(i bigint) returns text language sql stable parallel safe as
    $$ select made.row_id(made.skill_at(i), 'skill', i) $$;
create function made.slug(i bigint) returns text language sql immutable parallel safe as
    $$ select made.word(made.rank(i, 21)) || '-' || made.word(made.rank(i, 23)) || '-' || i $$;
create function made.versions(i bigint) returns bigint language sql immutable parallel safe as
    $$ select case when made.chance(i, 31) % 10 = 0 then 3 when made.chance(i, 31) % 10 < 3 then 2 else 1 end $$;
create function made.owner(i bigint, users bigint) returns text language sql immutable parallel safe as $$
    select case when i % 20 = 0 then made.user_id(-1)
        else made.user_id(floor(users * power(made.unit(i, 41), 1.5))::bigint) end $$;
-- The public skill that somebody would like to have: a few are popular.
create function made.liked(i bigint, purpose bigint, public bigint) returns bigint language sql immutable parallel safe as
    $$ select 20 * floor(public * power(made.unit(i, purpose), 3))::bigint $$;

-- step
-- job versions
insert into skill_versions (skill_id, version, content_sha, content_size, name, description, tags, scripts, file_count,
    change_comment, security_grade, published_at, graded_by)
select made.skill_id(i), v, made.sha('zip ' || i || ' ' || v), 2000 + floor(200000 * power(made.unit(i, 51), 4))::bigint,
    initcap(replace(made.slug(i), '-', ' ')), a.text || ' ' || b.text,
    '["' || made.word(made.rank(i, 53)) || '","' || made.word(made.rank(i, 55)) || '"]',
    case when made.chance(i, 57) % 10 < 3 then '["run.sh"]' else '[]' end, 3 + made.chance(i, 58) % 20,
    case when v > 1 then 'better than before' end, substr('AAAAAABBCD', (made.chance(i, 59) % 10)::int + 1, 1),
    made.skill_at(i) + (v - 1) * 86400000, w.rules
from made.world w, generate_series(0, :skills - 1) i, generate_series(1, made.versions(i)) v, made.sentences a, made.sentences b
where a.number = made.chance(i, 61) % 20000 and b.number = made.chance(i, 63) % 20000;
-- job words
insert into skill_search (number, words)
select i + 1, setweight(to_tsvector('simple', replace(made.slug(i), '-', ' ')), 'A')
    || setweight(to_tsvector('simple', replace(made.slug(i), '-', ' ')), 'B')
    || setweight(to_tsvector('simple', made.word(made.rank(i, 53)) || ' ' || made.word(made.rank(i, 55))), 'C')
    || a.words || b.words
from generate_series(0, :skills - 1) i, made.sentences a, made.sentences b
where a.number = made.chance(i, 61) % 20000 and b.number = made.chance(i, 63) % 20000;
-- job skills
insert into skills (id, slug, owner_id, is_public, github_url, credit_cost_per_use, latest_version, withdrawn_at, created_at,
    updated_at)
select made.skill_id(i), made.slug(i), made.owner(i, w.users), case when i % 20 = 0 then 1 else 0 end, null, 0,
    made.versions(i), null, made.skill_at(i), made.skill_at(i) + (made.versions(i) - 1) * 86400000
from made.world w, generate_series(0, :skills - 1) i;
insert into searched (number, skill_id, slug, is_public, listed)
select i + 1, made.skill_id(i), made.slug(i), case when i % 20 = 0 then 1 else 0 end, case when i % 20 = 0 then 1 else 0 end
from generate_series(0, :skills - 1) i;
select setval('searched_numbers', :skills);
-- job drives
insert into drive_items (user_id, slug, skill_id, version, enabled, added_at)
select made.owner(i, w.users), made.slug(i), made.skill_id(i), made.versions(i), 1, made.skill_at(i)
from made.world w, generate_series(0, :skills - 1) i where i % 20 <> 0;
-- Six public ones each; one in ten is older than the newest.
insert into drive_items (user_id, slug, skill_id, version, enabled, added_at)
select made.user_id(u), made.slug(p), made.skill_id(p),
    greatest(1, made.versions(p) - case when made.chance(u, 71 + k) % 10 = 0 then 1 else 0 end),
    case when made.chance(u, 81 + k) % 20 = 0 then 0 else 1 end, made.skill_at(p)
from made.world w, generate_series(0, :users - 1) u, generate_series(0, 5) k,
    lateral (select made.liked(u * 6 + k, 91, w.public) as p) l
on conflict do nothing;
insert into tombstones (user_id, slug, content_sha, removed_at)
select made.user_id(u), 'gone-' || u, made.sha('gone ' || u), w.now - 86400000
from made.world w, generate_series(0, :users - 1, 2) u;
-- job people
-- What was charged is what the balance lacks.
insert into users (id, name, tier, balance, high_water, created_at, role)
select made.user_id(u), 'person-' || u, case when made.chance(u, 101) % 20 = 0 then 'pro' else 'free' end,
    1000 - made.chance(u, 103) % 10, 10, w.now - 400 * 86400000::bigint + u, 'user'
from made.world w, generate_series(0, :users - 1) u;
insert into users (id, name, tier, balance, high_water, created_at, role)
select made.user_id(-1), 'marketplace', 'free', 0, null, w.now - 500 * 86400000::bigint, 'user' from made.world w
on conflict (name) do nothing;
insert into api_keys (id, user_id, name, key_hash, prefix, scope, created_at, expires_at, revoked_at, last_used_at)
select made.row_id(w.now - 400 * 86400000::bigint + u, 'key', u), made.user_id(u), 'cli@host',
    made.sha('sk_live_' || made.sha('key ' || u)), substr('sk_live_' || made.sha('key ' || u), 1, 12), 'all_skills',
    w.now - 400 * 86400000::bigint + u, null, null, w.now - made.chance(u, 105) % 86400000
from made.world w, generate_series(0, :users - 1) u;
insert into installs (install_id, user_id, adopted_at, events_backfilled)
select made.user_id(u + 1000000000), made.user_id(u), w.now - 300 * 86400000::bigint, 3
from made.world w, generate_series(0, :users - 1) u where made.chance(u, 107) % 10 < 6;
insert into credit_transactions (id, user_id, amount, reason, slug, run_id, created_at)
select made.row_id(w.now - 400 * 86400000::bigint + u, 'grant', u), made.user_id(u), 1000, 'signup_grant', null, null,
    w.now - 400 * 86400000::bigint + u
from made.world w, generate_series(0, :users - 1) u;
insert into credit_transactions (id, user_id, amount, reason, slug, run_id, created_at)
select made.row_id(w.now - k * 86400000 - u, 'charge', u * 10 + k), made.user_id(u), -1, 'import',
    made.slug(made.liked(u * 10 + k, 109, w.public)), null, w.now - k * 86400000 - u
from made.world w, generate_series(1::bigint, 9) k, generate_series(0, :users - 1) u
where k <= made.chance(u, 103) % 10;
-- job events
insert into telemetry_events (id, install_id, user_id, event_type, cli_version, os, skill_slugs, source_types, metadata,
    created_at)
select made.row_id(w.now - k * 1440000000 + u, 'event', u * 5 + k), made.user_id(u + 1000000000),
    case when made.chance(u, 107) % 10 < 6 then made.user_id(u) end, 'install', '0.1.0', 'linux/amd64',
    '["' || made.slug(made.liked(u * 5 + k, 111, w.public)) || '"]', '["skillzdrive"]', '{"installed":1,"failed":0}',
    w.now - k * 1440000000 + u
from made.world w, generate_series(1::bigint, 5) k, generate_series(0, :users - 1) u;
insert into cli_sync_runs (id, user_id, install_id, kind, mode, sets_high_water, status, opened_at, expires_at, closed_at,
    drive_count, high_water)
select made.user_id(u * 3 + k + 2000000000), made.user_id(u), made.user_id(u + 1000000000),
    case k when 0 then 'first_run' else 'manual' end, 'all', case k when 0 then 1 else 0 end, 'completed',
    w.now - k * 864000000 - u, w.now - k * 864000000 - u + 86400000, w.now - k * 864000000 - u + 5000, 15, 10
from made.world w, generate_series(0::bigint, 2) k, generate_series(0, :users - 1) u;
insert into cli_sync_run_items (run_id, user_id, slug, action, status, credit_cost, reservation)
select made.user_id(u * 3 + k + 2000000000), made.user_id(u), 'skill-' || s, 'download_install', 'deferred', 0, 'none'
from generate_series(0::bigint, 2) k, generate_series(0, :users - 1) u, generate_series(0, 1) s;
-- job uses
insert into skill_installs (skill_id, who, day)
select made.skill_id(made.liked(u * 10 + k, 121, w.public)), 'user:' || made.user_id(u), w.now / 86400000 - k * 3
from made.world w, generate_series(0, :users - 1) u, generate_series(0, 9) k on conflict do nothing;
insert into skill_runs (id, user_id, skill_id, slug, version, script, session_id, credit_cost, started_at, expires_at,
    finished_at, exit_code, duration_ms, stopped)
select made.row_id(w.now - u * 20000 - k, 'run', u * 2 + k), made.user_id(u), made.skill_id(p), made.slug(p), 1, 'run.sh',
    md5('session ' || u), 0, w.now - made.chance(u, 133 + k) % 2592000000, w.now, w.now, 0, 900, null
from made.world w, generate_series(0, :users - 1) u, generate_series(0, 1) k,
    lateral (select made.liked(u * 2 + k, 131, w.public) as p) l;
insert into skill_ratings (skill_id, user_id, stars, rated_at)
select made.skill_id(made.liked(u, 141, w.public)), made.user_id(u), 3 + made.chance(u, 143) % 3,
    w.now - made.chance(u, 145) % 2592000000
from made.world w, generate_series(0, :users - 1, 3) u on conflict do nothing;

-- step
-- job groups
-- One in twenty has a collection of five skills with a key of its own, one in ten is in a team of five.
insert into api_keys (id, user_id, name, key_hash, prefix, scope, created_at)
select made.row_id(w.now - u, 'scoped', u), made.user_id(u), 'slice', made.sha('scoped ' || u), 'sk_live_0000', 'scoped', w.now
from made.world w, generate_series(0, :users - 1, 20) u;
insert into collections (id, user_id, name, key_id, include_team, include_shared, is_public, created_at)
select made.row_id(w.now - u, 'collection', u), made.user_id(u), 'slice', made.row_id(w.now - u, 'scoped', u), 0, 0, 0, w.now
from made.world w, generate_series(0, :users - 1, 20) u;
insert into collection_skills (collection_id, skill_id, added_at)
select c.id, d.skill_id, d.added_at from collections c, lateral
    (select skill_id, added_at from drive_items where user_id = c.user_id order by slug limit 5) d;
insert into teams (id, name, created_at)
select 'team-' || t, 'team-' || t, w.now from made.world w, generate_series(0, :users / 50 - 1) t;
insert into team_members (team_id, user_id, added_at)
select 'team-' || u / 50, made.user_id(u), w.now from made.world w, generate_series(0, :users / 50 * 50 - 1) u where u % 50 < 5;
insert into shares (id, from_id, skill_id, team_id, user_id, created_at)
select made.row_id(w.now, 'share', u), made.user_id(u), d.skill_id, 'team-' || u / 50, null, w.now
from made.world w, generate_series(0, :users / 50 * 50 - 1) u, lateral
    (select skill_id from drive_items where user_id = made.user_id(u) order by slug limit 1) d
where u % 50 < 3;
insert into webhooks (id, user_id, event_type, threshold_value, target_url, created_at)
select made.row_id(w.now, 'webhook', u), made.user_id(u), 'credits.threshold_hit', 10, 'https://example.com/', w.now
from made.world w, generate_series(0, :users - 1, 100) u;
-- job index
-- Where the full-text index says itself which skills are public.
do $$ begin
    if exists (select from information_schema.columns where table_name = 'skill_search' and column_name = 'listed') then
        update skill_search set listed = 1 where number % 20 = 1;
    end if;
end $$;
