"""The words with which an editor may write a policy: a kind's own, and the closed lists of the gate."""

from collections.abc import Sequence

from pydantic import BaseModel

from intendant.kernel.gate import (
    SPAN_HOURS_MAX,
    AggregateMeasure,
    Effect,
    Exceeded,
    Fate,
    Level,
    Missing,
    Operator,
    Severity,
    Tier,
    Window,
)
from intendant.kernel.lists import Holds
from intendant.kernel.registry import CaseValue, ValueSource, ValueType, Vocabulary
from intendant.kit.database import Row

_EQUAL = (Operator.EQ, Operator.NE)
_ORDERED = (*_EQUAL, Operator.LT, Operator.LE, Operator.GT, Operator.GE, Operator.BETWEEN, Operator.IN, Operator.NOT_IN)
_TEXTS = (*_EQUAL, Operator.IN, Operator.NOT_IN, Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH)
_PRESENCE = (Operator.IS_MISSING, Operator.IS_PRESENT)
_LISTS = (Operator.IN_LIST, Operator.NOT_IN_LIST)

OPERATORS: dict[ValueType, tuple[Operator, ...]] = {
    ValueType.NUMBER: (*_ORDERED, *_PRESENCE),
    ValueType.INTEGER: (*_ORDERED, *_LISTS, *_PRESENCE),
    ValueType.DATE: (*_ORDERED, *_PRESENCE),
    ValueType.MOMENT: (*_ORDERED, *_PRESENCE),
    ValueType.CATEGORY: (*_TEXTS, *_LISTS, *_PRESENCE),
    ValueType.TEXT: (*_TEXTS, *_LISTS, *_PRESENCE),
    ValueType.BOOLEAN: (*_EQUAL, *_PRESENCE),
}

_GATE_VALUES = (
    CaseValue("confidence", "Confidence", ValueType.NUMBER, ValueSource.GATE, minimum=0.0, maximum=1.0),
    CaseValue("action.amount", "Amount that the action moves", ValueType.NUMBER, ValueSource.GATE),
    CaseValue("at", "Time", ValueType.MOMENT, ValueSource.GATE),
    CaseValue("at.date", "Day", ValueType.DATE, ValueSource.GATE),
    CaseValue("at.hour", "Hour", ValueType.INTEGER, ValueSource.GATE, minimum=0, maximum=23),
    CaseValue("at.weekday", "Day of the week (Monday is 1)", ValueType.INTEGER, ValueSource.GATE, minimum=1, maximum=7),
)


class ValueView(BaseModel):
    """A value that rules may look at. `name` is the word rules use; `operators` are those that make sense for it.

    `identifies`: it tells one customer from another, so that aggregates may count by it and mutes may name it.
    """

    name: str
    label: str
    type: ValueType
    source: ValueSource
    choices: list[str]
    unit: str | None
    minimum: float | None
    maximum: float | None
    operators: list[Operator]
    identifies: bool


class WordView(BaseModel):
    """A word of the policy and what it means."""

    name: str
    label: str


class ListWord(BaseModel):
    """A list that rules may ask, and what stands on it."""

    name: str
    label: str
    holds: Holds


class VocabularyView(BaseModel):
    """All that a policy of a kind may be written with. `codes` are the reasons that a rule may owe to the subject.

    `measures` and `span_hours_max` are for aggregates, which a rule reads as `aggregates.<name>`.
    """

    kind: str
    values: list[ValueView]
    actions: list[WordView]
    codes: list[WordView]
    operators: dict[ValueType, list[Operator]]
    effects: list[Effect]
    missing: list[Missing]
    exceeded: list[Exceeded]
    tiers: list[Tier]
    fates: list[Fate]
    windows: list[Window]
    severities: list[Severity]
    levels: list[Level]
    lists: list[ListWord]
    measures: list[AggregateMeasure]
    span_hours_max: int


def show_vocabulary(kind: str, words: Vocabulary, lists: Sequence[Row] = ()) -> VocabularyView:
    """Join a kind's words with the gate's own, which no kind can override."""
    own = {value.name for value in _GATE_VALUES} | {"action"}
    action = CaseValue(
        "action", "Action", ValueType.CATEGORY, ValueSource.GATE, tuple(each.name for each in words.actions)
    )
    values = [*(value for value in words.values if value.name not in own), action, *_GATE_VALUES]
    return VocabularyView(
        kind=kind,
        values=[_value_view(value) for value in values],
        actions=[WordView(name=each.name, label=each.label) for each in words.actions],
        codes=[WordView(name=name, label=label) for name, label in words.codes.items()],
        operators={kind: list(operators) for kind, operators in OPERATORS.items()},
        effects=list(Effect),
        missing=list(Missing),
        exceeded=list(Exceeded),
        tiers=list(Tier),
        fates=list(Fate),
        windows=list(Window),
        severities=list(Severity),
        levels=list(Level),
        lists=[ListWord(**row) for row in lists],
        measures=list(AggregateMeasure),
        span_hours_max=SPAN_HOURS_MAX,
    )


def _value_view(value: CaseValue) -> ValueView:
    return ValueView(
        name=value.name,
        label=value.label,
        type=value.type,
        source=value.source,
        choices=list(value.choices),
        unit=value.unit,
        minimum=value.minimum,
        maximum=value.maximum,
        operators=[
            each for each in OPERATORS[value.type] if value.source is not ValueSource.GATE or each not in _LISTS
        ],
        identifies=value.identifies,
    )
