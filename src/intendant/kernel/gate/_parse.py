"""Policies from what people write, and back: `parse_policy` and `dump_policy` are exact inverses.

Parsing is the border: whatever passes is a sound policy. Every complaint names the place as a path
("rules[2].when.value") and says how to mend it.
"""

from collections.abc import Mapping

from intendant.kernel.gate._conditions import comparisons_of
from intendant.kernel.gate._policy import (
    ALWAYS,
    LISTED,
    ActionPolicy,
    Aggregate,
    AggregateMeasure,
    AllOf,
    AnyOf,
    Cap,
    Comparison,
    Condition,
    Effect,
    Exceeded,
    Fate,
    Json,
    Limit,
    Missing,
    Not,
    Operator,
    Policy,
    Rule,
    Scalar,
    Severity,
    Tier,
    Window,
)
from intendant.kernel.gate._rules import OWN_FIELDS
from intendant.kernel.gate._scalars import amount as parse_amount
from intendant.kernel.gate._scalars import count as parse_count
from intendant.kernel.gate._scalars import (
    mapping,
    member,
    moment,
    name,
    number,
    optional,
    parameters,
    required,
    scalar,
    sequence,
    share,
    span,
    text,
    truth,
    within,
    word,
    wrong,
)

__all__ = ["parse_condition", "parse_policy", "parse_rule"]

RULES_MAX = 500
AGGREGATES_MAX = 20
ACTIONS_MAX = 100
LIMITS_MAX = 20
CONDITIONS_MAX = 1_000
DEPTH_MAX = 16
VALUES_MAX = 10_000
DEADLINE_HOURS_MAX = 24.0 * 366
HOLD_SECONDS_MAX = 86_400.0 * 366


def parse_policy(body: object) -> Policy:
    """Turn a policy as written (a mapping, from JSON or safely loaded YAML) into a `Policy`.

    Raises PolicyInvalid, whose `field` is the path of what is wrong.
    """
    written = mapping(
        body,
        "",
        {
            "kind",
            "rules",
            "actions",
            "intervention_threshold",
            "conformal_coverage",
            "parameters",
            "publishing",
            "aggregates",
        },
    )
    publishing = mapping(written.get("publishing", {}), "publishing", {"second_person"})
    rules = sequence(written.get("rules", []), "rules", RULES_MAX)
    actions = mapping(written.get("actions", {}), "actions", None)
    if len(actions) > ACTIONS_MAX:
        raise wrong("actions", f"has more than {ACTIONS_MAX} entries", "Describe fewer actions.")
    policy = Policy(
        kind=name(required(written, "kind", ""), "kind"),
        rules=tuple(parse_rule(rule, f"rules[{place}]") for place, rule in enumerate(rules)),
        actions={name(key, "actions"): _action(each, f"actions.{key}") for key, each in actions.items()},
        intervention_threshold=share(written.get("intervention_threshold", 0.3), "intervention_threshold"),
        conformal_coverage=optional(written.get("conformal_coverage", 0.9), "conformal_coverage", share),
        parameters=_parameters(written.get("parameters", {})),
        second_person=truth(publishing.get("second_person", False), "publishing.second_person"),
        aggregates=_aggregates(written.get("aggregates", [])),
    )
    seen: set[str] = set()
    for place, rule in enumerate(policy.rules):
        if rule.name in seen:
            raise wrong(
                f"rules[{place}].name", f"'{rule.name}' is taken by another rule", "Give each rule its own name."
            )
        seen.add(rule.name)
    return policy


def parse_rule(body: object, path: str = "rule") -> Rule:
    """Turn one rule as written into a `Rule`."""
    written = mapping(body, path, _RULE_KEYS)
    effect = member(required(written, "effect", path), f"{path}.effect", Effect)
    cap = None
    if effect is Effect.LIMIT:
        cap = _cap(required(written, "cap", path), f"{path}.cap")
    elif "cap" in written:
        raise wrong(f"{path}.cap", "belongs to rules with effect 'limit' only", "Remove it, or set effect to 'limit'.")
    if effect is not Effect.LIMIT and "when" not in written:
        raise wrong(f"{path}.when", "is missing", "Say when the rule applies; {all: []} means always.")
    rule = Rule(
        name=name(required(written, "name", path), f"{path}.name"),
        effect=effect,
        when=parse_condition(written.get("when", {"all": []}), f"{path}.when"),
        actions=_rule_actions(written.get("actions", "*"), f"{path}.actions"),
        missing=member(written.get("missing", "ask"), f"{path}.missing", Missing),
        reason=text(written.get("reason", ""), f"{path}.reason"),
        code=optional(written.get("code"), f"{path}.code", name),
        tier=optional(written.get("tier"), f"{path}.tier", lambda value, at: member(value, at, Tier)),
        severity=optional(written.get("severity"), f"{path}.severity", lambda value, at: member(value, at, Severity)),
        effective_from=optional(written.get("effective_from"), f"{path}.effective_from", moment),
        effective_until=optional(written.get("effective_until"), f"{path}.effective_until", moment),
        not_applicable=optional(written.get("not_applicable"), f"{path}.not_applicable", text),
        cap=cap,
        mutable=truth(written.get("mutable", True), f"{path}.mutable"),
    )
    begin, end = rule.effective_from, rule.effective_until
    if begin is not None and end is not None and end <= begin:
        raise wrong(
            f"{path}.effective_until", "is not after effective_from", "Give a later time, or remove one of them."
        )
    return rule


_RULE_KEYS = {
    "name", "effect", "when", "actions", "missing", "reason", "code", "tier", "severity",
    "effective_from", "effective_until", "not_applicable", "cap", "mutable",
}  # fmt: skip


def parse_condition(body: object, path: str = "when") -> Condition:
    """Turn one condition as written into a `Condition`."""
    counter = [0]
    return _condition(body, path, 0, counter)


def _condition(body: object, path: str, depth: int, counter: list[int]) -> Condition:
    counter[0] += 1
    if depth > DEPTH_MAX or counter[0] > CONDITIONS_MAX:
        raise wrong(path, f"nests deeper than {DEPTH_MAX} or has over {CONDITIONS_MAX} parts", "Split the rule in two.")
    if body is True:
        return ALWAYS
    written = mapping(body, path, {"all", "any", "not", "field", "op", "value", "other", "factor"})
    for key, shape in (("all", AllOf), ("any", AnyOf)):
        if key in written:
            _alone(written, key, path)
            parts = sequence(written[key], f"{path}.{key}", CONDITIONS_MAX)
            if not parts and shape is AnyOf:
                raise wrong(f"{path}.any", "is empty, so it never holds", "Add a condition, or remove the rule.")
            return shape(
                tuple(_condition(part, f"{path}.{key}[{at}]", depth + 1, counter) for at, part in enumerate(parts))
            )
    if "not" in written:
        _alone(written, "not", path)
        return Not(_condition(written["not"], f"{path}.not", depth + 1, counter))
    return _comparison(written, path)


def _alone(written: Mapping[str, object], key: str, path: str) -> None:
    if len(written) > 1:
        raise wrong(
            path, f"has '{key}' beside other keys", f"Put the others inside '{key}', or in a part of their own."
        )


_PRESENCE = frozenset({Operator.IS_MISSING, Operator.IS_PRESENT})
_LISTS = frozenset({Operator.IN, Operator.NOT_IN})
_TEXTS = frozenset({Operator.STARTS_WITH, Operator.ENDS_WITH})
_ORDERS = frozenset({Operator.LT, Operator.LE, Operator.GT, Operator.GE})


def _comparison(written: Mapping[str, object], path: str) -> Comparison:
    field = name(required(written, "field", path), f"{path}.field")
    op = member(required(written, "op", path), f"{path}.op", Operator)
    if op in _PRESENCE:
        for key in ("value", "other", "factor"):
            if key in written:
                raise wrong(f"{path}.{key}", f"has no meaning with '{op.value}'", "Remove it.")
        return Comparison(field, op)
    if "other" in written:
        if "value" in written:
            raise wrong(path, "compares with both 'value' and 'other'", "Keep one of them.")
        if op is Operator.BETWEEN or op in LISTED:
            raise wrong(f"{path}.other", f"cannot be used with '{op.value}'", "Write 'value' instead.")
        factor = optional(written.get("factor"), f"{path}.factor", number)
        return Comparison(field, op, other=name(written["other"], f"{path}.other"), factor=factor)
    if "factor" in written:
        raise wrong(f"{path}.factor", "needs 'other', the field it multiplies", "Add 'other', or remove 'factor'.")
    value = required(written, "value", path)
    at = f"{path}.value"
    if op in LISTED:
        if field in OWN_FIELDS:
            raise wrong(f"{path}.field", "is the gate's own, which no list holds", "Name a value of the case.")
        return Comparison(field, op, word(value, at))
    if op in _LISTS:
        values = tuple(scalar(each, f"{at}[{place}]") for place, each in enumerate(sequence(value, at, VALUES_MAX)))
        if not values:
            raise wrong(at, "is an empty list", "List at least one value.")
        return Comparison(field, op, values)
    if op is Operator.BETWEEN:
        return Comparison(field, op, _ends(value, at))
    constant = scalar(value, at)
    if op in _TEXTS and not isinstance(constant, str):
        raise wrong(at, "is not text", f"'{op.value}' compares text; write it in quotes.")
    if op in _ORDERS and isinstance(constant, bool | str):
        raise wrong(
            at, "has no order", f"'{op.value}' compares numbers and dates; write a number, or use 'eq' or 'in'."
        )
    return Comparison(field, op, constant)


def _ends(value: object, path: str) -> tuple[Scalar, ...]:
    ends = tuple(scalar(each, f"{path}[{place}]") for place, each in enumerate(sequence(value, path, 2)))
    if len(ends) != 2:
        raise wrong(path, "needs two values", "Write [least, most]; both are included.")
    low, high = ends
    if isinstance(low, bool | str) or isinstance(high, bool | str):
        raise wrong(path, "has no order", "Write two numbers or two dates.")
    try:
        backwards = low > high  # type: ignore[operator]
    except TypeError:
        raise wrong(path, "mixes types that cannot be compared", "Write two numbers or two dates.") from None
    if backwards:
        raise wrong(path, "has the greater value first", "Write [least, most].")
    return ends


def _cap(body: object, path: str) -> Cap:
    written = mapping(body, path, {"field", "at_most", "exceeded"})
    return Cap(
        at_most=number(required(written, "at_most", path), f"{path}.at_most"),
        field=name(written.get("field", "action.amount"), f"{path}.field"),
        exceeded=member(written.get("exceeded", "ask"), f"{path}.exceeded", Exceeded),
    )


def _rule_actions(value: object, path: str) -> tuple[str, ...] | None:
    if value == "*":
        return None
    if isinstance(value, str):
        raise wrong(path, "is not a list", f"Write [{value}], or '*' for all actions.")
    names = tuple(name(each, f"{path}[{place}]") for place, each in enumerate(sequence(value, path, ACTIONS_MAX)))
    if not names:
        raise wrong(path, "is empty", "Name the actions, or write '*' for all.")
    return names


_ACTION_KEYS = {
    "act_threshold", "reversible", "limits", "review_share", "blind_share", "tier", "deadline_hours", "fate", "hold_seconds",
}  # fmt: skip


def _action(body: object, path: str) -> ActionPolicy:
    written = mapping(body, path, _ACTION_KEYS)
    shares = mapping(written.get("review_share", {}), f"{path}.review_share", {"supervised", "full"})
    limits = sequence(written.get("limits", []), f"{path}.limits", LIMITS_MAX)
    default = ActionPolicy(act_threshold=1.0)
    action = ActionPolicy(
        act_threshold=share(required(written, "act_threshold", path), f"{path}.act_threshold"),
        reversible=truth(written.get("reversible", default.reversible), f"{path}.reversible"),
        limits=tuple(_limit(each, f"{path}.limits[{place}]") for place, each in enumerate(limits)),
        review_share_supervised=share(
            shares.get("supervised", default.review_share_supervised), f"{path}.review_share.supervised"
        ),
        review_share_full=share(shares.get("full", default.review_share_full), f"{path}.review_share.full"),
        blind_share=share(written.get("blind_share", default.blind_share), f"{path}.blind_share"),
        tier=member(written.get("tier", default.tier), f"{path}.tier", Tier),
        deadline_hours=within(
            written.get("deadline_hours", default.deadline_hours), f"{path}.deadline_hours", DEADLINE_HOURS_MAX
        ),
        fate=member(written.get("fate", default.fate), f"{path}.fate", Fate),
        hold_seconds=within(
            written.get("hold_seconds", default.hold_seconds), f"{path}.hold_seconds", HOLD_SECONDS_MAX
        ),
    )
    if action.review_share_full > action.review_share_supervised:
        raise wrong(
            f"{path}.review_share.full",
            "is above the share at level supervised, so less trust would act more",
            "Lower it, or raise 'supervised'.",
        )
    return action


def _limit(body: object, path: str) -> Limit:
    written = mapping(body, path, {"window", "count", "amount", "exceeded"})
    count = optional(written.get("count"), f"{path}.count", parse_count)
    amount = optional(written.get("amount"), f"{path}.amount", parse_amount)
    if count is None and amount is None:
        raise wrong(path, "limits nothing", "Give 'count', 'amount' or both.")
    return Limit(
        window=member(required(written, "window", path), f"{path}.window", Window),
        count=count,
        amount=amount,
        exceeded=member(written.get("exceeded", "ask"), f"{path}.exceeded", Exceeded),
    )


def _aggregates(value: object) -> tuple[Aggregate, ...]:
    parsed = [
        _aggregate(each, f"aggregates[{at}]") for at, each in enumerate(sequence(value, "aggregates", AGGREGATES_MAX))
    ]
    for at, each in enumerate(parsed):
        if any(each.name == other.name for other in parsed[:at]):
            raise wrong(f"aggregates[{at}].name", f"'{each.name}' is taken by another", "Give each its own name.")
    return tuple(parsed)


def _aggregate(body: object, path: str) -> Aggregate:
    written = mapping(body, path, {"name", "measure", "of", "by", "over", "where"})
    measure = member(required(written, "measure", path), f"{path}.measure", AggregateMeasure)
    of = optional(written.get("of"), f"{path}.of", name)
    if (of is None) is not (measure is AggregateMeasure.COUNT):
        remedy = "Remove it." if of is not None else "Name the value that is summed or told apart."
        raise wrong(f"{path}.of", "belongs to 'sum' and 'distinct', which need it", remedy)
    where = parse_condition(written.get("where", {"all": []}), f"{path}.where")
    for comparison in comparisons_of(where):
        if comparison.op in LISTED or comparison.field.startswith("aggregates."):
            raise wrong(f"{path}.where", "asks for a list or an aggregate", "Ask for values of the earlier cases only.")
    return Aggregate(
        name=word(required(written, "name", path), f"{path}.name"),
        measure=measure,
        by=name(required(written, "by", path), f"{path}.by"),
        over_hours=span(required(written, "over", path), f"{path}.over"),
        of=of,
        where=where,
    )


def _parameters(value: object) -> dict[str, Json]:
    written = mapping(value, "parameters", None)
    return {key: parameters(each, f"parameters.{key}") for key, each in written.items()}
