"""The inbox: how much is at stake, filters, orders, pages by key, counts; a blind case betrays nothing."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st
from tests.support.deciding import allow, approval_of, change_action, respond
from tests.support.lending import MIDDLING, UNKNOWABLE, Lender

from intendant.kernel import approvals, events
from intendant.kernel.approvals import RISKS, Inbox, risk_of
from intendant.kernel.gate import Tier
from intendant.kit.database import Row

TIERS = (Tier.OPERATOR, Tier.MANAGER, Tier.OWNER)


def asked(lender: Lender, inputs: Any = MIDDLING) -> Row:
    return approval_of(lender, lender.decide(inputs))


def listed(lender: Lender, inbox: Inbox | None = None, **more: Any) -> list[Row]:
    with lender.database.transaction(lender.organization.id) as tx:
        return approvals.list_approvals(tx, inbox, **more)


@pytest.mark.parametrize(
    ("tier", "share", "reversible", "risk"),
    [
        (Tier.OPERATOR, "0.9", True, "low"),
        (Tier.OPERATOR, "0.05", False, "low"),
        (Tier.OPERATOR, "0.06", False, "medium"),
        (Tier.OPERATOR, None, False, "medium"),
        (Tier.OPERATOR, "0.25", False, "high"),
        (Tier.MANAGER, "0", True, "medium"),
        (Tier.OWNER, "0", True, "high"),
    ],
)
def test_risk_is_the_greater_of_what_tier_and_money_say(tier, share, reversible, risk):
    assert risk_of(tier, None if share is None else Decimal(share), reversible=reversible) == risk


@generated(st.sampled_from(TIERS), st.sampled_from(TIERS), *[st.decimals(0, 10, places=3)] * 2)
def test_more_money_or_a_higher_tier_is_never_less_risk(tier, other, share, more):
    low, high = sorted((share, more))
    first, second = sorted((tier, other), key=TIERS.index)
    before = RISKS.index(risk_of(first, low, reversible=False))
    assert before <= RISKS.index(risk_of(second, high, reversible=False))
    assert RISKS.index(risk_of(first, low, reversible=True)) <= before


def test_a_question_keeps_what_is_at_stake(lender):
    change_action(lender, "approve", blind_share=0.0)
    allow(lender, amount=1_000_000)
    small = asked(lender)
    allow(lender, amount=6_000)
    large = asked(lender)
    assert (small["risk"], large["risk"]) == ("low", "high")
    assert (small["reversible"], small["reference"]) == (False, small["reference"])
    assert isinstance(small["impact"], Decimal)


@pytest.mark.parametrize("sort", ["due_at", "created_at", "-created_at", "-amount", "confidence"])
def test_pages_of_every_order_give_each_question_once(lender, sort):
    change_action(lender, "approve", blind_share=0.0)
    for n in range(3):
        asked(lender, MIDDLING | {"amount": 4_900 + 50 * n})
        asked(lender, UNKNOWABLE)
    whole = listed(lender, sort=sort)
    assert len(whole) == 6
    seen: list[Row] = []
    while page := listed(lender, sort=sort, after=approvals.cursor_of(seen[-1], sort) if seen else None, limit=4):
        seen += page
    assert [each["id"] for each in seen] == [each["id"] for each in whole]
    if sort == "-amount":
        assert [each["amount"] for each in whole] == sorted((each["amount"] for each in whole), reverse=True)
    if sort == "confidence":
        assert [each["confidence"] for each in whole] == sorted(each["confidence"] for each in whole)


@pytest.mark.parametrize("after", ["x", "ZHVlX2F0fHh8eQ", "LWFtb3VudHwxfDI", "é", "ZHVlX2F0"])
def test_a_made_up_cursor_is_refused(lender, after):
    with pytest.raises(events.CursorInvalid):
        listed(lender, after=after)


def test_a_cursor_of_another_order_is_refused(lender):
    row = asked(lender)
    with pytest.raises(events.CursorInvalid):
        listed(lender, sort="-amount", after=approvals.cursor_of(row, "due_at"))


def test_filters_narrow_and_counts_agree(lender):
    change_action(lender, "approve", blind_share=0.0)
    first, second = asked(lender), asked(lender)
    respond(lender, second)
    (found,) = listed(lender, Inbox(text=first["reference"].lower()))
    assert found["id"] == first["id"]
    assert [row["id"] for row in listed(lender, Inbox(text=str(first["id"])))] == [first["id"]]
    assert listed(lender, Inbox(text="a_p")) == []
    assert len(listed(lender, Inbox(state=None))) == 2
    assert listed(lender, Inbox(tiers=["owner"])) == []
    assert len(listed(lender, Inbox(kinds=["lending.application"], unassigned=True))) == 1
    with lender.database.transaction(lender.organization.id) as tx:
        counted = approvals.facets(tx, Inbox(state=None))
    assert counted.by["state"] == {"open": 1, "answered": 1}
    assert (sum(counted.by["risk"].values()), counted.total, counted.capped) == (2, 2, False)
    with lender.database.transaction(lender.organization.id) as tx:
        counted = approvals.facets(tx, Inbox(state=None, risks=["high"]))
    assert (counted.by["risk"], counted.by["kind"], counted.total) == ({"low": 2}, {}, 0)


def test_a_blind_case_betrays_nothing_by_order_words_or_risk(lender):
    change_action(lender, "approve", blind_share=1.0)
    blind = asked(lender)
    change_action(lender, "approve", blind_share=0.0)
    shown = asked(lender)
    assert blind["risk"] == "low"
    assert [row["id"] for row in listed(lender, sort="confidence")] == [shown["id"], blind["id"]]
    assert [row["id"] for row in listed(lender, Inbox(text="repaid"))] == [shown["id"]]
    hidden = approvals.concealed(blind)
    assert (hidden["impact"], hidden["reversible"], hidden["action"]) == (None, None, None)
