-- Models of credit, products, applications.

create table models (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    kind text not null,
    version integer not null,
    role text not null check (role in ('champion', 'challenger', 'candidate', 'retired')),
    algorithm text not null,
    artifact bytea not null,
    digest bytea not null,
    data_digest bytea not null,
    validated boolean not null,
    report jsonb not null,
    trained_at timestamptz not null,
    stale_at timestamptz,
    created_by text not null,
    created_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, kind, version)
);
create unique index models_one_champion on models (organization_id, kind) where role = 'champion';

create table lending_products (
    organization_id uuid not null references organizations on delete cascade,
    key text not null,
    version integer not null,
    id uuid not null,
    name text not null,
    currency text not null,
    body jsonb not null,
    author text not null,
    created_at timestamptz not null,
    primary key (organization_id, key, version)
);

create index lending_products_age on lending_products (created_at);

create table lending_applications (
    organization_id uuid not null,
    id uuid not null,
    reference text not null,
    product text not null,
    product_version integer not null,
    state text not null check (state in ('draft', 'submitted', 'under_review', 'referred', 'approved', 'disbursed',
                                         'rejected', 'withdrawn', 'expired')),
    version integer not null,
    amount numeric(18, 2) not null,
    term_months integer,
    currency text not null,
    inputs text not null,
    protected text,
    decision_id uuid,
    submitted_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, reference)
);
create index lending_applications_open on lending_applications (organization_id, state, id)
    where state in ('submitted', 'under_review', 'referred');
