"""Models that answer in tests: small, quickly trained, stored and deployed as the hub does it."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from intendant.domains.analytics.models import artifacts, repository
from intendant.domains.analytics.models.definition import DataSource, Definition, Options
from intendant.kernel import files
from intendant.kernel.organizations import Organization
from intendant.kit import clock, ids
from intendant.kit.database import Database
from intendant.learning.estimators import Model, Task, Trained, TrainingSpec, train_model
from tests.support.serving import Served

ROWS = 240
TARGETS: dict[Task, str] = {"classification": "bought", "regression": "spent"}
LIKELY: dict[str, Any] = {"income": 90_000, "visits": 9, "city": "Rome"}
"""Who buys, by every model here."""
UNLIKELY: dict[str, Any] = {"income": 12_000, "visits": 0, "city": "Oslo"}


@dataclass
class HubServed(Served):
    """The parts of a system that the hub's routes reach."""

    files: Any = None


def customers(rows: int = ROWS, seed: int = 1) -> pd.DataFrame:
    """Return customers of whom those with income and visits buy, and spend more."""
    random = np.random.default_rng(seed)
    income = random.normal(50_000, 20_000, rows).round()
    visits = random.integers(0, 10, rows)
    city = random.choice(["Rome", "Oslo", "Lima"], rows)
    wish = (income - 50_000) / 20_000 + (visits - 4.5) / 2 + (city == "Rome")
    return pd.DataFrame(
        {
            "income": income,
            "visits": visits.astype(float),
            "city": city,
            "bought": np.where(wish + random.normal(0, 0.5, rows) > 0, "yes", "no"),
            "spent": (100 + 40 * wish + random.normal(0, 5, rows)).round(2),
        }
    )


@cache
def trained(task: Task, seed: int = 1) -> Trained:
    """Train a linear model of a task, once for a run."""
    table = customers(seed=seed).drop(columns=[TARGETS[other] for other in TARGETS if other != task])
    algorithm = "logistic" if task == "classification" else "linear"
    return train_model(table, TrainingSpec(task, algorithm, target=TARGETS[task], seed=seed))


def add_model(
    database: Database,
    organization: Organization,
    name: str,
    task: Task = "classification",
    *,
    model_id: UUID | None = None,
) -> UUID:
    """Add a model without a version; `model_id` gives it an id of the caller's choice."""
    definition = Definition(
        model_name=name,
        model_type=task,
        algorithm="auto",
        feature_columns=None,
        target_column=TARGETS[task],
        description="",
        source=DataSource(source="test"),
        retraining_frequency_days=None,
        options=Options(),
    )
    with database.transaction(organization.id) as tx:
        made = repository.insert_model(tx, definition, by="test", now=organization.clock.now())
        if model_id is not None:
            tx.execute(
                "update ai_models set id = %s where organization_id = %s and id = %s", [model_id, organization.id, made]
            )
    return model_id or made


def add_version(
    database: Database,
    signer: Ed25519PrivateKey,
    organization: Organization,
    model_id: UUID,
    made: Trained,
    *,
    number: int,
    alias: str | None = None,
    share: float = 1.0,
    model: Model | None = None,
) -> UUID:
    """Store a version of a model and let it stand under an alias."""
    now, model = clock.system_now(), model or made.model
    metric = made.report.primary_metric
    with database.transaction(organization.id) as tx:
        digest = files.put(tx, organization.id, model.to_bytes(), None)
        version = repository.NewVersion(
            algorithm=model.algorithm,
            artifact=digest,
            data_digest=b"\0" * 32,
            dataset_id=None,
            spec={"positive": None},
            report=made.report.as_dict(),
            reference=made.reference,
            metric=metric.name,
            metric_value=metric.value,
            higher_is_better=metric.higher_is_better,
            validated=True,
            why="A test.",
            task_id=ids.new_id(),
            created_by="test",
            trained_at=now,
            recorded_at=now,
        )
        signature = artifacts.sign(signer, organization.id, model_id, number, digest)
        version_id = repository.insert_version(tx, model_id, number, signature, version)
        if alias is not None:
            at = organization.clock.now()
            repository.put_alias(tx, model_id, alias, version_id, share=share, by="test", now=at)
    return version_id
