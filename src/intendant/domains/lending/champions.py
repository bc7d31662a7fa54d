"""Credit models held in memory: which one decides for an organisation, or why none may.

The champion is looked up in every batch, so a promotion or roll-back takes effect with the next decision; its tables are
loaded once and shared by all organisations that have the same ones. Whatever is wrong with a model, deciding goes on without
one: rules and people.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Protocol
from uuid import UUID

import structlog

from intendant.domains.lending import queries
from intendant.domains.lending.model import Product
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import IntendantError

MODELS_KEPT_MAX = 256
SERVABLE = "additive"
"""The algorithm whose artifacts can decide; others are kept for comparison."""

_BOTH_POSSIBLE = "neither repayment nor default can be ruled out."
_NEITHER_LIKELY = "the case is like neither those repaid nor those defaulted."
_ROUNDING = 1e-6

log = structlog.get_logger(__name__)


class Predicted(Protocol):
    """What a model says of one record."""

    @property
    def probability(self) -> float:
        """Return the calibrated probability of repayment."""
        ...

    @property
    def labels(self) -> frozenset[str]:
        """Return the outcomes that cannot be ruled out."""
        ...

    @property
    def ambiguous(self) -> bool:
        """Return whether that leaves the outcome open: both, or neither."""
        ...


class Scorer(Protocol):
    """The part of a credit model that deciding and explaining need."""

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the names of the inputs."""
        ...

    @property
    def conformal(self) -> Any:
        """Return the conformal rule; its `error_rate` is the share of cases whose set may miss the outcome."""
        ...

    def predict_records(self, records: Sequence[Mapping[str, object]]) -> Sequence[Predicted]:
        """Return one prediction per record."""
        ...

    def contributions(self, record: Mapping[str, object]) -> Sequence[Any]:
        """Return the parts of the record's score, largest first: `features`, `value`, `log_odds`."""
        ...


@dataclass(frozen=True, slots=True)
class Champion:
    """The model that decides for an organisation. `name` goes on the record: version and beginning of the digest."""

    name: str
    scorer: Scorer
    digest: bytes


@dataclass(frozen=True, slots=True)
class NoModel:
    """Why no model decides."""

    why: str


Standing = Champion | NoModel

MISSING = NoModel("There is no model yet.")


def model_name(version: int, digest: bytes) -> str:
    """Return the name by which records refer to a model version."""
    return f"{version}:{digest.hex()[:12]}"


def conformal_doubt(scorer: Scorer, predicted: Predicted, coverage: float | None) -> str | None:
    """Say why a model does not know, by its conformal set at the coverage that a policy asks for; None asks for none."""
    if coverage is None:
        return None
    if predicted.ambiguous:
        return _BOTH_POSSIBLE if predicted.labels else _NEITHER_LIKELY
    promised = 1.0 - scorer.conformal.error_rate
    if coverage > promised + _ROUNDING:
        return (
            f"the policy asks for a coverage of {coverage:.1%}, it was calibrated for {promised:.1%}; train it again."
        )
    return None


class Champions:
    """Models in memory by digest. Shared by threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._scorers: OrderedDict[bytes, Scorer] = OrderedDict()
        # Failures are kept by the row, not by the digest: one damaged copy must not take the model from who has a sound one.
        self._failures: OrderedDict[UUID, NoModel] = OrderedDict()
        self._fits: OrderedDict[tuple[bytes, int], tuple[Product, str | None]] = OrderedDict()

    def standing(self, tx: Transaction, rows: Mapping[UUID, Row], now: Mapping[UUID, datetime]) -> dict[UUID, Standing]:
        """Say for each organisation what decides. `rows` are its champions as `queries` found them, `now` business time."""
        standing: dict[UUID, Standing] = {}
        usable: dict[UUID, Row] = {}
        for organization_id, moment in now.items():
            row = rows.get(organization_id)
            if row is None:
                standing[organization_id] = MISSING
            elif row["algorithm"] != SERVABLE:
                standing[organization_id] = NoModel(f"A model of the kind '{row['algorithm']}' cannot decide.")
            elif not row["validated"]:
                standing[organization_id] = NoModel(f"Model version {row['version']} is not validated.")
            elif row["stale_at"] is not None and row["stale_at"] < moment:
                standing[organization_id] = NoModel(
                    f"Model version {row['version']} is stale since {row['stale_at']:%Y-%m-%d}."
                )
            else:
                usable[organization_id] = row
        scorers = self._load(tx, usable.values())
        for organization_id, row in usable.items():
            digest = bytes(row["digest"])
            scorer = scorers[row["id"]]
            if isinstance(scorer, NoModel):
                standing[organization_id] = scorer
            else:
                standing[organization_id] = Champion(model_name(row["version"], digest), scorer, digest)
        return standing

    def scorer(self, tx: Transaction, row: Row) -> Scorer | None:
        """Return the model of a row of `models`, None where it cannot be read."""
        digest = row["digest"]
        wanted = {**row, "digest": bytes.fromhex(digest) if isinstance(digest, str) else bytes(digest)}
        found = self._load(tx, [wanted])[row["id"]]
        return None if isinstance(found, NoModel) else found

    def misfit(self, champion: Champion, product: Product) -> str | None:
        """Say why a model may not score a product's applications: it looks at what the form does not let it see."""
        key = (champion.digest, id(product))
        held = self._fits.get(key)
        if held is None:
            scored = {each.name for each in product.scored_fields}
            strange = [name for name in champion.scorer.feature_names if name not in scored]
            why = None
            if strange:
                why = f"The model looks at {', '.join(strange[:5])}, which the form of '{product.key}' does not score."
            held = (product, why)
            with self._lock:
                self._fits[key] = held
                while len(self._fits) > MODELS_KEPT_MAX * 16:
                    self._fits.popitem(last=False)
        return held[1]

    def _load(self, tx: Transaction, rows: Iterable[Row]) -> dict[UUID, Scorer | NoModel]:
        found: dict[UUID, Scorer | NoModel] = {}
        missing: dict[UUID, bytes] = {}
        with self._lock:
            for row in rows:
                digest = bytes(row["digest"])
                held = self._scorers.get(digest) or self._failures.get(row["id"])
                if held is None:
                    missing[row["id"]] = digest
                else:
                    found[row["id"]] = held
        while missing:
            # One of each digest: organisations that start from the same model share it.
            first = {digest: model_id for model_id, digest in reversed(missing.items())}
            read = {row["id"]: _read(row) for row in queries.list_artifacts(tx, list(first.values()))}
            with self._lock:
                for digest, model_id in first.items():
                    held = read.get(model_id, MISSING)
                    if isinstance(held, NoModel):
                        found[model_id] = self._failures[model_id] = held
                        del missing[model_id]
                        continue
                    self._scorers[digest] = held
                    for same in [each for each, wanted in missing.items() if wanted == digest]:
                        found[same] = held
                        del missing[same]
                while len(self._scorers) > MODELS_KEPT_MAX:
                    self._scorers.popitem(last=False)
                while len(self._failures) > MODELS_KEPT_MAX:
                    self._failures.popitem(last=False)
        return found


def _read(row: Row) -> Scorer | NoModel:
    """Read an artifact; one that is changed, damaged or of another kind is no model."""
    artifact = bytes(row["artifact"])
    if hashlib.sha256(artifact).digest() != bytes(row["digest"]):
        log.error("a model's artifact is not what was stored", model_id=str(row["id"]))
        return NoModel("The model's stored artifact is damaged.")
    if row["algorithm"] != SERVABLE:
        return NoModel(f"A model of the kind '{row['algorithm']}' cannot decide.")
    from intendant.learning.models import model_from_bytes

    try:
        return model_from_bytes(artifact)
    except IntendantError as error:
        log.error("a model's artifact cannot be read", model_id=str(row["id"]), code=error.code)
        return NoModel("The model's artifact cannot be read.")
