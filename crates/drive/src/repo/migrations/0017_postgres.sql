-- Most skills are private, and whoever searches sees their own of them: those few are found without an index. So the index
-- holds the public ones alone, and a frequent word has as many hits as it has in the catalogue. The column says what
-- `searched.listed` says.
alter table skill_search add column if not exists listed bigint not null default 0;
update skill_search f set listed = 1 from searched n where n.number = f.number and n.listed = 1 and f.listed = 0;
create index if not exists skill_search_listed on skill_search using gin (words) where listed = 1;
drop index if exists skill_search_words;
