alter table searched alter column number type bigint;
create sequence searched_numbers owned by searched.number;
