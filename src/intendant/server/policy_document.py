"""A policy as it is written, for the API's description alone: what is sent is read by the gate's own parser.

The parser names the place of whatever is wrong and how to mend it, which a schema cannot; so these shapes are not validated
against. Parts that stand at their default may be left out of what is sent; what is returned has those that the shapes require.
"""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import core_schema
from typing_extensions import TypeAliasType, TypedDict

from intendant.kernel.gate import AggregateMeasure, Exceeded, Fate, Missing, Operator, Severity, Tier, Window

_CLOSED = ConfigDict(extra="forbid")
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
RuleEffect = Literal["require", "forbid", "ask", "limit"]
Money = Annotated[str, Field(description="A decimal number as text.")]


class WrittenDecimal(TypedDict):
    """An exact decimal number."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]
    decimal: str


class WrittenDate(TypedDict):
    """A day, such as 2026-01-31."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]
    date: str


class WrittenMoment(TypedDict):
    """A time with its zone."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]
    moment: str


PolicyNumber = TypeAliasType("PolicyNumber", int | float | WrittenDecimal)
PolicyScalar = TypeAliasType("PolicyScalar", bool | int | float | str | WrittenDecimal | WrittenDate | WrittenMoment)


class ComparisonDocument(TypedDict):
    """A field against a constant (`value`), or against another field (`other`, times `factor`)."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]
    field: str
    op: Operator
    value: NotRequired[PolicyScalar | list[PolicyScalar]]
    other: NotRequired[str]
    factor: NotRequired[PolicyNumber]


class AllDocument(TypedDict):
    """True when every part is; without parts, always true."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]
    all: list["ConditionDocument"]


class AnyDocument(TypedDict):
    """True when some part is."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]
    any: Annotated[list["ConditionDocument"], Field(min_length=1)]


NotDocument = TypedDict("NotDocument", {"not": "ConditionDocument"})

ConditionDocument = TypeAliasType("ConditionDocument", "ComparisonDocument | AllDocument | AnyDocument | NotDocument")


class CapDocument(TypedDict):
    """The most a field may be, for rules with the effect `limit`."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]
    field: str
    at_most: PolicyNumber
    exceeded: Exceeded


class RuleDocument(TypedDict):
    """One sentence of a policy. Without `actions` it speaks about all; `when` may be left out of limits alone."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]
    name: str
    effect: RuleEffect
    missing: Missing
    actions: NotRequired[list[str]]
    when: NotRequired[ConditionDocument]
    cap: NotRequired[CapDocument]
    reason: NotRequired[str]
    code: NotRequired[str]
    tier: NotRequired[Tier]
    severity: NotRequired[Severity]
    effective_from: NotRequired[Moment]
    effective_until: NotRequired[Moment]
    not_applicable: NotRequired[str]
    mutable: NotRequired[bool]


class AggregateDocument(TypedDict):
    """What became lately of whom `by` names, over a span such as 24h or 7d; rules read it as `aggregates.<name>`."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]
    name: str
    measure: AggregateMeasure
    by: str
    over: str
    of: NotRequired[str]
    where: NotRequired[ConditionDocument]


class LimitDocument(TypedDict):
    """A budget: at most `count` acts and `amount` of money in each window; one of them is there at least."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]
    window: Window
    exceeded: Exceeded
    count: NotRequired[Annotated[int, Field(ge=0)]]
    amount: NotRequired[Money]


class ReviewShare(TypedDict):
    """Which share of would-be acts a person checks first, by level."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]
    supervised: float
    full: float


class ActionDocument(TypedDict):
    """What one action may do by itself."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]
    act_threshold: float
    reversible: bool
    limits: list[LimitDocument]
    review_share: ReviewShare
    blind_share: float
    tier: Tier
    deadline_hours: float
    fate: Fate
    hold_seconds: float


class PublishingDocument(TypedDict):
    """How the next version is published: `second_person` asks for the word of another person than its author."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]
    second_person: bool


class WrittenPolicy(TypedDict):
    """All that one decision kind is bound by. The policy reference describes each part."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]
    kind: str
    intervention_threshold: float
    conformal_coverage: float | None
    parameters: dict[str, Any]
    actions: dict[str, ActionDocument]
    rules: list[RuleDocument]
    aggregates: NotRequired[list[AggregateDocument]]
    publishing: NotRequired[PublishingDocument]


class _ShapeOnly:
    """Gives the API's description a shape, and lets any value pass in and out."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        shape = handler(source)
        # The shape stands in the tree so that its definitions are kept; its validator is never called.
        return core_schema.no_info_wrap_validator_function(
            lambda value, _: value,
            shape,
            serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value),
            metadata={"pydantic_js_annotation_functions": [lambda _, describe: describe(shape)]},
        )


PolicyDocument = TypeAliasType("PolicyDocument", Annotated[WrittenPolicy, _ShapeOnly()])
