"""Tables of the organisation's own record that its analysts may learn from and query."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from intendant.kit.database import Transaction


@dataclass(frozen=True, slots=True)
class Source:
    """A table of the record. `why` is a sentence that says what a row is; protected attributes are left out of it.

    `read` gives at most so many rows, the newest first, as plain values by column name (text, number, boolean, time, None).
    """

    name: str
    why: str
    columns: Mapping[str, str]
    """Column name -> text, number, boolean or time."""
    read: Callable[[Transaction, int], Iterator[Mapping[str, object]]]
    more: Callable[[Transaction], Mapping[str, str]] | None = None
    """Further columns, for what differs from one organisation to another."""

    def columns_of(self, tx: Transaction) -> dict[str, str]:
        """Return all columns that the table has for the organisation of the transaction."""
        return {**self.columns, **(self.more(tx) if self.more is not None else {})}
