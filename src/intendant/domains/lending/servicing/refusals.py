"""Transactions that a loan does not take."""

from typing import NoReturn

from intendant.kit.errors import Conflict, Invalid


class TransactionRefused(Conflict):
    """The transaction is sound but the loan, as it stands on that day, does not take it."""

    code = "transaction_refused"


class TransactionUnfit(Invalid):
    """The transaction cannot be as it is; `field` names what is wrong with it."""

    code = "transaction_unfit"


def refuse(message: str, remedy: str, *, field: str = "type") -> NoReturn:
    """Raise TransactionRefused."""
    raise TransactionRefused(message, field=field, remedy=remedy)


def unfit(message: str, remedy: str, *, field: str) -> NoReturn:
    """Raise TransactionUnfit."""
    raise TransactionUnfit(message, field=field, remedy=remedy)
