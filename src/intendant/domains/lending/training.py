"""Building a model version: train, measure honestly, store with its report, and let it decide if it earned that.

The champion is the additive model, whose reasons are exact; boosted trees are fitted beside it and stored for comparison. A model
becomes champion by rule: it is validated, and on the rows it never saw it ranks no worse than the present champion does.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

import orjson

from intendant.domains.lending import queries, repository
from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.champions import SERVABLE, Champions
from intendant.domains.lending.contract import APPLICATION_KIND, APPROVE, MODEL_TRAINED, REPAID
from intendant.domains.lending.model import FieldRole, FieldType, Product
from intendant.domains.lending.policy import LOAN_APPROVAL_THRESHOLD
from intendant.kernel import events
from intendant.kernel.gate import Policy
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import Invalid

if TYPE_CHECKING:
    from intendant.learning.models import FeatureSpec, TrainingResult

STALE_AFTER_DAYS = 180
"""Of business time. A stale model decides nothing until it is trained again."""
AUC_SLACK = 0.005
"""By how much a new champion may rank worse than the present one on the same rows, which is less than chance moves it."""
TRAINING_ROWS_MAX = 300_000
_PAGE_ROWS = 20_000
CHALLENGER = "xgboost"
ONLY_KNOWN_OUTCOMES = (
    "Trained on applications whose outcome is known. Rejected ones have none; nothing is assumed about them, so the model"
    " speaks for applications like those that were granted."
)

Effort = Literal["quick", "full"]
Progress = Callable[[float, str], None]


class TooFewOutcomes(Invalid):
    """There is nothing to learn from yet."""

    code = "too_few_outcomes"


@dataclass(frozen=True, slots=True)
class TrainingTable:
    """Past applications to learn from: `frame` of scored fields, `outcome` 1 repaid and 0 defaulted, one row each.

    `times` (when each was decided) lets the newest be held out; `groups` holds protected attributes for monitoring alone.
    """

    frame: Any
    outcome: Any
    times: Any | None = None
    groups: Any | None = None
    notices: tuple[str, ...] = ()


def feature_specs(product: Product, columns: Sequence[str] | None = None) -> "list[FeatureSpec]":
    """Return what a model of a product may look at; a higher credit score or income never counts against an applicant."""
    from intendant.learning.models import FeatureSpec

    types: dict[FieldType, Literal["numeric", "category", "boolean"]] = {
        FieldType.NUMBER: "numeric",
        FieldType.INTEGER: "numeric",
        FieldType.CATEGORY: "category",
        FieldType.BOOLEAN: "boolean",
    }
    rising = {FieldRole.CREDIT_SCORE, FieldRole.INCOME}
    return [
        FeatureSpec(each.name, types[each.type], 1 if each.role in rising else 0)
        for each in product.scored_fields
        if columns is None or each.name in columns
    ]


def train(
    database: Database,
    organization: Organization,
    champions: Champions,
    product: Product,
    table: TrainingTable,
    *,
    by: str,
    seed: int,
    policy: Policy | None = None,
    effort: Effort = "quick",
    challenger: bool = True,
    worker_count: int = 2,
    progress: Progress | None = None,
    now: datetime | None = None,
    stale_at: datetime | None = None,
) -> tuple[Row, "TrainingResult"]:
    """Train a model for a product, store it, and return its row (without the artifact) with everything measured.

    `now` is business time, by default the organisation's clock, and `stale_at` what follows from it; no transaction is open
    while it trains. Raises what `train_credit_model` raises, each error naming field and remedy.
    """
    from intendant.learning.models import reference_profile, train_credit_model

    coverage = 0.9 if policy is None else policy.conformal_coverage or 0.9
    result = train_credit_model(
        table.frame,
        table.outcome,
        specs=feature_specs(product, [str(name) for name in table.frame.columns]),
        times=table.times,
        groups=table.groups,
        seed=seed,
        effort=effort,
        error_rate=round(1.0 - coverage, 6),
        challenger=challenger,
        worker_count=worker_count,
        progress=progress,
    )
    approve = None if policy is None else policy.actions.get(APPROVE)
    threshold = LOAN_APPROVAL_THRESHOLD if approve is None else approve.act_threshold
    reference = reference_profile(result.champion, table.frame, threshold=threshold)
    report = _report(result, table, product) | {"reference": reference.as_dict()}
    moment = now or organization.clock.now()
    with database.transaction(organization.id) as tx:
        rivals = _compared_with_champion(tx, champions, result, table)
        stale_at = stale_at or moment + timedelta(days=STALE_AFTER_DAYS)
        row = _store(tx, result, report | {"against_champion": rivals}, by=by, now=moment, stale_at=stale_at)
        if result.validation.validated and (rivals is None or rivals["not_worse"]):
            repository.make_champion(tx, row["id"])
            row = repository.get_model(tx, row["id"])
        events.emit(tx, [_trained(organization.id, row, by=by, now=moment)])
    return row, result


def table_from_record(database: Database, organization: Organization, product: Product) -> TrainingTable:
    """Gather a product's applications whose outcome has matured, in pages; raises TooFewOutcomes when there is none."""
    import pandas as pd

    scored = [each.name for each in product.scored_fields]
    protected = [each.name for each in product.form if each.role is FieldRole.PROTECTED]
    features: list[dict[str, Any]] = []
    groups: list[dict[str, Any]] = []
    outcomes: list[int] = []
    times: list[datetime] = []
    after: UUID | None = None
    while len(outcomes) < TRAINING_ROWS_MAX:
        with database.snapshot(organization.id) as tx:
            rows = queries.list_matured(tx, product=product.key, measure=REPAID, after=after, limit=_PAGE_ROWS)
        for row in rows:
            inputs = orjson.loads(row["inputs"])
            kept = orjson.loads(row["protected"]) if row["protected"] else {}
            features.append({name: inputs.get(name) for name in scored})
            groups.append({name: kept.get(name) for name in protected})
            outcomes.append(1 if row["value"] >= 0.5 else 0)
            times.append(row["submitted_at"])
        if len(rows) < _PAGE_ROWS:
            break
        after = rows[-1]["id"]
    if not outcomes:
        raise TooFewOutcomes(
            f"No application for '{product.key}' has a matured outcome.",
            field="outcomes",
            remedy="Record outcomes first, or import past applications by `intendant replay`.",
        )
    return TrainingTable(
        frame=pd.DataFrame(features, columns=scored),
        outcome=pd.Series(outcomes),
        times=pd.Series(times),
        groups=pd.DataFrame(groups, columns=protected) if protected else None,
        notices=(ONLY_KNOWN_OUTCOMES,),
    )


def train_from_record(
    database: Database,
    organization: Organization,
    catalogue: Catalogue,
    champions: Champions,
    product_key: str,
    *,
    by: str,
    seed: int,
    policy: Policy | None = None,
    effort: Effort = "quick",
    progress: Progress | None = None,
) -> Row:
    """Train on the organisation's own record: decided applications with the outcomes that came back."""
    with database.transaction(organization.id) as tx:
        product = catalogue.latest(tx, product_key)
    table = table_from_record(database, organization, product)
    row, _ = train(
        database,
        organization,
        champions,
        product,
        table,
        by=by,
        seed=seed,
        policy=policy,
        effort=effort,
        progress=progress,
    )
    return row


def _report(result: "TrainingResult", table: TrainingTable, product: Product) -> dict[str, Any]:
    return {
        "product": product.key,
        "product_version": product.version,
        "features": [spec.name for spec in result.specs],
        "rows": len(table.outcome),
        "validation": dict(result.validation.as_dict()),
        "challenger": None if result.challenger is None else asdict(result.challenger),
        "leakage": [asdict(finding) for finding in result.leakage],
        "notices": [*table.notices, *result.notices],
    }


def _compared_with_champion(
    tx: Transaction, champions: Champions, result: "TrainingResult", table: TrainingTable
) -> dict[str, Any] | None:
    """Measure the present champion on the rows that the new model never saw; None where there is none to measure."""
    from intendant.learning.evaluation import auc

    present = next((row for row in queries.list_models(tx) if row["role"] == "champion"), None)
    scorer = None if present is None else champions.scorer(tx, present)
    if present is None or scorer is None or not set(scorer.feature_names) & set(table.frame.columns):
        return None
    rows = table.frame.iloc[result.validation_rows]
    records = [{str(k): v for k, v in record.items()} for record in rows.to_dict("records")]
    probability = [each.probability for each in scorer.predict_records(records)]
    measured = auc(table.outcome.iloc[result.validation_rows].to_numpy(), probability)
    return {
        "version": present["version"],
        "auc": measured,
        "auc_of_new": result.validation.auc,
        "not_worse": bool(result.validation.auc >= measured - AUC_SLACK),
    }


def _store(
    tx: Transaction,
    result: "TrainingResult",
    report: Mapping[str, Any],
    *,
    by: str,
    now: datetime,
    stale_at: datetime,
) -> Row:
    validation = result.validation
    data_digest = bytes.fromhex(result.champion.identity.data_digest)
    common: dict[str, Any] = {
        "data_digest": data_digest,
        "trained_at": now,
        "by": by,
        "now": clock.system_now(),
        "stale_at": stale_at,
    }
    if result.challenger_model is not None and result.challenger is not None:
        repository.insert_model(
            tx,
            role="challenger",
            algorithm=CHALLENGER,
            artifact=result.challenger_model,
            digest=hashlib.sha256(result.challenger_model).digest(),
            validated=False,
            report={"beside": "the additive model trained with it", **asdict(result.challenger)},
            **common,
        )
    artifact = result.champion.to_bytes()
    return repository.insert_model(
        tx,
        role="candidate",
        algorithm=SERVABLE,
        artifact=artifact,
        digest=hashlib.sha256(artifact).digest(),
        validated=validation.validated,
        report=dict(report),
        **common,
    )


def _trained(organization_id: UUID, row: Row, *, by: str, now: datetime) -> events.Event:
    return events.Event(
        organization_id=organization_id,
        name=MODEL_TRAINED,
        subject=f"model:{row['id']}",
        body={
            "model_id": row["id"],
            "kind": APPLICATION_KIND,
            "version": row["version"],
            "role": row["role"],
            "validated": row["validated"],
            "digest": row["digest"],
        },
        at=now,
        recorded_at=clock.system_now(),
        actor=by,
    )
