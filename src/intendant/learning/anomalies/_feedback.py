"""What people's feedback changes: a false alarm asks more evidence next time, a useful one less; within bounds, and it fades."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Feedback = Literal["useful", "false_alarm"]
RAISED = 1.25
LOWERED = 0.9
FACTOR_LEAST, FACTOR_MOST = 0.6, 2.5
HALF_LIFE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Learned:
    """The factor on a threshold as of `at`; it halves its distance from 1 (in logarithms) every `HALF_LIFE`."""

    factor: float = 1.0
    at: datetime | None = None

    def now(self, moment: datetime) -> float:
        """Return the factor as it has faded until `moment`."""
        if self.at is None or moment <= self.at:
            return self.factor
        return float(self.factor ** (0.5 ** ((moment - self.at) / HALF_LIFE)))


def learn(before: Learned, feedback: Feedback, moment: datetime) -> Learned:
    """Return what is known after one more word of feedback."""
    factor = before.now(moment) * (RAISED if feedback == "false_alarm" else LOWERED)
    return Learned(min(max(factor, FACTOR_LEAST), FACTOR_MOST), moment)
