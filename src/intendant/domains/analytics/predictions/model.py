"""Words of predictions: cases that are asked about, what is answered, and which version answers which case. Pure values."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from intendant.domains.analytics.model import Role
from intendant.kit.errors import IntendantError

_SCALE = 2.0**64


@dataclass(frozen=True, slots=True)
class Case:
    """One row that is asked about. `row` counts from 0; `error` says why it cannot be used."""

    row: int
    data: Mapping[str, Any]
    entity_id: str | None = None
    error: IntendantError | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """What one feature did: `contribution` in log-odds of the class `towards`, or in the target's own units."""

    feature: str
    value: str | None
    contribution: float
    towards: str | None
    sentence: str

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a version says of one case. `output` holds only what its kind has; `score` is what monitoring watches."""

    output: Mapping[str, Any]
    confidence: float
    score: float | None
    unusual: tuple[str, ...]
    reasons: tuple[Reason, ...] | None
    processing_ms: float


@dataclass(frozen=True, slots=True)
class Made:
    """One prediction: a case, who answered it and what. Without `id` it is not kept.

    `answers` is set for a shadow: the prediction that was heard.
    """

    id: UUID | None
    case: Case
    version_id: UUID
    number: int
    role: Role
    answer: Answer
    answers: UUID | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What is the same for all cases of a request."""

    entity_type: str | None = None
    context: Mapping[str, Any] | None = None
    reasons: int = 0
    version: int | str | None = None
    store: bool = True


@dataclass(frozen=True, slots=True)
class Results:
    """All of a request, in the order of its rows; `failed` by row."""

    model_id: UUID
    model_name: str
    made: list[Made]
    failed: Mapping[int, IntendantError]
    predicted_at: datetime
    batch_id: UUID | None = None
    ignored: frozenset[str] = field(default_factory=frozenset)


def is_within(version_id: UUID, share: float, case: str) -> bool:
    """Say whether a case belongs to the share of the cases that a version sees.

    The same version and case always give the same answer, and a larger share keeps all that a smaller one had. Another
    version draws anew, so that it is not always the same customers on whom new versions are tried.
    """
    if share >= 1:
        return True
    if share <= 0:
        return False
    digest = hashlib.blake2b(version_id.bytes + case.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) / _SCALE < share


def case_key(entity_type: str | None, entity_id: str | None, prediction_id: UUID) -> str:
    """Return what a case is recognised by: its business entity, so that a customer always meets one version; else itself."""
    return str(prediction_id) if entity_id is None else f"{entity_type or ''}\0{entity_id}"
