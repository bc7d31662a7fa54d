-- Offers and their conditions.

create table offers (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    application_id uuid not null,
    state text not null check (state in ('proposed', 'made', 'accepted', 'declined', 'expired', 'withdrawn')),
    version integer not null,
    requested jsonb not null,
    terms jsonb,
    price jsonb,
    amount numeric(18, 2),
    term_months integer,
    rate numeric(12, 6),
    apr numeric(12, 6),
    risk_band text,
    decision_id uuid,
    verdict text,
    made_at timestamptz,
    expires_at timestamptz,
    answered_at timestamptz,
    answered_by text,
    reason text,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, application_id) references lending_applications on delete cascade,
    check (state not in ('made', 'accepted') or (terms is not null and expires_at is not null))
);
create index offers_of_application on offers (organization_id, application_id, id);
create unique index offers_one_open on offers (organization_id, application_id)
    where state in ('proposed', 'made', 'accepted');
create index offers_proposed on offers (organization_id, id) where state = 'proposed';
create index offers_expiring on offers (organization_id, expires_at) where state = 'made';

create table conditions (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    application_id uuid not null,
    key text not null,
    label text not null,
    state text not null check (state in ('pending', 'received', 'approved', 'waived')),
    version integer not null,
    note text,
    changed_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, application_id, key),
    foreign key (organization_id, application_id) references lending_applications on delete cascade
);
