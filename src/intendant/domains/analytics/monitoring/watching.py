"""The round of monitoring: measures what is new, tells of what goes wrong and of what is well again, and asks for training.

Safe to be done by any number of workers and to be killed at any moment: a period is measured from the record alone, its row is
written anew, and a version counts as watched only until a moment by which everything was measured.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from intendant.domains.analytics.monitoring import alarms, reading, retraining
from intendant.domains.analytics.monitoring.measuring import Learnt, learnt_from, measure
from intendant.domains.analytics.monitoring.periods import Span, day_of, span_with, spans_of
from intendant.domains.analytics.monitoring.reading import Watched
from intendant.domains.analytics.monitoring.repository import forget_periods, mark_watched, store_period
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock
from intendant.kit.database import Database, Transaction

ORGANIZATIONS_MAX = 1_000
PERIODS_AT_ONCE_MAX = 40
"""Measured of one organisation in one go, so that others wait seconds."""
STILL_WRITTEN = timedelta(minutes=2)
"""What is older was committed or never will be: transactions do not last so long."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """A period of a version that is to be measured (anew)."""

    version: Watched
    span: Span
    predictions: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured in an organisation; `stale` periods by version stand for others now; `seen` is system time."""

    due: tuple[Due, ...]
    stale: tuple[tuple[UUID, datetime], ...]
    versions: tuple[Watched, ...]
    seen: datetime


def watch_everywhere(database: Database) -> bool:
    """Watch the deployed models of every organisation; say whether there is more to measure."""
    with database.system() as tx:
        rows = tx.all(
            "select distinct a.organization_id from ai_model_aliases a join organizations o on o.id = a.organization_id"
            " where o.removed_at is null limit %s",
            [ORGANIZATIONS_MAX],
        )
    more = False
    for row in rows:
        _, left = watch_organization(database, row["organization_id"])
        more |= left
    return more


def watch_organization(
    database: Database, organization_id: UUID, *, model_id: UUID | None = None, periods_max: int = PERIODS_AT_ONCE_MAX
) -> tuple[int, bool]:
    """Measure what is new in one organisation, or of one model; return how many periods, and whether there are more."""
    with database.snapshot(organization_id) as tx:
        organization = get_organization(tx, organization_id)
        plan = _plan(tx, organization, model_id)
    now = plan.due[:periods_max]
    learnt: dict[UUID, Learnt | None] = {}
    if plan.stale:
        with database.transaction(organization_id) as tx:
            forget_periods(tx, plan.stale)
    for due in now:
        if due.version.id not in learnt:
            with database.snapshot(organization_id) as tx:
                found = reading.get_learnt(tx, due.version.id)
            learnt[due.version.id] = None if found is None else learnt_from(found)
        known = learnt[due.version.id]
        if known is not None:
            _measure(database, organization, due, known)
    left = plan.due[periods_max:]
    unfinished = {due.version.id for due in left}
    with database.transaction(organization_id) as tx:
        mark_watched(tx, [each.id for each in plan.versions if each.id not in unfinished], plan.seen - STILL_WRITTEN)
        retraining.ask_where_due(tx, organization, model_id=model_id)
    return len(now), bool(left)


def _plan(tx: Transaction, organization: Organization, model_id: UUID | None) -> Plan:
    """Find the periods with predictions or outcomes that are not in their figures yet."""
    seen = clock.system_now()
    zone = ZoneInfo(organization.time_zone)
    watched = [each for each in reading.list_watched(tx) if model_id in {None, each.model_id}]
    fresh, told = reading.find_news(tx, watched, organization.time_zone)
    news = [each for each in watched if each.id in fresh or each.id in told]
    if not news:
        return Plan((), (), tuple(watched), seen)
    counts = reading.count_days(tx, [each.id for each in news], organization.time_zone)
    measured = reading.list_measured(tx, [each.id for each in news])
    today = day_of(organization.clock.at(seen), zone)
    due: list[Due] = []
    stale: list[tuple[UUID, datetime]] = []
    for version in news:
        spans = spans_of(counts.get(version.id, {}), today=today)
        before = {(row["period_from"], row["period_to"]): row["predictions"] for row in measured.get(version.id, ())}
        touched = {span_with(day, spans) for day in told.get(version.id, ())}
        bounds = {span: span.bounds(zone) for span in spans}
        oldest = min((begins for begins, _ in bounds.values()), default=None)
        stale += [
            (version.id, begins)
            for begins, ends in before
            if (begins, ends) not in bounds.values() and oldest is not None and begins >= oldest
        ]
        due += [
            Due(version, span, predictions)
            for span, predictions in spans.items()
            if span in touched or before.get(bounds[span]) != predictions
        ]
    # The latest first: they are what people look at, and what alarms rest on.
    due.sort(key=lambda each: each.span, reverse=True)
    return Plan(tuple(due), tuple(stale), tuple(watched), seen)


def _measure(database: Database, organization: Organization, due: Due, learnt: Learnt) -> None:
    begins, ends = due.span.bounds(ZoneInfo(organization.time_zone))
    with database.snapshot(organization.id) as tx:
        cases, labelled = reading.read_cases(tx, due.version.id, begins, ends, due.predictions)
        before = reading.list_p_values(tx, due.version.id, begins)
    if not cases:
        return
    try:
        found = measure(
            learnt,
            cases,
            predictions=due.predictions,
            labelled=labelled,
            version=f"{due.version.id}{begins:%Y%m%d}",
            before=before,
        )
    except (ValueError, KeyError, TypeError, ArithmeticError, AttributeError):
        # A plug-in's answers, or a reference of an older make, must not keep the others from being watched.
        log.exception("a period could not be measured", version=str(due.version.id), begins=begins.isoformat())
        return
    with database.transaction(organization.id) as tx:
        alarmed = store_period(tx, due.version.model_id, due.version.id, begins, ends, found)
        alarms.tell(tx, organization, due.version, begins, found, alarmed_before=alarmed)
