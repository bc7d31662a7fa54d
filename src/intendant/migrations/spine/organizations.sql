-- Organisations, their configuration and what somebody took in hand.

create function current_organizations() returns uuid[] language sql stable parallel safe as
$$ select string_to_array(nullif(current_setting('intendant.organizations', true), ''), ',')::uuid[] $$;

create function first_id_at(moment timestamptz) returns uuid language sql immutable parallel safe as
$$ select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || '70000000000000000000')::uuid $$;

create table organizations (
    id uuid primary key,
    slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name text not null,
    kind text not null check (kind in ('real', 'demo', 'sandbox')),
    time_zone text not null default 'UTC',
    currency text not null default 'USD',
    system_anchor timestamptz not null,
    business_anchor timestamptz not null,
    speed double precision not null default 1 check (speed >= 0),
    version integer not null default 1,
    created_at timestamptz not null,
    removed_at timestamptz
);

create table configurations (
    organization_id uuid not null references organizations on delete cascade,
    version integer not null,
    body jsonb not null,
    author text not null,
    reason text not null,
    created_at timestamptz not null,
    primary key (organization_id, version)
);

create table controls (
    organization_id uuid primary key references organizations on delete cascade,
    state text not null check (state in ('running', 'stopped', 'halted')),
    since timestamptz not null,
    changed_by text not null,
    reason text not null
);
