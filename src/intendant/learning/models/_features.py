"""What a model may look at, and how one value is read the same way in training and in serving."""

import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from intendant.kit.errors import Invalid

Floats = NDArray[np.float64]
FeatureType = Literal["numeric", "category", "boolean"]

CATEGORY_TEXT_LENGTH_MAX = 200
NUMBER_TEXT_LENGTH_MAX = 64
OTHER_CATEGORY = "(other)"  # rare categories share it, and so do those never seen
TRUE_TEXTS = frozenset({"true", "t", "yes", "y", "1", "on"})
FALSE_TEXTS = frozenset({"false", "f", "no", "n", "0", "off"})


class FeatureSpecInvalid(Invalid):
    """A feature declared in a way no model can use."""

    code = "feature_spec_invalid"


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """One input of a model.

    `monotone` 1 promises that a higher value never lowers the probability of repayment, -1 that it never raises it,
    0 promises nothing; only numeric and boolean features can carry a promise.
    """

    name: str
    type: FeatureType
    monotone: int = 0

    def __post_init__(self) -> None:
        if self.type not in ("numeric", "category", "boolean"):
            raise FeatureSpecInvalid(
                f"{self.name} has the unknown type '{self.type}'.",
                field=self.name,
                remedy="Use numeric, category or boolean.",
            )
        if self.monotone not in (-1, 0, 1) or (self.monotone and self.type == "category"):
            raise FeatureSpecInvalid(
                f"{self.name} cannot be monotone {self.monotone}.",
                field=self.name,
                remedy="Use -1, 0 or 1, and 0 for categories.",
            )


def infer_specs(frame: Any) -> list[FeatureSpec]:
    """Guess the type of each column of a pandas frame: booleans, numbers, else categories."""
    import pandas as pd

    specs = []
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_bool_dtype(column.dtype):
            specs.append(FeatureSpec(str(name), "boolean"))
        elif pd.api.types.is_numeric_dtype(column.dtype):
            specs.append(FeatureSpec(str(name), "numeric"))
        else:
            present = column.dropna()
            numeric = bool(len(present)) and bool(pd.to_numeric(present, errors="coerce").notna().all())
            dated = pd.api.types.is_datetime64_any_dtype(column.dtype)
            specs.append(FeatureSpec(str(name), "numeric" if numeric and not dated else "category"))
    return specs


def read_number(value: object) -> float | None:
    """Return a value as a finite number, NaN when it is missing or infinite, None when it is not a number at all."""
    if value is None:
        return math.nan
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return math.nan
        if len(text) > NUMBER_TEXT_LENGTH_MAX:
            return None
        value = text
    elif isinstance(value, Decimal) and value.is_nan():  # a signalling NaN refuses to become a float
        return math.nan
    elif not isinstance(value, bool | int | float | Decimal | np.number | np.bool_):
        return math.nan if type(value).__name__ in {"NAType", "NaTType"} else None
    try:
        number = float(value)
    except OverflowError:  # a whole number beyond all floats is still larger (or smaller) than every cut
        return -sys.float_info.max if str(value).startswith("-") else sys.float_info.max
    except (ValueError, TypeError):
        return None
    return number if math.isfinite(number) else math.nan


def read_boolean(value: object) -> float | None:
    """Return 1.0 or 0.0, NaN when the value is missing, None when it is neither true nor false."""
    if isinstance(value, str):
        text = value.strip().casefold()
        if not text:
            return math.nan
        return 1.0 if text in TRUE_TEXTS else 0.0 if text in FALSE_TEXTS else None
    number = read_number(value)
    return number if number is None or math.isnan(number) or number in (0.0, 1.0) else None


def read_category(value: object) -> str | None:
    """Return a value as category text, None when it is missing; 1, 1.0 and "1" are the same category."""
    if isinstance(value, str):
        text = value if len(value) <= CATEGORY_TEXT_LENGTH_MAX else value[:CATEGORY_TEXT_LENGTH_MAX]
        return text.strip() or None
    if value is None:
        return None
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | np.integer):
        return str(int(value)) if abs(int(value)) < 10**18 else OTHER_CATEGORY
    if isinstance(value, Decimal) and value.is_nan():  # a signalling NaN refuses to become a float
        return None
    if isinstance(value, float | np.floating | Decimal):
        number = float(value)
        if not math.isfinite(number):
            return None
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    return str(value).strip()[:CATEGORY_TEXT_LENGTH_MAX] or None


def read_numbers(column: Any, *, boolean: bool = False) -> tuple[Floats, int]:
    """Return a column as numbers (NaN missing) and how many values could not be read."""
    array = _array(column)
    if array.dtype.kind in "fiub" and not boolean:
        numbers = array.astype(np.float64)
        return np.where(np.isfinite(numbers), numbers, np.nan), 0
    if array.dtype.kind == "b":
        return array.astype(np.float64), 0
    reader: Callable[[object], float | None] = read_boolean if boolean else read_number
    read = [reader(value) for value in array.tolist()]
    unreadable = sum(1 for number in read if number is None)
    return np.array([math.nan if number is None else number for number in read], dtype=np.float64), unreadable


def read_categories(column: Any) -> NDArray[np.object_]:
    """Return a column as category texts, None where missing. Each distinct value is read once."""
    array = _array(column)
    seen: dict[object, str | None] = {}
    texts = np.empty(array.size, dtype=object)
    for index, value in enumerate(array.tolist()):
        key = (value.__class__, value)
        try:
            text = seen[key]
        except KeyError:
            text = seen[key] = read_category(value)
        except TypeError:  # not hashable, such as a list
            text = read_category(value)
        texts[index] = text
    return texts


def column_of(batch: Mapping[str, Any] | Any, name: str) -> Any | None:
    """Return a column of a frame or mapping, None when it has none of that name."""
    return batch[name] if name in batch else None  # noqa: SIM401 - a pandas frame's get warns of nothing but differs


def _array(column: Any) -> NDArray[Any]:
    if hasattr(column, "to_numpy"):
        dtype = getattr(column, "dtype", None)
        if dtype is not None and getattr(dtype, "kind", "O") in "fiub" and not isinstance(dtype, np.dtype):
            return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
        return np.asarray(column.to_numpy())
    if isinstance(column, np.ndarray):
        return column
    array = np.empty(len(column), dtype=object)
    array[:] = list(column)
    return array
