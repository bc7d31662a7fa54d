-- Loans, their transactions and tranches, their month ends; index rates.

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
