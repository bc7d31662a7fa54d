"""Training on real rows: what is learnt decides, what did not pass does not, and protected attributes stay out."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from tests.support.lending import GOOD, MIDDLING, Lender, open_lender

from intendant.domains.lending import training, usecases
from intendant.domains.lending.training import TooFewOutcomes, TrainingTable
from intendant.domains.lending.usecases import GivenOutcome
from intendant.kernel.access import system_principal
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database

ROWS = 700


def past(seed: int, *, signal: float = 1.0) -> TrainingTable:
    """Return past applications whose outcome depends on score and amount, as strongly as `signal` says."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "amount": random.integers(500, 30_000, ROWS).astype(float),
            "term": random.integers(6, 60, ROWS),
            "purpose": random.choice(["car", "home"], ROWS),
            "credit_score": random.integers(450, 850, ROWS),
        }
    )
    odds = 1.0 + signal * ((frame.credit_score - 640) / 40 - (frame.amount - 10_000) / 10_000)
    outcome = (random.random(ROWS) < 1 / (1 + np.exp(-odds))).astype(int)
    groups = pd.DataFrame({"sex": random.choice(["female", "male"], ROWS)})
    return TrainingTable(frame, pd.Series(outcome), groups=groups)


def train(lender: Lender, table: TrainingTable, **more: Any) -> Any:
    """Train on a table."""
    return training.train(
        lender.database, lender.organization, lender.kind.champions, lender.product, table,
        by="test", seed=7, challenger=False, worker_count=1, **more,
    )  # fmt: skip


def test_a_sound_model_becomes_champion_and_decides_with_reasons(
    database: Database, organization: Organization
) -> None:
    lender = open_lender(database, organization, model=False)
    row, result = train(lender, past(1), policy=lender.kind.default_policy())
    assert (row["version"], row["role"], row["validated"]) == (1, "champion", True)
    assert row["report"]["validation"]["validated"] is True
    assert "sex" not in row["report"]["features"]
    assert {group["attribute"] for group in row["report"]["validation"]["groups"]} == {"sex"}
    record = lender.decide(GOOD | {"credit_score": 830, "amount": 1000})
    assert (record["action"], record["model_version"].split(":")[0]) == ("approve", "1")
    assert record["values"]["score"] == pytest.approx(
        result.champion.predict_records([GOOD | {"credit_score": 830, "amount": 1000.0}])[0].probability
    )
    rejected = lender.decide(GOOD | {"credit_score": 460, "amount": 29_000})
    assert rejected["action"] == "reject"
    with database.transaction(organization.id) as tx:
        explanation = lender.kind.explain(tx, rejected)
    assert explanation["adverse_action"]["reasons"]  # type: ignore[index]


def test_a_model_that_learnt_nothing_is_stored_but_does_not_decide(
    database: Database, organization: Organization
) -> None:
    lender = open_lender(database, organization, model=False)
    row, _ = train(lender, past(2, signal=0.0))
    assert (row["role"], row["validated"]) == ("candidate", False)
    assert lender.decide(GOOD)["verdict"] == "ask"


@pytest.mark.parametrize("spoil", [lambda y: y * 0 + 1, lambda y: y.where(y.index < 0)])
def test_one_outcome_only_or_none_at_all_is_refused_by_name(
    lender: Lender, spoil: Callable[[pd.Series], pd.Series]
) -> None:
    table = past(3)
    with pytest.raises(Exception, match="outcome"):
        train(lender, TrainingTable(table.frame, spoil(table.outcome)))


def test_the_own_record_is_learnt_from_once_outcomes_matured(lender: Lender) -> None:
    with pytest.raises(TooFewOutcomes):
        training.table_from_record(lender.database, lender.organization, lender.product)
    by = system_principal(lender.organization.id)
    ids = [UUID(lender.decide(each | {"sex": "male"})["subject_id"]) for each in (GOOD, GOOD, MIDDLING)]
    given = [
        GivenOutcome(ids[0], 1.0),
        GivenOutcome(ids[1], 0.0, matured=False),
        GivenOutcome(ids[2], None, censored=True),
    ]
    with lender.database.transaction(lender.organization.id) as tx:
        usecases.record_outcomes(tx, by, given, source="test")
    table = training.table_from_record(lender.database, lender.organization, lender.product)
    assert list(table.outcome) == [1]
    assert list(table.frame.columns) == ["amount", "term", "purpose", "credit_score"]
    assert table.groups is not None
    assert list(table.groups["sex"]) == ["male"]
