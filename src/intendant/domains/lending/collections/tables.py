"""The rows collecting writes in bulk, with their types."""

from intendant.kit.bulk import BulkInsert, BulkUpdate

STEPS = BulkInsert(
    "collection_steps",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "loan_id": "uuid",
        "action": "text",
        "channel": "text",
        "state": "text",
        "planned_for": "timestamptz",
        "decision_id": "uuid",
        "bucket": "integer",
        "outcome": "text",
        "note": "text",
        "done_by": "text",
        "done_at": "timestamptz",
        "version": "integer",
        "created_at": "timestamptz",
    },
)
NEW_CASES = BulkInsert(
    "collection_cases",
    {"organization_id": "uuid", "loan_id": "uuid", "version": "integer", "updated_at": "timestamptz"},
    "on conflict do nothing",
)
CONSIDERED = BulkUpdate(
    "collection_cases",
    {"organization_id": "uuid", "loan_id": "uuid"},
    {
        "considered_on": "date",
        "considered_bucket": "integer",
        "next_on": "date",
        "version": "integer",
        "updated_at": "timestamptz",
    },
    # The row is locked and its version compared before; this holds even where somebody forgets to.
    where="t.version = r.version - 1",
)

STEP_OCCASION = "step:"
"""With the id of a step: what the letter of a planned step is written about."""
