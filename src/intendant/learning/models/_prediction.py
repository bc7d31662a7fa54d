"""What a credit model answers, and the role every credit model plays."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from intendant.learning.models._features import Floats

if TYPE_CHECKING:
    from intendant.learning.models._additive import Contribution


class Prediction(NamedTuple):
    """The calibrated probability of repayment of one record and how sure the model is of it.

    `log_odds` is the raw score that the contributions sum to; `lower` and `upper` are Venn-Abers bounds; `labels` the
    conformal set of outcomes that cannot be ruled out; `unusual` names features whose value the model has never seen
    or could not read.
    """

    probability: float
    log_odds: float
    lower: float
    upper: float
    labels: frozenset[str]
    unusual: tuple[str, ...]

    @property
    def ambiguous(self) -> bool:
        """Return whether the model does not know: both outcomes possible, or neither like what it has seen."""
        return len(self.labels) != 1


class CreditModel(Protocol):
    """A model of repayment, whatever it is made of."""

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the names of the inputs."""
        ...

    def predict(self, batch: Mapping[str, Any] | Any) -> Floats:
        """Return calibrated probabilities for columns, shape (n,)."""
        ...

    def predict_records(self, records: Sequence[Mapping[str, object]]) -> list[Prediction]:
        """Return one prediction per record."""
        ...

    def contributions(self, record: Mapping[str, object]) -> "list[Contribution]":
        """Return the parts of the record's score, largest first."""
        ...

    def to_bytes(self) -> bytes:
        """Return the model as plain data."""
        ...
