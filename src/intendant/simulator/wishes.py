"""What the simulated lender's analysts wish for: datasets, models with their versions, queries and forecasts. Values alone."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from intendant.simulator.customers import FEATURES, as_csv, past_customers
from intendant.simulator.figures import Figure
from intendant.simulator.lender import CURRENCY, SCORED_INPUTS, known_applicant
from intendant.simulator.scored import Scored

PAST_APPLICATIONS = 2_400
RETRAINED_AFTER_DAYS = 365
"""Business days: six hours of the demo's."""
CUSTOMERS, APPLICATIONS = "Past customers", "Past applications"
CHURN, REPAYMENT, VALUE = "Customer churn", "Will repay", "Customer value"
REPAYMENTS = "Repayments"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is brought."""

    name: str
    description: str
    file_name: str
    content: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Training:
    """A version that is wished for, with the model it belongs to, and what it shall answer."""

    model_name: str
    model_type: Literal["classification", "regression"]
    description: str
    dataset: str
    target: str
    algorithm: str
    version: int
    alias: Literal["champion", "challenger", "shadow"]
    reason: str
    positive: str | None = None
    features: Sequence[str] | None = None
    exclude: Sequence[str] = ()
    share: float | None = None
    why: str = ""

    def body(self, dataset_id: str) -> dict[str, Any]:
        """Return the model as the route takes it."""
        return {
            "model_name": self.model_name,
            "model_type": self.model_type,
            "algorithm": self.algorithm,
            "description": self.description,
            "training_data_source": {"dataset_id": dataset_id},
            "target_column": self.target,
            "positive": self.positive,
            "feature_columns": None if self.features is None else list(self.features),
            "exclude": list(self.exclude),
            "retraining_frequency_days": RETRAINED_AFTER_DAYS,
            "effort": "quick",
        }


@dataclass(frozen=True, slots=True)
class Query:
    """A dataset that is taken from the record, by a query or as it stands."""

    name: str
    route: Literal["query", "record"]
    asked: dict[str, Any]
    description: str

    @property
    def body(self) -> dict[str, Any]:
        """Return it as the route takes it."""
        return {"name": self.name, "description": self.description, **self.asked}


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast of a dataset, or of a metric."""

    name: str
    kind: Literal["revenue", "service_demand"]
    asked: dict[str, Any]
    dataset: str | None = None
    metric: str | None = None

    def body(self, dataset_id: str | None) -> dict[str, Any]:
        """Return it as the route takes it."""
        source = {"metric": self.metric} if dataset_id is None else {"dataset_id": dataset_id}
        return {"name": self.name, "kind": self.kind, "source": source, **self.asked}


def metric(figure: Figure) -> dict[str, Any]:
    """Return a figure as the route takes it."""
    body = {"name": figure.name, "unit": figure.unit, "description": figure.description}
    return body if figure.money is None else body | {"money_per_unit": figure.money, "currency": CURRENCY}


def uploads(seed: int) -> list[Upload]:
    """Return the files that are brought."""
    return [
        Upload(
            CUSTOMERS,
            "Simulated customers of past years, what they brought in, and whether they left.",
            "past-customers.csv",
            lambda: as_csv(past_customers(seed)),
        ),
        Upload(
            APPLICATIONS,
            "Simulated loans of past years with what was asked of the applicants, and whether they repaid.",
            "past-applications.csv",
            lambda: _applications(seed),
        ),
    ]


def _applications(seed: int) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("reference", *SCORED_INPUTS, "repaid"))
    for number in range(1, PAST_APPLICATIONS + 1):
        person = known_applicant(seed, f"LOAN-{number:05d}")
        writer.writerow(
            (person.reference, *(person.scored[name] for name in SCORED_INPUTS), "yes" if person.repays else "no")
        )
    return text.getvalue().encode()


_CHURN_WORDS = "Will a customer leave within the year?"
MODELS = (
    Training(
        CHURN, "classification", _CHURN_WORDS, CUSTOMERS, "churned", "logistic", 1, "champion",
        "The first version.", positive="yes", features=("tenure_months", "products", "rate", "channel"),
        why="The first version.",
    ),
    Training(
        REPAYMENT, "classification", "Will a loan be repaid?", APPLICATIONS, "repaid", "additive", 1, "champion",
        "The first version.", positive="yes", exclude=("reference",), why="The first version.",
    ),
    Training(
        CHURN, "classification", _CHURN_WORDS, CUSTOMERS, "churned", "additive", 2, "challenger",
        "It also looks at complaints and at use; it answers a part, to be compared.", positive="yes", features=FEATURES,
        share=0.4, why="More columns, and curves instead of lines.",
    ),
    Training(
        REPAYMENT, "classification", "Will a loan be repaid?", APPLICATIONS, "repaid", "logistic", 2, "shadow",
        "A simpler model answers in silence.", positive="yes", exclude=("reference",), share=0.5,
        why="Would lines do as well as curves?",
    ),
    Training(
        VALUE, "regression", "What will a customer bring in within a year?", CUSTOMERS, "yearly_value", "additive", 1,
        "champion", "The first version.", exclude=("customer", "churned"), why="The first version.",
    ),
)  # fmt: skip
"""In this order, one after another."""
SCORED = (Scored(REPAYMENT, "application", 60, 10), Scored(CHURN, "customer", 60, 10))
QUERIES = (
    Query(
        "Applications so far",
        "record",
        {"source": "lending_applications", "limit": 5_000},
        "The newest applications of the record, as far as models may look at them.",
    ),
    Query(
        REPAYMENTS,
        "query",
        {"sql": "select \"at\", product, amount from lending_transactions where type = 'repayment'"},
        "What borrowers paid, from the record.",
    ),
    Query(
        "Decisions by purpose",
        "query",
        {
            "sql": "select purpose, action, count(*) as applications, round(avg(amount), 2) as mean_amount,"
            " round(avg(confidence), 4) as mean_confidence from lending_applications group by all order by all"
        },
        "How many applications there were for each purpose, and what was decided.",
    ),
)
FORECASTS = (
    Forecast(
        "Repayments per week",
        "revenue",
        {"columns": {"time": "at", "value": "amount"}, "frequency": "weekly", "horizon": 8, "method": "theta"},
        dataset=REPAYMENTS,
    ),
    Forecast(
        "Calls per day",
        "service_demand",
        {"frequency": "daily", "duplicates": "sum", "horizon": 14, "method": "theta", "capacity": 700},
        metric="call_centre_calls",
    ),
)
