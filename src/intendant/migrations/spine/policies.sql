-- Components with their autonomy, policies, and proposals for policies.

create table components (
    organization_id uuid not null references organizations on delete cascade,
    name text not null,
    level text not null check (level in ('stopped', 'manual', 'observe', 'assisted', 'supervised', 'full')),
    controlled_by text,
    since timestamptz not null,
    why text not null,
    changed_by text not null default 'system',
    primary key (organization_id, name)
);

create table policies (
    organization_id uuid not null references organizations on delete cascade,
    kind text not null,
    version integer not null,
    id uuid not null,
    body jsonb not null,
    state text not null check (state in ('draft', 'active', 'retired')),
    effective_from timestamptz not null,
    author text not null,
    reason text not null,
    created_at timestamptz not null,
    proposal_id uuid,
    approved_by text,
    primary key (organization_id, kind, version),
    unique (organization_id, id)
);
create unique index policies_one_active on policies (organization_id, kind) where state = 'active';

-- What shall become a version: it waits for a second person, for its date, or for both. Versions are only what has held.
create table policy_proposals (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    kind text not null,
    body jsonb not null,
    digest text not null,
    state text not null check (state in ('proposed', 'scheduled', 'published', 'rejected', 'withdrawn', 'cancelled',
        'expired', 'displaced', 'failed')),
    replaces integer,
    follows uuid,
    expects integer,
    effective_from timestamptz,
    author text not null,
    people text[] not null,
    reason text not null,
    created_at timestamptz not null,
    proposed_at timestamptz not null,
    expires_at timestamptz,
    approved_by text,
    approved_at timestamptz,
    approval_reason text,
    ended_by text,
    ended_at timestamptz,
    end_reason text,
    version integer,
    primary key (organization_id, id)
);
create index policy_proposals_open on policy_proposals (organization_id, kind) where state in ('proposed', 'scheduled');
