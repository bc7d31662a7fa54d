"""What must always hold of predictions: each query must return no row. Run by tests, and hourly in production."""

PREDICTION_INVARIANTS = {
    "a_shadow_answers_a_prediction_of_its_model_that_was_heard": """
        select s.organization_id, s.id from prediction_results s
        left join prediction_results p on p.organization_id = s.organization_id and p.id = s.answers
        where s.role <> 'champion' and ((s.role = 'shadow') <> (s.answers is not null)
          or s.role = 'shadow' and (p.id is null or p.role = 'shadow' or p.model_id <> s.model_id)) limit 100
    """,
    "feedback_is_about_a_prediction_of_its_model_that_was_heard": """
        select f.organization_id, f.id from prediction_feedback f
        join prediction_results p on p.organization_id = f.organization_id and p.id = f.prediction_id
        where p.model_id <> f.model_id or p.role = 'shadow' limit 100
    """,
    "a_correction_is_about_the_prediction_of_what_it_corrects": """
        select f.organization_id, f.id from prediction_feedback f
        left join prediction_feedback b on b.organization_id = f.organization_id and b.id = f.corrects
        where f.corrects is not null and (b.id is null or b.prediction_id <> f.prediction_id or b.actual is null) limit 100
    """,
}
