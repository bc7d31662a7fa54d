-- Collections and promises.

create table collection_cases (
    organization_id uuid not null references organizations on delete cascade,
    loan_id uuid not null,
    assignee uuid,
    no_contact boolean not null default false,
    disputed boolean not null default false,
    why text,
    channels text[],
    time_zone text,
    hardship text check (hardship in ('asked', 'granted')),
    hardship_until date,
    considered_on date,
    considered_bucket integer,
    next_on date,
    rest_until date,
    version integer not null,
    updated_at timestamptz not null,
    primary key (organization_id, loan_id),
    foreign key (organization_id, loan_id) references loans on delete cascade
);

create table collection_steps (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    loan_id uuid not null,
    action text not null,
    channel text,
    state text not null check (state in ('proposed', 'planned', 'done', 'cancelled', 'refused')),
    planned_for timestamptz not null,
    decision_id uuid,
    bucket integer not null,
    outcome text,
    note text,
    done_by text,
    done_at timestamptz,
    cured boolean,
    version integer not null,
    created_at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, loan_id) references loans on delete cascade
);
create index collection_steps_of_loan on collection_steps (organization_id, loan_id, created_at);
create index collection_steps_open on collection_steps (organization_id, planned_for, id)
    where state in ('proposed', 'planned');
create unique index collection_steps_one_planned on collection_steps (organization_id, loan_id) where state = 'planned';
create index collection_steps_done on collection_steps (organization_id, done_at) where state = 'done';
create index collection_steps_unjudged on collection_steps (organization_id, loan_id)
    where state = 'done' and cured is null;

create table promises (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    loan_id uuid not null,
    amount numeric(20, 4) not null check (amount > 0),
    due_on date not null,
    state text not null check (state in ('open', 'kept', 'broken', 'cancelled')),
    after_sequence integer not null,
    paid numeric(20, 4),
    note text,
    recorded_by text not null,
    recorded_at timestamptz not null,
    settled_at timestamptz,
    version integer not null,
    primary key (organization_id, id),
    foreign key (organization_id, loan_id) references loans on delete cascade
);
create index promises_of_loan on promises (organization_id, loan_id, id);
create unique index promises_one_open on promises (organization_id, loan_id) where state = 'open';
