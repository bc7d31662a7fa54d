"""What became of predictions, and what people think of them. Late and corrected outcomes are new rows; nothing is overwritten."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from intendant.domains.analytics import contract
from intendant.domains.analytics.predictions import repository
from intendant.domains.analytics.predictions.queries import PredictionUnknown
from intendant.domains.analytics.predictions.versions import Versions
from intendant.kernel import events
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kit import clock, ids
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import IntendantError, Invalid

CLOCK_SKEW = timedelta(minutes=5)
CLASSES_NAMED_MAX = 10
_LABELLED = frozenset({"classification", "anomaly"})
_NORMAL = {
    "normal": "normal",
    "anomaly": "anomaly",
    "false": "normal",
    "true": "anomaly",
    "0": "normal",
    "1": "anomaly",
}


class FeedbackInvalid(Invalid):
    """Feedback that says nothing, or an outcome that the model could not have predicted."""

    code = "prediction_feedback_invalid"


@dataclass(frozen=True, slots=True)
class Given:
    """Feedback as it was sent: on one prediction by id, or on the last one for a business entity."""

    prediction_id: UUID | None = None
    model_id: UUID | None = None
    model_name: str | None = None
    entity_type: str | None = None
    entity_id: str | None = None
    actual: object = None
    rating: int | None = None
    note: str | None = None
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one item: the stored row, the row that said so already, or an error."""

    row: Row | None
    is_new: bool = False
    error: IntendantError | None = None


def give_one(tx: Transaction, by: Principal, versions: Versions, given: Given) -> Row:
    """Record feedback on one prediction; raises what is wrong with it. An outcome that is known already is not told twice."""
    told = give_many(tx, by, versions, [given])[0]
    if told.error is not None:
        raise told.error
    assert told.row is not None  # noqa: S101 - there is a row or an error
    return told.row


def give_many(
    tx: Transaction, by: Principal, versions: Versions, items: Sequence[Given | IntendantError]
) -> list[Told]:
    """Record feedback on many predictions, in order; an item that cannot be taken gets its error, and the others are taken."""
    by.require(Permission.AI_FEEDBACK)
    now = get_organization(tx, tx.organization_id).clock.now()
    found = _find(tx, items, now)
    # Two outcomes of one prediction told at once must not both take themselves for the first.
    for model_id in sorted({row["model_id"] for row in found.values()}):
        tx.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{tx.organization_id} feedback {model_id}"]
        )
    latest = _latest_outcomes(tx, sorted({row["id"] for row in found.values()}))
    told: list[Told] = []
    fresh: list[Row] = []
    kinds = _Kinds(tx, versions)
    for place, item in enumerate(items):
        if not isinstance(item, Given):
            told.append(Told(None, error=item))
            continue
        try:
            each = _tell(item, found.get(place), latest, kinds, by, now)
        except IntendantError as error:
            told.append(Told(None, error=error))
            continue
        told.append(each)
        if each.is_new and each.row is not None:
            fresh.append(each.row)
    if fresh:
        repository.store_feedback(tx, fresh, by=by.label)
        _announce(tx, by, fresh, now)
    return told


def _tell(item: Given, row: Row | None, latest: dict[UUID, Row], kinds: "_Kinds", by: Principal, now: datetime) -> Told:
    if row is None:
        raise PredictionUnknown(
            "There is no such prediction.",
            field="prediction_id" if item.prediction_id is not None else "business_entity_id",
            remedy="Give the id of a prediction; or model, business_entity_type and business_entity_id of one made before.",
        )
    if row["role"] == "shadow":
        raise FeedbackInvalid(
            "A shadow is not heard, so feedback goes to the prediction that was.",
            field="prediction_id",
            remedy=f"Give it to {row['answers']}.",
        )
    if item.actual is None and item.rating is None and item.note is None:
        raise FeedbackInvalid(
            "The feedback says nothing.", field="actual_outcome", remedy="Give actual_outcome, rating or note."
        )
    observed_at = now if item.observed_at is None else item.observed_at
    if observed_at > now + CLOCK_SKEW:
        raise FeedbackInvalid(
            "The outcome lies in the future.", field="observed_at", remedy="Give the moment at which it was known."
        )
    actual = None if item.actual is None else kinds.outcome(row, item.actual)
    before = None if actual is None else latest.get(row["id"])
    if before is not None and before["actual"] == actual and item.rating is None and item.note is None:
        return Told(before)
    fresh: Row = {
        "id": ids.new_id(),
        "prediction_id": row["id"],
        "model_id": row["model_id"],
        "actual": actual,
        "rating": item.rating,
        "note": item.note,
        "observed_at": observed_at,
        "corrects": None if before is None else before["id"],
        "created_by": by.label,
        "recorded_at": clock.system_now(),
    }
    if actual is not None:
        latest[row["id"]] = fresh
    return Told(fresh, is_new=True)


class _Kinds:
    """What outcomes the versions may have, each looked up once for a request."""

    def __init__(self, tx: Transaction, versions: Versions) -> None:
        self._tx = tx
        self._versions = versions
        self._known: dict[UUID, tuple[str, Mapping[str, str]]] = {}

    def outcome(self, row: Row, actual: object) -> object:
        """Return an outcome as it is kept: the class's own name, or a finite number; raises FeedbackInvalid."""
        known = self._known.get(row["version_id"])
        if known is None:
            known = self._known[row["version_id"]] = self._look_up(row)
        task, classes = known
        if task == "clustering":
            raise FeedbackInvalid(
                "A cluster is not true or false, so it has no outcome.",
                field="actual_outcome",
                remedy="Give a rating or a note.",
            )
        if task not in _LABELLED:
            return _number(actual)
        for name in _names_of(actual):
            if name in classes:
                return classes[name]
        some = ", ".join(sorted(set(classes.values()))[:CLASSES_NAMED_MAX])
        raise FeedbackInvalid(
            f"{str(actual)[:60]!r} is no class of the model.", field="actual_outcome", remedy=f"Give one of {some}."
        )

    def _look_up(self, row: Row) -> tuple[str, Mapping[str, str]]:
        model = self._versions.version(self._tx, row["model_id"], row["number"]).model
        if model.task == "anomaly":
            return model.task, _NORMAL
        return model.task, {name: name for name in model.classes}


def _names_of(actual: object) -> Sequence[str]:
    """Return how a class may be written that a table held as text, number or truth value."""
    if isinstance(actual, bool):
        return (str(actual), str(actual).lower(), str(int(actual)), f"{float(actual)}")
    if isinstance(actual, int | float) and math.isfinite(actual):
        whole = (str(int(actual)),) if float(actual).is_integer() else ()
        return (*whole, str(float(actual)))
    return (actual, actual.strip()) if isinstance(actual, str) else ()


def _number(actual: object) -> float:
    if isinstance(actual, str):
        try:
            actual = float(actual)
        except ValueError:
            actual = None
    if isinstance(actual, int | float) and not isinstance(actual, bool) and math.isfinite(actual):
        return float(actual)
    raise FeedbackInvalid(
        "The outcome is no number.", field="actual_outcome", remedy="Give the number that was observed."
    )


_FOUND = """
select r.item, p.id, p.model_id, p.version_id, v.number, p.role, p.answers
from json_to_recordset(%(rows)s::json) as r(item integer, prediction_id uuid, model_id uuid, model_name text, entity_type text,
  entity_id text, until timestamptz)
left join ai_models n on n.organization_id = %(organization)s and n.model_name = r.model_name and n.removed_at is null
join lateral (
  select p.id, p.model_id, p.version_id, p.role, p.answers from prediction_results p
  where r.prediction_id is not null and p.organization_id = %(organization)s and p.id = r.prediction_id
  union all
  (select p.id, p.model_id, p.version_id, p.role, p.answers from prediction_results p
  where r.prediction_id is null and p.organization_id = %(organization)s and p.business_entity_type = r.entity_type
    and p.business_entity_id = r.entity_id and p.model_id = coalesce(r.model_id, n.id) and p.role <> 'shadow'
    and p.predicted_at <= r.until
  order by p.id desc limit 1)) p on true
join ai_model_versions v on v.organization_id = %(organization)s and v.id = p.version_id
"""


def _find(tx: Transaction, items: Sequence[Given | IntendantError], now: datetime) -> dict[int, Row]:
    """Find the predictions that items are about, by the item's place."""
    rows = [
        {
            "item": number,
            "prediction_id": item.prediction_id,
            "model_id": item.model_id,
            "model_name": item.model_name,
            "entity_type": item.entity_type,
            "entity_id": item.entity_id,
            "until": item.observed_at or now + CLOCK_SKEW,
        }
        for number, item in enumerate(items)
        if isinstance(item, Given)
    ]
    found = tx.all(_FOUND, {"rows": orjson.dumps(rows).decode(), "organization": tx.organization_id})
    return {row["item"]: row for row in found}


def _latest_outcomes(tx: Transaction, prediction_ids: Sequence[UUID]) -> dict[UUID, Row]:
    rows: list[dict[str, Any]] = tx.all(
        "select distinct on (prediction_id) * from prediction_feedback"
        " where organization_id = %s and prediction_id = any(%s) and actual is not null order by prediction_id, id desc",
        [tx.organization_id, list(prediction_ids)],
    )
    return {row["prediction_id"]: row for row in rows}


def _announce(tx: Transaction, by: Principal, fresh: Sequence[Row], now: datetime) -> None:
    one = fresh[0]
    subject = f"prediction:{one['prediction_id']}" if len(fresh) == 1 else f"ai_model:{one['model_id']}"
    models = sorted({str(row["model_id"]) for row in fresh})
    body: dict[str, object] = {
        "model_ids": models,
        "count": len(fresh),
        "outcomes": sum(row["actual"] is not None for row in fresh),
        "corrections": sum(row["corrects"] is not None for row in fresh),
        "prediction_id": one["prediction_id"] if len(fresh) == 1 else None,
    }
    event = events.Event(
        organization_id=tx.organization_id,
        name=contract.FEEDBACK_RECORDED,
        subject=subject,
        body=body,
        at=now,
        recorded_at=clock.system_now(),
        actor=by.label,
    )
    events.emit(tx, [event])
