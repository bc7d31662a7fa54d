"""Loan terms as JSON: decimals as text, periods as `1m`, days as ISO dates, names as in `LoanTerms`. Reading gives back equal terms."""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any, NoReturn, get_args, get_origin, get_type_hints

from intendant.domains.lending.terms import Every, LoanTerms, TermsInvalid, parse_every
from intendant.kit.money import AMOUNT_MAX, DECIMAL

ENTRIES_MAX = 200
TEXT_MAX = 200
INTEGER_MAX = 1_000_000
FRACTION_DIGITS_MAX = 12
_DATE_LENGTH = 10

_Read = Callable[[Any], Any]


def dump_terms(terms: LoanTerms) -> dict[str, Any]:
    """Return terms as JSON values; `parse_terms` gives back equal ones."""
    dumped: dict[str, Any] = _dump(terms)
    return dumped


def parse_terms(written: object) -> LoanTerms:
    """Turn JSON values into terms. What is left out takes its default; raises TermsInvalid naming the field at fault."""
    terms = _reader(LoanTerms)(written)
    assert isinstance(terms, LoanTerms)  # noqa: S101 - the reader of a type builds that type
    return terms


def parse_value(kind: Any, written: object) -> Any:
    """Turn JSON values into a dataclass of such fields as terms have; raises TermsInvalid naming the field at fault."""
    return _reader(kind)(written)


def _dump(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Every):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_dump(each) for each in value]
    if is_dataclass(value):
        return {each.name: _dump(getattr(value, each.name)) for each in fields(value)}
    return value


@cache
def _reader(kind: Any) -> _Read:
    """Return what reads a value of a type; built once, as many terms are read at the end of a day."""
    if get_origin(kind) is types.UnionType:
        return _optional(_reader(next(each for each in get_args(kind) if each is not type(None))))
    if get_origin(kind) is tuple:
        return _list(_reader(get_args(kind)[0]))
    if kind is Every:
        return parse_every
    if kind is Decimal:
        return _decimal
    if kind is date:
        return _date
    if kind is bool:
        return _boolean
    if kind is int:
        return _integer
    if kind is str:
        return _text
    if issubclass(kind, StrEnum):
        return _word(kind)
    return _object(kind)


def _object(kind: Any) -> _Read:
    hints = get_type_hints(kind)
    readers = {each.name: _reader(hints[each.name]) for each in fields(kind)}
    required = [each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING]

    def read(written: Any) -> Any:
        if not isinstance(written, Mapping):
            _refuse("This is no object.", "Give names and values.")
        values = {}
        for name, value in written.items():
            found = readers.get(name)
            if found is None:
                _refuse(f"'{str(name)[:40]}' is not known.", f"Known: {', '.join(readers)}.", str(name)[:40])
            try:
                values[name] = found(value)
            except TermsInvalid as fault:
                raise _within(name, fault) from None
        for name in required:
            if name not in values:
                _refuse(f"'{name}' is missing.", "Give it.", name)
        return kind(**values)

    return read


def _list(read_entry: _Read) -> _Read:
    def read(written: Any) -> Any:
        if not isinstance(written, list | tuple) or len(written) > ENTRIES_MAX:
            _refuse("This is no list, or too long.", f"Give a list of at most {ENTRIES_MAX} entries.")
        values = []
        for place, each in enumerate(written):
            try:
                values.append(read_entry(each))
            except TermsInvalid as fault:
                raise _within(f"[{place}]", fault) from None
        return tuple(values)

    return read


def _optional(read_some: _Read) -> _Read:
    return lambda written: None if written is None else read_some(written)


def _word(kind: type[StrEnum]) -> _Read:
    known = {each.value: each for each in kind}

    def read(written: Any) -> Any:
        found = known.get(written) if isinstance(written, str) else None
        if found is None:
            _refuse(f"{str(written)[:40]!r} is not known.", f"Write one of: {', '.join(known)}.")
        return found

    return read


def _decimal(written: Any) -> Decimal:
    try:
        value = Decimal(str(written)) if isinstance(written, str | int | float | Decimal) else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if (
        isinstance(written, bool)
        or not DECIMAL.fullmatch(str(written))
        or not value.is_finite()
        or abs(value) > AMOUNT_MAX
    ):
        _refuse(f"{str(written)[:40]!r} is no number.", 'Give a number, best as text such as "12.5".')
    if int(value.as_tuple().exponent) < -FRACTION_DIGITS_MAX:
        _refuse(f"{str(written)[:40]!r} has too many digits.", f"Give at most {FRACTION_DIGITS_MAX} decimals.")
    return value


def _date(written: Any) -> date:
    try:
        if not isinstance(written, str) or len(written) != _DATE_LENGTH:
            raise ValueError
        return date.fromisoformat(written)
    except ValueError:
        _refuse(f"{str(written)[:40]!r} is no day.", "Write it as 2024-01-31.")


def _boolean(written: Any) -> bool:
    if not isinstance(written, bool):
        _refuse(f"{str(written)[:40]!r} is neither true nor false.", "Write true or false.")
    return written


def _integer(written: Any) -> int:
    if isinstance(written, bool) or not isinstance(written, int) or abs(written) > INTEGER_MAX:
        _refuse(f"{str(written)[:40]!r} is no whole number.", "Give a whole number.")
    return written


def _text(written: Any) -> str:
    if not isinstance(written, str) or not written.strip() or len(written) > TEXT_MAX or not written.isprintable():
        _refuse("This is no text.", f"Give 1 to {TEXT_MAX} printable characters.")
    return written


def _refuse(message: str, remedy: str, field: str | None = None) -> NoReturn:
    raise TermsInvalid(message, field=field, remedy=remedy)


def _within(place: str, fault: TermsInvalid) -> TermsInvalid:
    """Name the field at fault by its whole path. A value's own fault may name the value, or a part by its path."""
    inner = fault.field
    if inner is None or inner == place or inner.startswith((f"{place}.", f"{place}[")):
        path = inner or place
    else:
        path = f"{place}{inner}" if inner.startswith("[") else f"{place}.{inner}"
    return TermsInvalid(fault.message, field=path, remedy=fault.remedy)
