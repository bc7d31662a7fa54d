"""What must always hold of loans: each query must return no row. Run by tests, and hourly in production."""

LOAN_INVARIANTS = {
    "a_loan_counts_all_its_transactions": """
        select l.organization_id, l.id from loans l where l.transactions <> (
          select count(*) from loan_transactions t where t.organization_id = l.organization_id and t.loan_id = l.id)
        limit 100
    """,
    "transactions_of_a_loan_are_numbered_without_gaps": """
        select organization_id, loan_id from loan_transactions
        group by organization_id, loan_id having max(sequence) <> count(*) or min(sequence) <> 1 limit 100
    """,
    "a_reversal_takes_back_a_transaction_of_its_own_loan": """
        select r.organization_id, r.id from loan_transactions r
        left join loan_transactions t on t.organization_id = r.organization_id and t.id = r.reverses
        where r.reverses is not null
          and (t.id is null or t.loan_id <> r.loan_id or t.reverses is not null or t.amount <> r.amount) limit 100
    """,
    "nothing_is_owed_on_a_loan_that_is_closed": """
        select organization_id, id from loans
        where state in ('closed', 'written_off', 'cancelled') and (owed <> 0 or arrears <> 0 or days_past_due <> 0)
        limit 100
    """,
    "a_loan_that_is_paid_out_has_a_payout_that_stands": """
        select l.organization_id, l.id from loans l
        where l.state not in ('approved', 'cancelled') and not exists (
          select from loan_transactions t where t.organization_id = l.organization_id and t.loan_id = l.id
            and t.type = 'disbursement' and not exists (
              select from loan_transactions r where r.organization_id = t.organization_id and r.reverses = t.id))
        limit 100
    """,
    "what_is_in_a_transaction_is_in_the_currency_of_its_loan": """
        select t.organization_id, t.id from loan_transactions t
        join loans l on l.organization_id = t.organization_id and l.id = t.loan_id where t.currency <> l.currency limit 100
    """,
    "no_loan_is_booked_beyond_today": """
        select l.organization_id, l.id from loans l join organizations o on o.id = l.organization_id
        where l.disbursed_on is not null and l.booked_to > ((o.business_anchor + (now() - o.system_anchor) * o.speed)
          at time zone o.time_zone)::date + 1 limit 100
    """,
}
