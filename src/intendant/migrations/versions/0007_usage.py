"""Metering: what each key and each person of an organisation used, by day; and what processes tell of themselves."""

from alembic import op

from intendant.migrations.closing import close_to_organization

revision = "0007"
down_revision = "0006"

ORGANIZATION_TABLES: dict[str, str] = {
    "usage": "select",
    "traces": "select, insert",
}
"""Every table of an organisation, with what the serving role may do."""

SYSTEM_TABLES = ("fault_counts",)
"""Tables that belong to no organisation: reached by the system role alone."""

SCHEMA = """
create table usage (
    organization_id uuid not null references organizations on delete cascade,
    day date not null,
    caller text not null,
    area text not null,
    requests bigint not null default 0,
    errors bigint not null default 0,
    bytes_in bigint not null default 0,
    bytes_out bigint not null default 0,
    decisions bigint not null default 0,
    milliseconds double precision not null default 0,
    primary key (organization_id, day, caller, area)
);

create table traces (
    organization_id uuid not null references organizations on delete cascade,
    subject_id uuid not null,
    traceparent text not null check (length(traceparent) <= 60),
    recorded_at timestamptz not null,
    primary key (organization_id, subject_id)
);
create index traces_age on traces (recorded_at);
create index traces_subject on traces (subject_id);

create table fault_counts (
    fingerprint text not null,
    hour timestamptz not null,
    role text not null,
    event text not null,
    kind text not null,
    place text not null,
    count bigint not null,
    last_at timestamptz not null,
    last_request_id text,
    primary key (fingerprint, hour, role)
);
create index fault_counts_hour on fault_counts (hour);

alter table executors add column version text not null default '', add column report jsonb not null default '{}';
"""


def upgrade() -> None:
    """Create the tables and close each to all but its own organisation and the system role."""
    op.execute(SCHEMA)
    close_to_organization(ORGANIZATION_TABLES)
    for table in SYSTEM_TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy system on {table} to intendant_system using (true) with check (true)")
        op.execute(f"grant select, insert, update, delete on {table} to intendant_system")
