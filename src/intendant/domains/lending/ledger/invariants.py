"""What must always hold of the ledger: each query must return no row. Run by tests, and hourly in production.

That debits equal credits needs no query over postings: each is one amount from one account to another, by constraint. So what is
read hourly is what could be wrong all the same, and of the postings only those of the last closed period and since.
"""

LEDGER_INVARIANTS = {
    "the_balances_of_a_closed_period_sum_to_zero_in_each_currency": """
        select p.organization_id, p.ends_on from ledger_periods p
        where exists (select from jsonb_to_recordset(p.balances) as b (currency text, debit numeric, credit numeric)
                      group by b.currency having sum(b.debit) <> sum(b.credit)) limit 100
    """,
    "the_balances_of_the_last_closed_period_are_those_before_and_its_postings": """
        with ranked as (
          select organization_id, ends_on, balances,
            row_number() over (partition by organization_id order by ends_on desc) as place
          from ledger_periods),
        last as (
          select p.organization_id, p.ends_on, p.balances, coalesce(before.ends_on, '-infinity') as begins_after,
            coalesce(before.balances, '[]') as balances_before
          from ranked p left join ranked before on before.organization_id = p.organization_id and before.place = 2
          where p.place = 1),
        moved as (
          select p.organization_id, p.debit, p.credit, p.currency, sum(p.amount) as amount
          from last join ledger_postings p on p.organization_id = last.organization_id
            and p.booked_on > last.begins_after and p.booked_on <= last.ends_on
          group by p.organization_id, p.debit, p.credit, p.currency),
        sides as (
          select last.organization_id, b.account, b.currency, b.debit, b.credit
          from last cross join lateral
            jsonb_to_recordset(last.balances) as b (account text, currency text, debit numeric, credit numeric)
          union all
          select last.organization_id, b.account, b.currency, -b.debit, -b.credit
          from last cross join lateral
            jsonb_to_recordset(last.balances_before) as b (account text, currency text, debit numeric, credit numeric)
          union all
          select organization_id, debit, currency, -amount, 0 from moved
          union all
          select organization_id, credit, currency, 0, -amount from moved)
        select organization_id, account, currency from sides group by organization_id, account, currency
        having sum(debit) <> 0 or sum(credit) <> 0 limit 100
    """,
    "the_accounts_of_principal_and_loss_allowance_are_what_the_loans_say": """
        with account as (
          select organization_id, code, purpose from ledger_accounts where purpose in ('principal', 'loss_allowance')),
        closed as (
          select distinct on (organization_id) organization_id, ends_on, balances from ledger_periods
          order by organization_id, ends_on desc),
        moved as (
          select p.organization_id, p.debit, p.credit, p.currency, sum(p.amount) as amount
          from (select distinct organization_id from account) as books
          left join closed on closed.organization_id = books.organization_id
          join ledger_postings p on p.organization_id = books.organization_id
            and p.booked_on > coalesce(closed.ends_on, '-infinity')
          group by p.organization_id, p.debit, p.credit, p.currency),
        balances as (
          select closed.organization_id, b.account, b.currency, b.debit - b.credit as amount
          from closed cross join lateral
            jsonb_to_recordset(closed.balances) as b (account text, currency text, debit numeric, credit numeric)
          union all
          select organization_id, debit, currency, amount from moved
          union all
          select organization_id, credit, currency, -amount from moved),
        sums as (
          select organization_id, account.purpose, balances.currency, balances.amount
          from balances join account using (organization_id) where balances.account = account.code
          union all
          select organization_id, 'principal', currency, -sum(outstanding) from loans
          where state not in ('charged_off', 'written_off') group by organization_id, currency
          union all
          select organization_id, 'loss_allowance', currency, sum(provision) from loans
          group by organization_id, currency)
        select organization_id, purpose, currency, sum(amount) as difference from sums
        group by organization_id, purpose, currency having sum(amount) <> 0 limit 100
    """,
    "a_reversal_reverses_exactly_its_original": """
        select r.organization_id, r.id from ledger_postings r
        left join ledger_postings o on o.organization_id = r.organization_id and o.id = r.reverses
        where r.reverses is not null and (o.reverses is not null
          or (r.loan_id, r.transaction_id, r.kind, r.value_on, r.debit, r.credit, r.amount, r.currency)
            is distinct from (o.loan_id, o.transaction_id, o.kind, o.value_on, o.credit, o.debit, o.amount, o.currency))
        limit 100
    """,
    "every_purpose_of_an_organisation_that_books_has_its_account": """
        select organization_id from ledger_accounts group by organization_id having count(purpose) <> 15 limit 100
    """,
}
