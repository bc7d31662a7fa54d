"""The state machine, the bounds between approving, asking and rejecting, and the default policy: as values."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intendant.domains.lending import rules
from intendant.domains.lending.contract import ACTIONS, APPROVE, EXPIRE, REFER, REJECT
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.model import MOVES, OPEN_STATES, ApplicationState, MoveNotAllowed, Pricing, moved
from intendant.domains.lending.policy import default_policy
from intendant.kernel.gate import (
    Allowances,
    Case,
    ComponentState,
    Level,
    Tier,
    Verdict,
    VerdictKind,
    compile_policy,
    dump_policy,
    parse_policy,
)

POLICY = default_policy()
COMPILED = compile_policy(POLICY)
STATES = st.sampled_from(ApplicationState)


def verdict_on(
    action: str, probability: float | None = 0.9, *, level: Level = Level.FULL, halted: bool = False, **values: object
) -> Verdict:
    """Let the default policy judge an application."""
    confidence = rules.confidence_in(action, probability)
    sure = probability is not None and probability >= 0.75
    seen = {"amount": 5000.0, "credit_score": 700, "sure": sure, "score": probability} | values
    case = Case(action, seen, confidence, Decimal(str(seen["amount"])), draw=0.999)
    return COMPILED.decide(case, ComponentState("lending.decisions", level, halted=halted), Allowances())


@given(st.lists(STATES, max_size=12))
def test_an_application_only_ever_moves_along_the_table(wishes: list[ApplicationState]) -> None:
    state = ApplicationState.DRAFT
    for wish in wishes:
        if wish in MOVES[state]:
            state = moved(state, wish)
            continue
        with pytest.raises(MoveNotAllowed):
            moved(state, wish)
    assert state in MOVES


@given(STATES)
def test_final_states_are_final_and_money_out_cannot_be_withdrawn(to: ApplicationState) -> None:
    for final in (
        ApplicationState.DISBURSED,
        ApplicationState.REJECTED,
        ApplicationState.WITHDRAWN,
        ApplicationState.EXPIRED,
    ):
        with pytest.raises(MoveNotAllowed):
            moved(final, to)


@given(
    st.sampled_from(ACTIONS),
    st.sampled_from(sorted(OPEN_STATES)),
    st.floats(0, 1),
    st.sampled_from(Level),
    st.booleans(),
)
def test_every_verdict_leads_an_open_application_to_a_state_it_may_take(
    action: str, state: ApplicationState, probability: float, level: Level, halted: bool
) -> None:
    verdict = verdict_on(action, probability, level=level, halted=halted, credit_score=500)
    after = rules.state_after(action, verdict, state)
    assert after is state or after in MOVES[state]


@given(st.floats(0, 1))
def test_approve_from_three_quarters_reject_below_a_half_and_ask_between(probability: float) -> None:
    bounds = rules.bounds_of(POLICY)
    assert bounds == (0.75, 0.5)
    action = rules.proposed_action(probability, bounds)
    kind = verdict_on(action, probability).kind
    if probability >= 0.75:
        assert (action, kind) == (APPROVE, VerdictKind.ACT)
    elif probability < 0.5:
        assert (action, kind) == (REJECT, VerdictKind.ACT)
    else:
        assert kind is VerdictKind.ASK


def test_without_a_probability_a_person_decides() -> None:
    assert rules.proposed_action(None, rules.bounds_of(POLICY)) == APPROVE
    assert verdict_on(APPROVE, None).kind is VerdictKind.ASK


@pytest.mark.parametrize(
    ("values", "kind", "tier"),
    [
        ({"credit_score": 600}, VerdictKind.ACT, Tier.OPERATOR),
        ({"credit_score": 599}, VerdictKind.REFUSE, Tier.OPERATOR),
        ({"credit_score": None}, VerdictKind.ASK, Tier.OPERATOR),
        ({"amount": 100_000.0}, VerdictKind.ACT, Tier.OPERATOR),
        ({"amount": 100_000.01}, VerdictKind.ASK, Tier.OWNER),
    ],
)
def test_the_documented_rules_hold_with_their_signs(values: dict[str, object], kind: VerdictKind, tier: Tier) -> None:
    verdict = verdict_on(APPROVE, 0.9, **values)
    assert (verdict.kind, verdict.tier) == (kind, tier)


@pytest.mark.parametrize(
    ("amount", "tier"), [(25_000.0, Tier.OPERATOR), (25_001.0, Tier.MANAGER), (50_001.0, Tier.OWNER)]
)
def test_the_larger_the_amount_the_higher_the_tier_that_is_asked(amount: float, tier: Tier) -> None:
    verdict = verdict_on(APPROVE, 0.7, amount=amount)
    assert (verdict.kind, verdict.tier) == (VerdictKind.ASK, tier)


def test_the_default_policy_is_the_documented_one_and_survives_storage() -> None:
    assert POLICY.actions[APPROVE].act_threshold == 0.75
    assert POLICY.intervention_threshold == 0.3
    assert parse_policy(dump_policy(POLICY)) == POLICY
    assert {rule.name for rule in POLICY.rules} >= {"min_credit_score", "max_loan_amount"}


def test_declining_and_waiting_in_vain_fail_closed() -> None:
    kind = LendingApplicationKind()
    assert kind.declined(APPROVE) == REJECT
    assert kind.declined(REJECT) == REFER
    assert {kind.expired(action) for action in ACTIONS} == {EXPIRE}


@pytest.mark.parametrize(
    ("action", "outcome", "right"),
    [
        (APPROVE, 1, True),
        (APPROVE, 0, False),
        (REJECT, 0, True),
        (REJECT, 1, False),
        (REFER, 1, None),
        (EXPIRE, 0, None),
    ],
)
def test_an_action_is_right_by_what_became_of_the_loan(action: str, outcome: float, right: bool | None) -> None:
    assert rules.is_right(action, outcome) is right


def test_the_expected_gain_weighs_interest_against_loss() -> None:
    pricing = Pricing(gain_share=0.1, loss_share=0.6)
    assert rules.expected_gain(APPROVE, 0.9, 1000, pricing) == pytest.approx(0.9 * 100 - 0.1 * 600)
    assert rules.expected_gain(REJECT, 0.9, 1000, pricing) == pytest.approx(-(0.9 * 100 - 0.1 * 600))
    assert rules.expected_gain(APPROVE, None, 1000, pricing) is None
