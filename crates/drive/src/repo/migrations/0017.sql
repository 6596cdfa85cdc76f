-- What was found by going through a whole table, once a drive has a million skills and a hundred thousand people.

-- The old lines that are forgotten once a day.
create index if not exists telemetry_events_oldest on telemetry_events (created_at);
-- The keys of an account, and its newest sync runs.
create index if not exists api_keys_by_user on api_keys (user_id, created_at, id);
create index if not exists cli_sync_runs_of_user on cli_sync_runs (user_id, opened_at, id);
-- How the skills of a page stand: of each the last 30 days, and not of the last 30 days each skill.
create index if not exists skill_runs_since on skill_runs (skill_id, started_at);
create index if not exists skill_installs_since on skill_installs (skill_id, day);
-- The public catalogue, by slug.
create index if not exists skills_listed on skills (slug, id) where is_public = 1 and withdrawn_at is null;
-- Whether somebody has a skill. By the skill alone, that is a walk through everybody who has a popular one.
create index if not exists drive_items_of_skill on drive_items (skill_id, user_id);
drop index if exists drive_items_by_skill;
