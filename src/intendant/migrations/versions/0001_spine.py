"""The spine: organisations, access, policy, decisions, approvals, effects, outcomes, events, audit, tasks, lending.

Three roles: `intendant_owner` runs this file and owns everything; `intendant_app` serves, under row-level security, and owns
nothing; `intendant_system` seals, schedules, claims effects and checks invariants across organisations. Row-level security is
enabled and forced on every table; the set of organisations of a transaction is `intendant.organizations`, transaction-local.
"""

from alembic import op

revision = "0001"
down_revision = None

ORGANIZATION_TABLES: dict[str, str] = {
    "configurations": "select, insert",
    "controls": "select, insert, update",
    "memberships": "select",
    "components": "select, insert, update",
    "policies": "select, insert, update",
    "policy_proposals": "select, insert, update",
    "decisions": "select, insert",
    "approvals": "select, insert, update",
    "effects": "select, insert, update",
    "outcomes": "select, insert",
    "events": "select, insert",
    "audit": "select, insert",
    "checkpoints": "select",
    "requests": "select, insert, delete",
    "alerts": "select, insert, update",
    "allowances": "select, insert, update, delete",
    "tasks": "select, insert, update",
    "schedules": "select, insert, update, delete",
    "quarantine": "select, insert",
    "models": "select, insert, update",
    "lending_products": "select, insert",
    "lending_applications": "select, insert, update",
    "offers": "select, insert, update",
    "conditions": "select, insert, update",
    "loans": "select, insert, update",
    "loan_transactions": "select, insert",
    "tranches": "select, insert, update",
    "loan_month_ends": "select, insert, update, delete",
    "index_rates": "select, insert",
    "ledger_accounts": "select, insert, update, delete",
    "ledger_postings": "select, insert",
    "ledger_income": "select, insert",
    "ledger_periods": "select, insert",
    "collection_cases": "select, insert, update",
    "collection_steps": "select, insert, update",
    "promises": "select, insert, update",
    "letters": "select, insert, update",
    "adverse_action_notices": "select, insert, update, delete",
    "letter_settings": "select, insert, update",
    "notice_cursors": "select, insert, update",
    "letter_cursors": "select, insert, update",
    "letters_to_write": "select, insert, update, delete",
    "borrower_links": "select, insert, update",
    "replays": "select, insert, update",
    "saved_views": "select, insert, update, delete",
    "notification_preferences": "select, insert, update",
}
"""Every table of an organisation, with what the serving role may do. Insert-only tables have no update and no delete."""

PARTITIONED = ("decisions", "outcomes", "events", "audit")

SYSTEM_TABLES = ("users", "sessions", "api_keys", "sign_in_links", "access_revision", "executors", "installation")
"""Tables that belong to no organisation: reached by the system role alone, or through a narrow function."""

SCHEMA = """
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

create table users (
    id uuid primary key,
    email text not null unique check (email = lower(email)),
    name text not null,
    password_hash text,
    is_super_admin boolean not null default false,
    time_zone text,
    disabled_at timestamptz,
    created_at timestamptz not null
);

create table memberships (
    organization_id uuid not null references organizations on delete cascade,
    user_id uuid not null references users on delete cascade,
    role text not null,
    created_at timestamptz not null,
    primary key (organization_id, user_id)
);

create table sessions (
    digest bytea primary key,
    id uuid not null unique,
    user_id uuid not null references users on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    last_seen_at timestamptz not null,
    revoked_at timestamptz,
    user_agent text
);

create table api_keys (
    digest bytea primary key,
    id uuid not null unique,
    organization_id uuid not null references organizations on delete cascade,
    name text not null,
    role text not null,
    created_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz
);
create index on api_keys (organization_id);

create table sign_in_links (
    digest bytea primary key,
    user_id uuid not null references users on delete cascade,
    purpose text not null check (purpose in ('sign-in', 'password-reset')),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);

create index on sessions (user_id);

create table access_revision (
    singleton boolean primary key default true check (singleton),
    revision bigint not null
);
insert into access_revision (revision) values (0);

create function bump_access_revision() returns trigger language plpgsql as
$$ begin update access_revision set revision = revision + 1; return null; end $$;
create trigger organizations_removed after update of removed_at or delete on organizations
    for each statement execute function bump_access_revision();

create table installation (
    singleton boolean primary key default true check (singleton),
    epoch integer not null,
    created_at timestamptz not null
);

create table executors (
    id text primary key,
    host text not null,
    pid integer not null,
    role text not null,
    started_at timestamptz not null,
    heartbeat_at timestamptz not null
);

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

create table loans (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    reference text not null,
    application_id uuid,
    decision_id uuid,
    product text not null,
    product_version integer not null,
    borrower text not null,
    currency text not null,
    terms jsonb not null,
    floating jsonb,
    reset_on date,
    state text not null check (state in ('approved', 'active', 'overpaid', 'closed', 'charged_off', 'written_off',
                                         'cancelled')),
    version integer not null,
    book text not null,
    booked_to date not null,
    transactions integer not null,
    principal numeric(20, 4) not null,
    outstanding numeric(20, 4) not null,
    owed numeric(20, 4) not null,
    arrears numeric(20, 4) not null,
    days_past_due integer not null,
    bucket integer not null,
    stage integer not null,
    provision numeric(20, 4) not null,
    next_due_on date,
    next_due numeric(20, 4),
    disbursed_on date,
    matures_on date,
    closed_on date,
    outcome smallint check (outcome in (0, 1)),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, reference),
    foreign key (organization_id, application_id) references lending_applications
);
create unique index loans_of_application on loans (organization_id, application_id);
create index loans_to_book on loans (organization_id, booked_to, id) where state in ('active', 'overpaid', 'charged_off');
create index loans_to_reset on loans (organization_id, reset_on, id) where reset_on is not null;
create index loans_of_borrower on loans (organization_id, borrower, disbursed_on);
create index loans_by_disbursement on loans (organization_id, disbursed_on);
create index loans_by_lateness on loans (organization_id, days_past_due, id);
create index loans_by_outstanding on loans (organization_id, outstanding, id);
create index loans_of_rare_states on loans (organization_id, state, id)
    where state in ('approved', 'overpaid', 'charged_off', 'written_off', 'cancelled');
create index loans_by_next_due on loans (organization_id, next_due_on, id) where next_due_on is not null;

create table loan_transactions (
    organization_id uuid not null,
    id uuid not null,
    loan_id uuid not null,
    sequence integer not null,
    type text not null check (type in ('disbursement', 'repayment', 'refund', 'charge', 'waiver', 'rate_change',
                                       'restructure', 'pause', 'charge_off', 'write_off', 'reversal')),
    value_on date not null,
    amount numeric(20, 4) not null check (amount >= 0),
    currency text not null,
    parameters jsonb not null,
    reference text,
    reverses uuid,
    reason text,
    decision_id uuid,
    recorded_by text not null,
    recorded_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, loan_id, sequence),
    foreign key (organization_id, loan_id) references loans on delete cascade,
    check ((type = 'reversal') = (reverses is not null))
);
create index loan_transactions_repaid on loan_transactions (organization_id, value_on) include (amount, currency, loan_id, id)
    where type = 'repayment';
create unique index loan_transactions_once on loan_transactions (organization_id, reference) where reference is not null;
create unique index loan_transactions_reversed_once on loan_transactions (organization_id, reverses)
    where reverses is not null;

create table tranches (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    loan_id uuid not null,
    number integer not null,
    amount numeric(20, 4) not null check (amount > 0),
    planned_on date not null,
    state text not null check (state in ('planned', 'asked', 'paying', 'paid', 'failed', 'cancelled')),
    decision_id uuid,
    verdict text,
    transaction_id uuid,
    reason text,
    version integer not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, loan_id, number),
    foreign key (organization_id, loan_id) references loans on delete cascade
);
create index tranches_planned on tranches (organization_id, planned_on, id) where state = 'planned';

create table loan_month_ends (
    organization_id uuid not null,
    loan_id uuid not null,
    month date not null,
    state text not null,
    outstanding numeric(20, 4) not null,
    arrears numeric(20, 4) not null,
    days_past_due integer not null,
    bucket integer not null,
    provision numeric(20, 4) not null,
    primary key (organization_id, month, loan_id),
    foreign key (organization_id, loan_id) references loans on delete cascade
);
create index loan_month_ends_of_loan on loan_month_ends (organization_id, loan_id);
-- What vintages and arrears by month read is a small part of all month ends.
create index loan_month_ends_late on loan_month_ends (organization_id, month, loan_id) include (outstanding, days_past_due, state)
    where days_past_due >= 30;
create index loan_month_ends_lost on loan_month_ends (organization_id, loan_id, month)
    where state in ('charged_off', 'written_off');

create table index_rates (
    organization_id uuid not null references organizations on delete cascade,
    name text not null,
    effective_on date not null,
    rate numeric(12, 6) not null,
    recorded_by text not null,
    recorded_at timestamptz not null,
    primary key (organization_id, name, effective_on)
);

create table ledger_accounts (
    organization_id uuid not null references organizations on delete cascade,
    code text not null,
    name text not null,
    type text not null check (type in ('asset', 'liability', 'equity', 'income', 'expense')),
    purpose text,
    version integer not null,
    changed_by text not null,
    updated_at timestamptz not null,
    primary key (organization_id, code)
);
create unique index ledger_accounts_purpose on ledger_accounts (organization_id, purpose) where purpose is not null;

-- One row is one movement from an account to another, so that the books cannot be out of balance by any write.
create table ledger_postings (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    loan_id uuid,
    transaction_id uuid,
    kind text not null,
    value_on date not null,
    booked_on date not null,
    debit text not null,
    credit text not null,
    amount numeric(20, 4) not null check (amount > 0),
    currency text not null,
    reverses uuid,
    recorded_at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, debit) references ledger_accounts (organization_id, code),
    foreign key (organization_id, credit) references ledger_accounts (organization_id, code),
    check (debit <> credit)
);
create index ledger_postings_of_loan on ledger_postings (organization_id, loan_id, value_on);
create index ledger_postings_by_day on ledger_postings (organization_id, booked_on, id);
create index ledger_postings_lost on ledger_postings (organization_id, value_on)
    where kind in ('charge_off', 'write_off', 'recovery');
create unique index ledger_postings_reversed_once on ledger_postings (organization_id, reverses) where reverses is not null;

create function ledger_lock(organization uuid) returns bigint language sql immutable parallel safe as
$$ select hashtextextended('ledger ' || organization::text, 0) $$;

create table ledger_periods (
    organization_id uuid not null references organizations on delete cascade,
    ends_on date not null,
    balances jsonb not null,
    digest bytea not null,
    closed_by text not null,
    reason text not null,
    closed_at timestamptz not null,
    primary key (organization_id, ends_on)
);

-- Whoever closes a period holds the lock alone, so a posting is there before the balances are taken, or sees the period closed.
create function guard_ledger_postings() returns trigger language plpgsql as
$body$
begin
    perform pg_advisory_xact_lock_shared(ledger_lock(organization_id))
        from (select distinct organization_id from added) as organizations;
    if exists (select from added join (select organization_id, max(ends_on) as closed_to from ledger_periods
                                       where organization_id in (select organization_id from added)
                                       group by organization_id) as closed using (organization_id)
               where booked_on <= closed_to) then
        raise exception 'a posting is booked in a closed period'
            using errcode = 'check_violation', constraint = 'ledger_postings_in_open_period', table = 'ledger_postings';
    end if;
    if exists (select from added left join ledger_postings as original
                 on original.organization_id = added.organization_id and original.id = added.reverses
               where added.reverses is not null and (original.reverses is not null
                 or (added.loan_id, added.transaction_id, added.kind, added.value_on, added.debit, added.credit,
                     added.amount, added.currency)
                   is distinct from (original.loan_id, original.transaction_id, original.kind, original.value_on,
                     original.credit, original.debit, original.amount, original.currency))) then
        raise exception 'a reversal does not reverse exactly its original'
            using errcode = 'check_violation', constraint = 'ledger_postings_reverse_exactly', table = 'ledger_postings';
    end if;
    return null;
end
$body$;
create trigger ledger_postings_guard after insert on ledger_postings referencing new table as added
    for each statement execute function guard_ledger_postings();

-- What was earned, added up as it is booked: interest comes in as many postings as there are nights, and is asked for by month.
create table ledger_income (
    organization_id uuid not null references organizations on delete cascade,
    booked_on date not null,
    id uuid not null,
    purpose text not null,
    currency text not null,
    amount numeric(20, 4) not null,
    primary key (organization_id, booked_on, id)
);
create function sum_ledger_income() returns trigger language plpgsql as
$body$
begin
    insert into ledger_income (organization_id, booked_on, id, purpose, currency, amount)
    select added.organization_id, added.booked_on, gen_random_uuid(), account.purpose, added.currency,
        sum(case when added.credit = account.code then added.amount else -added.amount end)
    from added join ledger_accounts account on account.organization_id = added.organization_id
        and account.code in (added.debit, added.credit)
    where account.purpose in ('interest_income', 'fee_income', 'penalty_income', 'recovery_income')
    group by added.organization_id, added.booked_on, account.purpose, added.currency;
    return null;
end
$body$;
create trigger ledger_postings_income after insert on ledger_postings referencing new table as added
    for each statement execute function sum_ledger_income();

create function refuse_ledger_change() returns trigger language plpgsql as
$body$
begin
    raise exception 'what is booked or closed is never changed'
        using errcode = 'check_violation', constraint = tg_table_name || '_never_change', table = tg_table_name;
end
$body$;
create trigger ledger_postings_never_change before update on ledger_postings
    for each statement execute function refuse_ledger_change();
create trigger ledger_periods_never_change before update on ledger_periods
    for each statement execute function refuse_ledger_change();

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

-- `facts` is what a letter states and `document` every word of it; a letter that is issued never changes. Letters that come by
-- themselves name their `occasion`, which comes once.
create table letters (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    sequence bigint not null,
    number text not null,
    kind text not null check (kind in ('offer', 'schedule', 'adverse_action', 'statement', 'arrears', 'settlement')),
    application_id uuid,
    loan_id uuid,
    recipient text not null,
    occasion text,
    template_version integer not null,
    facts jsonb not null,
    document jsonb not null,
    digest bytea not null,
    due_at timestamptz,
    issued_at timestamptz not null,
    issued_by text not null,
    sent_at timestamptz,
    sent_by text,
    sent_how text check (sent_how in ('post', 'email', 'link', 'handed')),
    primary key (organization_id, id),
    unique (organization_id, sequence),
    check (application_id is not null or loan_id is not null),
    check ((sent_at is null) = (sent_how is null) and (sent_at is null) = (sent_by is null))
);
create index letters_of_loan on letters (organization_id, loan_id, id);
create index letters_of_application on letters (organization_id, application_id, id);
create unique index letters_once on letters (organization_id, occasion) where occasion is not null;

-- What is owed to whom a lender turned down (12 CFR 1002.9): one row for each rejection, until its letter is sent.
create table adverse_action_notices (
    organization_id uuid not null references organizations on delete cascade,
    application_id uuid not null,
    decision_id uuid not null,
    rejected_at timestamptz not null,
    due_at timestamptz not null,
    letter_id uuid,
    sent_at timestamptz,
    problem text,
    tried_at timestamptz,
    primary key (organization_id, application_id)
);
create index adverse_action_notices_open on adverse_action_notices (organization_id, due_at, application_id)
    where sent_at is null;
create index adverse_action_notices_unwritten on adverse_action_notices (organization_id, due_at)
    where letter_id is null and sent_at is null;

create table letter_settings (
    organization_id uuid primary key references organizations on delete cascade,
    version integer not null,
    body jsonb not null,
    changed_by text not null,
    updated_at timestamptz not null
);

-- How far the log was read for rejections.
create table notice_cursors (
    organization_id uuid primary key references organizations on delete cascade,
    cursor text not null
);

-- How far the log was read for what letters are written about by themselves.
create table letter_cursors (
    organization_id uuid primary key references organizations on delete cascade,
    cursor text not null
);

-- Letters that are to be written by themselves: a row goes when its letter is there, or is wanted no more.
create table letters_to_write (
    organization_id uuid not null references organizations on delete cascade,
    occasion text not null,
    kind text not null check (kind in ('offer', 'schedule', 'arrears', 'settlement')),
    subject_id uuid not null,
    tries integer not null default 0,
    problem text,
    retry_at timestamptz not null,
    primary key (organization_id, occasion)
);
create index letters_to_write_next on letters_to_write (organization_id, retry_at, occasion);

create table borrower_links (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    loan_id uuid,
    application_id uuid,
    created_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    revoked_by text,
    last_used_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, loan_id) references loans on delete cascade,
    foreign key (organization_id, application_id) references lending_applications on delete cascade,
    check ((loan_id is null) <> (application_id is null))
);
create index borrower_links_of_loan on borrower_links (organization_id, loan_id) where loan_id is not null;
create index borrower_links_of_application on borrower_links (organization_id, application_id)
    where application_id is not null;

create table replays (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    source_digest bytea not null,
    source_name text not null,
    mapping text not null,
    state text not null check (state in ('prepared', 'training', 'deciding', 'done')),
    rows_total integer not null,
    rows_done integer not null,
    report jsonb,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id)
);

create table saved_views (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    page text not null,
    name text not null,
    search jsonb not null,
    user_id uuid not null references users on delete cascade,
    shared boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, user_id, page, name)
);

create table notification_preferences (
    organization_id uuid not null references organizations on delete cascade,
    user_id uuid not null references users on delete cascade,
    body jsonb not null,
    updated_at timestamptz not null,
    primary key (organization_id, user_id)
);
"""

# A record is about two kilobytes, just where a row would begin to be compressed, which costs more than writing it.
PARTITIONS = """
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
"""


def upgrade() -> None:
    """Create everything, then close it: row-level security, policies, grants."""
    op.execute(SCHEMA)
    # The durable engine's tables are its own business (kernel/tasks migrates them); their place belongs to the owner.
    op.execute("create schema if not exists dbos")
    for table in PARTITIONED:
        op.execute(f"create table {table}_rest partition of {table} default with (toast_tuple_target = 8160)")
        op.execute(f"alter table {table}_rest enable row level security")
        op.execute(f"alter table {table}_rest force row level security")
    op.execute(PARTITIONS)
    op.execute("select ensure_partitions(now() + interval '2 months')")
    op.execute("grant usage on schema public to intendant_app, intendant_system")
    op.execute("grant select on alembic_version to intendant_system")
    _close("organizations", "id", "select")
    for table, rights in ORGANIZATION_TABLES.items():
        _close(table, "organization_id", rights)
    op.execute("insert into installation (epoch, created_at) values (1, now())")
    for table in SYSTEM_TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy system on {table} to intendant_system using (true) with check (true)")
        op.execute(f"grant select, insert, update, delete on {table} to intendant_system")
    # Every reader of the log compares epochs, and a restore begins a new one.
    op.execute("create policy reader on installation for select to intendant_app using (true)")
    op.execute("create policy owner on installation to intendant_owner using (true) with check (true)")
    op.execute("grant select on installation to intendant_app")
    op.execute("revoke all on function bump_access_revision from public")
    op.execute("alter default privileges revoke execute on functions from public")
    op.execute(
        "grant execute on function current_organizations, first_id_at, ledger_lock to intendant_app, intendant_system"
    )


def _close(table: str, column: str, rights: str) -> None:
    """Show a row of `table` to its own organisation alone; the system role sees all by a policy of its own."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    tenant = f"{column} = any ((select current_organizations())::uuid[])"
    op.execute(f"create policy tenant on {table} to intendant_app using ({tenant}) with check ({tenant})")
    op.execute(f"create policy system on {table} to intendant_system using (true) with check (true)")
    op.execute(f"grant {rights} on {table} to intendant_app")
    update = "" if table in PARTITIONED else ", update"
    op.execute(f"grant select, insert, delete{update} on {table} to intendant_system")
