"""A model with versions that answer, and a world in which their answers come true or not, on a real database."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from intendant.domains.analytics.models import repository
from intendant.domains.analytics.models.definition import DataSource, Definition, Options
from intendant.domains.analytics.predictions import repository as predictions
from intendant.domains.analytics.predictions.model import About, Answer, Case, Made
from intendant.kernel.organizations import Organization
from intendant.kit import clock, ids
from intendant.kit.database import Database
from intendant.learning.estimators import Predictions
from intendant.learning.monitoring import make_reference

CLASSES = ("no", "yes")


@dataclass
class World:
    """One model of one feature: the chance of "yes" is logistic in x, and the model knows it."""

    database: Database
    organization: Organization
    model_id: UUID
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))

    @property
    def now(self) -> datetime:
        """Return business time."""
        return self.organization.clock.now()

    def version(self, number: int, *, alias: str | None = None, share: float = 0.0, age_days: int = 1) -> UUID:
        """Add a version, and let it stand under an alias."""
        x = self.random.normal(size=2_000)
        chance = 1 / (1 + np.exp(-2 * x))
        came = np.where(self.random.random(2_000) < chance, "yes", "no").astype(object)
        said = Predictions(
            confidence=np.maximum(chance, 1 - chance),
            label=np.where(chance > 0.5, "yes", "no").astype(object),
            probability=np.column_stack([1 - chance, chance]),
        )
        accuracy = float((said.label == came).mean())
        now = self.now
        metric = {"name": "accuracy", "value": accuracy, "lower": accuracy - 0.02, "upper": accuracy + 0.02}
        version = repository.NewVersion(
            algorithm="logistic",
            artifact=b"a",
            data_digest=b"d",
            dataset_id=None,
            spec={"protected": ["sex"]},
            report={"model": {"metrics": [metric | {"higher_is_better": True}]}, "features": []},
            reference=make_reference({"x": x}, {"x": "number"}, said, came, seed=0, classes=CLASSES, positive="yes"),
            metric="accuracy",
            metric_value=accuracy,
            higher_is_better=True,
            validated=True,
            why="a test",
            task_id=None,
            created_by="test",
            trained_at=now - timedelta(days=age_days),
            recorded_at=clock.system_now() - timedelta(days=age_days),
        )
        with self.database.transaction(self.organization.id) as tx:
            version_id = repository.insert_version(tx, self.model_id, number, b"s", version)
            if alias is not None:
                since = now - timedelta(days=60)
                repository.put_alias(tx, self.model_id, alias, version_id, share=share, by="test", now=since)
        return version_id

    def predict(
        self,
        version_id: UUID,
        count: int,
        *,
        days_ago: float = 0.0,
        shift: float = 0.0,
        noise: float = 0.0,
        role: str = "champion",
        heard: Sequence[tuple[UUID, float]] | None = None,
    ) -> list[tuple[UUID, float]]:
        """Let a version answer; return the predictions' ids and x. `heard`: those that a shadow answers too."""
        made, cases = [], []
        for place in range(count):
            x = heard[place][1] if heard else float(self.random.normal() + shift)
            seen = x + noise * float(self.random.normal())
            chance = 1 / (1 + math.exp(-2 * seen))
            output = {
                "label": "yes" if chance > 0.5 else "no",
                "probability": {"no": round(1 - chance, 6), "yes": round(chance, 6)},
            }
            data = {"x": x, "sex": "f" if place % 2 else "m"}
            answer = Answer(output, max(chance, 1 - chance), chance, (), None, 0.1)
            made.append(Made(ids.new_id(), Case(place, data), version_id, 1, role, answer))  # type: ignore[arg-type]
            cases.append((made[-1].id, x))
        at = self.now - timedelta(days=days_ago)
        with self.database.transaction(self.organization.id) as tx:
            predictions.store_predictions(
                tx, made, model_id=self.model_id, about=About(), batch_id=None, by="test", at=at
            )
        if heard:
            with self.database.system() as tx:
                tx.execute(
                    "update prediction_results p set answers = h.heard"
                    " from unnest(%s::uuid[], %s::uuid[]) as h (id, heard) where p.id = h.id",
                    [[each for each, _ in cases], [each for each, _ in heard]],
                )
        return cases  # type: ignore[return-value]

    def come_true(self, cases: Sequence[tuple[UUID, float]], *, flipped: float = 0.0) -> None:
        """Tell what came true; `flipped`: the share of outcomes that the world turned round."""
        rows = []
        for prediction_id, x in cases:
            yes = bool(self.random.random() < 1 / (1 + math.exp(-2 * x)))
            if self.random.random() < flipped:
                yes = not yes
            rows.append(self._feedback(prediction_id, "yes" if yes else "no"))
        with self.database.transaction(self.organization.id) as tx:
            predictions.store_feedback(tx, rows, by="test")

    def correct(self, prediction_ids: Sequence[UUID], actual: str) -> None:
        """Tell another outcome of predictions."""
        with self.database.transaction(self.organization.id) as tx:
            predictions.store_feedback(tx, [self._feedback(each, actual) for each in prediction_ids], by="test")

    def _feedback(self, prediction_id: UUID, actual: str) -> dict[str, Any]:
        return {
            "id": ids.new_id(),
            "prediction_id": prediction_id,
            "model_id": self.model_id,
            "actual": actual,
            "rating": None,
            "note": None,
            "observed_at": self.now,
            "corrects": None,
            "recorded_at": clock.system_now(),
        }

    def alerts(self) -> dict[str, str]:
        """Return the state of the latest alert of each sort."""
        with self.database.transaction(self.organization.id) as tx:
            rows = tx.all("select cause, state from alerts where subject_id = %s order by id", [self.model_id])
        return {row["cause"].rpartition(":")[2]: row["state"] for row in rows}


@pytest.fixture
def world(database: Database, organization: Organization) -> World:
    """Return a model without versions."""
    return make_world(database, organization)


def make_world(database: Database, organization: Organization, **changed: Any) -> World:
    """Create a model of a record's table, which is retrained every 90 days."""
    definition = Definition(
        **{
            "model_name": "Churn",
            "model_type": "classification",
            "algorithm": "logistic",
            "feature_columns": None,
            "target_column": "y",
            "description": "",
            "source": DataSource(query="select 1"),
            "retraining_frequency_days": 90,
            "options": Options(),
            **changed,
        }
    )
    with database.transaction(organization.id) as tx:
        model_id = repository.insert_model(tx, definition, by="test", now=clock.system_now())
    return World(database, organization, model_id)
