"""Random policies, cases and states for the gate's properties."""

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from intendant.kernel.gate import (
    ActionPolicy,
    AllOf,
    AllowanceKey,
    Allowances,
    AnyOf,
    Cap,
    Case,
    Comparison,
    ComponentState,
    Condition,
    Effect,
    Exceeded,
    Level,
    Limit,
    Missing,
    Not,
    Operator,
    Policy,
    Rule,
    Tier,
    Window,
    list_key,
)

ACTIONS = ("go", "stay")
NUMBER_FIELDS = ("size", "age", "confidence", "action.amount")
FIELDS = (*NUMBER_FIELDS, "colour", "open", "born", "tags")
LISTED_FIELDS = ("size", "colour")

numbers = st.one_of(
    st.integers(-5, 5),
    st.sampled_from([0.5, -0.5, 2.5, 0.1]),
    st.decimals(-5, 5, places=1),
    st.integers(-(10**30), 10**30),
)
colours = st.sampled_from(["red", "green", "greenish", ""])
days = st.dates(date(2026, 1, 1), date(2026, 1, 5))
scalars: st.SearchStrategy[object] = st.one_of(numbers, colours, st.booleans(), days)
values = st.dictionaries(
    st.sampled_from((*FIELDS, *(list_key(field, "known") for field in LISTED_FIELDS))),
    st.one_of(
        scalars,
        st.none(),
        st.sampled_from([float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), object(), 10**400]),
        st.lists(st.one_of(colours, numbers), max_size=3),
        st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 5)),  # noqa: DTZ001
    ),
)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    op = draw(st.sampled_from(list(Operator)))
    field = draw(st.sampled_from(FIELDS))
    if op in {Operator.IS_MISSING, Operator.IS_PRESENT}:
        return Comparison(field, op)
    if op in {Operator.IN_LIST, Operator.NOT_IN_LIST}:
        return Comparison(draw(st.sampled_from(LISTED_FIELDS)), op, "known")
    if op is not Operator.BETWEEN and draw(st.integers(0, 4)) == 0:
        factor = draw(st.one_of(st.none(), st.sampled_from([2, 0.5, Decimal("1.5")])))
        return Comparison(field, op, other=draw(st.sampled_from(FIELDS)), factor=factor)
    match op:
        case Operator.BETWEEN:
            return Comparison(field, op, tuple(sorted((draw(numbers), draw(numbers)))))
        case Operator.IN | Operator.NOT_IN:
            return Comparison(field, op, tuple(draw(st.lists(scalars, min_size=1, max_size=3))))  # type: ignore[arg-type]
        case Operator.STARTS_WITH | Operator.ENDS_WITH:
            return Comparison(field, op, draw(colours))
        case Operator.LT | Operator.LE | Operator.GT | Operator.GE:
            return Comparison(field, op, draw(st.one_of(numbers, days)))
        case _:
            return Comparison(field, op, draw(scalars))  # type: ignore[arg-type]


conditions: st.SearchStrategy[Condition] = st.recursive(
    comparisons(),
    lambda parts: st.one_of(
        st.lists(parts, max_size=3).map(lambda each: AllOf(tuple(each))),
        st.lists(parts, min_size=1, max_size=3).map(lambda each: AnyOf(tuple(each))),
        parts.map(Not),
    ),
    max_leaves=5,
)

moments = st.sampled_from([None, datetime(2026, 1, 2, tzinfo=UTC)])


@st.composite
def rules(draw: st.DrawFn, name: str = "rule") -> Rule:
    effect = draw(st.sampled_from(list(Effect)))
    cap = None
    if effect is Effect.LIMIT:
        cap = Cap(draw(st.integers(0, 5)), draw(st.sampled_from(NUMBER_FIELDS)), draw(st.sampled_from(list(Exceeded))))
    return Rule(
        name=name,
        effect=effect,
        when=draw(conditions),
        actions=draw(st.sampled_from([None, ("go",), ("go", "stay")])),
        missing=draw(st.sampled_from(list(Missing))),
        reason=draw(st.sampled_from(["", "Because."])),
        code=draw(st.sampled_from([None, "R1"])),
        tier=draw(st.sampled_from([None, *Tier])),
        effective_from=draw(moments),
        not_applicable=draw(st.sampled_from([None, None, None, "no such column"])),
        cap=cap,
    )


limits = st.builds(
    Limit,
    window=st.sampled_from(list(Window)),
    count=st.one_of(st.none(), st.integers(0, 4)),
    amount=st.decimals(0, 20, places=2),
    exceeded=st.sampled_from(list(Exceeded)),
)
shares = st.sampled_from([0.0, 0.2, 0.75, 1.0])


@st.composite
def action_policies(draw: st.DrawFn) -> ActionPolicy:
    supervised = draw(shares)
    return ActionPolicy(
        act_threshold=draw(shares),
        limits=tuple(draw(st.lists(limits, max_size=3))),
        review_share_supervised=supervised,
        review_share_full=draw(shares.filter(lambda share: share <= supervised)),
        blind_share=draw(shares),
        tier=draw(st.sampled_from(list(Tier))),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    return Policy(
        kind="test.kind",
        rules=tuple(draw(rules(name=f"rule {place}")) for place in range(draw(st.integers(0, 4)))),
        actions={name: draw(action_policies()) for name in ACTIONS},
        intervention_threshold=draw(shares),
        parameters={"threshold": 0.75},
        second_person=draw(st.booleans()),
    )


cases = st.builds(
    Case,
    action=st.sampled_from([*ACTIONS, *ACTIONS, "fly"]),
    values=values,
    confidence=st.one_of(st.none(), st.sampled_from([0.0, 0.2, 0.3, 0.75, 0.9, 1.0, float("nan"), 2.0])),
    amount=st.one_of(st.none(), st.decimals(-1, 10, places=2), st.just(Decimal("NaN"))),
    abstain=st.sampled_from([None, None, None, "unsure"]),
    draw=st.sampled_from([0.0, 0.1, 0.5, 0.9]),
    blind_draw=st.sampled_from([0.0, 0.5, 0.9]),
    at=st.one_of(moments, st.just(datetime(2026, 1, 1, 23, tzinfo=UTC))),
    approved_by=st.sampled_from([None, None, None, *Tier]),
)
states = st.builds(
    ComponentState,
    component=st.sampled_from(["one", "two"]),
    level=st.one_of(st.sampled_from([Level.FULL, Level.SUPERVISED]), st.sampled_from(list(Level))),
    controlled_by=st.sampled_from([None, None, None, "Ada"]),
    halted=st.sampled_from([False, False, False, True]),
    stopped=st.sampled_from([False, False, False, True]),
)
keys = st.builds(
    AllowanceKey,
    component=st.sampled_from(["one", "two"]),
    action=st.sampled_from(ACTIONS),
    window=st.sampled_from(list(Window)),
)
allowances = st.dictionaries(keys, st.tuples(st.integers(0, 4), st.decimals(0, 20, places=2))).map(Allowances)
