"""Synthetic loan applications whose true probability of repayment is known, and one model trained on them."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from intendant.learning.models import FeatureSpec, TrainingResult, train_credit_model

SPECS = (
    FeatureSpec("income", "numeric", monotone=1),
    FeatureSpec("amount", "numeric"),
    FeatureSpec("term_months", "numeric"),
    FeatureSpec("purpose", "category"),
    FeatureSpec("owns_home", "boolean"),
    FeatureSpec("noise", "numeric"),
)


def make_applications(count: int, seed: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return features, outcome (1 repaid) and the true probability."""
    generator = np.random.default_rng(seed)
    income = generator.lognormal(8, 0.5, count).round(2)
    amount = generator.integers(500, 20_000, count)
    term = generator.choice([6, 12, 24, 36, 48], count)
    purpose = generator.choice(["car", "kitchen", "holiday", "büro"], count, p=[0.4, 0.3, 0.2, 0.1])
    owns_home = generator.random(count) < 0.4
    log_odds = (
        1.4
        + 1.3 * np.log(income / 3_000)
        - 0.00014 * (amount - 8_000)
        - 0.02 * (term - 24)
        + np.where(purpose == "holiday", -0.8, 0.2)
        + 0.6 * owns_home
    )
    probability = 1 / (1 + np.exp(-log_odds))
    outcome = (generator.random(count) < probability).astype(int)
    frame = pd.DataFrame(
        {
            "income": np.where(generator.random(count) < 0.05, np.nan, income),
            "amount": amount,
            "term_months": term,
            "purpose": pd.Series(purpose).where(generator.random(count) > 0.03, None),
            "owns_home": owns_home,
            "noise": generator.normal(size=count),
        }
    )
    return frame, outcome, probability


@pytest.fixture(scope="session")
def applications() -> Callable[[int, int], tuple[pd.DataFrame, np.ndarray, np.ndarray]]:
    return make_applications


@pytest.fixture(scope="session")
def specs() -> tuple[FeatureSpec, ...]:
    return SPECS


@pytest.fixture(scope="session")
def trained() -> TrainingResult:
    frame, outcome, _ = make_applications(1_500, 7)
    groups = pd.DataFrame({"age": np.random.default_rng(1).integers(18, 80, len(frame))})
    return train_credit_model(frame, outcome, specs=SPECS, groups=groups, seed=11, worker_count=1)
