"""Budgets in the deciding transaction: the rows of the current windows are locked in key order, then taken from."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from intendant.kernel.gate import AllowanceKey, Allowances, Window
from intendant.kit.bulk import BulkInsert
from intendant.kit.database import Transaction

_KEY = {
    "organization_id": "uuid",
    "component": "text",
    "action": "text",
    "span": "text",
    "starts_at": "timestamptz",
    "count": "bigint",
    "amount": "numeric",
}
# Touching the row that is there locks it until the transaction ends, and tells what it holds.
_LOCK = BulkInsert(
    "allowances",
    _KEY,
    "on conflict (organization_id, component, action, span, starts_at) do update set count = allowances.count"
    " returning organization_id, component, action, span, count, amount",
)
TAKE = BulkInsert(
    "allowances",
    _KEY,
    "on conflict (organization_id, component, action, span, starts_at) do update"
    " set count = allowances.count + excluded.count, amount = allowances.amount + excluded.amount",
)


def window_start(window: Window, now: datetime, time_zone: str) -> datetime:
    """Return when the window that contains business moment `now` began: the hour, or the local day."""
    local = now.astimezone(ZoneInfo(time_zone))
    start = local.replace(minute=0, second=0, microsecond=0, fold=local.fold)
    return start if window is Window.HOUR else start.replace(hour=0, fold=0)


def key_row(organization_id: UUID, key: AllowanceKey, now: datetime, time_zone: str) -> dict[str, object]:
    """Return the row of a budget, with nothing used."""
    return {
        "organization_id": organization_id,
        "component": key.component,
        "action": key.action,
        "span": key.window.value,
        "starts_at": window_start(key.window, now, time_zone),
        "count": 0,
        "amount": 0,
    }


def lock(tx: Transaction, rows: Iterable[Mapping[str, object]]) -> dict[UUID, Allowances]:
    """Lock budgets in key order and return what each organisation has used of them."""
    ordered = sorted(
        {tuple(row.items()): row for row in rows}.values(),
        key=lambda r: (str(r["organization_id"]), r["component"], r["action"], r["span"], r["starts_at"]),
    )
    used: dict[UUID, dict[AllowanceKey, tuple[int, object]]] = {}
    for row in _LOCK.returning(tx, ordered) if ordered else []:
        key = AllowanceKey(row["component"], row["action"], Window(row["span"]))
        used.setdefault(row["organization_id"], {})[key] = (row["count"], row["amount"])
    return {organization_id: Allowances(each) for organization_id, each in used.items()}  # type: ignore[arg-type]
