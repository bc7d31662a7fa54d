"""What is asked to be foreseen, parsed: the value that a forecast is computed from, and the same again when it is rerun."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

from intendant.domains.analytics.model import ForecastKind


@dataclass(frozen=True, slots=True)
class Source:
    """Where the figures come from; exactly one is set."""

    dataset_id: UUID | None = None
    source: str | None = None
    metric: str | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns mean what; None is found out."""

    time: str | None = None
    value: str | None = None
    price: str | None = None
    series: tuple[str, ...] = ()
    customer: str | None = None
    amount: str | None = None
    label: str | None = None
    on_hand: str | None = None
    on_order: str | None = None
    unit_cost: str | None = None
    unit_price: str | None = None
    lead_time: str | None = None

    def named(self) -> tuple[str, ...]:
        """Return the columns that are named."""
        single = (getattr(self, each.name) for each in fields(self) if each.name != "series")
        return tuple(dict.fromkeys([name for name in single if name is not None] + list(self.series)))


@dataclass(frozen=True, slots=True)
class Terms:
    """What stock costs where no column says so."""

    lead_time: int = 1
    review_period: int = 1
    unit_cost: float | None = None
    unit_price: float | None = None
    holding_cost: float | None = None
    shortage_cost: float | None = None
    order_cost: float = 0.0
    salvage_value: float | None = None
    service_level: float | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A forecast that is asked for."""

    kind: ForecastKind
    name: str
    source: Source
    columns: Columns = field(default_factory=Columns)
    horizon: int | None = None
    frequency: str = "auto"
    method: str = "combination"
    coverage: float = 0.9
    duplicates: Any = None
    day_first: bool = False
    hierarchy: bool = False
    country: str | None = None
    capacity: float | None = None
    inventory: Terms = field(default_factory=Terms)


def parse_wish(body: Mapping[str, Any]) -> Wish:
    """Read a wish from the plain data that is kept."""
    given = dict(body)
    source, columns = dict(given.pop("source")), dict(given.pop("columns"))
    dataset_id = source.get("dataset_id")
    columns["series"] = tuple(columns.get("series") or ())
    return Wish(
        **{
            **given,
            "source": Source(**{**source, "dataset_id": None if dataset_id is None else UUID(str(dataset_id))}),
            "columns": Columns(**columns),
            "inventory": Terms(**given.pop("inventory")),
        }
    )
