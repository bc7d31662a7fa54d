"""What a draft would have done: the newest recorded decisions once more through the gate, on their frozen values.

Budgets, halts and people in control are circumstances of their day, so decisions that turned on them are left out; inputs, score
and the model's doubt stay as recorded, and so do mutes. Lists are asked as they were then; aggregates are counted as they would
have been, and whose window reaches further back than is looked at is left out. Answers of people are not tried: they settle what a policy asked.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from intendant.kernel import approvals
from intendant.kernel.audit import ERASED
from intendant.kernel.gate import (
    Allowances,
    Case,
    ComponentState,
    Level,
    Policy,
    ReasonCode,
    Verdict,
    VerdictKind,
    compile_policy,
)
from intendant.kernel.policies import _inputs
from intendant.kernel.registry import DecisionKind, Recommendation
from intendant.kit.database import Row, Transaction

TRIED_MAX = 1_000
SCANNED_MAX = 20_000
EXAMPLES_MAX = 20
"""Of each change, the newest."""

_CIRCUMSTANCES = frozenset(
    {
        ReasonCode.HALTED,
        ReasonCode.STOPPED,
        ReasonCode.LIMIT_COUNT,
        ReasonCode.LIMIT_AMOUNT,
        ReasonCode.MANUAL,
        ReasonCode.CONTROLLED,
    }
)

Draws = Callable[[str], tuple[float, float]]
"""From a record's seed to its two draws: whether it is reviewed, and whether blind."""


class Change(NamedTuple):
    """What was done, and what the draft would do."""

    before_action: str
    before_verdict: VerdictKind
    after_action: str
    after_verdict: VerdictKind

    @property
    def is_none(self) -> bool:
        """Say whether both are the same."""
        return self[:2] == self[2:]


class Tally(NamedTuple):
    """How many decisions, and how much money their actions move."""

    decisions: int = 0
    amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Example:
    """A decision that the draft would change."""

    decision_id: UUID
    subject_id: UUID
    summary: str
    decided_at: datetime
    amount: Decimal | None
    change: Change
    reasons_before: tuple[str, ...]
    reasons_after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of `tried` decisions; `left_out` turned on budgets, halts or people in control, or
    are to be judged unseen. `since` is the oldest's time."""

    tried: int
    left_out: int
    changed: int
    since: datetime | None
    counts: Mapping[Change, Tally]
    changes: tuple[Example, ...]
    """Every decision that would change, newest first."""

    @property
    def examples(self) -> list[Example]:
        """Return the newest `EXAMPLES_MAX` of each change."""
        seen: Counter[Change] = Counter()
        found = []
        for each in self.changes:
            seen[each.change] += 1
            if seen[each.change] <= EXAMPLES_MAX:
                found.append(each)
        return found


def try_policy(tx: Transaction, kind: DecisionKind, draft: Policy, *, limit: int, draws: Draws) -> Trial:
    """Try a draft on the newest `limit` decisions of its kind. Those whose proposal a blind case hides are left out."""
    rows = tx.all(
        "with newest as materialized (select id, kind, answers, record from decisions where organization_id = %s"
        " order by id desc limit %s) select id, record from newest where kind = %s and answers is null"
        " order by id desc limit %s",
        [tx.organization_id, SCANNED_MAX, kind.name, min(limit, TRIED_MAX)],
    )
    gate, counts, found = compile_policy(draft), dict[Change, Tally](), list[Example]()
    left_out, since = 0, None
    tried: list[tuple[Row, dict[str, Any], Recommendation]] = []
    # Not even counted: of few, a count would tell what a blind case hides.
    hidden = approvals.list_hidden(tx, [row["id"] for row in rows])
    for row in rows:
        record = orjson.loads(row["record"])
        if (
            row["id"] in hidden
            or record.get(ERASED)
            or any(reason["code"] in _CIRCUMSTANCES for reason in record["reasons"])
        ):
            left_out += 1
            continue
        tried.append((row, record, kind.reweigh(record, draft)))
    looked = _inputs.look_up(tx, kind.name, gate.inputs, [(row, record) for row, record, _ in tried])
    for (row, record, recommended), answers in zip(tried, looked, strict=True):
        if answers is None:
            left_out += 1
            continue
        state = ComponentState(record["component"], Level(record["level"]))
        verdict = gate.decide(_case(record, recommended, answers, draws), state, Allowances())
        change = Change(record["action"], VerdictKind(record["verdict"]), recommended.action, verdict.kind)
        count, amount = counts.get(change, Tally())
        counts[change] = Tally(count + 1, amount + Decimal(record["amount"] or 0))
        since = datetime.fromisoformat(record["decided_at"])
        if not change.is_none:
            found.append(_example(row["id"], record, change, verdict))
    return Trial(len(rows) - left_out, left_out, len(found), since, counts, tuple(found))


TRIAL_COLUMNS = (
    "decision_id",
    "subject_id",
    "summary",
    "decided_at",
    "amount",
    *Change._fields,
    "reasons_before",
    "reasons_after",
)


def trial_lines(trial: Trial) -> list[tuple[object, ...]]:
    """Return a line of cells for each decision that would change, as `TRIAL_COLUMNS` names them."""
    return [
        (
            str(each.decision_id),
            str(each.subject_id),
            each.summary,
            each.decided_at,
            each.amount,
            *(str(part) for part in each.change),
            "; ".join(each.reasons_before),
            "; ".join(each.reasons_after),
        )
        for each in trial.changes
    ]


def _case(record: Mapping[str, Any], recommended: Recommendation, answers: Mapping[str, object], draws: Draws) -> Case:
    draw, blind_draw = draws(record["seed"])
    return Case(
        action=recommended.action,
        values={**recommended.values, **answers} if answers else recommended.values,
        confidence=recommended.confidence,
        amount=None if record["amount"] is None else Decimal(record["amount"]),
        abstain=record["abstain"],
        draw=draw,
        blind_draw=blind_draw,
        at=datetime.fromisoformat(record["decided_at"]),
        muted=record.get("mutes"),
    )


def _example(decision_id: UUID, record: Mapping[str, Any], change: Change, verdict: Verdict) -> Example:
    return Example(
        decision_id,
        UUID(record["subject_id"]),
        record["summary"],
        datetime.fromisoformat(record["decided_at"]),
        None if record["amount"] is None else Decimal(record["amount"]),
        change,
        tuple(reason["text"] for reason in record["reasons"]),
        tuple(reason.text for reason in verdict.reasons),
    )
