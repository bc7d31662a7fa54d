"""Rows from outside turned into cases: what cannot be used is said of each row by itself, naming the field."""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from intendant.domains.analytics.predictions.model import Case
from intendant.kit.errors import Invalid

FIELDS_MAX = 10_000
TEXT_LENGTH_MAX = 10_000
ENTITY_LENGTH_MAX = 200
IGNORED_SHOWN_MAX = 50
NAMED_MAX = 60
INTEGER_MAX = 2**63 - 1
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_SCALARS = frozenset({str, int, float, bool, type(None)})


class RowInvalid(Invalid):
    """A row from which no prediction can be made."""

    code = "prediction_row_invalid"


class Reader:
    """Reads rows for one model; remembers which fields the model does not use."""

    __slots__ = ("_entity_field", "_features", "_ignored", "_names")

    def __init__(self, features: Sequence[str], *, entity_field: str | None = None) -> None:
        self._features = frozenset(features)
        self._names = tuple(features)
        self._entity_field = entity_field
        self._ignored: set[str] = set()

    @property
    def ignored(self) -> frozenset[str]:
        """Return fields that were given and are not used, up to `IGNORED_SHOWN_MAX`."""
        return frozenset(sorted(self._ignored)[:IGNORED_SHOWN_MAX])

    def read_all(self, rows: Iterable[object], entity_ids: Sequence[str | None] | None = None) -> list[Case]:
        """Read rows; `entity_ids` go with them one by one."""
        given = list(rows)
        ids: Sequence[str | None] = entity_ids if entity_ids is not None else [None] * len(given)
        return [self.read(number, row, ids[number]) for number, row in enumerate(given)]

    def read(self, number: int, row: object, entity_id: str | None = None) -> Case:
        """Read one row."""
        try:
            data = self._check(row)
            if self._entity_field is not None and entity_id is None:
                entity_id = _entity(data.get(self._entity_field), self._entity_field)
        except RowInvalid as error:
            return Case(number, {}, entity_id, error)
        return Case(number, data, entity_id)

    def _check(self, row: object) -> dict[str, Any]:
        if type(row) is not dict:
            raise RowInvalid(
                "The row is no object.", field="input_data", remedy="Give an object with the features by name."
            )
        if len(row) > FIELDS_MAX:
            raise RowInvalid(
                f"The row has {len(row):,} fields.", field="input_data", remedy=f"Give {FIELDS_MAX:,} at most."
            )
        if not row.keys() <= self._features:
            self._note_ignored(row)
        for name, value in row.items():
            if type(value) not in _SCALARS:
                raise RowInvalid(
                    f"'{name[:NAMED_MAX]}' holds a list or an object.",
                    field=name[:NAMED_MAX],
                    remedy="Give a number, text, true, false or null.",
                )
            if type(value) is str and (len(value) > TEXT_LENGTH_MAX or not _is_storable(value)):
                raise RowInvalid(
                    f"'{name[:NAMED_MAX]}' holds text that cannot be kept.",
                    field=name[:NAMED_MAX],
                    remedy=f"Give {TEXT_LENGTH_MAX:,} characters at most, without zero bytes and halves of characters.",
                )
            if (type(value) is float and not math.isfinite(value)) or (type(value) is int and abs(value) > INTEGER_MAX):
                raise RowInvalid(
                    f"'{name[:NAMED_MAX]}' is no number.",
                    field=name[:NAMED_MAX],
                    remedy="Give a finite number or null.",
                )
            if not _is_storable(name):
                raise RowInvalid(
                    "The name of a field holds a zero byte, or half of a character.",
                    field="input_data",
                    remedy="Remove it.",
                )
        if self._names and all(row.get(name) is None for name in self._names):
            some = ", ".join(self._names[:10])
            raise RowInvalid(
                "The row holds none of the model's features.",
                field="input_data",
                remedy=f"Give at least one of {some}{' …' if len(self._names) > 10 else ''}.",
            )
        return row

    def _note_ignored(self, row: dict[str, Any]) -> None:
        if len(self._ignored) < IGNORED_SHOWN_MAX:
            more = row.keys() - self._features - {self._entity_field}
            self._ignored |= {name[:NAMED_MAX] for name in more}


def _is_storable(text: str) -> bool:
    """Tell whether a database keeps a text: no zero bytes, and no half of a pair that UTF-16 makes of one character."""
    return _UNSTORABLE.search(text) is None


def _entity(value: object, field: str) -> str | None:
    if value is None:
        return None
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if not text or len(text) > ENTITY_LENGTH_MAX:
        raise RowInvalid(
            f"'{field[:NAMED_MAX]}' names no business entity.",
            field=field[:NAMED_MAX],
            remedy=f"Give 1 to {ENTITY_LENGTH_MAX} characters, or null.",
        )
    return text
