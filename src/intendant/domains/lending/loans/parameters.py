"""The parameters of transactions: from what was sent to what is stored, JSON with amounts and days as text."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from intendant.domains.lending.schedules.terms_json import FRACTION_DIGITS_MAX
from intendant.domains.lending.servicing.model import TransactionType
from intendant.domains.lending.terms import PERIODS_MAX, RATE_MAX, Component
from intendant.kit.errors import Invalid

NAME_LENGTH_MAX = 100
PAUSE_DAYS_MAX = 366


class TransactionInvalid(Invalid):
    """A transaction that cannot be recorded as it is; `field` names what is wrong with it."""

    code = "transaction_invalid"


def refuse(field: str, message: str, remedy: str) -> NoReturn:
    """Raise TransactionInvalid."""
    raise TransactionInvalid(message, field=field, remedy=remedy)


def parse_parameters(kind: TransactionType, given: Mapping[str, Any], value_on: date) -> dict[str, Any]:
    """Check a transaction's parameters and return them as they are stored; raises TransactionInvalid."""
    readers = _PARAMETERS.get(kind, {})
    unknown = given.keys() - readers.keys()
    if unknown:
        name = min(unknown)[:60]
        known = f"Known: {', '.join(readers)}." if readers else "Give none."
        refuse(f"parameters.{name}", f"A {_words(kind)} has no parameter '{name}'.", known)
    parsed = {name: read(name, given[name]) for name, read in readers.items() if given.get(name) is not None}
    for name in _NEEDED.get(kind, ()):
        if name not in parsed:
            refuse(f"parameters.{name}", f"A {_words(kind)} needs '{name}'.", "Add it.")
    if kind is TransactionType.PAUSE:
        days = (date.fromisoformat(parsed["until"]) - value_on).days
        if not 1 <= days <= PAUSE_DAYS_MAX:
            refuse("parameters.until", f"A pause of {days} days is none.", f"Give 1 to {PAUSE_DAYS_MAX} days.")
    if kind is TransactionType.RESTRUCTURE:
        if not any(parsed.values()):
            refuse("parameters", "The restructure changes nothing.", "Give periods, rate, first_due or capitalize.")
        if "first_due" in parsed and date.fromisoformat(parsed["first_due"]) <= value_on:
            refuse("parameters.first_due", "The next instalment would be due already.", "Give a later day.")
    return parsed


def _words(kind: TransactionType) -> str:
    return kind.value.replace("_", " ")


def _percent(name: str, value: Any) -> str:
    try:
        rate = Decimal("NaN") if isinstance(value, bool) else Decimal(str(value))
    except InvalidOperation:
        rate = Decimal("NaN")
    if not (rate.is_finite() and 0 <= rate <= RATE_MAX):
        refuse(f"parameters.{name}", f"{str(value)[:20]!r} is no rate.", f"Give 0 to {RATE_MAX} percent a year.")
    if int(rate.as_tuple().exponent) < -FRACTION_DIGITS_MAX:
        refuse(f"parameters.{name}", "The rate has too many digits.", f"Give at most {FRACTION_DIGITS_MAX} decimals.")
    return f"{abs(rate):f}"


def _day(name: str, value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        refuse(f"parameters.{name}", f"{str(value)[:20]!r} is no day.", "Write it as 2026-01-31.")


def _periods(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= PERIODS_MAX:
        refuse(f"parameters.{name}", f"{str(value)[:20]!r} is no number of instalments.", f"Give 1 to {PERIODS_MAX}.")
    return value


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        refuse(f"parameters.{name}", f"{str(value)[:20]!r} is neither true nor false.", "Give true or false.")
    return value


def _name(name: str, value: Any) -> str:
    text = str(value).strip()
    if not (1 <= len(text) <= NAME_LENGTH_MAX and text.isprintable()):
        refuse(f"parameters.{name}", "This is no name.", f"Give 1 to {NAME_LENGTH_MAX} printable characters.")
    return text


def _one_of(*components: Component) -> Callable[[str, Any], str]:
    def read(name: str, value: Any) -> str:
        if value not in [each.value for each in components]:
            refuse(f"parameters.{name}", f"{str(value)[:20]!r} is not owed.", f"Choose {', '.join(components)}.")
        return str(value)

    return read


_PARAMETERS: Mapping[TransactionType, Mapping[str, Callable[[str, Any], Any]]] = {
    TransactionType.CHARGE: {"component": _one_of(Component.FEE, Component.PENALTY), "name": _name},
    TransactionType.WAIVER: {"component": _one_of(*Component)},
    TransactionType.RATE_CHANGE: {"rate": _percent},
    TransactionType.RESTRUCTURE: {"periods": _periods, "rate": _percent, "first_due": _day, "capitalize": _flag},
    TransactionType.PAUSE: {"until": _day},
}
_NEEDED: Mapping[TransactionType, tuple[str, ...]] = {
    TransactionType.CHARGE: ("component", "name"),
    TransactionType.WAIVER: ("component",),
    TransactionType.RATE_CHANGE: ("rate",),
    TransactionType.PAUSE: ("until",),
}
