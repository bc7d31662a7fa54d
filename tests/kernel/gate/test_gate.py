"""The gate's verdicts, sentence by sentence."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from intendant.kernel.gate import (
    AllowanceKey,
    Allowances,
    Case,
    ComponentState,
    Exceeded,
    Level,
    Limit,
    ReasonCode,
    Tier,
    Verdict,
    VerdictKind,
    Window,
    compile_policy,
    parse_policy,
    total_reserved,
    with_limit,
    with_rule_not_applicable,
)

POLICY = parse_policy(
    {
        "kind": "orders.refund",
        "actions": {
            "refund": {
                "act_threshold": 0.75,
                "limits": [{"window": "day", "count": 3, "amount": "1000", "exceeded": "ask"}],
                "hold_seconds": 60,
                "deadline_hours": 8,
                "fate": "escalate",
            },
            "decline": {"act_threshold": 0.9, "reversible": True},
        },
        "rules": [
            {
                "name": "known customer",
                "effect": "require",
                "actions": ["refund"],
                "when": {"field": "customer.age_days", "op": "ge", "value": 30},
                "reason": "The customer is new.",
                "code": "NEW",
            },
            {
                "name": "blocked",
                "effect": "forbid",
                "when": {"field": "list.blocked", "op": "eq", "value": True},
                "missing": "ignore",
            },
            {
                "name": "night",
                "effect": "ask",
                "when": {"field": "at.hour", "op": "ge", "value": 22},
                "tier": "manager",
                "missing": "ignore",
            },
            {
                "name": "large",
                "effect": "limit",
                "actions": ["refund"],
                "cap": {"at_most": 500, "exceeded": "ask"},
                "tier": "owner",
            },
        ],
    }
)
GATE = compile_policy(POLICY)
FULL = ComponentState("orders", Level.FULL)
GOOD = Case("refund", {"customer.age_days": 400, "list.blocked": False}, confidence=0.9, amount=Decimal(100), draw=0.5)


def decide(case: Case = GOOD, state: ComponentState = FULL, allowances: Allowances | None = None) -> Verdict:
    return GATE.decide(case, state, allowances or Allowances())


def codes(verdict: Verdict) -> list[ReasonCode]:
    return [reason.code for reason in verdict.reasons]


def test_a_good_case_acts_and_reserves_its_budget() -> None:
    verdict = decide()
    assert verdict.kind is VerdictKind.ACT
    assert verdict.reasons == ()
    assert verdict.hold_seconds == 60
    [reservation] = verdict.reserved
    assert (reservation.key, reservation.count, reservation.amount) == (
        AllowanceKey("orders", "refund", Window.DAY),
        1,
        Decimal(100),
    )


@pytest.mark.parametrize(
    ("confidence", "kind"),
    [(0.75, VerdictKind.ACT), (0.7499999, VerdictKind.ASK), (1.0, VerdictKind.ACT), (0.3, VerdictKind.ASK)],
)
def test_it_acts_exactly_at_the_threshold_and_above(confidence: float, kind: VerdictKind) -> None:
    verdict = decide(GOOD._replace(confidence=confidence))
    assert verdict.kind is kind
    assert not verdict.intervention


def test_confidence_below_the_intervention_threshold_raises_an_alert() -> None:
    verdict = decide(GOOD._replace(confidence=0.29))
    assert verdict.kind is VerdictKind.ASK
    assert verdict.intervention
    assert codes(verdict) == [ReasonCode.CONFIDENCE_INTERVENTION]


@pytest.mark.parametrize("confidence", [None, float("nan"), 1.01, -0.1, float("inf")])
def test_confidence_that_is_no_probability_asks(confidence: float | None) -> None:
    assert codes(decide(GOOD._replace(confidence=confidence))) == [ReasonCode.CONFIDENCE_MISSING]


def test_a_model_that_does_not_know_asks() -> None:
    verdict = decide(GOOD._replace(abstain="both outcomes are plausible"))
    assert verdict.kind is VerdictKind.ASK
    assert "both outcomes are plausible" in verdict.reasons[0].text


def test_an_unmet_requirement_refuses_and_names_the_value() -> None:
    verdict = decide(GOOD._replace(values={"customer.age_days": 3}))
    assert verdict.kind is VerdictKind.REFUSE
    assert verdict.reasons[0].text == "The customer is new."
    assert verdict.reasons[0].adverse_code == "NEW"
    trace = next(fired for fired in verdict.fired if fired.rule == "known customer").conditions[0]
    assert (trace.field, trace.op, trace.wanted, trace.value, trace.outcome) == (
        "customer.age_days",
        "ge",
        30,
        3,
        False,
    )


@pytest.mark.parametrize("value", [None, float("nan"), "400", True, Decimal("NaN"), [400]])
def test_a_missing_or_mistyped_value_asks_and_is_never_taken_as_false(value: object) -> None:
    verdict = decide(GOOD._replace(values={"customer.age_days": value, "list.blocked": False}))
    assert verdict.kind is VerdictKind.ASK
    assert codes(verdict) == [ReasonCode.VALUE_MISSING]
    assert verdict.fired[0].outcome is None
    assert verdict.fired[0].conditions[0].note


def test_an_ignored_missing_value_is_still_on_the_record() -> None:
    verdict = decide(GOOD._replace(values={"customer.age_days": 400}, confidence=0.5))
    assert [(fired.rule, fired.outcome, fired.kind) for fired in verdict.fired] == [
        ("blocked", None, None),
        ("night", None, None),
    ]
    assert codes(verdict) == [ReasonCode.CONFIDENCE_LOW]


def test_an_ignored_missing_value_does_not_keep_it_from_acting() -> None:
    verdict = decide(GOOD._replace(values={"customer.age_days": 400}))
    assert verdict.kind is VerdictKind.ACT
    assert [fired.rule for fired in verdict.fired] == ["blocked", "night"]


def test_a_rule_sees_the_business_time_of_the_case() -> None:
    late = GOOD._replace(at=datetime(2026, 3, 1, 23, tzinfo=UTC))
    verdict = decide(late)
    assert verdict.kind is VerdictKind.ASK
    assert verdict.tier is Tier.MANAGER


def test_inputs_cannot_pretend_to_be_the_gates_own_fields() -> None:
    spoofed = GOOD._replace(values={**GOOD.values, "action.amount": 1}, amount=Decimal(600))
    assert codes(decide(spoofed)) == [ReasonCode.RULE_LIMITS]


def test_all_reasons_are_kept_and_the_strictest_stands_first() -> None:
    case = GOOD._replace(values={"customer.age_days": 3, "list.blocked": True}, confidence=0.1, amount=Decimal(5000))
    verdict = decide(case)
    assert verdict.kind is VerdictKind.REFUSE
    assert set(codes(verdict)) == {
        ReasonCode.RULE_REQUIRES,
        ReasonCode.RULE_FORBIDS,
        ReasonCode.RULE_LIMITS,
        ReasonCode.CONFIDENCE_INTERVENTION,
        ReasonCode.LIMIT_AMOUNT,
    }
    kinds = [reason.kind for reason in verdict.reasons]
    assert kinds == sorted(kinds, key=[VerdictKind.REFUSE, VerdictKind.ASK].index)
    assert verdict.tier is Tier.OWNER
    assert verdict.reserved == ()


def test_a_batch_sees_what_it_has_reserved_itself() -> None:
    verdicts = GATE.decide_many([GOOD] * 5, FULL, Allowances())
    assert [verdict.kind.value for verdict in verdicts] == ["act", "act", "act", "ask", "ask"]
    assert total_reserved(verdicts) == {AllowanceKey("orders", "refund", Window.DAY): (3, Decimal(300))}


def test_a_batch_leaves_the_allowances_it_was_given_alone() -> None:
    allowances = Allowances()
    verdicts = GATE.decide_many([GOOD] * 2, FULL, allowances)
    assert allowances == Allowances()
    assert allowances.after(verdicts) != Allowances()


@pytest.mark.parametrize("amount", [None, Decimal("NaN"), Decimal(-5), Decimal("Infinity")])
def test_an_amount_that_is_no_amount_never_touches_a_budget(amount: Decimal | None) -> None:
    verdict = decide(GOOD._replace(amount=amount))
    assert verdict.kind is VerdictKind.ASK
    assert ReasonCode.AMOUNT_MISSING in codes(verdict)


def test_a_limit_may_refuse() -> None:
    gate = compile_policy(with_limit(POLICY, "refund", Limit(Window.DAY, amount=Decimal(50), exceeded=Exceeded.REFUSE)))
    assert gate.decide(GOOD, FULL, Allowances()).kind is VerdictKind.REFUSE


@pytest.mark.parametrize(
    ("state", "kind", "code"),
    [
        (ComponentState("orders", Level.STOPPED), VerdictKind.REFUSE, ReasonCode.STOPPED),
        (ComponentState("orders", Level.FULL, stopped=True), VerdictKind.REFUSE, ReasonCode.STOPPED),
        (ComponentState("orders", Level.FULL, halted=True), VerdictKind.REFUSE, ReasonCode.HALTED),
        (ComponentState("orders", Level.OBSERVE, halted=True), VerdictKind.REFUSE, ReasonCode.HALTED),
        (ComponentState("orders", Level.MANUAL), VerdictKind.ASK, ReasonCode.MANUAL),
        (ComponentState("orders", Level.FULL, controlled_by="Ada"), VerdictKind.ASK, ReasonCode.CONTROLLED),
        (ComponentState("orders", Level.ASSISTED), VerdictKind.ASK, ReasonCode.ASSISTED),
    ],
)
def test_the_state_of_the_component_decides_what_it_may(
    state: ComponentState, kind: VerdictKind, code: ReasonCode
) -> None:
    verdict = decide(state=state)
    assert verdict.kind is kind
    assert codes(verdict) == [code]
    assert verdict.reserved == ()


def test_at_level_observe_it_only_says_what_it_would_do() -> None:
    observing = ComponentState("orders")
    for case, would in [
        (GOOD, "act"),
        (GOOD._replace(confidence=0.5), "ask"),
        (GOOD._replace(values={"customer.age_days": 1}), "refuse"),
    ]:
        verdict = decide(case, observing)
        assert (verdict.kind, verdict.would) == (VerdictKind.OBSERVE, VerdictKind(would))
        assert verdict.reserved == ()


def test_at_level_supervised_a_share_is_reviewed_first() -> None:
    supervised = ComponentState("orders", Level.SUPERVISED)
    verdict = decide(GOOD._replace(draw=0.19), supervised)
    assert (verdict.kind, verdict.reviewed) == (VerdictKind.ASK, True)
    assert decide(GOOD._replace(draw=0.2), supervised).kind is VerdictKind.ACT
    assert decide(GOOD._replace(draw=float("nan")), supervised).kind is VerdictKind.ASK


def test_an_uncertain_case_is_asked_but_not_counted_as_a_review() -> None:
    verdict = decide(GOOD._replace(draw=0.0, confidence=0.5), ComponentState("orders", Level.SUPERVISED))
    assert (verdict.kind, verdict.reviewed) == (VerdictKind.ASK, False)


def test_a_share_of_the_questions_is_blind() -> None:
    assert decide(GOOD._replace(confidence=0.5, blind_draw=0.05)).blind
    assert not decide(GOOD._replace(confidence=0.5, blind_draw=0.1)).blind
    assert not decide(GOOD._replace(blind_draw=0.0)).blind


def test_an_action_the_policy_does_not_name_is_refused() -> None:
    assert codes(decide(GOOD._replace(action="teleport"))) == [ReasonCode.UNKNOWN_ACTION]


def test_an_approval_settles_what_was_asked_up_to_its_tier() -> None:
    large = GOOD._replace(amount=Decimal(600), confidence=0.2)
    assert decide(large._replace(approved_by=Tier.MANAGER)).kind is VerdictKind.ASK
    approved = decide(large._replace(approved_by=Tier.OWNER))
    assert approved.kind is VerdictKind.ACT
    assert approved.reasons
    assert approved.reserved[0].amount == Decimal(600)


def test_an_approval_settles_no_refusal() -> None:
    case = GOOD._replace(values={"customer.age_days": 3}, approved_by=Tier.OWNER)
    assert decide(case).kind is VerdictKind.REFUSE
    assert decide(GOOD._replace(approved_by=Tier.OWNER), replace(FULL, halted=True)).kind is VerdictKind.REFUSE


def test_an_approved_case_is_not_drawn_into_the_sample_again() -> None:
    case = GOOD._replace(approved_by=Tier.OPERATOR, draw=0.0)
    assert decide(case, ComponentState("orders", Level.SUPERVISED)).kind is VerdictKind.ACT


def test_a_rule_applies_between_its_dates_and_always_when_the_time_is_unknown() -> None:
    body = {
        "kind": "k",
        "actions": {"go": {"act_threshold": 0.5}},
        "rules": [
            {
                "name": "pause",
                "effect": "forbid",
                "when": True,
                "effective_from": "2026-01-10T00:00:00+00:00",
                "effective_until": "2026-01-20T00:00:00+00:00",
            }
        ],
    }
    gate = compile_policy(parse_policy(body))
    for at, kind in [
        (datetime(2026, 1, 9, 23, 59, tzinfo=UTC), VerdictKind.ACT),
        (datetime(2026, 1, 10, tzinfo=UTC), VerdictKind.REFUSE),
        (datetime(2026, 1, 20, tzinfo=UTC), VerdictKind.ACT),
        (None, VerdictKind.REFUSE),
        (datetime(2026, 1, 1), VerdictKind.REFUSE),  # noqa: DTZ001 - a time without a zone proves nothing
    ]:
        case = Case("go", {}, confidence=0.9, draw=0.5, at=at)
        assert gate.decide(case, FULL, Allowances()).kind is kind


def test_a_rule_that_was_switched_off_says_why_in_the_explanation() -> None:
    policy = with_rule_not_applicable(POLICY, "known customer", "the table has no such column")
    gate = compile_policy(policy)
    case = GOOD._replace(values={"list.blocked": False})
    assert gate.decide(case, FULL, Allowances()).kind is VerdictKind.ACT
    trace = gate.explain(case, FULL, Allowances()).rules[0]
    assert trace.skipped == "switched off: the table has no such column"
