create trigger acts_stay before update on acts begin select raise(abort, 'the log of acts is only added to'); end;
create trigger acts_remain before delete on acts begin select raise(abort, 'the log of acts is only added to'); end;
