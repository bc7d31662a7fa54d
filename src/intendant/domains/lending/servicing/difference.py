"""What must be reversed and what booked so that the books say what they should. Pure: by keys, whatever they are made of.

Nothing is ever edited: a posting that should have another amount is reversed in full and booked anew.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar
from uuid import UUID

from intendant.kit.errors import Bug

STORED_UNIT = Decimal("0.0001")
"""The smallest amount that is stored; amounts are compared as they are stored."""
ZERO = Decimal(0)
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Booked(Generic[Key]):
    """A posting that stands in the books: neither a reversal nor reversed."""

    id: UUID
    key: Key
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Difference(Generic[Key]):
    """What is to be reversed, what booked, and how many postings stay as they are."""

    reverse: tuple[Booked[Key], ...]
    book: tuple[tuple[Key, Decimal], ...]
    kept: int


def total(postings: Iterable[tuple[Key, Decimal]]) -> dict[Key, Decimal]:
    """Return the amount of each key, in the order in which keys first appear; several postings of one key are one."""
    amounts: dict[Key, Decimal] = {}
    for key, amount in postings:
        stored = amount.quantize(STORED_UNIT)
        if stored < 0:
            raise Bug(f"A posting of {amount} is negative; it moves the amount the other way.", data={"key": str(key)})
        amounts[key] = amounts.get(key, ZERO) + stored
    return {key: amount for key, amount in amounts.items() if amount}


def difference(wanted: Mapping[Key, Decimal], booked: Iterable[Booked[Key]]) -> Difference[Key]:
    """Compare what should be with what is; `wanted` comes from `total`."""
    standing: dict[Key, list[Booked[Key]]] = {}
    for each in booked:
        standing.setdefault(each.key, []).append(each)
    reverse: list[Booked[Key]] = []
    kept: set[Key] = set()
    for key, held in standing.items():
        if sum((each.amount for each in held), ZERO) == wanted.get(key):
            kept.add(key)
        else:
            reverse += held
    return Difference(
        tuple(reverse),
        tuple((key, amount) for key, amount in wanted.items() if key not in kept),
        sum(len(standing[key]) for key in kept),
    )
