-- Tables by month, made ahead.
-- A record is about two kilobytes, just where a row would begin to be compressed, which costs more than writing it.

create function ensure_partitions(until timestamptz) returns void language plpgsql security definer
    set search_path = public, pg_temp as
$body$
declare
    parent text;
    month timestamptz;
    child text;
begin
    foreach parent in array array['decisions', 'outcomes', 'events', 'audit'] loop
        month := date_trunc('month', until at time zone 'UTC') at time zone 'UTC' - interval '3 months';
        while month <= until loop
            child := parent || '_' || to_char(month at time zone 'UTC', 'YYYYMM');
            if to_regclass(child) is null then
                execute format('create table %I partition of %I for values from (%L) to (%L) with (toast_tuple_target = 8160)',
                               child, parent, first_id_at(month), first_id_at(month + interval '1 month'));
                execute format('alter table %I enable row level security', child);
                execute format('alter table %I force row level security', child);
            end if;
            month := month + interval '1 month';
        end loop;
    end loop;
end
$body$;
revoke all on function ensure_partitions from public;
grant execute on function ensure_partitions to intendant_system;
