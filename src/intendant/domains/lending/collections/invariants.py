"""What must always hold of collections: each query must return no row. Run by tests, and hourly in production."""

INVARIANTS = {
    "a_collection_step_that_was_decided_rests_on_an_act": """
        select s.organization_id, s.id from collection_steps s
        left join decisions d on d.organization_id = s.organization_id and d.id = s.decision_id
        where s.decision_id is not null and s.state = 'planned'
          and (d.id is null or d.verdict <> 'act' or d.action <> s.action or d.subject_id <> s.loan_id) limit 100
    """,
    "a_collection_promise_is_kept_only_by_what_was_paid": """
        select p.organization_id, p.id from promises p
        where p.state = 'kept' and (p.paid is null or p.paid < p.amount) limit 100
    """,
}
