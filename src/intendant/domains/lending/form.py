"""The border of an application: a product's form compiled to readers that turn what came in into typed inputs.

All faults of an application are told at once. JSON's types are taken as they are; `from_text` first turns the cells of a CSV
file into them. Protected attributes come out apart from the inputs.
"""

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from intendant.domains.lending.model import (
    NUMBER_MAX,
    TERM_MONTHS_MAX,
    TEXT_LENGTH_MAX,
    FieldRole,
    FieldType,
    FormField,
    Product,
)
from intendant.kit.errors import Invalid
from intendant.kit.money import AMOUNT_MAX

ERRORS_MAX = 50
CATEGORY_LENGTH_MAX = 200
CHOICES_SHOWN_MAX = 8
_CENT = Decimal("0.01")
_ZERO = Decimal(0)
_TRUE, _FALSE = frozenset({"true", "yes", "y", "1"}), frozenset({"false", "no", "n", "0"})
_NOTHING_TEXTS = frozenset({"", "na", "n/a", "nan", "null", "none"})


class ApplicationInvalid(Invalid):
    """An application whose inputs do not fit the form; `data["errors"]` lists every field at fault."""

    code = "application_invalid"


class _Fault(Exception):  # noqa: N818 - never leaves this module
    """What is wrong with one value, and the remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


Reader = Callable[[object], Any]


@dataclass(slots=True)
class Inputs:
    """What an application says, typed: `values` for deciding, `protected` for monitoring alone."""

    values: dict[str, Any]
    protected: dict[str, Any]
    amount: Decimal
    term_months: int | None


class ApplicationForm:
    """A product's form, compiled once. Immutable, so threads may share it."""

    __slots__ = ("_amount", "_columns", "_names", "_term", "product")

    def __init__(self, product: Product) -> None:
        self.product = product
        self._columns = tuple(
            (each.name, _reader(each), each.required, each.role is FieldRole.PROTECTED) for each in product.form
        )
        self._names = frozenset(each.name for each in product.form)
        amount, term = product.field_of(FieldRole.AMOUNT), product.field_of(FieldRole.TERM)
        self._amount = None if amount is None else amount.name
        self._term = None if term is None else term.name

    def parse(self, raw: Mapping[str, object]) -> Inputs:
        """Turn inputs as they came into typed ones; raises ApplicationInvalid with every fault found."""
        values: dict[str, Any] = {}
        protected: dict[str, Any] = {}
        faults: list[dict[str, object]] | None = None
        get = raw.get
        present = 0
        for name, read, required, is_protected in self._columns:
            value = get(name)
            if value is not None:
                present += 1
                try:
                    value = read(value)
                except _Fault as fault:
                    faults = faults or []
                    faults.append(_complaint(name, fault.message, fault.remedy))
                    continue
            elif required:
                faults = faults or []
                faults.append(_complaint(name, "is missing", "Fill it in; the form requires it."))
                continue
            if is_protected:
                protected[name] = value
            else:
                values[name] = value
        if len(raw) != present:
            faults = self._with_unknown(raw, faults)
        if faults:
            raise _invalid(faults)
        amount = _ZERO if self._amount is None else values[self._amount]
        term = None if self._term is None else values[self._term]
        if self._amount is not None:
            values[self._amount] = float(amount)
        return Inputs(values, protected, amount, None if term is None else math.ceil(term))

    def from_text(self, row: Mapping[str, str | None]) -> dict[str, object]:
        """Turn the cells of a row of text into what `parse` takes; a cell that says nothing is left out."""
        types = {each.name: each.type for each in self.product.form}
        return {
            name: _from_cell(cell.strip(), types.get(name))
            for name, cell in row.items()
            if cell is not None and cell.strip().lower() not in _NOTHING_TEXTS
        }

    def _with_unknown(
        self, raw: Mapping[str, object], faults: list[dict[str, object]] | None
    ) -> list[dict[str, object]] | None:
        for name in raw:
            if name in self._names:
                continue
            faults = faults or []
            if len(faults) > ERRORS_MAX:
                break
            near = difflib.get_close_matches(str(name)[:100], self._names, 1)
            remedy = (
                f"Did you mean '{near[0]}'?" if near else f"Leave it out; '{self.product.key}' does not ask for it."
            )
            faults.append(_complaint(str(name)[:100], "is not a field of the form", remedy))
        return faults


def _complaint(name: str, message: str, remedy: str) -> dict[str, object]:
    return {"field": f"inputs.{name}", "message": f"{name} {message}.", "remedy": remedy}


def _invalid(faults: list[dict[str, object]]) -> ApplicationInvalid:
    first = faults[0]
    more = f" {len(faults) - 1} more fields are at fault." if len(faults) > 1 else ""
    return ApplicationInvalid(
        f"{first['message']}{more}",
        field=str(first["field"]),
        remedy=str(first["remedy"]),
        data={"errors": faults[:ERRORS_MAX]},
    )


def _reader(form_field: FormField) -> Reader:
    if form_field.role is FieldRole.AMOUNT:
        return _amount_reader(form_field)
    match form_field.type:
        case FieldType.NUMBER | FieldType.INTEGER:
            return _number_reader(form_field)
        case FieldType.CATEGORY:
            return _category_reader(form_field)
        case FieldType.BOOLEAN:
            return _read_boolean
        case FieldType.DATE:
            return _read_date
        case FieldType.TEXT:
            return _read_text


def _number_reader(form_field: FormField) -> Reader:
    low = -NUMBER_MAX if form_field.minimum is None else form_field.minimum
    high = NUMBER_MAX if form_field.maximum is None else form_field.maximum
    if form_field.role is FieldRole.TERM:
        low, high = max(low, 0.0), min(high, TERM_MONTHS_MAX)
    whole = form_field.type is FieldType.INTEGER

    def read(value: object) -> Any:
        kind = value.__class__
        # One chained comparison also turns away NaN and infinity.
        if (kind is int or (kind is float and (not whole or value.is_integer()))) and low <= value <= high:  # type: ignore[attr-defined,operator]
            return int(value) if whole else value  # type: ignore[call-overload]
        raise _number_fault(value, low, high, whole=whole)

    return read


def _amount_reader(form_field: FormField) -> Reader:
    low = 0.0 if form_field.minimum is None else form_field.minimum
    high = float(AMOUNT_MAX) if form_field.maximum is None else min(form_field.maximum, float(AMOUNT_MAX))

    def read(value: object) -> Any:
        kind = value.__class__
        if kind is int and low <= value <= high and value:  # type: ignore[operator]
            return Decimal(value)  # type: ignore[arg-type]
        if kind is float and low <= value <= high and value > 0:  # type: ignore[operator]
            return Decimal(repr(value)).quantize(_CENT)
        if kind is str and len(value) <= 40:  # type: ignore[arg-type]
            # Money as text is exact, so many systems send it so.
            try:
                amount = Decimal(value)  # type: ignore[arg-type]
            except ArithmeticError:
                amount = _ZERO
            if amount.is_finite() and low <= amount <= high and amount > 0:
                return amount.quantize(_CENT)
        if kind in {int, float} and low <= 0 == value:
            raise _Fault("is 0", "Give the amount that is asked for.")
        raise _number_fault(value, low, high, whole=False)

    return read


def _number_fault(value: object, low: float, high: float, *, whole: bool) -> _Fault:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _Fault(f"is {_shown(value)}, not a number", "Write a number without quotes.")
    if not math.isfinite(value):
        return _Fault(f"is {value}, which is not finite", "Give a number, or leave the field out if it is not known.")
    if not low <= value <= high:
        bounds = f"{_plain(low)} to {_plain(high)}"
        return _Fault(f"is {_plain(value)}, outside {bounds}", f"Give a value from {bounds}.")
    assert whole  # noqa: S101 - the only fault left
    return _Fault(f"is {value}, not a whole number", "Give a whole number.")


def _category_reader(form_field: FormField) -> Reader:
    choices = {choice: choice for choice in form_field.choices}
    folded = {choice.strip().casefold(): choice for choice in form_field.choices}

    def read_choice(value: object) -> Any:
        found = choices.get(value) if value.__class__ is str else None
        if found is not None:
            return found
        text = _text_of(value)
        found = folded.get(text.casefold())
        if found is None:
            listed = ", ".join(form_field.choices[:CHOICES_SHOWN_MAX])
            more = f" and {len(choices) - CHOICES_SHOWN_MAX} more" if len(choices) > CHOICES_SHOWN_MAX else ""
            raise _Fault(f"is {_shown(value)}, which is no choice", f"Choose one of: {listed}{more}.")
        return found

    return read_choice if choices else _text_of


def _text_of(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _Fault(f"is {_shown(value)}, not text", "Write the name of the category in quotes.")
    text = str(value).strip()
    if not text or len(text) > CATEGORY_LENGTH_MAX or "\x00" in text:
        raise _Fault(
            f"is {_shown(value)}, which is no category", f"Give 1 to {CATEGORY_LENGTH_MAX} printable characters."
        )
    return text


def _read_boolean(value: object) -> bool:
    if value is True or value is False:
        return value
    raise _Fault(f"is {_shown(value)}, not true or false", "Write true or false without quotes.")


def _read_date(value: object) -> str:
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise _Fault(f"is {_shown(value)}, not a date", "Write it like 2026-01-31.")


def _read_text(value: object) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise _Fault(f"is {_shown(value)}, not text", "Write it in quotes.")
    if len(value) > TEXT_LENGTH_MAX:
        raise _Fault(f"is longer than {TEXT_LENGTH_MAX} characters", "Shorten it.")
    return value


def _from_cell(cell: str, kind: FieldType | None) -> object:
    match kind:
        case FieldType.NUMBER | FieldType.INTEGER:
            try:
                return int(cell) if len(cell) <= 40 else cell
            except ValueError:
                pass
            try:
                return float(cell) if len(cell) <= 400 else cell
            except ValueError:
                return cell
        case FieldType.BOOLEAN:
            lowered = cell.lower()
            return True if lowered in _TRUE else (False if lowered in _FALSE else cell)
        case _:
            return cell


def _shown(value: object) -> str:
    written = repr(value)
    return written if len(written) <= 60 else written[:57] + "..."


def _plain(value: float) -> str:
    return f"{value:,.10g}"
