"""What must always hold of lending: each query must return no row. Run by tests, and hourly in production."""

INVARIANTS = {
    "an_approved_application_was_approved_by_a_decision_that_acted": """
        select a.organization_id, a.id from lending_applications a
        left join decisions d on d.organization_id = a.organization_id and d.id = a.decision_id
        where a.state = 'approved' and (d.id is null or d.action <> 'approve' or d.verdict <> 'act') limit 100
    """,
    "an_approved_application_that_pays_out_has_exactly_one_payout": """
        select a.organization_id, a.id from lending_applications a
        join lending_products p
          on p.organization_id = a.organization_id and p.key = a.product and p.version = a.product_version
        where a.state = 'approved' and (p.body ->> 'payout')::boolean and (
          select count(*) from effects e where e.organization_id = a.organization_id and e.subject_id = a.id
            and e.action = 'payouts.pay' and e.state not in ('cancelled', 'undone', 'failed')) > 1 limit 100
    """,
    "a_rejected_application_was_rejected_by_an_act_or_by_the_policy": """
        select a.organization_id, a.id from lending_applications a
        left join decisions d on d.organization_id = a.organization_id and d.id = a.decision_id
        where a.state = 'rejected' and (d.id is null or not (
          (d.action = 'reject' and d.verdict = 'act') or (d.action = 'approve' and d.verdict = 'refuse'))) limit 100
    """,
    "a_referred_application_waits_for_exactly_one_answer": """
        select a.organization_id, a.id from lending_applications a
        join decisions d on d.organization_id = a.organization_id and d.id = a.decision_id and d.verdict = 'ask'
        where a.state = 'referred' and (select count(*) from approvals p where p.organization_id = a.organization_id
          and p.subject_id = a.id and p.state = 'open') > 1 limit 100
    """,
    "nobody_is_paid_who_was_not_approved": """
        select e.organization_id, e.id from effects e
        join lending_applications a on a.organization_id = e.organization_id and a.id = e.subject_id
        where e.action = 'payouts.pay' and e.state in ('running', 'done', 'unknown')
          and a.state not in ('approved', 'disbursed') limit 100
    """,
}
