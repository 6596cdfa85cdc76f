create virtual table skill_search using fts5 (
    skill_id unindexed,
    slug,
    name,
    description,
    tags,
    tokenize = "unicode61 remove_diacritics 2",
    prefix = '2 3'
);
