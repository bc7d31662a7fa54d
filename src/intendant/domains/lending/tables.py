"""The rows lending writes in bulk, with their types. The tables themselves stand in the migration."""

from intendant.kit.bulk import BulkInsert, BulkUpdate

APPLICATIONS = BulkInsert(
    "lending_applications",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "reference": "text",
        "product": "text",
        "product_version": "integer",
        "state": "text",
        "version": "integer",
        "amount": "numeric",
        "term_months": "integer",
        "currency": "text",
        "inputs": "text",
        "protected": "text",
        "decision_id": "uuid",
        "submitted_at": "timestamptz",
        "updated_at": "timestamptz",
    },
)
DECIDED = BulkUpdate(
    "lending_applications",
    {"organization_id": "uuid", "id": "uuid"},
    {
        "state": "text",
        "version": "integer",
        "amount": "numeric",
        "term_months": "integer",
        "inputs": "text",
        "decision_id": "uuid",
        "updated_at": "timestamptz",
    },
    # The row was locked and its version compared before; this holds even where somebody forgets to.
    where="t.version = r.version - 1",
)
QUARANTINE = BulkInsert(
    "quarantine",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "source": "text",
        "place": "text",
        "code": "text",
        "reason": "text",
        "raw": "text",
        "created_at": "timestamptz",
    },
)
