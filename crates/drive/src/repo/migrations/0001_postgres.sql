-- The words of each skill's newest version, with a letter for where they stand: A slug, B name, C tags, D description.
create table skill_search (
    number bigint primary key,
    words tsvector not null
);
create index skill_search_words on skill_search using gin (words);
