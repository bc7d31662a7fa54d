"""Alerts: intervention required, anomaly, performance, security. De-duplicated by cause; channels come later."""

from intendant.kernel.alerts._alerts import ALERTS, Alert, AlertKind, Severity, gather, raise_alerts, rows
from intendant.kernel.alerts._people import (
    ENDED_AT_ONCE_MAX,
    SNOOZE_MAX,
    AlertAssigneeUnknown,
    AlertEnded,
    By,
    Ending,
    SnoozeInvalid,
    acknowledge_alert,
    assign_alert,
    end_alert,
    end_alerts,
    snooze_alert,
)
from intendant.kernel.alerts._reading import (
    AlertFilter,
    AlertStanding,
    AlertUnknown,
    count_alerts,
    get_alert,
    list_alerts,
)

__all__ = [
    "ALERTS",
    "ENDED_AT_ONCE_MAX",
    "SNOOZE_MAX",
    "Alert",
    "AlertAssigneeUnknown",
    "AlertEnded",
    "AlertFilter",
    "AlertKind",
    "AlertStanding",
    "AlertUnknown",
    "By",
    "Ending",
    "Severity",
    "SnoozeInvalid",
    "acknowledge_alert",
    "assign_alert",
    "count_alerts",
    "end_alert",
    "end_alerts",
    "gather",
    "get_alert",
    "list_alerts",
    "raise_alerts",
    "rows",
    "snooze_alert",
]
