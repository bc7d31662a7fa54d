"""Aggregates over time windows: what became of one entity lately, the same live and in replay."""

from intendant.kernel.aggregates._filling import FILLED_MAX, fill, is_filled
from intendant.kernel.aggregates._live import FACTS, Lookup, Member
from intendant.kernel.aggregates._recounting import RECOUNTED_MAX, Past, recount
from intendant.kernel.aggregates._series import DISTINCT_MAX, case_of, series_id

__all__ = [
    "DISTINCT_MAX",
    "FACTS",
    "FILLED_MAX",
    "RECOUNTED_MAX",
    "Lookup",
    "Member",
    "Past",
    "case_of",
    "fill",
    "is_filled",
    "recount",
    "series_id",
]
