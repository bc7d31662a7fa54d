"""Pages by key: `after` is the `next` of the page before. No offsets: they skip and repeat where rows come and go."""

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

PAGE_SIZE_MAX = 200
PAGE_SIZE = 50

Limit = Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX, description="How many items at most.")]

Item = TypeVar("Item")
Source = TypeVar("Source")


class Page(BaseModel, Generic[Item]):
    """Some of a list, and where the rest begins."""

    items: list[Item]
    next: str | None = None


def page(
    rows: Sequence[Source], limit: int, *, show: Callable[[Source], Item], key: Callable[[Source], object]
) -> Page[Item]:
    """Build a page from `limit + 1` rows: the one too many says that there are more."""
    shown = rows[:limit]
    return Page(items=[show(row) for row in shown], next=str(key(shown[-1])) if len(rows) > limit else None)
