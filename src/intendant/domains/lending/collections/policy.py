"""The policy with which collecting starts: contact limits of the law as rules, which an owner may tighten or replace.

The defaults follow Regulation F of the United States; `limits` says how its days are counted.
"""

from intendant.domains.lending.collections.ladder import Rungs
from intendant.domains.lending.collections.model import Step
from intendant.domains.lending.contract import COLLECTION_KIND
from intendant.kernel.gate import (
    ALWAYS,
    ActionPolicy,
    Comparison,
    Effect,
    Limit,
    Missing,
    Operator,
    Policy,
    Rule,
    Severity,
    Tier,
    Window,
)

CONTACT_FROM_HOUR, CONTACT_UNTIL_HOUR = 8, 21
CALLS_PER_WEEK = 7
DAYS_AFTER_CONVERSATION = 7
CONTACT_THRESHOLD = 0.5
"""Least share of cures after a step for which it is taken without asking."""
CONTACTS_PER_DAY = 2_000
ANSWER_HOURS = 72.0

_REMIND, _CALL, _LETTER = Step.REMIND.value, Step.CALL.value, Step.LETTER.value
_OFFER, _CHARGE_OFF, _WAIT = Step.OFFER_HARDSHIP.value, Step.CHARGE_OFF_PROPOSAL.value, Step.WAIT.value
_ALL = (_REMIND, _CALL, _LETTER, _OFFER)


def default_policy() -> Policy:
    """Return the policy a new organisation collects by."""
    rungs = Rungs()
    return Policy(
        kind=COLLECTION_KIND,
        rules=(
            Rule(
                name="contact_hours",
                effect=Effect.REQUIRE,
                when=Comparison("local_hour", Operator.BETWEEN, (CONTACT_FROM_HOUR, CONTACT_UNTIL_HOUR)),
                actions=(_REMIND, _CALL, _OFFER),
                missing=Missing.REFUSE,
                reason="Nobody is contacted before 08:00 or after 21:00 where they live (12 CFR 1006.6(b)(1)).",
                severity=Severity.CRITICAL,
            ),
            _forbid(
                "seven_calls_in_seven_days",
                Comparison("calls_7_days", Operator.GE, CALLS_PER_WEEK),
                (_CALL, _OFFER),
                "At most seven calls about a debt within seven days (12 CFR 1006.14(b)(2)(i)(A)).",
            ),
            _forbid(
                "rest_after_conversation",
                Comparison("conversation_days", Operator.LT, DAYS_AFTER_CONVERSATION),
                (_CALL, _OFFER),
                "No call within seven days after a conversation about the debt (12 CFR 1006.14(b)(2)(i)(B)).",
                missing=Missing.IGNORE,
            ),
            _forbid(
                "no_contact_wished",
                Comparison("no_contact", Operator.EQ, value=True),
                (_REMIND, _CALL, _OFFER),
                "The borrower wants no contact (12 CFR 1006.6(c)).",
            ),
            Rule(
                name="notices_despite_no_contact",
                effect=Effect.ASK,
                when=Comparison("no_contact", Operator.EQ, value=True),
                actions=(_LETTER, _CHARGE_OFF),
                reason="The borrower wants no contact; a person decides whether a notice is owed nevertheless.",
            ),
            _forbid(
                "promise_runs",
                Comparison("open_promise", Operator.EQ, value=True),
                (*_ALL, _CHARGE_OFF),
                "Payment is promised, and the day has not passed.",
            ),
            _forbid(
                "hardship_runs",
                Comparison("hardship", Operator.EQ, value=True),
                (*_ALL, _CHARGE_OFF),
                "Relief was asked for or runs.",
            ),
            Rule(
                name="channel_consent",
                effect=Effect.REQUIRE,
                when=Comparison("channel_consented", Operator.EQ, value=True),
                actions=(_REMIND,),
                missing=Missing.ASK,
                reason="The borrower has not agreed to messages.",
                severity=Severity.HIGH,
            ),
            Rule(
                name="disputed",
                effect=Effect.ASK,
                when=Comparison("disputed", Operator.EQ, value=True),
                actions=(*_ALL, _CHARGE_OFF),
                reason="The borrower disputes the debt.",
                tier=Tier.MANAGER,
            ),
            Rule(
                name="relief_is_offered_by_people",
                effect=Effect.ASK,
                when=ALWAYS,
                actions=(_OFFER,),
                reason="Whether relief is offered is for a person to say.",
            ),
            Rule(
                name="charge_off_is_for_the_owner",
                effect=Effect.ASK,
                when=ALWAYS,
                actions=(_CHARGE_OFF,),
                reason="A charge-off is for the owner to say.",
                tier=Tier.OWNER,
            ),
        ),
        actions={
            _REMIND: _contact(),
            _CALL: _contact(),
            _LETTER: _contact(),
            _OFFER: _contact(),
            _CHARGE_OFF: ActionPolicy(act_threshold=1.0, tier=Tier.OWNER, deadline_hours=ANSWER_HOURS, blind_share=0.0),
            _WAIT: ActionPolicy(act_threshold=0.0, reversible=True, deadline_hours=ANSWER_HOURS, blind_share=0.0),
        },
        intervention_threshold=0.0,
        conformal_coverage=None,
        parameters={name: getattr(rungs, name) for name in Rungs.__dataclass_fields__},
    )


def _contact() -> ActionPolicy:
    return ActionPolicy(
        act_threshold=CONTACT_THRESHOLD,
        reversible=False,
        limits=(Limit(Window.DAY, CONTACTS_PER_DAY),),
        tier=Tier.OPERATOR,
        deadline_hours=ANSWER_HOURS,
        blind_share=0.0,
    )


def _forbid(
    name: str, when: Comparison, actions: tuple[str, ...], reason: str, *, missing: Missing = Missing.REFUSE
) -> Rule:
    return Rule(
        name=name,
        effect=Effect.FORBID,
        when=when,
        actions=actions,
        missing=missing,
        reason=reason,
        severity=Severity.CRITICAL,
    )
