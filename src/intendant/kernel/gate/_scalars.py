"""Reading the leaves of a written policy: names, numbers, times, and the values rules compare with.

Values that JSON has no form for are written {decimal: "0.10"}, {date: "2026-01-31"} and {moment: "2026-01-31T09:00:00+00:00"}.
"""

import difflib
import math
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import ClassVar, TypeVar, cast

from intendant.kernel.gate._policy import Json, Scalar
from intendant.kit.errors import Invalid

__all__ = [
    "SPAN_HOURS_MAX",
    "PolicyInvalid",
    "amount",
    "count",
    "dump_scalar",
    "dump_span",
    "mapping",
    "member",
    "moment",
    "name",
    "number",
    "optional",
    "parameters",
    "required",
    "scalar",
    "sequence",
    "share",
    "span",
    "text",
    "truth",
    "within",
    "word",
    "wrong",
]

NAME_LENGTH_MAX = 200
TEXT_LENGTH_MAX = 2_000
VALUE_TEXT_LENGTH_MAX = 10_000
DIGITS_MAX = 40
WORD_LENGTH_MAX = 64
SPAN_HOURS_MAX = 90 * 24
_WORD = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_SPAN = re.compile(r"([0-9]{1,4})([hd])\Z")
PARAMETERS_DEPTH_MAX = 16
PARAMETERS_SIZE_MAX = 10_000

_E = TypeVar("_E", bound=StrEnum)
_T = TypeVar("_T")


class PolicyInvalid(Invalid):
    """A policy that cannot be read; `field` is the path of what is wrong."""

    code: ClassVar[str] = "policy_invalid"


def wrong(path: str, what: str, remedy: str) -> PolicyInvalid:
    """Return the error for a place in the policy."""
    return PolicyInvalid(f"{path or 'The policy'} {what}.", field=path or None, remedy=remedy)


def mapping(value: object, path: str, known: Collection[str] | None) -> Mapping[str, object]:
    """Return a mapping with text keys, all of them known."""
    if not isinstance(value, Mapping):
        raise wrong(path, "is not a mapping", "Write it as keys and values.")
    for key in value:
        if not isinstance(key, str):
            raise wrong(path, f"has the key {key!r}, which is not text", "Write the key in quotes.")
        if known is not None and key not in known:
            near = difflib.get_close_matches(key, known, 1)
            remedy = f"Did you mean '{near[0]}'?" if near else f"Known keys: {', '.join(sorted(known))}."
            raise wrong(f"{path}.{key}" if path else key, "is not known here", remedy)
    return cast("Mapping[str, object]", value)


def sequence(value: object, path: str, length_max: int) -> list[object]:
    """Return a list of bounded length."""
    if not isinstance(value, list | tuple):
        raise wrong(path, "is not a list", "Write it as a list.")
    if len(value) > length_max:
        raise wrong(path, f"has more than {length_max} entries", f"Keep at most {length_max}.")
    return list(value)


def required(written: Mapping[str, object], key: str, path: str) -> object:
    """Return a value that must be there."""
    if written.get(key) is None:
        raise wrong(f"{path}.{key}" if path else key, "is missing", f"Add '{key}'.")
    return written[key]


def optional(value: object, path: str, parse: Callable[[object, str], _T]) -> _T | None:
    """Parse a value unless it is None."""
    return None if value is None else parse(value, path)


def member(value: object, path: str, kind: type[_E]) -> _E:
    """Return the member of a closed list of words."""
    try:
        return kind(str(value))
    except ValueError:
        words = [each.value for each in kind]
        near = difflib.get_close_matches(str(value), words, 1)
        hint = f"Did you mean '{near[0]}'? " if near else ""
        raise wrong(
            path, f"is {_shown(value)}, which is not known", f"{hint}Write one of: {', '.join(words)}."
        ) from None


def text(value: object, path: str, length_max: int = TEXT_LENGTH_MAX) -> str:
    """Return text of bounded length."""
    if not isinstance(value, str):
        raise wrong(path, f"is {_shown(value)}, not text", "Write it in quotes.")
    if len(value) > length_max:
        raise wrong(path, f"is longer than {length_max} characters", "Shorten it.")
    return value


def name(value: object, path: str) -> str:
    """Return text that is not empty."""
    if not text(value, path, NAME_LENGTH_MAX).strip():
        raise wrong(path, "is empty", "Give it a name.")
    return cast("str", value)


def word(value: object, path: str) -> str:
    """Return a name that may stand inside another: small letters, digits and underscores."""
    if not isinstance(value, str) or not _WORD.match(value):
        raise wrong(
            path,
            f"is {_shown(value)}, which is no word",
            f"Use small letters, digits and _, at most {WORD_LENGTH_MAX}.",
        )
    return value


def span(value: object, path: str) -> int:
    """Return how many hours a span such as 24h or 7d has, from 1 hour to 90 days."""
    match = _SPAN.match(value) if isinstance(value, str) else None
    hours = 0 if match is None else int(match[1]) * (24 if match[2] == "d" else 1)
    if not 1 <= hours <= SPAN_HOURS_MAX:
        raise wrong(path, f"is {_shown(value)}, no span of 1 hour to 90 days", "Write it like 24h or 7d.")
    return hours


def dump_span(hours: int) -> str:
    """Return a span as it is written: in days where it has whole ones."""
    return f"{hours // 24}d" if hours % 24 == 0 else f"{hours}h"


def truth(value: object, path: str) -> bool:
    """Return True or False, written as such."""
    if not isinstance(value, bool):
        raise wrong(path, f"is {_shown(value)}", "Write true or false.")
    return value


def number(value: object, path: str) -> int | float | Decimal:
    """Return a finite number; a Decimal is written {decimal: "0.10"}."""
    parsed = scalar(value, path)
    if isinstance(parsed, bool) or not isinstance(parsed, int | float | Decimal):
        raise wrong(path, f"is {_shown(value)}, not a number", "Write a number without quotes.")
    return parsed


def share(value: object, path: str) -> float:
    """Return a number from 0 to 1."""
    parsed = float(number(value, path))
    if not 0.0 <= parsed <= 1.0:
        raise wrong(path, f"is {_shown(value)}, outside 0 to 1", "Write a number from 0 to 1.")
    return parsed


def within(value: object, path: str, most: float) -> float:
    """Return a number from 0 to a bound."""
    parsed = number(value, path)
    if not 0 <= parsed <= most:
        raise wrong(path, f"is {_shown(value)}, outside 0 to {most:g}", f"Write a number from 0 to {most:g}.")
    return float(parsed)


def count(value: object, path: str) -> int:
    """Return a whole number from 0."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise wrong(path, f"is {_shown(value)}, not a whole number from 0", "Write 0, 1, 2, ...")
    return value


def amount(value: object, path: str) -> Decimal:
    """Return money, at least 0; text keeps it exact."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise wrong(path, f"is {_shown(value)}, not an amount", 'Write a number such as 5000 or "5000.00".')
    parsed = _decimal(value if isinstance(value, Decimal) else str(value), path)
    if parsed < 0:
        raise wrong(path, "is negative", "Write 0 or more.")
    return parsed


def moment(value: object, path: str) -> datetime:
    """Return a time with its zone."""
    parsed = value
    if isinstance(value, str):
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError:
            raise wrong(path, f"is {_shown(value)}, not a time", "Write it like 2026-01-31T09:00:00+00:00.") from None
    if not isinstance(parsed, datetime):
        raise wrong(path, f"is {_shown(value)}, not a time", "Write it like 2026-01-31T09:00:00+00:00.")
    if parsed.utcoffset() is None:
        raise wrong(path, "has no time zone", "Add the zone, like 2026-01-31T09:00:00+00:00.")
    return parsed


def scalar(value: object, path: str) -> Scalar:
    """Return a value a rule compares with."""
    match value:
        case str():
            return text(value, path, VALUE_TEXT_LENGTH_MAX)
        case bool() | datetime() | date():
            return value
        case int():
            return value if abs(value) < 10**DIGITS_MAX else _too_long(path)
        case float():
            if not math.isfinite(value):
                raise wrong(path, f"is {value}", "Write a finite number.")
            return value
        case Decimal():
            return _decimal(value, path)
        case {"decimal": str(written), **rest} if not rest:
            return _decimal(written, path)
        case {"date": str(written), **rest} if not rest:
            try:
                return date.fromisoformat(written)
            except ValueError:
                raise wrong(path, f"is {_shown(written)}, not a date", "Write it like 2026-01-31.") from None
        case {"moment": str(written), **rest} if not rest:
            return _any_moment(written, path)
        case _:
            raise wrong(
                path, f"is {_shown(value)}, which rules cannot compare with", "Write a number, text, true or false."
            )


def dump_scalar(value: Scalar) -> Json:
    """Return the value as written, in JSON's types."""
    match value:
        case Decimal():
            return {"decimal": str(value)}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case _:
            return value


def parameters(value: object, path: str, depth: int = 0, size: list[int] | None = None) -> Json:
    """Return free JSON, copied, with bounded depth and size."""
    size = size if size is not None else [0]
    size[0] += 1
    if depth > PARAMETERS_DEPTH_MAX or size[0] > PARAMETERS_SIZE_MAX:
        raise wrong(path, "is too large", f"Keep under {PARAMETERS_DEPTH_MAX} levels and {PARAMETERS_SIZE_MAX} values.")
    match value:
        case None | bool() | int() | str():
            return value
        case float() if math.isfinite(value):
            return value
        case list() | tuple():
            return [parameters(each, f"{path}[{at}]", depth + 1, size) for at, each in enumerate(value)]
        case dict():
            entries = mapping(value, path, None)
            return {key: parameters(each, f"{path}.{key}", depth + 1, size) for key, each in entries.items()}
        case _:
            raise wrong(path, f"is {_shown(value)}, which JSON cannot hold", "Write numbers, text, lists or mappings.")


def _any_moment(written: str, path: str) -> datetime:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        raise wrong(path, f"is {_shown(written)}, not a time", "Write it like 2026-01-31T09:00:00+00:00.") from None


def _decimal(value: str | Decimal, path: str) -> Decimal:
    try:
        parsed = Decimal(value)
    except InvalidOperation:
        raise wrong(path, f"is {_shown(value)}, not a number", 'Write digits, such as "5000.00".') from None
    if not parsed.is_finite():
        raise wrong(path, f"is {parsed}", "Write a finite number.")
    if len(parsed.as_tuple().digits) > DIGITS_MAX or abs(parsed.adjusted()) > DIGITS_MAX:
        _too_long(path)
    return parsed


def _too_long(path: str) -> int:
    raise wrong(path, f"has more than {DIGITS_MAX} digits", "Write a sensible number.")


def _shown(value: object) -> str:
    written = repr(value)
    return written if len(written) <= 60 else written[:57] + "..."
