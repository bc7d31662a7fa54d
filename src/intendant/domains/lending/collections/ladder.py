"""What is done next, by how late a loan is and what was done already: a ladder whose rungs stand in the policy. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from intendant.domains.lending.collections.limits import History
from intendant.domains.lending.collections.model import Arrears, Step

HOURS = 24
DAYS_OF_REST = 7
"""After a conversation nobody calls for so long, whatever `days_between` is."""


@dataclass(frozen=True, slots=True)
class Rungs:
    """From how many days past due each step is due, how many days lie between two contacts, and when contacts are planned."""

    call_from_days: int = 15
    letter_from_days: int = 30
    hardship_from_days: int = 60
    charge_off_from_days: int = 180
    days_between: int = 7
    wait_days: int = 7
    plan_from_hour: int = 10
    plan_until_hour: int = 20


_HOURS = frozenset({"plan_from_hour", "plan_until_hour"})
DAYS_MAX = 3_650


def rungs_of(parameters: Mapping[str, object]) -> Rungs:
    """Read the rungs from a policy's parameters; one that is missing or makes no sense is the default's."""
    given: dict[str, int] = {}
    for name in Rungs.__dataclass_fields__:
        value = parameters.get(name)
        most = HOURS if name in _HOURS else DAYS_MAX
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
            given[name] = value
    rungs = Rungs(**given)
    if rungs.plan_from_hour >= min(rungs.plan_until_hour, HOURS):
        return Rungs(**{name: value for name, value in given.items() if name not in _HOURS})
    return rungs


def eligible(case: Arrears, rungs: Rungs) -> tuple[Step, ...]:
    """Return the steps that a loan is late enough for, mildest first."""
    late = case.days_past_due
    found = [Step.WAIT, Step.REMIND]
    found += [
        step
        for step, since in (
            (Step.CALL, rungs.call_from_days),
            (Step.LETTER, rungs.letter_from_days),
            (Step.OFFER_HARDSHIP, rungs.hardship_from_days),
        )
        if late >= since
    ]
    if late >= rungs.charge_off_from_days and case.state == "active":
        found.append(Step.CHARGE_OFF_PROPOSAL)
    return tuple(found)


def recommend(case: Arrears, past: History, rungs: Rungs) -> tuple[Step, str]:
    """Return the next step and, in a few words, why.

    Relief and a letter come once in the time that is looked at; besides, calls alternate with messages. No two contacts are closer
    than `days_between`. While a promise or relief runs, or the borrower wants no contact, nothing is done.
    """
    if case.no_contact:
        return Step.WAIT, "the borrower wants no contact"
    if case.hardship is not None:
        return Step.WAIT, "relief is asked for or runs"
    if case.promise_due_on is not None:
        return Step.WAIT, f"payment is promised for {case.promise_due_on.isoformat()}"
    steps = eligible(case, rungs)
    if Step.CHARGE_OFF_PROPOSAL in steps:
        return Step.CHARGE_OFF_PROPOSAL, f"{case.days_past_due} days past due"
    if past.last_contact_days is not None and past.last_contact_days < rungs.days_between:
        return Step.WAIT, f"contacted {past.last_contact_days} days ago"
    done = {contact.step for contact in case.contacts}
    spoken = past.conversation_days is not None and past.conversation_days < DAYS_OF_REST
    for step in (Step.OFFER_HARDSHIP, Step.LETTER):
        if step in steps and step not in done and not (spoken and step is Step.OFFER_HARDSHIP):
            return step, f"{case.days_past_due} days past due, and not done of late"
    last = next((contact.step for contact in reversed(case.contacts)), None)
    if Step.CALL in steps and last != Step.CALL and not spoken:
        return Step.CALL, f"{case.days_past_due} days past due"
    return Step.REMIND, f"{case.days_past_due} days past due"
