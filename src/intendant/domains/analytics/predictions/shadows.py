"""Shadows answer in silence, afterwards: the worker asks them about the cases that others have answered.

So a shadow that fails or is slow cannot harm any answer, and one that fell behind or was interrupted catches up: what it has
answered is in the database, once for each case. What it cannot answer is passed by, and told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from intendant.domains.analytics.models.serving import Served
from intendant.domains.analytics.monitoring.alarms import shadow_cause, silence_shadow
from intendant.domains.analytics.predictions import repository
from intendant.domains.analytics.predictions.answering import answer
from intendant.domains.analytics.predictions.model import Answer, Case, Made, case_key, is_within
from intendant.domains.analytics.predictions.versions import Positives, Version, Versions
from intendant.kernel import alerts
from intendant.kernel.organizations import get_organization
from intendant.kit import clock, ids
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import IntendantError

CASES_AT_ONCE = 1_000
SHADOWS_MAX = 10_000
COMMIT_LAG = timedelta(seconds=15)
"""No transaction that stores predictions takes longer than this to commit, so that none is passed by unseen."""

log = structlog.get_logger(__name__)

_PENDING = """
select p.id, p.input_data, p.business_entity_type, p.business_entity_id
from prediction_results p
where p.organization_id = %(organization)s and p.model_id = %(model)s and p.id > %(after)s
  and p.role in ('champion', 'challenger') and p.version_id <> %(version)s and p.predicted_at >= %(since)s
  and not exists (select from prediction_results s where s.organization_id = p.organization_id and s.answers = p.id
    and s.version_id = %(version)s)
order by p.id limit %(limit)s
"""


@dataclass(slots=True)
class Shadows:
    """What one worker knows of its shadows: how far each has come. Losing it costs a look at cases that are answered."""

    _system: Any = None
    _versions: Versions | None = None
    _positives: Positives = field(default_factory=Positives)
    _seen: dict[tuple[UUID, UUID], UUID] = field(default_factory=dict)

    def work(self, system: Any) -> bool:
        """Let every shadow answer some of what it has not answered; say whether there is more to do at once."""
        if self._system is not system or self._versions is None:
            self._system, self._versions, self._seen = system, Served(system), {}
        return self.catch_up(system.database, self._versions)

    def catch_up(self, database: Database, versions: Versions) -> bool:
        """Do so with these versions."""
        with database.system() as tx:
            standing = tx.all(
                "select organization_id, model_id, version_id, since from ai_model_aliases where alias = 'shadow'"
                " and share > 0 order by organization_id, model_id limit %s",
                [SHADOWS_MAX],
            )
        self._seen = {key: self._seen[key] for row in standing if (key := _key(row)) in self._seen}
        more = False
        for row in standing:
            more |= self._catch_up_one(database, versions, row)
        return more

    def _catch_up_one(self, database: Database, versions: Versions, row: Row) -> bool:
        key, started = _key(row), clock.system_now()
        with database.transaction(row["organization_id"]) as tx:
            after = self._seen.get(key) or _last_answered(tx, row)
            pending = _pending(tx, row, after)
            try:
                # A savepoint: after a statement that failed the transaction goes on, and tells.
                with tx.connection.transaction():
                    _answer(tx, versions, self._positives, row, pending)
            except IntendantError as error:
                _tell(tx, row, f"It cannot be loaded: {error.message}", len(pending))
            except Exception as error:
                # Whatever a plug-in's model does: nobody hears a shadow, so nothing stops for it.
                log.exception("a shadow failed", model=str(row["model_id"]), version=str(row["version_id"]))
                _tell(tx, row, f"It failed ({type(error).__name__}).", len(pending))
        is_full = len(pending) == CASES_AT_ONCE
        # Ids are made before their transaction commits: the last moments are looked at again.
        settled = ids.first_id_at(started - COMMIT_LAG)
        self._seen[key] = pending[-1]["id"] if is_full else max(after, settled)
        return is_full


SHADOWS = Shadows()
"""Of this process."""


def _key(row: Row) -> tuple[UUID, UUID]:
    return row["organization_id"], row["version_id"]


def _last_answered(tx: Transaction, row: Row) -> UUID:
    """Return a moment before which nothing waits: shortly before the last case that the shadow answered."""
    last: UUID | None = tx.scalar(
        "select answers from prediction_results where organization_id = %s and version_id = %s and answers is not null"
        " order by answers desc limit 1",
        [row["organization_id"], row["version_id"]],
    )
    return UUID(int=0) if last is None else ids.first_id_at(ids.id_time(last) - COMMIT_LAG)


def _pending(tx: Transaction, row: Row, after: UUID) -> list[Row]:
    return tx.all(
        _PENDING,
        {
            "organization": row["organization_id"],
            "model": row["model_id"],
            "version": row["version_id"],
            "since": row["since"],
            "after": after,
            "limit": CASES_AT_ONCE,
        },
    )


def _answer(tx: Transaction, versions: Versions, positives: Positives, row: Row, pending: Sequence[Row]) -> None:
    if not pending:
        return
    standing = versions.standing(tx, tx.organization_id, row["model_id"])
    version = standing.shadow
    if version is None or version.version_id != row["version_id"]:
        # Taken away since, or not loadable, which the loader has logged.
        if version is None:
            _tell(tx, row, "It cannot be loaded.", len(pending))
        return
    heard = [
        each
        for each in pending
        if is_within(
            version.version_id,
            version.share,
            case_key(each["business_entity_type"], each["business_entity_id"], each["id"]),
        )
    ]
    if heard:
        _store(tx, version, positives.of(tx, version), row, heard)


def _store(tx: Transaction, version: Version, positive: str | None, row: Row, heard: Sequence[Row]) -> None:
    cases = [Case(number, each["input_data"], each["business_entity_id"]) for number, each in enumerate(heard)]
    answers = answer(version.model, cases, positive=positive)
    made, types = [], []
    for case, each, of in zip(cases, answers, heard, strict=True):
        if isinstance(each, Answer):
            made.append(Made(ids.new_id(), case, version.version_id, version.number, "shadow", each, of["id"]))
            types.append(of["business_entity_type"])
    now = get_organization(tx, tx.organization_id).clock.now()
    repository.store_shadows(tx, made, types, model_id=row["model_id"], at=now)
    failed = len(heard) - len(made)
    if not failed:
        silence_shadow(tx, row["version_id"], "It answers again.")
    else:
        _tell(tx, row, f"It could not take {failed:,} of {len(heard):,} cases that others answered.", failed)


def _tell(tx: Transaction, row: Row, why: str, cases: int) -> None:
    """Raise an alert, once while it is open: a shadow that says nothing gives no evidence."""
    if not cases:
        return
    now = get_organization(tx, tx.organization_id).clock.now()
    cause = shadow_cause(row["version_id"])
    raised = alerts.Alert(
        tx.organization_id,
        "performance",
        "low",
        cause,
        f"A shadow does not answer. {why}",
        now,
        subject_id=row["model_id"],
    )
    alerts.raise_alerts(tx, [raised])
