"""How often arrears cure after a step: a share counted from the organisation's own history, and nothing cleverer. Pure.

Each cell is a bucket and a step; the share is drawn towards that of all cells as if `PRIOR` further cases had gone as those did.
It tells how likely a cure is *after* a step, and not what the step brings: steps were chosen by how a loan stood.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CURED_WITHIN_DAYS = 30
"""A step has cured a loan if nothing is overdue within so many days."""
COUNT_MIN = 30
"""Fewer cases in a cell tell nothing."""
PRIOR = 10


@dataclass(frozen=True, slots=True)
class Cell:
    """How many steps of one kind in one bucket were judged, and how many of them cured."""

    cured: int
    count: int


@dataclass(frozen=True, slots=True)
class Cures:
    """An organisation's history of cures by (bucket, step)."""

    cells: Mapping[tuple[int, str], Cell]

    def share(self, bucket: int, step: str) -> float | None:
        """Return the smoothed share that cured; None where too little is known."""
        cell = self.cells.get((bucket, step))
        if cell is None or cell.count < COUNT_MIN:
            return None
        total = sum(each.count for each in self.cells.values())
        overall = sum(each.cured for each in self.cells.values()) / total
        return (cell.cured + PRIOR * overall) / (cell.count + PRIOR)

    def count(self, bucket: int, step: str) -> int:
        """Return how many cases the share rests on."""
        cell = self.cells.get((bucket, step))
        return 0 if cell is None else cell.count

    @property
    def name(self) -> str:
        """Name this state of the history, for the record."""
        return f"cures:{sum(each.count for each in self.cells.values())}"
