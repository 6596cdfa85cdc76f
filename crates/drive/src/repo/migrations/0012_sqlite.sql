insert into searched (number, skill_id, slug, is_public, listed)
select f.rowid, s.id, s.slug, s.is_public, case when s.is_public = 1 and s.withdrawn_at is null then 1 else 0 end
from skill_search f join skills s on s.id = f.skill_id;
