"""Privacy: consents, retention rules, legal holds, and requests of people about their own data.

The record (decisions, events, audit) is insert-only for every role. Erasure by law is the one exception, and it goes through
one function of the owner that can do nothing but blank: it puts the word of an erasure where a person's data stood.
"""

from alembic import op

from intendant.migrations.closing import close_to_organization

revision = "0008"
down_revision = "0007"

ORGANIZATION_TABLES: dict[str, str] = {
    "person_requests": "select, insert, update",
    "person_export_parts": "select, insert, delete",
    "consents": "select, insert",
    "retention_rules": "select, insert, update",
    "retention_runs": "select, insert, update",
    "legal_holds": "select, insert, update",
}
"""Every table of an organisation, with what the serving role may do."""

SCHEMA = """
-- A request about one person: a copy of what is held, or its erasure. `roots` are the ids of what a human chose as theirs.
create table person_requests (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    kind text not null check (kind in ('export', 'erasure')),
    state text not null check (state in ('open', 'queued', 'running', 'done', 'refused', 'expired', 'failed')),
    person text not null,
    roots uuid[] not null check (cardinality(roots) between 1 and 200),
    ground text not null,
    requested_at timestamptz not null,
    due_at timestamptz not null,
    preview jsonb,
    result jsonb,
    progress double precision not null default 0,
    reason text,
    task_id uuid,
    size bigint,
    digest bytea,
    expires_at timestamptz,
    created_by text not null,
    created_at timestamptz not null,
    confirmed_by text,
    confirmed_at timestamptz,
    ended_at timestamptz,
    revision integer not null default 1,
    primary key (organization_id, id)
);

create table person_export_parts (
    organization_id uuid not null,
    request_id uuid not null,
    number integer not null,
    body bytea not null,
    primary key (organization_id, request_id, number),
    foreign key (organization_id, request_id) references person_requests on delete cascade
);

create table consents (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    person text not null,
    purpose text not null,
    state text not null check (state in ('given', 'withdrawn')),
    text_version text not null,
    source text not null,
    at timestamptz not null,
    recorded_by text not null,
    recorded_at timestamptz not null,
    primary key (organization_id, id)
);
create index consents_of_person on consents (organization_id, person, purpose, id);

create table retention_rules (
    organization_id uuid not null references organizations on delete cascade,
    data_class text not null,
    enabled boolean not null,
    after_days integer not null check (after_days between 0 and 36500),
    legal_days integer not null check (legal_days between 0 and 36500),
    reason text not null,
    revision integer not null,
    changed_by text not null,
    changed_at timestamptz not null,
    primary key (organization_id, data_class)
);

create table retention_runs (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    data_class text not null,
    before timestamptz not null,
    erased integer not null,
    rows integer not null,
    held integer not null,
    counts jsonb not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    primary key (organization_id, id)
);

create table legal_holds (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    root uuid,
    data_class text,
    reason text not null,
    placed_by text not null,
    placed_at timestamptz not null,
    released_by text,
    released_at timestamptz,
    release_reason text,
    primary key (organization_id, id),
    check ((root is null) <> (data_class is null))
);
create index legal_holds_open on legal_holds (organization_id) where released_at is null;

create policy owner_reads on decisions for select to intendant_owner using (true);
create policy owner_erases on decisions for update to intendant_owner using (true) with check (true);
create policy owner_reads on events for select to intendant_owner using (true);
create policy owner_erases on events for update to intendant_owner using (true) with check (true);
create policy owner_reads on audit for select to intendant_owner using (true);
create policy owner_erases on audit for update to intendant_owner using (true) with check (true);

-- Blanks records, bodies of events and leaves. It refuses anything that does not say that it is an erasure, and the caller
-- writes the act that names each row in the same transaction; what lacks that act is a finding of the next verification.
create function erase_records(organization uuid, records json, bodies json, leaves uuid[]) returns integer
    language plpgsql security definer set search_path = public, pg_temp as
$body$
declare
    touched integer;
    total integer := 0;
begin
    if exists (select from json_array_elements(records) r
               where (r ->> 'text')::json ->> 'erased' is null)
       or exists (select from json_array_elements(bodies) b
                  where (b ->> 'text')::json ->> 'erased' is null) then
        raise exception 'what replaces a record must say that it was erased';
    end if;
    update decisions d set record = r ->> 'text' from json_array_elements(records) r
        where d.organization_id = organization and d.id = (r ->> 'id')::uuid;
    get diagnostics touched = row_count;
    total := total + touched;
    update events e set body = b ->> 'text' from json_array_elements(bodies) b
        where e.organization_id = organization and e.id = (b ->> 'id')::uuid;
    get diagnostics touched = row_count;
    total := total + touched;
    update audit a set salt = null, body = null where a.organization_id = organization and a.id = any(leaves);
    get diagnostics touched = row_count;
    return total + touched;
end
$body$;
revoke all on function erase_records(uuid, json, json, uuid[]) from public;
grant execute on function erase_records(uuid, json, json, uuid[]) to intendant_system;
"""


def upgrade() -> None:
    """Create the tables and close each to all but its own organisation and the system role."""
    op.execute(SCHEMA)
    close_to_organization(ORGANIZATION_TABLES)
