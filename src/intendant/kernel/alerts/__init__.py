"""Alerts: intervention required, anomaly, performance, security. De-duplicated by cause; channels come later."""

from intendant.kernel.alerts._alerts import (
    ALERTS,
    Alert,
    AlertAssigneeUnknown,
    AlertEnded,
    AlertKind,
    AlertUnknown,
    Severity,
    assign_alert,
    end_alert,
    gather,
    list_alerts,
    raise_alerts,
    rows,
)

__all__ = [
    "ALERTS",
    "Alert",
    "AlertAssigneeUnknown",
    "AlertEnded",
    "AlertKind",
    "AlertUnknown",
    "Severity",
    "assign_alert",
    "end_alert",
    "gather",
    "list_alerts",
    "raise_alerts",
    "rows",
]
