"""Values on their way to the server: what was left out, what a body may be, and how each is written as JSON."""

import datetime
import json
import uuid
from collections.abc import AsyncIterable, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import IO, Any, Final
from urllib.parse import quote

Content = bytes | str | IO[bytes] | Iterable[bytes] | AsyncIterable[bytes]
"""A body that is sent as it is. Only bytes and text can be sent again by themselves when an answer is lost."""


class Omitted(Enum):
    """The one value that says: leave the field out. Where something is changed, null may mean that a field is emptied."""

    OMITTED = "omitted"

    def __repr__(self) -> str:
        """Read as a name in signatures."""
        return "OMITTED"


OMITTED: Final = Omitted.OMITTED


def quoted(value: object) -> str:
    """Return a value as one part of a path: nothing in it leads to another address."""
    text = quote(str(value), safe="")
    if text in ("", ".", ".."):
        raise ValueError(f"{value!r} cannot stand in an address; give the id that lists and answers carry.")
    return text


def query_items(query: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the parameters that were given; several values of one name stand several times."""
    items: list[tuple[str, str]] = []
    for name, value in query.items():
        if value is None or value is OMITTED:
            continue
        several = value if isinstance(value, list | tuple | set | frozenset) else [value]
        items += [(name, _query_text(each)) for each in several]
    return items


def _query_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(_plain(value)) if not isinstance(value, str | int | float) else str(value)


def json_body(
    fields: Mapping[str, Any] | None, options: Mapping[str, Any] | None, *, nulls: bool
) -> dict[str, Any] | None:
    """Return the body made of fields that must be there and options that were given; None when there is nothing to say.

    With `nulls` an option that is None is sent as null and only OMITTED is left out; otherwise None is left out too.
    """
    given = {
        name: value for name, value in (options or {}).items() if value is not OMITTED and (nulls or value is not None)
    }
    return {**(fields or {}), **given} if given or fields is not None else None


def encode(value: object) -> bytes:
    """Return a value as JSON; amounts are written as text, as the API has them."""
    return json.dumps(value, default=_plain, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return format(value, "f")
        case uuid.UUID():
            return str(value)
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case Enum():
            return value.value
        case Mapping():
            return dict(value)
        case set() | frozenset() | tuple():
            return list(value)
        case _:
            dump = getattr(value, "model_dump", None)
            if dump is None:
                raise TypeError(f"{type(value).__name__} cannot be sent as JSON.")
            return dump(mode="json", by_alias=True, exclude_unset=True)
