"""What must always hold of offers and tranches: each query must return no row. Run by tests, and hourly in production."""

OFFER_INVARIANTS = {
    "an_accepted_offer_has_its_loan": """
        select f.organization_id, f.id from offers f
        left join loans l on l.organization_id = f.organization_id and l.application_id = f.application_id
        where f.state = 'accepted' and l.id is null limit 100
    """,
    "an_offer_that_stands_was_made_by_a_decision_that_acted": """
        select f.organization_id, f.id from offers f
        left join decisions d on d.organization_id = f.organization_id and d.id = f.decision_id
        where f.state in ('made', 'accepted') and (d.id is null or d.action <> 'offer' or d.verdict <> 'act') limit 100
    """,
    "a_tranche_is_paid_by_one_payout": """
        select e.organization_id, e.subject_id as id from effects e
        where e.action = 'payouts.disburse' and e.undo_of is null
          and e.state in ('held', 'planned', 'running', 'done', 'unknown')
        group by e.organization_id, e.subject_id having count(*) > 1 limit 100
    """,
    "a_paid_tranche_has_its_disbursement": """
        select t.organization_id, t.id from tranches t
        left join loan_transactions x on x.organization_id = t.organization_id and x.id = t.transaction_id
        where t.state = 'paid' and (x.id is null or x.type <> 'disbursement' or x.amount <> t.amount) limit 100
    """,
    "a_payout_on_its_way_has_its_tranche": """
        select e.organization_id, e.id from effects e
        left join tranches t on t.organization_id = e.organization_id and t.id = e.subject_id
        where e.action = 'payouts.disburse' and e.undo_of is null and e.state in ('held', 'planned', 'running')
          and (t.id is null or t.state <> 'paying') limit 100
    """,
}
