"""What a model may look at: types found, dates taken apart, and everything left out with a sentence that says why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from intendant.learning.datasets import find_date_format
from intendant.learning.estimators._contract import Leak, TrainingInvalid, TrainingSpec
from intendant.learning.estimators.tabular._columns import COMPACT_DATE, Column, Kind, numbers_of, read_dates
from intendant.learning.estimators.tabular._leaks import scan
from intendant.learning.estimators.tabular._target import Target
from intendant.learning.models import OTHER_CATEGORY, FeatureSpec, read_categories

FEATURE_COUNT_MAX = 200
FEATURE_COUNT_ALWAYS = 30
ROWS_PER_FEATURE = 5
SCANNED_COLUMN_COUNT_MAX = 600  # of more columns those that tell most at first sight are looked at
SIGHT_ROW_COUNT_MAX = 5_000
CATEGORY_COUNT_MAX = 50
CATEGORY_ROW_COUNT_MIN = 10
FREE_TEXT_SHARE = 0.5
FREE_TEXT_WORDS = 4.0
NUMBER_SHARE = 0.9
SAMPLE_DISTINCT_MAX = 300
COMPACT_DATE_MIN, COMPACT_DATE_MAX = 19_000_101, 21_001_231
NOTICE_NAMES_MAX = 12


@dataclass(frozen=True, slots=True)
class Chosen:
    """The features, with what was found to leak and what was left out."""

    columns: tuple[Column, ...]
    monotone: tuple[int, ...]
    leaks: tuple[Leak, ...]


def choose_columns(
    frame: Any, spec: TrainingSpec, target: Target, times: Any | None, time_form: str | None, notices: list[str]
) -> Chosen:
    """Return the features that can be learnt from; `frame` and `target` hold development rows only."""
    names = candidate_names(frame, spec, notices)
    names = _first_sight(frame, names, target, notices)
    left_out: dict[str, list[str]] = {}
    columns: list[Column] = []
    specs: list[FeatureSpec] = []
    for name in names:
        found = features_of(name, frame[name], spec, time_form, notices)
        if isinstance(found, str):
            left_out.setdefault(found, []).append(name)
            continue
        columns += found
        if found[0].kind in ("numeric", "boolean", "category"):
            specs.append(FeatureSpec(name, found[0].kind))
    if spec.time is not None and spec.time in frame.columns and spec.time not in spec.exclude:
        columns += _parts(spec.time, frame[spec.time], time_form, since=None, since_form=None)[1:]
    leaks, strengths = scan(frame, specs, target, times, spec.allow_suspicious)
    gone = {leak.column for leak in leaks if leak.left_out}
    notices += [f"{leak.column} was left out: {leak.message}" for leak in leaks if leak.left_out]
    columns = [column for column in columns if column.source not in gone]
    for why, which in left_out.items():
        shown = ", ".join(which[:NOTICE_NAMES_MAX])
        more = f" and {len(which) - NOTICE_NAMES_MAX} more" if len(which) > NOTICE_NAMES_MAX else ""
        notices.append(f"{shown}{more} left out: {why}.")
    limit = min(FEATURE_COUNT_MAX, max(FEATURE_COUNT_ALWAYS, len(frame) // ROWS_PER_FEATURE))
    if len(columns) > limit:
        ranked = sorted(range(len(columns)), key=lambda index: (-strengths.get(columns[index].source, 0.5), index))
        notices.append(f"Of {len(columns)} features the {limit} that tell most alone were kept.")
        columns = [columns[index] for index in sorted(ranked[:limit])]
    if not columns:
        raise TrainingInvalid(
            "No column holds anything to learn from: all are empty, constant, free text, name the row or know the answer.",
            field="feature_columns",
            remedy="Add columns whose values differ between rows and were known beforehand.",
        )
    return Chosen(tuple(columns), _monotone(columns, spec), tuple(leaks))


def find_form(values: Any) -> str | None:
    """Return how a text column writes dates; None where it holds none or needs no form."""
    if getattr(getattr(values, "dtype", None), "kind", "O") == "M":
        return None
    sample = [str(text) for text in values.dropna().unique()[: SAMPLE_DISTINCT_MAX * 2]]
    sample = [text.strip()[:64] for text in sample if text.strip()][:SAMPLE_DISTINCT_MAX]
    return find_date_format(sample, day_first=any(_day_leads(text) for text in sample))


def _day_leads(text: str) -> bool:
    """Tell whether a date like 25/12/2020 shows that the day comes first."""
    head = text.replace("-", "/").replace(".", "/").split("/", 1)[0]
    return head.isdigit() and len(head) <= 2 and int(head) > 12


def candidate_names(frame: Any, spec: TrainingSpec, notices: list[str]) -> list[str]:
    """Return the names of columns that may be looked at; raises TrainingInvalid where one that was named is not there."""
    present = list(frame.columns)
    known = set(present)
    wanted = present if spec.features is None else list(dict.fromkeys(spec.features))
    for field, asked in (("feature_columns", wanted), ("exclude", spec.exclude), ("protected", spec.protected)):
        missing = [name for name in asked if name not in known]
        if missing and field != "exclude":
            raise TrainingInvalid(
                f"The table has no column '{missing[0]}'.", field=field, remedy="Name columns that the table has."
            )
        if missing:
            notices.append(f"The table has no column {', '.join(missing[:5])} to exclude.")
    if spec.features is not None and (both := sorted(set(spec.protected) & set(wanted))):
        raise TrainingInvalid(
            f"{both[0]} is protected and cannot be a feature.",
            field="feature_columns",
            remedy="Take it off the features; it stays for looking at fairness.",
        )
    apart = {spec.target, spec.time, spec.group, spec.series, *spec.exclude, *spec.protected}
    return [name for name in wanted if name not in apart]


def _first_sight(frame: Any, names: list[str], target: Target, notices: list[str]) -> list[str]:
    """Return at most `SCANNED_COLUMN_COUNT_MAX` names: of numbers those whose ranks go most with the target."""
    if len(names) <= SCANNED_COLUMN_COUNT_MAX:
        return names
    rows = np.linspace(0, len(frame) - 1, min(len(frame), SIGHT_ROW_COUNT_MAX)).astype(np.int64)
    sampled = frame[names].iloc[rows]
    numeric = [name for name in names if sampled[name].dtype.kind in "fiub"]
    values = sampled[numeric].to_numpy(dtype=np.float64, na_value=np.nan)
    answer = target.fitted[rows]
    indicators = [answer]
    if len(target.classes) > 2:
        indicators = [(answer == code).astype(np.float64) for code in range(len(target.classes))]
    strength = np.zeros(len(numeric))
    for start in range(0, len(numeric), 500):
        part = values[:, start : start + 500]
        ranks = np.argsort(np.argsort(part, axis=0), axis=0).astype(np.float64)
        ranks = np.where(np.isnan(part), (len(rows) - 1) / 2, ranks)
        ranks -= ranks.mean(axis=0)
        spread = np.sqrt((ranks**2).sum(axis=0))
        for one in indicators:
            centred = one - one.mean()
            with np.errstate(invalid="ignore", divide="ignore"):
                found = np.abs(centred @ ranks) / (spread * np.sqrt((centred**2).sum()))
            strength[start : start + 500] = np.maximum(strength[start : start + 500], np.nan_to_num(found))
    others = [name for name in names if name not in set(numeric)]
    room = max(SCANNED_COLUMN_COUNT_MAX - len(others), SCANNED_COLUMN_COUNT_MAX // 2)
    best = {numeric[index] for index in np.argsort(-strength, kind="stable")[:room]}
    kept = best | set(others[: SCANNED_COLUMN_COUNT_MAX - min(room, len(best))])
    notices.append(f"Of {len(names):,} columns the {len(kept):,} that tell most at first sight were looked at.")
    return [name for name in names if name in kept]


def features_of(
    name: str, values: Any, spec: TrainingSpec, time_form: str | None, notices: list[str]
) -> list[Column] | str:
    """Return the features of a column, or why it is left out."""
    present = values.dropna()
    kind = values.dtype.kind if isinstance(values.dtype, np.dtype) else getattr(values.dtype, "kind", "O")
    if len(present) == 0:
        return "empty"
    if kind == "M":
        return _parts(name, values, None, since=spec.time, since_form=time_form)
    if kind == "b":
        return [Column(name, name, "boolean")] if present.nunique() > 1 or len(present) < len(values) else "constant"
    if kind in "fiu":
        return _number(name, values, spec.time, time_form)
    try:
        distinct = present.unique()
    except TypeError:
        return "it holds lists or objects"
    if len(distinct) == 1 and len(present) == len(values):
        return "constant"
    sample = distinct[:SAMPLE_DISTINCT_MAX]
    if {type(value) for value in sample} <= {bool, np.bool_}:
        return [Column(name, name, "boolean")]
    _, unread = numbers_of(np.array(list(sample), dtype=object))
    if unread.mean() <= 1 - NUMBER_SHARE:
        return _number(name, values, spec.time, time_form)
    form = find_form(values)
    if form is not None or _all_iso(sample):
        return _parts(name, values, form, since=spec.time, since_form=time_form)
    return _category(name, values, distinct, notices)


def _number(name: str, values: Any, since: str | None, since_form: str | None) -> list[Column] | str:
    numbers, _ = numbers_of(values)
    present = numbers[~np.isnan(numbers)]
    if present.size == 0:
        return "empty"
    if np.ptp(present) == 0 and present.size == numbers.size:
        return "constant"
    if _are_compact_dates(np.unique(present)):
        return _parts(name, values, COMPACT_DATE, since=since, since_form=since_form)
    return [Column(name, name, "numeric")]


def _are_compact_dates(numbers: Any) -> bool:
    """Tell whether all numbers are days written as 20260331, of this century or the last."""
    whole = numbers.size > 1 and bool((numbers == np.floor(numbers)).all())
    if not whole or numbers[0] < COMPACT_DATE_MIN or numbers[-1] > COMPACT_DATE_MAX:
        return False
    seconds, _ = read_dates(numbers, COMPACT_DATE)
    return not bool(np.isnan(seconds).any())


def _category(name: str, values: Any, distinct: Any, notices: list[str]) -> list[Column] | str:
    texts = [text for text in read_categories(values) if text is not None]
    counts: dict[str, int] = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    words = float(np.mean([len(str(text).split()) for text in distinct[:SAMPLE_DISTINCT_MAX]]))
    if len(counts) > max(FREE_TEXT_SHARE * len(texts), CATEGORY_COUNT_MAX):
        return "free text, or a name of its own in nearly every row"
    if words > FREE_TEXT_WORDS and len(counts) > CATEGORY_COUNT_MAX:
        return "free text"
    minimum = min(CATEGORY_ROW_COUNT_MIN, max(2, len(texts) // 100))
    ranked = sorted(counts, key=lambda text: (-counts[text], text))
    kept = [text for text in ranked[:CATEGORY_COUNT_MAX] if counts[text] >= minimum]
    if not kept:
        return "none of its categories is frequent enough to learn from"
    grouped = len(counts) - len(kept)
    if grouped:
        notices.append(f"{name}: {grouped:,} rare categories were put together.")
        kept = [text for text in kept if text != OTHER_CATEGORY] + [OTHER_CATEGORY]
    return [Column(name, name, "category", levels=tuple(sorted(kept)))]


def _parts(name: str, values: Any, form: str | None, *, since: str | None, since_form: str | None) -> list[Column]:
    """Return the features of a date: how long ago, and the month, weekday and hour where these vary."""
    seconds, _ = read_dates(values, form)
    known = seconds[~np.isnan(seconds)]
    if known.size == 0:
        return []
    days = Column(f"{name} (days)", name, "days", form=form, since=since, since_form=since_form if since else None)
    kinds: list[Kind] = []
    dates = known.astype(np.int64).astype("datetime64[s]")
    if np.unique(dates.astype("datetime64[M]")).size > 1:
        kinds.append("month")
    if np.unique((known // 86_400) % 7).size > 1:
        kinds.append("weekday")
    if np.unique((known % 86_400) // 3_600).size > 1:
        kinds.append("hour")
    return [days, *(Column(f"{name} ({kind})", name, kind, form=form) for kind in kinds)]


def _all_iso(sample: Any) -> bool:
    seconds, _ = read_dates([str(value) for value in sample], None)
    return bool(len(sample)) and float(np.mean(~np.isnan(seconds))) >= NUMBER_SHARE


def _monotone(columns: Sequence[Column], spec: TrainingSpec) -> tuple[int, ...]:
    by_name = {column.name: column for column in columns}
    for name, direction in spec.monotone.items():
        column = by_name.get(name)
        if direction not in (-1, 0, 1) or (column is not None and column.is_category and direction):
            raise TrainingInvalid(
                f"{name} cannot be monotone {direction}.", field="monotone", remedy="Use -1, 0 or 1, and numbers only."
            )
    return tuple(int(spec.monotone.get(column.name, 0)) for column in columns)
