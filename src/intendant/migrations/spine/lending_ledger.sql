-- The double-entry ledger.

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
