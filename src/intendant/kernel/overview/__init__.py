"""Overview: the state of the whole at a glance, read from what every other package wrote."""

from intendant.kernel.overview._metrics import Kpi, Metrics, Point, VerdictBucket, read_metrics, total
from intendant.kernel.overview._periods import BUCKETS, Period, bucket_edges, day_bounds
from intendant.kernel.overview._replays import ReplayUnknown, get_replay, list_replays
from intendant.kernel.overview._status import count_effects, read_status
from intendant.kernel.overview._today import DailyTask, Day, Step, read_checklist, read_day

__all__ = [
    "BUCKETS",
    "DailyTask",
    "Day",
    "Kpi",
    "Metrics",
    "Period",
    "Point",
    "ReplayUnknown",
    "Step",
    "VerdictBucket",
    "bucket_edges",
    "count_effects",
    "day_bounds",
    "get_replay",
    "list_replays",
    "read_checklist",
    "read_day",
    "read_metrics",
    "read_status",
    "total",
]
