-- What is decided, asked, done and learnt; the log of events and of the audit.

create table decisions (
    organization_id uuid not null,
    id uuid not null,
    kind text not null,
    component text not null,
    subject_id uuid not null,
    action text not null,
    verdict text not null check (verdict in ('act', 'ask', 'refuse', 'observe')),
    would text check (would in ('act', 'ask', 'refuse')),
    confidence double precision check (confidence between 0 and 1),
    amount numeric(18, 2),
    policy_version integer not null,
    model_version text,
    answers uuid,
    decided_by text not null,
    decided_at timestamptz not null,
    recorded_at timestamptz not null,
    record text not null,
    primary key (organization_id, id)
) partition by range (id);
create index decisions_subject on decisions (organization_id, subject_id);

create table approvals (
    organization_id uuid not null,
    id uuid not null,
    decision_id uuid not null,
    kind text not null,
    component text not null,
    subject_id uuid not null,
    action text not null,
    amount numeric(18, 2),
    confidence double precision,
    tier text not null check (tier in ('operator', 'manager', 'owner')),
    digest bytea not null,
    summary text not null,
    blind boolean not null,
    shown_at timestamptz,
    shown_to text,
    reference text,
    risk text not null default 'medium' check (risk in ('low', 'medium', 'high')),
    impact numeric(18, 2),
    reversible boolean not null default false,
    held jsonb,
    held_until timestamptz,
    due_at timestamptz not null,
    fate text not null check (fate in ('decline', 'escalate')),
    assignee uuid,
    state text not null check (state in ('open', 'answered', 'expired', 'stale', 'withdrawn')),
    answer text check (answer in ('approve', 'decline', 'amend')),
    amended jsonb,
    answered_by text,
    answered_at timestamptz,
    answer_reason text,
    answer_decision_id uuid,
    created_at timestamptz not null,
    primary key (organization_id, id)
);
create index approvals_open on approvals (organization_id, due_at, id) where state = 'open';
create index approvals_subject on approvals (organization_id, subject_id);
create index approvals_held on approvals (held_until)
    where state in ('open', 'withdrawn', 'stale') and held_until is not null;

create table effects (
    organization_id uuid not null,
    id uuid not null,
    decision_id uuid not null,
    subject_id uuid not null,
    connector text not null,
    action text not null,
    parameters text not null,
    state text not null
        check (state in ('held', 'planned', 'running', 'done', 'failed', 'unknown', 'undone', 'cancelled')),
    hold_until timestamptz,
    due_at timestamptz not null,
    attempts integer not null default 0,
    fence bigint not null default 0,
    claimed_by text,
    lease_until timestamptz,
    result text,
    error text,
    undo_of uuid,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id)
);
create index effects_due on effects (organization_id, due_at, id) where state in ('held', 'planned');
create index effects_running on effects (lease_until) where state = 'running';
create index effects_trouble on effects (organization_id, state, updated_at) where state in ('failed', 'unknown');
create index effects_decision on effects (organization_id, decision_id);
create unique index effects_one_undo on effects (organization_id, undo_of)
    where undo_of is not null and state not in ('failed', 'cancelled');

create table outcomes (
    organization_id uuid not null,
    id uuid not null,
    kind text not null,
    subject_id uuid not null,
    decision_id uuid,
    measure text not null,
    value double precision,
    observed_at timestamptz not null,
    matured_at timestamptz,
    censored boolean not null,
    corrects uuid,
    source text not null,
    recorded_at timestamptz not null,
    primary key (organization_id, id)
) partition by range (id);
create index outcomes_subject on outcomes (organization_id, subject_id);

create table events (
    organization_id uuid not null,
    id uuid not null,
    epoch integer not null default 1,
    xid xid8 not null default pg_current_xact_id(),
    seq bigint generated always as identity,
    name text not null,
    version smallint not null,
    body text not null,
    at timestamptz not null,
    recorded_at timestamptz not null,
    primary key (organization_id, id)
) partition by range (id);
create index events_cursor on events (organization_id, epoch, xid, seq);
create index events_of_components on events (organization_id, id) where name like 'kernel.component.%';

create table audit (
    organization_id uuid not null,
    id uuid not null,
    epoch integer not null default 1,
    xid xid8 not null default pg_current_xact_id(),
    seq bigint generated always as identity,
    leaf bytea not null,
    salt bytea,
    body text,
    primary key (organization_id, id)
) partition by range (id);
create index audit_cursor on audit (organization_id, epoch, xid, seq);

create table checkpoints (
    organization_id uuid not null references organizations on delete cascade,
    number integer not null,
    size bigint not null,
    epoch integer not null,
    xid xid8 not null,
    seq bigint not null,
    body text not null,
    signature bytea not null,
    created_at timestamptz not null,
    primary key (organization_id, number)
);
create index checkpoints_position on checkpoints (organization_id, epoch, xid, seq, number);

create table requests (
    organization_id uuid not null,
    scope text not null,
    key text not null check (length(key) between 1 and 200),
    body_digest bytea not null,
    status smallint not null,
    response text not null,
    created_at timestamptz not null,
    primary key (organization_id, scope, key)
);
create index requests_age on requests (created_at);
