"""Reading the inbox: filters, orders, pages by key, counts for facets, and what may be shown of a question."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from uuid import UUID

from intendant.kernel import events
from intendant.kit.database import Row, Transaction
from intendant.kit.facets import Facets, count_facets

Sort = Literal["due_at", "created_at", "-created_at", "-amount", "confidence"]
PAGE_MAX = 201
"""A page of 200, and one more that says that there are more."""
TEXT_LENGTH_MAX = 200

# What a blind case hides must not show in an order either, nor be found by its words.
_HIDDEN = "(blind and state = 'open')"
_HELD = "(state = 'open' and held is not null)"
_KEYS: dict[Sort, tuple[str, str]] = {
    "due_at": ("due_at", "timestamptz"),
    "-amount": ("-coalesce(amount, -1)", "numeric"),
    "confidence": (f"case when {_HIDDEN} then 2 else coalesce(confidence, 2) end", "double precision"),
}
"""The value by which a page goes on, ascending, and its type. Other orders go by id, which grows with time."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """Which questions to list; None or nothing means any."""

    state: str | None = "open"
    tiers: Sequence[str] = ()
    risks: Sequence[str] = ()
    kinds: Sequence[str] = ()
    assignee: UUID | None = None
    unassigned: bool = False
    text: str | None = None
    held: bool | None = None
    """Only those whose answer is held and can be taken back, or only those whose answer is not."""


def list_approvals(
    tx: Transaction, inbox: Inbox | None = None, *, sort: Sort = "due_at", after: str | None = None, limit: int = 50
) -> list[Row]:
    """List approvals, from behind the cursor `after`, at most `PAGE_MAX`; raises CursorInvalid."""
    condition, values = _where(tx, inbox or Inbox())
    values["limit"] = min(limit, PAGE_MAX)
    if sort not in _KEYS:
        falling = sort == "-created_at"
        if after is not None:
            condition += f" and id {'<' if falling else '>'} %(id)s"
            values["id"] = _read(after, sort)[1]
        order = f"id{' desc' if falling else ''}"
    else:
        key, kind = _KEYS[sort]
        if after is not None:
            condition += f" and ({key}, id) > (%(value)s::{kind}, %(id)s)"
            values["value"], values["id"] = _read(after, sort)
        order = f"{key}, id"
    return tx.all(
        f"select * from approvals where {condition} order by {order} limit %(limit)s",  # noqa: S608 - constants of this file
        values,
    )


def cursor_of(row: Mapping[str, Any], sort: Sort) -> str:
    """Return the cursor that goes on behind a row in this order."""
    match sort:
        case "due_at":
            value = row["due_at"].isoformat()
        case "-amount":
            value = str(-(row["amount"] if row["amount"] is not None else Decimal(-1)))
        case "confidence":
            hidden = row["confidence"] is None or is_hidden(row)
            value = "2" if hidden else repr(float(row["confidence"]))
        case _:
            value = ""
    return base64.urlsafe_b64encode(f"{sort}|{value}|{row['id']}".encode()).decode().rstrip("=")


def _read(cursor: str, sort: Sort) -> tuple[object, UUID]:
    """Read a cursor of this order; raises CursorInvalid."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        name, value, row_id = text.split("|")
        if name != sort:
            raise ValueError(name)
        parsed: object = value
        match sort:
            case "due_at":
                parsed = datetime.fromisoformat(value)
            case "-amount":
                parsed = Decimal(value)
            case "confidence":
                parsed = float(value)
        return parsed, UUID(row_id)
    except (ValueError, InvalidOperation, binascii.Error) as error:
        raise events.CursorInvalid(
            "This is no cursor of this list.", field="after", remedy="Use the `next` of the page before, same order."
        ) from error


def facets(tx: Transaction, inbox: Inbox) -> Facets:
    """Count questions by risk, kind, tier, state and whether an answer is held; all but the state each without its own filter."""
    condition, values = _where(tx, replace(inbox, risks=(), kinds=(), tiers=(), held=None))
    held = None if inbox.held is None else f"held = '{str(inbox.held).lower()}'"
    chosen = {"risk": list(inbox.risks), "kind": list(inbox.kinds), "tier": [str(tier) for tier in inbox.tiers]}
    return count_facets(
        tx,
        f"select risk, kind, tier, state, {_HELD}::text as held from approvals where {condition} order by id desc",  # noqa: S608
        {name: f"{name} = any(%({name}s)s)" if wanted else None for name, wanted in chosen.items()}
        | {"state": None, "held": held},
        values | {f"{name}s": wanted for name, wanted in chosen.items()},
    )


def _where(tx: Transaction, inbox: Inbox) -> tuple[str, dict[str, Any]]:
    conditions = ["organization_id = %(organization)s"]
    values: dict[str, Any] = {"organization": tx.organization_id}
    words = "reference ilike %(text)s or id::text like %(start)s or subject_id::text like %(start)s"
    chosen: dict[str, tuple[str, Any]] = {
        "state": ("state = %(state)s", inbox.state),
        "tiers": ("tier = any(%(tiers)s)", list(inbox.tiers) or None),
        "risks": ("risk = any(%(risks)s)", list(inbox.risks) or None),
        "kinds": ("kind = any(%(kinds)s)", list(inbox.kinds) or None),
        "assignee": ("assignee = %(assignee)s", inbox.assignee),
        "text": (
            f"({words} or (not {_HIDDEN} and summary ilike %(text)s))",
            f"%{_escaped(inbox.text)}%" if inbox.text else None,
        ),
    }
    for name, (condition, value) in chosen.items():
        if value is not None:
            conditions.append(condition)
            values[name] = value
    if inbox.held is not None:
        conditions.append(_HELD if inbox.held else f"not {_HELD}")
    if inbox.unassigned:
        conditions.append("assignee is null")
    if inbox.text:
        values["start"] = f"{_escaped(inbox.text.lower())}%"
    return " and ".join(conditions), values


def _escaped(text: str | None) -> str:
    return (text or "").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def is_hidden(approval: Mapping[str, Any]) -> bool:
    """Say whether what was proposed is hidden from whoever answers."""
    return bool(approval["blind"] and approval["state"] == "open")


def concealed(approval: Mapping[str, Any]) -> dict[str, Any]:
    """Return an approval as it may be shown: nothing of the proposal while a blind case is open."""
    if not is_hidden(approval):
        return dict(approval)
    summary = "Judge this case before you see what was proposed."
    hidden = dict.fromkeys(("action", "confidence", "impact", "reversible"))
    return {**approval, **hidden, "summary": summary}
