"""What probably caused an anomaly: which figure moved first, and which value of which dimension holds most of the deviation."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from intendant.domains.analytics.anomalies.sources import Loaded
from intendant.kit.database import Row, Transaction
from intendant.kit.ids import first_id_at
from intendant.learning.anomalies import Contribution, Group, contributions

VALUES_MAX = 50
COLUMNS_MAX = 20
USUAL_INTERVALS = 96
"""Intervals before the anomaly that say what is usual."""
SHOWN_MAX = 5
_DECISIONS = """
select kind, action, verdict, decided_at >= %(begin)s as inside, count(*) as n
from (select kind, action, verdict, decided_at from decisions where organization_id = %(organization)s
      and decided_at >= %(from)s and decided_at < %(end)s and id >= %(low)s order by id desc limit %(limit)s) as newest
group by 1, 2, 3, 4 limit 1000
"""
DECISIONS_COUNTED_MAX = 50_000


def segments_of(tx: Transaction, loaded: Loaded, row: Row) -> list[Contribution]:
    """Say which values of which dimensions explain most of an anomaly; nothing where the source has no dimensions."""
    width = timedelta(seconds=max(loaded.series.interval, 1.0))
    begin, end = row["started_at"], row["ended_at"] + width
    if loaded.frame is not None:
        return _of_frame(loaded, begin, end, width)
    if loaded.source.data_source == "metric:decisions_made":
        return _of_decisions(tx, begin, end, width)
    return []


def _of_frame(loaded: Loaded, begin: datetime, end: datetime, width: timedelta) -> list[Contribution]:
    frame, column = loaded.frame, loaded.source.data_source.partition("/")[2]
    seconds = frame[loaded.time_column].to_numpy().astype("datetime64[s]").astype(np.int64)
    values = frame[column].to_numpy(dtype=np.float64)
    inside = (seconds >= begin.timestamp()) & (seconds < end.timestamp()) & np.isfinite(values)
    since = (begin - USUAL_INTERVALS * width).timestamp()
    before = (seconds >= since) & (seconds < begin.timestamp()) & np.isfinite(values)
    if not inside.any() or not before.any():
        return []
    scale = float((end - begin) / (USUAL_INTERVALS * width))
    actual: dict[str, dict[str, float]] = {}
    usual: dict[str, dict[str, float]] = {}
    texts = [name for name in frame.columns if frame[name].dtype.kind not in "fiubM"][:COLUMNS_MAX]
    for name in texts:
        now, then = (
            frame.loc[rows, column].groupby(frame.loc[rows, name].astype("string").fillna("(missing)")).sum()
            for rows in (inside, before)
        )
        if not 2 <= len(set(now.index) | set(then.index)) <= VALUES_MAX:
            continue
        actual[name] = {str(value): float(amount) for value, amount in now.items()}
        usual[name] = {str(value): float(amount) * scale for value, amount in then.items()}
    return contributions(actual, usual)


def _of_decisions(tx: Transaction, begin: datetime, end: datetime, width: timedelta) -> list[Contribution]:
    rows = tx.all(
        _DECISIONS,
        {
            "organization": tx.organization_id,
            "begin": begin,
            "from": begin - USUAL_INTERVALS * width,
            "end": end,
            "low": first_id_at(datetime(1970, 1, 2, tzinfo=begin.tzinfo)),
            "limit": DECISIONS_COUNTED_MAX,
        },
    )
    scale = float((end - begin) / (USUAL_INTERVALS * width))
    actual: dict[str, dict[str, float]] = {}
    usual: dict[str, dict[str, float]] = {}
    for row in rows:
        for dimension in ("kind", "action", "verdict"):
            part, factor = (actual, 1.0) if row["inside"] else (usual, scale)
            amounts = part.setdefault(dimension, {})
            amounts[row[dimension]] = amounts.get(row[dimension], 0.0) + row["n"] * factor
    return contributions(actual, usual)


def describe(
    row: Row,
    first: Row,
    found: Group,
    segments: Sequence[Contribution],
    names: Mapping[str, str],
    members: int,
) -> dict[str, Any]:
    """Put the likely cause into plain words, beside the figures that it rests on."""
    is_first = row["id"] == first["id"]
    strength = found.correlations.get(str(row["id"]))
    sentences = []
    if members > 1 and is_first:
        sentences.append(f"It began first of {members} that moved together, so it is the likely origin.")
    elif members > 1:
        name = names.get(first["data_source"], first["data_source"])
        together = "" if strength is None else f" (correlation {strength:+.2f})"
        sentences.append(f"It likely follows {name}, which began first and moves together with it{together}.")
    if segments:
        top = segments[0]
        sentences.append(f"{top.dimension} {top.value} likely explains {min(top.share, 1.0):.0%} of the deviation.")
    return {
        "summary": " ".join(sentences) or "No other figure moved with it, and it has no parts to look into.",
        "first_anomaly_id": str(first["id"]),
        "first_data_source": first["data_source"],
        "is_first": is_first,
        "correlation": strength,
        "contributions": [
            {
                "dimension": each.dimension,
                "value": each.value,
                "actual": each.actual,
                "expected": each.expected,
                "share": each.share,
            }
            for each in segments[:SHOWN_MAX]
        ],
    }
