"""The rows of offers, conditions and tranches: reading them, and writing them outside of decisions."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from intendant.domains.lending import repository as applications
from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.credit_terms import IndexRate
from intendant.domains.lending.loans import repository as loans
from intendant.domains.lending.model import Application, FieldRole
from intendant.domains.lending.offers.model import (
    ConditionUnknown,
    Facts,
    OfferCase,
    OfferState,
    OfferUnknown,
    TrancheCase,
    TrancheState,
    TrancheUnknown,
    parse_requested,
)
from intendant.domains.lending.offers.pricing import monthly_income
from intendant.kit import clock
from intendant.kit.bulk import to_json
from intendant.kit.database import Row, Transaction
from intendant.kit.money import minor_unit

OFFERS_SHOWN_MAX = 100
CONDITIONS_SHOWN_MAX = 200
TRANCHES_SHOWN_MAX = 100
_PROBABILITY_DIGITS = Decimal("0.000001")

_SCORES = """
with found as materialized (
    select d.subject_id, d.record from json_to_recordset(%s::json) as q(organization_id uuid, id uuid)
    join decisions d using (organization_id, id)
)
select subject_id, record::json -> 'values' ->> 'score' as score from found
"""
_INDEX_RATES = """
select distinct on (i.organization_id, i.name) i.organization_id, i.name, i.rate
from index_rates i join organizations o on o.id = i.organization_id
where i.organization_id = any(%(organizations)s) and i.name = any(%(names)s) and i.effective_on <= 
      ((o.business_anchor + (%(now)s::timestamptz - o.system_anchor) * o.speed) at time zone o.time_zone)::date
order by i.organization_id, i.name, i.effective_on desc
"""
_WAITING_OFFERS = """
select f.organization_id, f.id
from offers f join components k on k.organization_id = f.organization_id and k.name = %(component)s
where f.organization_id = any(%(organizations)s) and f.state = 'proposed'
  and (f.verdict is null or (f.verdict = 'observe' and k.level <> 'observe'))
order by f.id limit %(limit)s
"""
_WAITING_TRANCHES = """
select t.organization_id, t.id
from tranches t
join organizations o on o.id = t.organization_id
join components k on k.organization_id = t.organization_id and k.name = %(component)s
join loans l on l.organization_id = t.organization_id and l.id = t.loan_id and l.state in ('approved', 'active', 'overpaid')
where t.organization_id = any(%(organizations)s) and t.state = 'planned'
  and (t.verdict is null or (t.verdict = 'observe' and k.level <> 'observe'))
  and t.planned_on <= 
      ((o.business_anchor + (%(now)s::timestamptz - o.system_anchor) * o.speed) at time zone o.time_zone)::date
  and not exists (select from conditions c where c.organization_id = t.organization_id
                  and c.application_id = l.application_id and c.state in ('pending', 'received'))
order by t.planned_on, t.id limit %(limit)s
"""
_TRANCHES = """
select t.*, l.application_id,
    (select count(*) from tranches s where s.organization_id = t.organization_id and s.loan_id = t.loan_id
     and s.state <> 'cancelled') as tranches,
    (select coalesce(sum(s.amount), 0) from tranches s where s.organization_id = t.organization_id
     and s.loan_id = t.loan_id and s.state = 'paid') as paid_before,
    (select count(*) from conditions c where c.organization_id = t.organization_id
     and c.application_id = l.application_id and c.state in ('pending', 'received')) as open_conditions,
    (select max(f.answered_at) from offers f where f.organization_id = t.organization_id
     and f.application_id = l.application_id and f.state = 'accepted') as accepted_at
from tranches t join loans l on l.organization_id = t.organization_id and l.id = t.loan_id
where t.organization_id = any(%s) and t.id = any(%s)
"""

_SHOWN_OFFERS = """
select o.*, a.currency, a.reference, a.product, a.product_version,
    case when o.state = 'accepted' then (select l.id from loans l where l.organization_id = o.organization_id
      and l.application_id = o.application_id) end as loan_id,
    (select p.id from approvals p where p.organization_id = o.organization_id and p.subject_id = o.id
      and p.state = 'open' limit 1) as approval_id
from offers o join lending_applications a on a.organization_id = o.organization_id and a.id = o.application_id
where o.organization_id = %(organization)s
  and (%(offer)s::uuid is null or o.id = %(offer)s) and (%(application)s::uuid is null or o.application_id = %(application)s)
order by o.id desc limit %(limit)s
"""


def list_waiting_offers(
    tx: Transaction, organizations: Sequence[UUID], component: str, *, limit: int
) -> list[tuple[UUID, UUID]]:
    """List offers that no decision has settled, as (organisation, offer), oldest first. Takes a system transaction."""
    given = {"organizations": list(organizations), "component": component, "limit": limit}
    return [(row["organization_id"], row["id"]) for row in tx.all(_WAITING_OFFERS, given)]


def list_waiting_tranches(
    tx: Transaction, organizations: Sequence[UUID], component: str, *, limit: int
) -> list[tuple[UUID, UUID]]:
    """List tranches that are due and whose loan has every condition met. Takes a system transaction."""
    given = {"organizations": list(organizations), "component": component, "now": clock.system_now(), "limit": limit}
    return [(row["organization_id"], row["id"]) for row in tx.all(_WAITING_TRANCHES, given)]


def load_offer_cases(tx: Transaction, catalogue: Catalogue, offer_ids: Sequence[UUID]) -> dict[UUID, OfferCase]:
    """Load offers with their applications and what pricing needs to know."""
    rows = tx.all(
        "select organization_id, id, application_id, state, version, requested, created_by from offers"
        " where organization_id = any(%s) and id = any(%s)",
        [list(tx.organizations), list(offer_ids)],
    )
    found = applications.load_applications(tx, catalogue, [row["application_id"] for row in rows])
    facts = load_facts(tx, [(row["organization_id"], found[row["application_id"]]) for row in rows])
    return {
        row["id"]: OfferCase(
            id=row["id"],
            application=found[row["application_id"]],
            requested=parse_requested(row["requested"]),
            facts=facts[row["application_id"]],
            created_by=row["created_by"],
            state=OfferState(row["state"]),
            version=row["version"],
        )
        for row in rows
    }


def load_facts(tx: Transaction, wanted: Sequence[tuple[UUID, Application]]) -> dict[UUID, Facts]:
    """Load what is known of applicants, by application: the score of the decision that settled it, and index rates."""
    decided = [
        {"organization_id": organization_id, "id": each.decision_id}
        for organization_id, each in wanted
        if each.decision_id is not None
    ]
    scores = {row["subject_id"]: row["score"] for row in tx.all(_SCORES, [to_json(decided)])} if decided else {}
    rates = _index_rates(tx, wanted)
    return {
        each.id: Facts(
            probability_of_default=_default_probability(scores.get(each.id)),
            score=_credit_score(each),
            monthly_income=monthly_income(each),
            index_rates=rates.get(organization_id, {}),
        )
        for organization_id, each in wanted
    }


def _index_rates(tx: Transaction, wanted: Sequence[tuple[UUID, Application]]) -> dict[UUID, dict[str, Decimal]]:
    terms = (each.product.credit_terms for _, each in wanted)
    names = {each.rate.index for each in terms if each is not None and isinstance(each.rate, IndexRate)}
    return find_index_rates(tx, names) if names else {}


def find_index_rates(tx: Transaction, names: Iterable[str]) -> dict[UUID, dict[str, Decimal]]:
    """Return the rates of indices as they stand today, by organisation."""
    rates: dict[UUID, dict[str, Decimal]] = {}
    given = {"organizations": list(tx.organizations), "names": list(names), "now": clock.system_now()}
    for row in tx.all(_INDEX_RATES, given):
        rates.setdefault(row["organization_id"], {})[row["name"]] = row["rate"]
    return rates


def _default_probability(score: str | None) -> Decimal | None:
    return None if score is None else (1 - Decimal(score)).quantize(_PROBABILITY_DIGITS)


def _credit_score(application: Application) -> Decimal | None:
    field = application.product.field_of(FieldRole.CREDIT_SCORE)
    value = None if field is None else application.inputs.get(field.name)
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None


def load_tranche_cases(tx: Transaction, catalogue: Catalogue, tranche_ids: Sequence[UUID]) -> dict[UUID, TrancheCase]:
    """Load tranches with their loans and applications."""
    rows = [
        row
        for row in tx.all(_TRANCHES, [list(tx.organizations), list(tranche_ids)])
        if row["application_id"] is not None
    ]
    found = applications.load_applications(tx, catalogue, [row["application_id"] for row in rows])
    held = _load_loans(tx, [row["loan_id"] for row in rows])
    return {
        row["id"]: TrancheCase(
            id=row["id"],
            loan=held[row["loan_id"]],
            application=found[row["application_id"]],
            number=row["number"],
            tranches=row["tranches"],
            amount=row["amount"].quantize(minor_unit(held[row["loan_id"]].terms.currency)),
            state=TrancheState(row["state"]),
            version=row["version"],
            open_conditions=row["open_conditions"],
            paid_before=row["paid_before"],
            accepted_at=row["accepted_at"],
        )
        for row in rows
    }


def _load_loans(tx: Transaction, loan_ids: Sequence[UUID]) -> dict[UUID, Any]:
    rows = tx.all(
        "select * from loans where organization_id = any(%s) and id = any(%s)", [list(tx.organizations), list(loan_ids)]
    )
    return {row["id"]: loans.loan_from_row(row) for row in rows}


def lock(tx: Transaction, table: str, ids: Sequence[tuple[UUID, UUID]]) -> dict[UUID, Row]:
    """Lock offers or tranches in key order and return state and version of each."""
    rows = to_json([{"organization_id": organization_id, "id": each} for organization_id, each in ids])
    return {
        row["id"]: row
        for row in tx.all(
            f"select t.organization_id, t.id, t.state, t.version"  # noqa: S608 - named by this package only
            f" from json_to_recordset(%s::json) as q(organization_id uuid, id uuid)"
            f" join {table} t using (organization_id, id) order by t.organization_id, t.id for update of t",
            [rows],
        )
    }


def application_states(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, tuple[str, bool]]:
    """Return the state of applications, and whether each has an open offer."""
    rows = tx.all(
        "select a.id, a.state, exists (select from offers f where f.organization_id = a.organization_id"
        " and f.application_id = a.id and f.state in ('proposed', 'made', 'accepted')) as is_offered"
        " from lending_applications a where a.organization_id = any(%s) and a.id = any(%s)",
        [list(tx.organizations), list(ids)],
    )
    return {row["id"]: (row["state"], row["is_offered"]) for row in rows}


def get_offer(tx: Transaction, offer_id: UUID, *, lock: bool = False) -> Row:
    """Get an offer; raises OfferUnknown."""
    row = tx.find(
        f"select * from offers where organization_id = %s and id = %s{' for update' if lock else ''}",  # noqa: S608 - a literal
        [tx.organization_id, offer_id],
    )
    if row is None:
        raise OfferUnknown("There is no such offer.", field="offer", remedy="List the application's offers.")
    return row


def close_offer(
    tx: Transaction, offer_id: UUID, state: OfferState, *, by: str, reason: str | None, now: datetime
) -> Row:
    """Write what became of an offer; `now` is business time. The row was locked before."""
    row = tx.find(
        "update offers set state = %s, version = version + 1, answered_at = %s, answered_by = %s, reason = %s,"
        " updated_at = %s where organization_id = %s and id = %s returning *",
        [state.value, now, by, reason, now, tx.organization_id, offer_id],
    )
    assert row is not None  # noqa: S101 - it was locked
    return row


def lock_open_offers(tx: Transaction, application_id: UUID) -> list[Row]:
    """Lock the open offers of an application; there is at most one."""
    return tx.all(
        "select * from offers where organization_id = %s and application_id = %s"
        " and state in ('proposed', 'made', 'accepted') order by id for update",
        [tx.organization_id, application_id],
    )


def list_expired(tx: Transaction, now: datetime, *, limit: int) -> list[tuple[UUID, UUID]]:
    """List offers that stood until a moment that has passed, as (organisation, offer). Takes a system transaction."""
    rows = tx.all(
        "select f.organization_id, f.id from organizations o"
        " join offers f on f.organization_id = o.id and f.state = 'made'"
        " and f.expires_at <= o.business_anchor + (%s::timestamptz - o.system_anchor) * o.speed"
        " where o.removed_at is null order by f.expires_at limit %s",
        [now, limit],
    )
    return [(row["organization_id"], row["id"]) for row in rows]


def get_condition(tx: Transaction, condition_id: UUID) -> Row:
    """Get and lock a condition; raises ConditionUnknown."""
    row = tx.find(
        "select * from conditions where organization_id = %s and id = %s for update", [tx.organization_id, condition_id]
    )
    if row is None:
        raise ConditionUnknown("There is no such condition.", field="condition", remedy="List the application's.")
    return row


def list_conditions(tx: Transaction, application_id: UUID) -> list[Row]:
    """List the conditions of an application in the order in which they were set."""
    return tx.all(
        "select * from conditions where organization_id = %s and application_id = %s order by id limit %s",
        [tx.organization_id, application_id, CONDITIONS_SHOWN_MAX],
    )


def get_tranche(tx: Transaction, tranche_id: UUID, *, lock: bool = True) -> Row:
    """Get a tranche, locked unless said otherwise; raises TrancheUnknown."""
    row = tx.find(
        f"select * from tranches where organization_id = %s and id = %s{' for update' if lock else ''}",  # noqa: S608 - a literal
        [tx.organization_id, tranche_id],
    )
    if row is None:
        raise TrancheUnknown("There is no such tranche.", field="tranche", remedy="List the loan's tranches.")
    return row


def list_tranches(tx: Transaction, loan_id: UUID, *, lock: bool = False) -> list[Row]:
    """List the tranches of a loan by number."""
    return tx.all(
        f"select * from tranches where organization_id = %s and loan_id = %s order by number limit %s{' for update' if lock else ''}",  # noqa: S608 - a literal
        [tx.organization_id, loan_id, TRANCHES_SHOWN_MAX],
    )


def move_tranche(
    tx: Transaction,
    tranche_id: UUID,
    state: TrancheState,
    *,
    now: datetime,
    reason: str | None = None,
    transaction_id: UUID | None = None,
    planned_on: date | None = None,
) -> Row:
    """Write where a tranche has got to; `now` is business time. The row was locked before."""
    row = tx.find(
        "update tranches set state = %s, verdict = null, reason = %s, transaction_id = coalesce(%s, transaction_id),"
        " planned_on = coalesce(%s, planned_on), version = version + 1, updated_at = %s"
        " where organization_id = %s and id = %s returning *",
        [state.value, reason, transaction_id, planned_on, now, tx.organization_id, tranche_id],
    )
    assert row is not None  # noqa: S101 - it was locked
    return row


def list_shown_offers(
    tx: Transaction, *, offer_id: UUID | None = None, application_id: UUID | None = None
) -> list[Row]:
    """List offers newest first, each with its application, its loan and the open question about it."""
    given = {
        "organization": tx.organization_id,
        "offer": offer_id,
        "application": application_id,
        "limit": OFFERS_SHOWN_MAX,
    }
    return tx.all(_SHOWN_OFFERS, given)


def list_shown_tranches(tx: Transaction, loan_id: UUID) -> list[Row]:
    """List the tranches of a loan by number, each with its currency and the open question about it."""
    return tx.all(
        "select t.*, l.currency, (select p.id from approvals p where p.organization_id = t.organization_id"
        " and p.subject_id = t.id and p.state = 'open' limit 1) as approval_id"
        " from tranches t join loans l on l.organization_id = t.organization_id and l.id = t.loan_id"
        " where t.organization_id = %s and t.loan_id = %s order by t.number limit %s",
        [tx.organization_id, loan_id, TRANCHES_SHOWN_MAX],
    )
