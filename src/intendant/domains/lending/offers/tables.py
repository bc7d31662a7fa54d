"""The rows of offers, conditions and tranches that a decision writes, with their types."""

from datetime import datetime
from uuid import UUID

from intendant.domains.lending.model import Application
from intendant.domains.lending.offers.model import OfferState, Requested
from intendant.kit import ids
from intendant.kit.bulk import BulkInsert, BulkStatement, BulkUpdate
from intendant.kit.database import Row

_PRICED = {
    "state": "text",
    "version": "integer",
    "requested": "jsonb",
    "terms": "jsonb",
    "price": "jsonb",
    "amount": "numeric",
    "term_months": "integer",
    "rate": "numeric",
    "apr": "numeric",
    "risk_band": "text",
    "decision_id": "uuid",
    "verdict": "text",
    "made_at": "timestamptz",
    "expires_at": "timestamptz",
    "answered_at": "timestamptz",
    "answered_by": "text",
    "reason": "text",
    "updated_at": "timestamptz",
}
PRICED = tuple(_PRICED)
OFFERS = BulkInsert(
    "offers",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "application_id": "uuid",
        "created_by": "text",
        "created_at": "timestamptz",
        **_PRICED,
    },
)
OFFERS_DECIDED = BulkUpdate(
    "offers",
    {"organization_id": "uuid", "id": "uuid"},
    _PRICED,
    # The row was locked and its version compared before; this holds even where somebody forgets to.
    where="t.version = r.version - 1",
)
CONDITIONS = BulkInsert(
    "conditions",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "application_id": "uuid",
        "key": "text",
        "label": "text",
        "state": "text",
        "version": "integer",
        "note": "text",
        "changed_by": "text",
        "created_at": "timestamptz",
        "updated_at": "timestamptz",
    },
    # A later offer for the same application finds the conditions of the first as far as they have got.
    suffix="on conflict (organization_id, application_id, key) do nothing",
)
BACK_TO_REVIEW = BulkStatement(
    "update lending_applications a set state = 'under_review', version = a.version + 1, updated_at = r.updated_at"
    " from json_to_recordset(%s::json) as r(organization_id uuid, id uuid, updated_at timestamptz)"
    " where a.organization_id = r.organization_id and a.id = r.id and a.state = 'approved'"
)
TRANCHES = BulkInsert(
    "tranches",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "loan_id": "uuid",
        "number": "integer",
        "amount": "numeric",
        "planned_on": "date",
        "state": "text",
        "version": "integer",
        "updated_at": "timestamptz",
    },
)
TRANCHES_DECIDED = BulkUpdate(
    "tranches",
    {"organization_id": "uuid", "id": "uuid"},
    {
        "state": "text",
        "version": "integer",
        "decision_id": "uuid",
        "verdict": "text",
        "reason": "text",
        "updated_at": "timestamptz",
    },
    where="t.version = r.version - 1",
)


def proposed_row(
    application: Application, organization_id: UUID, *, by: str, now: datetime, requested: Requested | None = None
) -> Row:
    """Return the row of a new offer that waits for the gate; what it costs is worked out there."""
    row: Row = dict.fromkeys(_PRICED)
    return row | {
        "organization_id": organization_id,
        "id": ids.new_id(),
        "application_id": application.id,
        "state": OfferState.PROPOSED.value,
        "version": 1,
        "requested": (requested or Requested()).dump(),
        "created_by": by,
        "created_at": now,
        "updated_at": now,
    }
