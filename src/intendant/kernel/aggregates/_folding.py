"""What the earlier members of a batch, or the earlier decisions of the past, bring to those that follow."""

from decimal import Decimal
from uuid import UUID

from intendant.kernel.aggregates._series import DISTINCT_MAX, Fact
from intendant.kernel.gate import AggregateMeasure


class Tally:
    """The facts about one entity, from which those of one subject can be left out."""

    __slots__ = ("_count", "_items", "_own", "_total")

    def __init__(self) -> None:
        self._count = 0
        self._total = Decimal(0)
        self._items: dict[UUID, UUID | None] = {}
        """Each item with the one subject that brought it, None where several did."""
        self._own: dict[UUID, tuple[int, Decimal]] = {}

    def add(self, subject_id: UUID, fact: Fact) -> None:
        """Take a fact in."""
        amount = fact.amount or Decimal(0)
        self._count += 1
        self._total += amount
        count, total = self._own.get(subject_id, (0, Decimal(0)))
        self._own[subject_id] = count + 1, total + amount
        if fact.item is not None:
            self._items[fact.item] = subject_id if self._items.get(fact.item, subject_id) == subject_id else None

    def value(
        self,
        measure: AggregateMeasure,
        subject_id: UUID,
        *,
        total: Decimal = Decimal(0),
        items: frozenset[UUID] = frozenset(),
    ) -> int | float:
        """Return the aggregate of the facts about other subjects, with what was there before them."""
        own_count, own_total = self._own.get(subject_id, (0, Decimal(0)))
        match measure:
            case AggregateMeasure.COUNT:
                return int(total) + self._count - own_count
            case AggregateMeasure.SUM:
                return float(total + self._total - own_total)
            case AggregateMeasure.DISTINCT:
                others = self._items.keys() if not own_count else {i for i, s in self._items.items() if s != subject_id}
                return min(len(items | others), DISTINCT_MAX)
