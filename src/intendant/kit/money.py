"""Money: a Decimal amount with its ISO 4217 currency. Never a float; mixing currencies is an error."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from intendant.kit.errors import Invalid

AMOUNT_MAX = Decimal(10) ** 15
DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?", re.ASCII)
"""How an amount is written. `Decimal` itself would also take `1_000`, spaces, and the digits of other scripts."""
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_CENT = Decimal("0.01")

# ISO 4217: the currencies that do not have two digits.
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DIGITS = "CLF UYW"
_MINOR_DIGITS = {
    code: digits for codes, digits in ((_NO_DIGITS, 0), (_THREE_DIGITS, 3), (_FOUR_DIGITS, 4)) for code in codes.split()
}
_MINOR_UNITS = {digits: Decimal(1).scaleb(-digits) for digits in (0, 2, 3, 4)}


def minor_digits(currency: str) -> int:
    """Return how many decimals amounts of a currency have (ISO 4217); 2 where it is not known to differ."""
    return _MINOR_DIGITS.get(currency, 2)


def minor_unit(currency: str) -> Decimal:
    """Return the smallest amount of a currency, such as 0.01."""
    return _MINOR_UNITS[minor_digits(currency)]


class MoneyInvalid(Invalid):
    """An amount or currency that is not money."""

    code = "money_invalid"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, exact."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not _CURRENCY.match(self.currency):
            raise MoneyInvalid(
                f"'{self.currency}' is no currency.",
                field="currency",
                remedy="Give three letters of ISO 4217, such as USD.",
            )
        if not self.amount.is_finite() or abs(self.amount) > AMOUNT_MAX:
            raise MoneyInvalid(
                f"{self.amount} is no amount.", field="amount", remedy=f"Give a number of at most {AMOUNT_MAX:,}."
            )

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise MoneyInvalid(
                f"{self.currency} and {other.currency} do not add up.",
                field="currency",
                remedy="Convert one of them first.",
            )

    def __str__(self) -> str:
        return f"{self.amount:,.{minor_digits(self.currency)}f} {self.currency}"


def parse_amount(value: object, *, field: str = "amount", currency: str | None = None) -> Decimal:
    """Turn an untrusted number or text into an exact Decimal rounded (half even) to cents, or to the currency's smallest unit.

    Raises MoneyInvalid, naming `field`, for text that is no number, NaN, infinity and amounts above `AMOUNT_MAX`.
    """
    try:
        text = str(value)
        amount = Decimal(text) if not isinstance(value, bool) and DECIMAL.fullmatch(text.strip()) else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) > AMOUNT_MAX:
        raise MoneyInvalid(
            f"{value!r} is no amount of money.", field=field, remedy=f"Give a number of at most {AMOUNT_MAX:,}."
        )
    return amount.quantize(_CENT if currency is None else minor_unit(currency), rounding=ROUND_HALF_EVEN)
