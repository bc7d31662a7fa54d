"""Money: a Decimal amount with its ISO 4217 currency. Never a float; mixing currencies is an error."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from intendant.kit.errors import Invalid

AMOUNT_MAX = Decimal(10) ** 15
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_CENT = Decimal("0.01")


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
        return f"{self.amount:,.2f} {self.currency}"


def parse_amount(value: object, *, field: str = "amount") -> Decimal:
    """Turn an untrusted number or text into an exact Decimal rounded to cents (half even).

    Raises MoneyInvalid, naming `field`, for text that is no number, NaN, infinity and amounts above `AMOUNT_MAX`.
    """
    try:
        amount = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) > AMOUNT_MAX:
        raise MoneyInvalid(
            f"{value!r} is no amount of money.", field=field, remedy=f"Give a number of at most {AMOUNT_MAX:,}."
        )
    return amount.quantize(_CENT, rounding=ROUND_HALF_EVEN)
