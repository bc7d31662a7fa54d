"""How amounts, rates and days are written in a letter: for people, and without doubt which day or currency is meant."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from intendant.domains.lending.letters.document import NO_BREAK
from intendant.kit.money import minor_unit

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def amount(value: Decimal, currency: str) -> str:
    """Write an amount with its currency: `$5,000.00`, `CHF 5,000.00`. A minus stands before the sign."""
    sign = _SIGNS.get(currency, f"{currency}{NO_BREAK}")
    return f"{'−' if value < 0 else ''}{sign}{number(abs(value), currency)}"


def number(value: Decimal, currency: str) -> str:
    """Write an amount without its currency, for columns: `5,000.00`."""
    rounded = value.quantize(minor_unit(currency), rounding=ROUND_HALF_EVEN)
    return f"{'−' if rounded < 0 else ''}{abs(rounded):,}"


def percent(value: Decimal) -> str:
    """Write a rate in percent, to at most three decimals and at least two."""
    rounded = value.quantize(Decimal("0.001"), rounding=ROUND_HALF_EVEN)
    text = f"{rounded:,f}"
    return f"{text[:-1] if text.endswith('0') else text}%"


def day(value: date) -> str:
    """Write a day so that no country reads another one: `3 March 2026`."""
    return NO_BREAK.join((str(value.day), _MONTHS[value.month - 1], str(value.year)))


def short_day(value: date) -> str:
    """Write a day for columns: `3 Mar 2026`."""
    return f"{value.day} {_MONTHS[value.month - 1][:3]} {value.year}"


def count(value: int, one: str, many: str | None = None) -> str:
    """Write a number of things: `1 day`, `3 days`."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"
