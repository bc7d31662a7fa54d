-- Alerts, allowances, tasks, schedules, rows set apart.

create table alerts (
    organization_id uuid not null,
    id uuid not null,
    kind text not null check (kind in ('intervention', 'anomaly', 'performance', 'security')),
    severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
    cause text not null,
    title text not null,
    detail jsonb not null,
    component text,
    subject_id uuid,
    state text not null check (state in ('open', 'resolved', 'cleared')),
    count integer not null default 1,
    assignee uuid,
    acknowledged_by text,
    acknowledged_at timestamptz,
    snoozed_by text,
    snoozed_until timestamptz,
    raised_at timestamptz not null,
    last_at timestamptz not null,
    ended_at timestamptz,
    ended_by text,
    note text,
    primary key (organization_id, id)
);
create unique index alerts_one_open on alerts (organization_id, cause) where state = 'open';

create table allowances (
    organization_id uuid not null,
    component text not null,
    action text not null,
    span text not null check (span in ('hour', 'day')),
    starts_at timestamptz not null,
    count bigint not null check (count >= 0),
    amount numeric(20, 2) not null check (amount >= 0),
    primary key (organization_id, component, action, span, starts_at)
);

create table tasks (
    organization_id uuid not null,
    id uuid not null,
    kind text not null,
    queue text not null,
    workflow_id text not null unique,
    subject text,
    parameters jsonb not null,
    priority integer not null default 0,
    state text not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    progress double precision not null default 0 check (progress between 0 and 1),
    note text,
    attempts integer not null default 0,
    error text,
    result jsonb,
    dedup_key text,
    created_by text not null,
    created_at timestamptz not null,
    started_at timestamptz,
    ended_at timestamptz,
    primary key (organization_id, id)
);
create index tasks_state on tasks (organization_id, state, id);
create index tasks_open on tasks (queue, state, priority, id) where state in ('queued', 'running');
create unique index tasks_one_of_key on tasks (organization_id, kind, dedup_key)
    where dedup_key is not null and state in ('queued', 'running');

create table schedules (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    kind text not null,
    rule jsonb not null,
    parameters jsonb not null,
    next_due_at timestamptz not null,
    enabled boolean not null default true,
    created_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, kind)
);

create table quarantine (
    organization_id uuid not null,
    id uuid not null,
    source text not null,
    place text not null,
    code text not null,
    reason text not null,
    raw text not null,
    created_at timestamptz not null,
    primary key (organization_id, id)
);
