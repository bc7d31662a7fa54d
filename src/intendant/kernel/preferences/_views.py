"""Saved views: a page's filters and order under a name, for oneself or shared with the organisation. Only their owner changes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from intendant.kit import clock, ids
from intendant.kit.canonical import canonical_json
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Forbidden, Invalid, NotFound

VIEWS_PER_USER_MAX = 100
SEARCH_BYTES_MAX = 8_192
PAGE_MAX = 201


class ViewUnknown(NotFound):
    """No such view, or it is somebody else's and not shared."""

    code = "view_unknown"


class ViewForeign(Forbidden):
    """The view is shared, and somebody else's."""

    code = "view_foreign"


class ViewNameTaken(Conflict):
    """The owner has a view of this name on this page."""

    code = "view_name_taken"


class TooManyViews(Conflict):
    """The user has as many views as anybody may have."""

    code = "too_many_views"


class ViewInvalid(Invalid):
    """A view's search is too large."""

    code = "view_invalid"


@dataclass(frozen=True, slots=True)
class SavedView:
    """A page's filters and order under a name. `search` is the page's own affair."""

    id: UUID
    page: str
    name: str
    search: Mapping[str, Any]
    user_id: UUID
    shared: bool
    created_at: datetime
    updated_at: datetime


_COLUMNS = "id, page, name, search, user_id, shared, created_at, updated_at"


def list_views(
    tx: Transaction, user_id: UUID, *, page: str | None = None, after: UUID | None = None, limit: int = 50
) -> list[SavedView]:
    """List a user's own views and those shared with them, in the order of their making, from behind `after`."""
    rows = tx.all(
        f"select {_COLUMNS} from saved_views where organization_id = %(organization)s and (user_id = %(user)s or shared)"  # noqa: S608
        " and (%(page)s::text is null or page = %(page)s) and (%(after)s::uuid is null or id > %(after)s)"
        " order by id limit %(limit)s",
        {
            "organization": tx.organization_id,
            "user": user_id,
            "page": page,
            "after": after,
            "limit": min(limit, PAGE_MAX),
        },
    )
    return [SavedView(**row) for row in rows]


def save_view(
    tx: Transaction, user_id: UUID, *, page: str, name: str, search: Mapping[str, Any], shared: bool
) -> SavedView:
    """Save a new view; raises ViewNameTaken, TooManyViews or ViewInvalid."""
    _lock(tx, user_id)
    count = tx.scalar(
        "select count(*) from saved_views where organization_id = %s and user_id = %s", [tx.organization_id, user_id]
    )
    if count >= VIEWS_PER_USER_MAX:
        raise TooManyViews(f"You have {count} views.", remedy="Delete one that you do not need any more.")
    now = clock.system_now()
    row: Row = {
        "id": ids.new_id(),
        "page": page,
        "name": name.strip(),
        "search": _written(search),
        "user_id": user_id,
        "shared": shared,
        "created_at": now,
        "updated_at": now,
    }
    saved = tx.execute(
        "insert into saved_views (organization_id, id, page, name, search, user_id, shared, created_at, updated_at)"
        " values (%(organization)s, %(id)s, %(page)s, %(name)s, %(search)s::jsonb, %(user_id)s, %(shared)s, %(created_at)s,"
        " %(updated_at)s) on conflict (organization_id, user_id, page, name) do nothing",
        {**row, "organization": tx.organization_id},
    )
    if not saved:
        raise _taken(row["name"])
    return _get(tx, user_id, row["id"])


def change_view(
    tx: Transaction,
    user_id: UUID,
    view_id: UUID,
    *,
    name: str | None = None,
    search: Mapping[str, Any] | None = None,
    shared: bool | None = None,
) -> SavedView:
    """Change what is given of one's own view; raises ViewUnknown, ViewForeign, ViewNameTaken or ViewInvalid."""
    _lock(tx, user_id)
    before = _own(tx, user_id, view_id)
    wanted = before.name if name is None else name.strip()
    if wanted != before.name and tx.scalar(
        "select exists (select from saved_views where organization_id = %s and user_id = %s and page = %s and name = %s)",
        [tx.organization_id, user_id, before.page, wanted],
    ):
        raise _taken(wanted)
    tx.execute(
        "update saved_views set name = %s, search = %s::jsonb, shared = %s, updated_at = %s"
        " where organization_id = %s and id = %s",
        [
            wanted,
            _written(before.search if search is None else search),
            before.shared if shared is None else shared,
            clock.system_now(),
            tx.organization_id,
            view_id,
        ],
    )
    return _get(tx, user_id, view_id)


def remove_view(tx: Transaction, user_id: UUID, view_id: UUID) -> None:
    """Delete one's own view; raises ViewUnknown or ViewForeign."""
    _own(tx, user_id, view_id)
    tx.execute("delete from saved_views where organization_id = %s and id = %s", [tx.organization_id, view_id])


def _get(tx: Transaction, user_id: UUID, view_id: UUID) -> SavedView:
    row = tx.find(
        f"select {_COLUMNS} from saved_views where organization_id = %s and id = %s and (user_id = %s or shared)",  # noqa: S608
        [tx.organization_id, view_id, user_id],
    )
    if row is None:
        raise ViewUnknown("There is no such view.", field="view_id", remedy="List the views.")
    return SavedView(**row)


def _own(tx: Transaction, user_id: UUID, view_id: UUID) -> SavedView:
    view = _get(tx, user_id, view_id)
    if view.user_id != user_id:
        raise ViewForeign("This view is somebody else's.", remedy="Save one of your own under the same name.")
    return view


def _written(search: Mapping[str, Any]) -> str:
    written = canonical_json(search)
    if len(written) > SEARCH_BYTES_MAX or b"\\u0000" in written:
        raise ViewInvalid(
            f"The search is longer than {SEARCH_BYTES_MAX} bytes, or holds a null character.",
            field="search",
            remedy="Use fewer filters.",
        )
    return written.decode()


def _taken(name: str) -> ViewNameTaken:
    return ViewNameTaken(f"You have a view '{name}' on this page.", field="name", remedy="Choose another name.")


def _lock(tx: Transaction, user_id: UUID) -> None:
    # So that two of one user's requests cannot both be the last that fits, nor both take a name.
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"views:{tx.organization_id}:{user_id}"])
