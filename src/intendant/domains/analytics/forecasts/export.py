"""A forecast as CSV: one row for every series and period, or for every item or customer."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from intendant.domains.analytics.forecasts.results import Line
from intendant.learning.datasets import escape_cell

CHUNK_ROWS = 2_000
_ITEM = (
    "order", "order_up_to", "reorder_point", "safety_stock", "on_hand", "on_order", "lead_time", "review_period",
    "critical_ratio", "expected_demand", "stock_out_now", "stock_out_after", "expected_shortage", "expected_cost",
    "order_value", "reasons",
)  # fmt: skip
_CUSTOMER = (
    "gone", "inactive", "purchases", "last_on", "expected_purchases", "expected_value", "lifetime_value", "reasons",
)  # fmt: skip


def csv_lines(kind: str, lines: Iterable[Line]) -> Iterator[bytes]:
    """Return the CSV in pieces; texts cannot become formulas."""
    yield from _pieces(_rows(kind, lines))


def _rows(kind: str, lines: Iterable[Line]) -> Iterator[list[Any]]:
    if kind in ("inventory", "churn"):
        part, names = ("inventory", _ITEM) if kind == "inventory" else ("customer", _CUSTOMER)
        yield ["item" if kind == "inventory" else "customer", *names]
        for line in lines:
            figures = line[part] or {}
            yield [escape_cell(line["name"]), *(_cell(figures.get(name)) for name in names)]
        return
    yield ["series", "level", "period", "value", "lower", "upper", "method"]
    for line in lines:
        for point in line["future"]:
            yield [
                escape_cell(line["name"]), line["level"], point["period"], point["value"], point["lower"],
                point["upper"], line["method"],
            ]  # fmt: skip


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return escape_cell(" ".join(str(each) for each in value))
    return escape_cell(value) if isinstance(value, str) else value


def _pieces(rows: Iterable[list[Any]]) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text)
    for number, row in enumerate(rows, start=1):
        writer.writerow(row)
        if number % CHUNK_ROWS == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
