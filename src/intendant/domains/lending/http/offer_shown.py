"""Offers, conditions and tranches as the wire has them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from intendant.domains.lending.http import offer_views as views
from intendant.domains.lending.http.schedule_views import SchedulePreview
from intendant.domains.lending.offers import repository
from intendant.domains.lending.offers.model import CONDITION_MOVES, ConditionState, OfferState, OfferUnknown
from intendant.domains.lending.schedules.preview import dump_preview, preview
from intendant.domains.lending.schedules.terms_json import parse_terms
from intendant.kernel.organizations import get_organization
from intendant.kit.database import Row, Transaction


def show_offers(tx: Transaction, application_id: UUID) -> list[views.OfferRow]:
    """Return the offers of an application, newest first."""
    now = get_organization(tx, tx.organization_id).clock.now()
    rows = repository.list_shown_offers(tx, application_id=application_id)
    return [views.OfferRow.model_validate(_offer(row, now)) for row in rows]


def show_offer_row(tx: Transaction, offer_id: UUID) -> views.OfferRow:
    """Return one offer without its schedule; raises OfferUnknown."""
    row, now = _get(tx, offer_id)
    return views.OfferRow.model_validate(_offer(row, now))


def show_offer(tx: Transaction, offer_id: UUID) -> views.OfferView:
    """Return one offer with its schedule and conditions; raises OfferUnknown."""
    row, now = _get(tx, offer_id)
    schedule = None
    if row["terms"] is not None:
        schedule = SchedulePreview.model_validate(dump_preview(preview(parse_terms(row["terms"]))))
    return views.OfferView.model_validate(
        _offer(row, now)
        | {
            "reference": row["reference"],
            "product": row["product"],
            "product_version": row["product_version"],
            "schedule": schedule,
            "conditions": show_conditions(repository.list_conditions(tx, row["application_id"])),
        }
    )


def show_conditions(rows: Sequence[Row]) -> list[views.ConditionView]:
    """Return conditions with the moves that each may make."""
    return [show_condition(row) for row in rows]


def show_condition(row: Row) -> views.ConditionView:
    """Return a condition with the moves it may make."""
    moves = sorted(CONDITION_MOVES[ConditionState(row["state"])])
    return views.ConditionView.model_validate(row | {"moves": moves})


def show_tranches(tx: Transaction, loan_id: UUID) -> list[views.TrancheView]:
    """Return the tranches of a loan by number."""
    return [views.TrancheView.model_validate(row) for row in repository.list_shown_tranches(tx, loan_id)]


def show_tranche(tx: Transaction, row: Row) -> views.TrancheView:
    """Return one tranche."""
    (found,) = (each for each in show_tranches(tx, row["loan_id"]) if each.id == row["id"])
    return found


def _get(tx: Transaction, offer_id: UUID) -> tuple[Row, datetime]:
    rows = repository.list_shown_offers(tx, offer_id=offer_id)
    if not rows:
        raise OfferUnknown("There is no such offer.", field="offer", remedy="List the application's offers.")
    return rows[0], get_organization(tx, tx.organization_id).clock.now()


def _offer(row: Row, now: datetime) -> Row:
    price = row["price"] or {}
    is_over = row["state"] == OfferState.MADE.value and row["expires_at"] <= now
    return row | {
        "effective_rate": price.get("effective_rate"),
        "instalment": price.get("instalment"),
        "index": price.get("index"),
        "margin": price.get("margin"),
        "is_expired": is_over or row["state"] == OfferState.EXPIRED.value,
    }
