"""Credit terms as written in a product: read with every fault and its place, and written back so that reading gives the same.

The shape follows the values themselves: names as in `CreditTerms`, decimals as text, periods as `1m`.
"""

import math
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from intendant.domains.lending.credit_terms import CreditTerms
from intendant.domains.lending.model import NAME_LENGTH_MAX, ProductInvalid
from intendant.domains.lending.schedules.terms_json import FRACTION_DIGITS_MAX
from intendant.domains.lending.terms import Every, TermsInvalid, parse_every
from intendant.kit.money import AMOUNT_MAX, DECIMAL

PATH = "credit_terms"
ENTRIES_MAX = 200
INTEGER_MAX = 1_000_000


class _Broken:
    """Stands where a value could not be read; its fault is told."""


_BROKEN = _Broken()


@dataclass(slots=True)
class _Reader:
    """Reads values by their types and gathers what is wrong."""

    faults: list[ProductInvalid]

    def refuse(self, path: str, message: str, remedy: str) -> _Broken:
        self.faults.append(ProductInvalid(message, field=path, remedy=remedy))
        return _BROKEN

    def read(self, kind: Any, written: Any, path: str) -> Any:
        """Return the value of a type, `_BROKEN` after telling what is wrong."""
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (Union, types.UnionType):
            if type(None) in arguments:
                rest = tuple(each for each in arguments if each is not type(None))
                return None if written is None else self.read(Union[rest], written, path)  # noqa: UP007 - built here
            return self._one_of(arguments, written, path)
        if origin is tuple:
            return self._list(arguments[0], written, path)
        if kind is Every:
            return self._attempt(path, lambda: parse_every(written))
        if is_dataclass(kind):
            return self.object(kind, written, path, {})
        if issubclass(kind, StrEnum):
            return self._word(kind, written, path)
        return self._plain(kind, written, path)

    def object(self, kind: Any, written: Any, path: str, given: Mapping[str, Any]) -> Any:
        """Return the value of a dataclass; `given` are fields that are not written."""
        if not isinstance(written, Mapping):
            return self.refuse(path, f"{path} is not an object.", "Give names and values.")
        known = {each.name: each for each in fields(kind) if each.metadata.get("written", True)}
        names = [*known, *(("kind",) if hasattr(kind, "kind") else ())]
        before = len(self.faults)
        for name in written:
            if name not in names:
                self.refuse(
                    f"{path}.{str(name)[:60]}", f"{path}.{str(name)[:60]} is not known.", f"Known: {', '.join(names)}."
                )
        values = dict(given)
        for name, each in known.items():
            place = f"{path}.{name}"
            if name in written:
                values[name] = self.read(_hints(kind)[name], written[name], place)
            elif each.default is MISSING and each.default_factory is MISSING:
                self.refuse(place, f"{place} is missing.", "Give it.")
        if len(self.faults) > before:
            return _BROKEN
        return self._attempt(path, lambda: kind(**values), frozenset(known))

    def _attempt(self, path: str, make: Any, own: frozenset[str] = frozenset()) -> Any:
        try:
            return make()
        except TermsInvalid as fault:
            return self.refuse(_at(path, fault.field, own), fault.message, fault.remedy or "Change it.")

    def _one_of(self, kinds: tuple[Any, ...], written: Any, path: str) -> Any:
        if len(kinds) == 1:
            return self.read(kinds[0], written, path)
        by_name = {kind.kind: kind for kind in kinds}
        named = written.get("kind") if isinstance(written, Mapping) else None
        if not isinstance(named, str) or named not in by_name:
            return self.refuse(f"{path}.kind", f"{path} says no kind.", f"Write one of: {', '.join(by_name)}.")
        return self.object(by_name[named], written, path, {})

    def _list(self, kind: Any, written: Any, path: str) -> Any:
        if not isinstance(written, list) or len(written) > ENTRIES_MAX:
            return self.refuse(path, f"{path} is not a list, or too long.", f"Give at most {ENTRIES_MAX} entries.")
        values = tuple(self.read(kind, each, f"{path}[{place}]") for place, each in enumerate(written))
        return _BROKEN if any(value is _BROKEN for value in values) else values

    def _word(self, kind: type[StrEnum], written: Any, path: str) -> Any:
        try:
            return kind(str(written))
        except ValueError:
            listed = ", ".join(each.value for each in kind)
            return self.refuse(path, f"{path} is {str(written)[:40]!r}.", f"Write one of: {listed}.")

    def _plain(self, kind: Any, written: Any, path: str) -> Any:
        if kind is bool:
            if isinstance(written, bool):
                return written
            return self.refuse(path, f"{path} is not true or false.", "Write true or false.")
        if kind is int:
            if isinstance(written, int) and not isinstance(written, bool) and abs(written) <= INTEGER_MAX:
                return written
            return self.refuse(path, f"{path} is no whole number.", "Give a whole number.")
        if kind is Decimal:
            return self._decimal(written, path)
        if isinstance(written, str) and written.strip() and len(written) <= NAME_LENGTH_MAX and written.isprintable():
            return written.strip()
        return self.refuse(path, f"{path} is missing or no text.", f"Give 1 to {NAME_LENGTH_MAX} printable characters.")

    def _decimal(self, written: Any, path: str) -> Any:
        try:
            value = Decimal(str(written)) if isinstance(written, str | int | float) else Decimal("NaN")
        except InvalidOperation:
            value = Decimal("NaN")
        if (
            isinstance(written, bool)
            or not DECIMAL.fullmatch(str(written))
            or not value.is_finite()
            or abs(value) > AMOUNT_MAX
        ):
            return self.refuse(path, f"{path} is no number.", 'Give a number, best as text such as "12.5".')
        if int(value.as_tuple().exponent) < -FRACTION_DIGITS_MAX:
            return self.refuse(path, f"{path} has too many digits.", f"Give at most {FRACTION_DIGITS_MAX} decimals.")
        return value


def parse_credit_terms(written: object, *, currency: str, loss_share: float) -> CreditTerms:
    """Turn credit terms as written into `CreditTerms`; raises ProductInvalid naming the first place at fault."""
    reader = _Reader([])
    found = _read(reader, written, currency, loss_share)
    for fault in reader.faults:
        raise fault
    assert isinstance(found, CreditTerms)  # noqa: S101 - without a fault it was built
    return found


def credit_terms_faults(written: object) -> Iterator[ProductInvalid]:
    """Yield everything that is wrong with credit terms as written."""
    reader = _Reader([])
    _read(reader, written, "USD", 0.0)
    yield from reader.faults


def _read(reader: _Reader, written: object, currency: str, loss_share: float) -> Any:
    share = Decimal(str(loss_share)) if math.isfinite(loss_share) else Decimal(0)
    return reader.object(CreditTerms, written, PATH, {"currency": currency, "loss_share": share})


def dump_credit_terms(terms: CreditTerms) -> dict[str, Any]:
    """Return credit terms as written; `parse_credit_terms` gives back equal ones."""
    dumped: dict[str, Any] = _dump(terms)
    return dumped


def _dump(value: Any) -> Any:
    if isinstance(value, Every):
        return str(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple):
        return [_dump(each) for each in value]
    if is_dataclass(value):
        kind = {"kind": value.kind} if hasattr(value, "kind") else {}
        written = (each.name for each in fields(value) if each.metadata.get("written", True))
        return kind | {name: _dump(getattr(value, name)) for name in written}
    return value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _at(path: str, name: str | None, own: frozenset[str]) -> str:
    """Return the place of a fault that a value names within itself: `rounding.unit` of `…rounding` is `…rounding.unit`.

    `own` are the names of the value's fields: the `rate` of a `rate` is one of them.
    """
    leaf = path.rpartition(".")[2].partition("[")[0]
    if name is None or (name == leaf and name not in own):
        return path
    return f"{path}.{name.removeprefix(f'{leaf}.')}"
