"""Predict: find who answers each case, ask them, keep what they said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from intendant.domains.analytics import contract
from intendant.domains.analytics.model import Role
from intendant.domains.analytics.predictions import repository
from intendant.domains.analytics.predictions.answering import answer
from intendant.domains.analytics.predictions.cases import Reader
from intendant.domains.analytics.predictions.model import About, Answer, Case, Made, Results, case_key, is_within
from intendant.domains.analytics.predictions.versions import (
    Positives,
    Standing,
    Version,
    Versions,
    find_model_id,
    named_version,
)
from intendant.kernel import events
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kit import clock, ids
from intendant.kit.database import Transaction
from intendant.kit.errors import IntendantError, Invalid, Unavailable

log = structlog.get_logger(__name__)

ROWS_MAX = 10_000
CONTEXT_FIELDS_MAX = 100


class RowsInvalid(Invalid):
    """A request whose rows do not fit: none, too many, or not as many as entities."""

    code = "prediction_rows_invalid"


class ChallengerFailed(Unavailable):
    """A challenger broke on a case; the champion answers in its place, so nobody is told this."""

    code = "challenger_failed"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request asks for, as it was sent."""

    model_id: UUID | None
    model_name: str | None
    rows: Sequence[object]
    about: About
    entity_ids: Sequence[str | None] | None = None
    entity_field: str | None = None
    is_list: bool = True


@dataclass(frozen=True, slots=True)
class Panel:
    """Who answers for a model: all by `named`, where the caller named a version; else champion and challenger."""

    standing: Standing
    named: Version | None
    named_role: Role
    positives: Positives

    @property
    def features(self) -> tuple[str, ...]:
        """Return the features of all who may answer."""
        return tuple(dict.fromkeys(name for _, each in self.voices for name in each.model.feature_names))

    @property
    def voices(self) -> list[tuple[Role, Version]]:
        """Return who may answer and is heard."""
        if self.named is not None:
            return [(self.named_role, self.named)]
        found: list[tuple[Role, Version]] = [("champion", self.standing.require_champion())]
        if self.standing.challenger is not None and self.standing.challenger.share > 0:
            found.append(("challenger", self.standing.challenger))
        return found

    def voice_of(self, key: str) -> tuple[Role, Version]:
        """Return who answers a case."""
        voices = self.voices
        if len(voices) == 2 and is_within(voices[1][1].version_id, voices[1][1].share, key):
            return voices[1]
        return voices[0]


def convene(
    tx: Transaction, versions: Versions, positives: Positives, model_id: UUID, wanted: int | str | None
) -> Panel:
    """Find who answers for a model. Raises ModelUnknown, ModelNotDeployed or VersionUnknown."""
    standing = versions.standing(tx, tx.organization_id, model_id)
    if wanted is None:
        standing.require_champion()
        return Panel(standing, None, "champion", positives)
    return Panel(standing, named_version(tx, versions, standing, wanted), "version", positives)


def predict(tx: Transaction, by: Principal, versions: Versions, positives: Positives, asked: Asked) -> Results:
    """Answer a request and keep its answers, in the caller's transaction. A list that is kept is a batch."""
    by.require(Permission.AI_PREDICT)
    check(asked)
    panel = convene(tx, versions, positives, find_model_id(tx, asked.model_id, asked.model_name), asked.about.version)
    reader = Reader(panel.features, entity_field=asked.entity_field)
    made, failed = answer_all(tx, panel, reader.read_all(asked.rows, asked.entity_ids), asked.about)
    now = get_organization(tx, tx.organization_id).clock.now()
    model_id, batch_id = panel.standing.model_id, None
    if asked.about.store:
        # Nothing is read between these, so they go in one round trip.
        with tx.connection.pipeline():
            if asked.is_list:
                batch_id = ids.new_id()
                counts = {"predicted": len(made), "failed": len(failed)}
                repository.add_batch(tx, batch_id, model_id, by=by.label, at=now, **counts)
                _tell(tx, by.label, model_id, batch_id, at=now, **counts)
            repository.store_predictions(
                tx, made, model_id=model_id, about=asked.about, batch_id=batch_id, by=by.label, at=now
            )
    return Results(model_id, panel.standing.model_name, made, failed, now, batch_id, reader.ignored)


def check(asked: Asked) -> None:
    """Check the number of rows and of entities."""
    if not 1 <= len(asked.rows) <= ROWS_MAX:
        raise RowsInvalid(
            f"input_data holds {len(asked.rows):,} rows.",
            field="input_data",
            remedy=f"Give 1 to {ROWS_MAX:,}; more go to /api/v1/ai-analytics/predict/batch.",
        )
    if asked.entity_ids is not None and len(asked.entity_ids) != len(asked.rows):
        raise RowsInvalid(
            f"There are {len(asked.entity_ids):,} business entities for {len(asked.rows):,} rows.",
            field="business_entity_id",
            remedy="Give one for each row, null where there is none; or one for all.",
        )


def answer_all(
    tx: Transaction, panel: Panel, cases: Sequence[Case], about: About
) -> tuple[list[Made], dict[int, IntendantError]]:
    """Answer cases, each by the version whose it is; in the order of the rows, and what failed by row."""
    return answer_requests(tx, [(panel, cases, about)])[0]


def answer_requests(
    tx: Transaction, requests: Sequence[tuple[Panel, Sequence[Case], About]]
) -> list[tuple[list[Made], dict[int, IntendantError]]]:
    """Answer the cases of several requests, asking each version once for all that are its."""
    results: list[tuple[list[Made], dict[int, IntendantError]]] = [([], {}) for _ in requests]
    shares: dict[tuple[Role, UUID, int], tuple[Version, list[tuple[int, UUID, Case]]]] = {}
    for place, (panel, cases, about) in enumerate(requests):
        # Ids in the order of the rows, so that a batch read back by id is in order.
        fresh = sorted(ids.new_id() for _ in cases)
        voices = panel.voices
        for identifier, case in zip(fresh, cases, strict=True):
            if case.error is not None:
                results[place][1][case.row] = case.error
                continue
            role, version = voices[0]
            if len(voices) > 1:
                role, version = panel.voice_of(case_key(about.entity_type, case.entity_id, identifier))
            key = role, version.version_id, about.reasons
            shares.setdefault(key, (version, []))[1].append((place, identifier, case))
    # The challenger first: what it cannot answer, the champion does.
    waiting = sorted(shares.items(), key=lambda each: each[0][0] != "challenger")
    for (role, version_id, reasons), (version, mine) in waiting:
        positive = requests[mine[0][0]][0].positives.of(tx, version)
        answers = _ask(role, version, [case for _, _, case in mine], positive, reasons)
        for (place, identifier, case), each in zip(mine, answers, strict=True):
            made, failed = results[place]
            if isinstance(each, Answer):
                kept = identifier if requests[place][2].store else None
                made.append(Made(kept, case, version_id, version.number, role, each))
            elif role == "challenger":
                stand_in = requests[place][0].standing.require_champion()
                key = "champion", stand_in.version_id, reasons
                if key not in shares:
                    shares[key] = stand_in, []
                    waiting.append((key, shares[key]))
                shares[key][1].append((place, identifier, case))
            else:
                failed[case.row] = each
    if len(shares) > 1:
        for made, _ in results:
            made.sort(key=lambda each: each.case.row)
    return results


def _ask(
    role: Role, version: Version, cases: Sequence[Case], positive: str | None, reasons: int
) -> Sequence[Answer | IntendantError]:
    """Ask a version. Whatever goes wrong in a challenger is an error of its own cases, which the champion then answers."""
    try:
        return answer(version.model, cases, positive=positive, reasons=reasons)
    except Exception:
        if role != "challenger":
            raise
        log.exception("a challenger failed", version=str(version.version_id), cases=len(cases))
        return [ChallengerFailed("The challenger failed.")] * len(cases)


def close_batch(
    tx: Transaction, by: str, model_id: UUID, batch_id: UUID, *, predicted: int, failed: int, at: datetime
) -> None:
    """Say that a batch is done, once: for the audit, and for whoever listens."""
    if repository.finish_batch(tx, batch_id, predicted=predicted, failed=failed, at=at):
        _tell(tx, by, model_id, batch_id, predicted=predicted, failed=failed, at=at)


def _tell(
    tx: Transaction, by: str, model_id: UUID, batch_id: UUID, *, predicted: int, failed: int, at: datetime
) -> None:
    body: dict[str, object] = {"model_id": model_id, "count": predicted, "failed": failed, "batch_id": batch_id}
    event = events.Event(
        organization_id=tx.organization_id,
        name=contract.PREDICTIONS_MADE,
        subject=f"prediction_batch:{batch_id}",
        body=body,
        at=at,
        recorded_at=clock.system_now(),
        actor=by,
    )
    events.emit(tx, [event])
