-- Which rule set gave a version or a tree its grade: 0 where none did. What another one than the program's gave is given
-- again.
alter table skill_versions add column graded_by bigint not null default 0;
alter table github_skills add column graded_by bigint not null default 0;
create index skill_versions_by_rules on skill_versions (graded_by, content_sha);
