"""The words of the policy on collecting, and how a case becomes their values."""

from datetime import datetime

from intendant.domains.lending.collections.cures import Cures
from intendant.domains.lending.collections.limits import history, local_date, local_hour
from intendant.domains.lending.collections.model import MESSAGE_CHANNELS, Arrears, Channel, Step, months_between
from intendant.kernel.registry import ActionWord, CaseValue, ValueSource, ValueType, Vocabulary

_FEATURE, _SCORE = ValueSource.FEATURE, ValueSource.SCORE
_NUMBER, _INTEGER, _TRUTH, _CATEGORY = ValueType.NUMBER, ValueType.INTEGER, ValueType.BOOLEAN, ValueType.CATEGORY
BUCKETS = ("1", "30", "60", "90", "120", "150", "180", "210", "240")

VOCABULARY = Vocabulary(
    values=(
        CaseValue("days_past_due", "Days past due", _INTEGER, _FEATURE, unit="days", minimum=0),
        CaseValue("bucket", "Bucket of days past due, by its lower bound", _INTEGER, _FEATURE, minimum=0),
        CaseValue("arrears", "Overdue", _NUMBER, _FEATURE, minimum=0),
        CaseValue("outstanding", "Principal outstanding", _NUMBER, _FEATURE, minimum=0),
        CaseValue("provision", "Expected loss", _NUMBER, _FEATURE, minimum=0),
        CaseValue("months_on_book", "Months on the books", _INTEGER, _FEATURE, unit="months", minimum=0),
        CaseValue("product", "Product", ValueType.TEXT, _FEATURE),
        CaseValue("state", "State of the loan", _CATEGORY, _FEATURE, ("active", "charged_off")),
        CaseValue("contacts_7_days", "Contacts within seven days", _INTEGER, _FEATURE, minimum=0),
        CaseValue("contacts_30_days", "Contacts within thirty days", _INTEGER, _FEATURE, minimum=0),
        CaseValue("calls_7_days", "Calls within seven days", _INTEGER, _FEATURE, minimum=0),
        CaseValue("last_contact_days", "Days since the last contact", _INTEGER, _FEATURE, unit="days", minimum=0),
        CaseValue("conversation_days", "Days since the last conversation", _INTEGER, _FEATURE, unit="days", minimum=0),
        CaseValue("open_promise", "Payment is promised", _TRUTH, _FEATURE),
        CaseValue("broken_promises", "Promises broken", _INTEGER, _FEATURE, minimum=0),
        CaseValue("hardship", "Relief is asked for or runs", _TRUTH, _FEATURE),
        CaseValue("no_contact", "Wants no contact", _TRUTH, _FEATURE),
        CaseValue("disputed", "Disputes the debt", _TRUTH, _FEATURE),
        CaseValue("channel", "Channel", _CATEGORY, _FEATURE, tuple(Channel)),
        CaseValue("channel_consented", "Agreed to the channel", _TRUTH, _FEATURE),
        CaseValue("local_hour", "Hour at the borrower when it is planned", _NUMBER, _FEATURE, minimum=0, maximum=24),
        CaseValue(
            "probability_of_default", "Probability of default at approval", _NUMBER, _SCORE, minimum=0, maximum=1
        ),
        CaseValue("cure_share", "Share cured after this step", _NUMBER, _SCORE, minimum=0, maximum=1),
        CaseValue("cure_count", "Cases that share rests on", _INTEGER, _SCORE, minimum=0),
    ),
    actions=(
        ActionWord(Step.REMIND, "Send a reminder"),
        ActionWord(Step.CALL, "Have somebody call"),
        ActionWord(Step.LETTER, "Send an arrears notice"),
        ActionWord(Step.OFFER_HARDSHIP, "Have somebody offer relief"),
        ActionWord(Step.CHARGE_OFF_PROPOSAL, "Charge the loan off"),
        ActionWord(Step.WAIT, "Wait"),
    ),
    codes={},
)


def channel_for(case: Arrears, step: str) -> Channel | None:
    """Return the channel of a step: of messages the first that the borrower agreed to, else electronic mail."""
    match step:
        case Step.REMIND:
            agreed = (channel for channel in MESSAGE_CHANNELS if case.channels is not None and channel in case.channels)
            return next(agreed, Channel.EMAIL)
        case Step.CALL | Step.OFFER_HARDSHIP:
            return Channel.PHONE
        case Step.LETTER:
            return Channel.LETTER
        case _:
            return None


def values_of(case: Arrears, step: str, planned_for: datetime, cures: Cures) -> dict[str, object]:
    """Return what rules may look at when `step` is planned for a moment."""
    past = history(case.contacts, planned_for, case.zone)
    channel = channel_for(case, step)
    consented = None if case.channels is None or channel is None else channel in case.channels
    today = local_date(planned_for, case.zone)
    return {
        "days_past_due": case.days_past_due,
        "bucket": case.bucket,
        "arrears": float(case.arrears),
        "outstanding": float(case.outstanding),
        "provision": float(case.provision),
        "months_on_book": None if case.disbursed_on is None else months_between(case.disbursed_on, today),
        "product": case.product,
        "state": case.state,
        "contacts_7_days": past.contacts_7_days,
        "contacts_30_days": past.contacts_30_days,
        "calls_7_days": past.calls_7_days,
        "last_contact_days": past.last_contact_days,
        "conversation_days": past.conversation_days,
        "open_promise": case.promise_due_on is not None and case.promise_due_on >= today,
        "broken_promises": case.promises_broken,
        "hardship": case.hardship == "asked" or (case.hardship_until is not None and case.hardship_until >= today),
        "no_contact": case.no_contact,
        "disputed": case.disputed,
        "channel": None if channel is None else channel.value,
        "channel_consented": consented,
        "local_hour": local_hour(planned_for, case.zone),
        "probability_of_default": case.probability_of_default,
        "cure_share": cures.share(case.bucket, step),
        "cure_count": cures.count(case.bucket, step),
    }
