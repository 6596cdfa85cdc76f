create function acts_stay() returns trigger language plpgsql as $$
begin
    raise exception 'the log of acts is only added to';
end
$$;
create trigger acts_stay before update or delete on acts for each row execute function acts_stay();
create trigger acts_remain before truncate on acts for each statement execute function acts_stay();
