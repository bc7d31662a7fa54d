"""The words in which a kind's policy may be written: the values its cases have, and the actions it may propose."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ValueType(StrEnum):
    """What a value is, which settles how rules may compare it."""

    NUMBER = "number"
    INTEGER = "integer"
    CATEGORY = "category"
    BOOLEAN = "boolean"
    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"


class ValueSource(StrEnum):
    """Where a value comes from: what was entered, what was made of it, the model, or the gate itself."""

    INPUT = "input"
    FEATURE = "feature"
    SCORE = "score"
    GATE = "gate"


@dataclass(frozen=True, slots=True)
class CaseValue:
    """A value that rules may look at. `name` is the word rules use; `choices` are all that a category may be."""

    name: str
    label: str
    type: ValueType
    source: ValueSource
    choices: tuple[str, ...] = ()
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    identifies: bool = False
    """Whether it tells one customer, account or device from another: what aggregates count by and mutes are for."""


@dataclass(frozen=True, slots=True)
class ActionWord:
    """An action the kind may propose, and what it means. `is_choice`: a person may choose it; not what a deadline alone does."""

    name: str
    label: str
    is_choice: bool = True


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words of a kind. `codes` are the reasons a rule may owe to the subject, with their meaning."""

    values: tuple[CaseValue, ...]
    actions: tuple[ActionWord, ...]
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What a kind recommends for a recorded case under some policy."""

    action: str
    confidence: float | None
    values: Mapping[str, object]
