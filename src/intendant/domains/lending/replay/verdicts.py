"""What the live path said of the rows of a replay, gathered for the report."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from intendant.domains.lending.champions import Scorer
from intendant.kernel.organizations import Organization
from intendant.kit.database import Row


@dataclass(slots=True)
class Verdicts:
    """What the live path said of each row of the later part, in the plan's order."""

    organization: Organization
    model: Row
    scorer: Scorer
    cutoff: dict[str, float] | None
    """The plain cut-off chosen on the earlier part: probability and the profit it made there."""
    positions: list[int] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    doubted: list[bool] = field(default_factory=list)
    """Whether the model said that it does not know."""
    causes: list[str] = field(default_factory=list)
    """Of each asked case the first reason: the name of a rule, or the gate's code."""
    fired: Counter[str] = field(default_factory=Counter)
    """How often each rule fired."""
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    """Rows that the border refused: position, code, reason."""
    decided_now: int = 0
    decided_before: int = 0
    measured: int = 0
    """How many decisions the kept seconds speak of."""
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, position: int, record: Mapping[str, Any]) -> None:
        """Take a decision's record into the figures."""
        score, verdict, reasons = record["values"].get("score"), record["verdict"], record["reasons"]
        self.positions.append(position)
        self.verdicts.append(verdict)
        self.actions.append(record["action"])
        self.scores.append(float("nan") if score is None else score)
        self.doubted.append(record["abstain"] is not None)
        if verdict == "ask" and reasons:
            self.causes.append(reasons[0].get("rule") or reasons[0]["code"])
        for rule in {reason["rule"] for reason in reasons if "rule" in reason}:
            self.fired[rule] += 1
