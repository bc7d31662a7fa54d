"""When and how often a borrower may be contacted: counts and hours as the law counts them, for rules to compare. Pure.

The bounds themselves are rules of the policy. Regulation F of the United States (12 CFR 1006) is what the defaults follow: no
contact before 08:00 or after 21:00 at the borrower (1006.6(b)(1)), at most seven calls about a debt within seven consecutive
days, and none within seven after a conversation, whose day is the first of the seven (1006.14(b)(2)). Days are those of the
borrower's calendar.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from intendant.domains.lending.collections.model import CONVERSATIONS, Channel, Contact, Step
from intendant.kernel.gate import Comparison, Effect, Operator, Rule

SECONDS_PER_HOUR = 3_600


@dataclass(frozen=True, slots=True)
class History:
    """A borrower's contacts as rules see them on a day. None: never within what is looked at."""

    contacts_7_days: int
    contacts_30_days: int
    calls_7_days: int
    last_contact_days: int | None
    conversation_days: int | None


def history(contacts: Sequence[Contact], moment: datetime, zone: str) -> History:
    """Count contacts up to `moment` by days of the calendar in `zone`; a span of seven days has today for its last."""
    here = ZoneInfo(zone)
    today = moment.astimezone(here).date()
    ages = [
        (contact, (today - contact.at.astimezone(here).date()).days) for contact in contacts if contact.at <= moment
    ]
    calls = [(contact, age) for contact, age in ages if contact.step == Step.CALL or contact.channel == Channel.PHONE]
    conversations = [age for contact, age in calls if contact.outcome in CONVERSATIONS]
    return History(
        contacts_7_days=sum(age < 7 for _, age in ages),
        contacts_30_days=sum(age < 30 for _, age in ages),
        calls_7_days=sum(age < 7 for _, age in calls),
        last_contact_days=min((age for _, age in ages), default=None),
        conversation_days=min(conversations, default=None),
    )


def local_hour(moment: datetime, zone: str) -> float:
    """Return the hour of the day in `zone` with its fraction: 20:30 is 20.5."""
    local = moment.astimezone(ZoneInfo(zone))
    return round(local.hour + (local.minute * 60 + local.second) / SECONDS_PER_HOUR, 4)


def local_date(moment: datetime, zone: str) -> date:
    """Return the day of a moment in `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def lawful_moment(now: datetime, zone: str, *, from_hour: int, until_hour: int) -> datetime:
    """Return now, if its hour in `zone` lies from `from_hour` to before `until_hour`, else when that next begins; in UTC.

    Where a clock change leaves the beginning out, it is the moment the clocks show instead.
    """
    here = ZoneInfo(zone)
    local = now.astimezone(here)
    if from_hour <= local.hour < until_hour:
        return now
    day = local.date() if local.hour < from_hour else local.date() + timedelta(days=1)
    return datetime.combine(day, time(from_hour), here).astimezone(ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many contacts there were of the most that the rules allow. `counts` is the value that is counted, such as `calls_7_days`."""

    counts: str
    used: int
    most: int


_COUNTED = ("calls_7_days", "contacts_7_days", "contacts_30_days")
_MOST = {
    (Effect.FORBID, Operator.GE): 0,
    (Effect.FORBID, Operator.GT): 1,
    (Effect.REQUIRE, Operator.LT): 0,
    (Effect.REQUIRE, Operator.LE): 1,
}
"""What is added to a rule's bound to have the most it allows."""


def allowances(rules: Iterable[Rule], past: History) -> list[Allowance]:
    """Return what the rules that bound a count alone allow, the tightest of each; others are told when they forbid something."""
    most: dict[str, int] = {}
    for rule in rules:
        when = rule.when
        if not isinstance(when, Comparison) or when.field not in _COUNTED or not isinstance(when.value, int):
            continue
        more = _MOST.get((rule.effect, when.op))
        if more is not None:
            most[when.field] = min(when.value + more, most.get(when.field, when.value + more))
    return [Allowance(name, getattr(past, name), most[name]) for name in _COUNTED if name in most]
