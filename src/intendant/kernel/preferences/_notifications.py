"""What a user wants to be told of: for each kind of alert, from which severity on, and by which way.

The ways are those that the console has by itself. Nothing is sent elsewhere until a channel is connected.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args
from uuid import UUID

from intendant.kernel.alerts import AlertKind, Severity
from intendant.kit import clock
from intendant.kit.canonical import canonical_json
from intendant.kit.database import Transaction
from intendant.kit.errors import Invalid

KINDS: tuple[AlertKind, ...] = get_args(AlertKind)


class NotificationsInvalid(Invalid):
    """Two choices for one kind of alert."""

    code = "notifications_invalid"


@dataclass(frozen=True, slots=True)
class AlertNotification:
    """For one kind of alert, the least severity at which each way tells of it; None: never."""

    kind: AlertKind
    badge: Severity | None = "low"
    """Counted beside the page's name."""
    toast: Severity | None = "high"
    """Shown for a moment over whatever is open."""
    browser: Severity | None = "critical"
    """A notification of the browser, also when the console is behind other windows."""


@dataclass(frozen=True, slots=True)
class Notifications:
    """A user's choices for every kind of alert."""

    alerts: tuple[AlertNotification, ...]


def get_notifications(tx: Transaction, user_id: UUID) -> Notifications:
    """Return a user's choices in this organisation; what they have not chosen is at its default."""
    body = tx.scalar(
        "select body from notification_preferences where organization_id = %s and user_id = %s",
        [tx.organization_id, user_id],
    )
    chosen = {} if body is None else {each["kind"]: AlertNotification(**each) for each in body["alerts"]}
    return Notifications(tuple(chosen.get(kind, AlertNotification(kind)) for kind in KINDS))


def put_notifications(tx: Transaction, user_id: UUID, alerts: Sequence[AlertNotification]) -> Notifications:
    """Keep a user's choices; kinds that are not named go back to their default. Raises NotificationsInvalid."""
    if len({each.kind for each in alerts}) != len(alerts):
        raise NotificationsInvalid("A kind of alert is named twice.", field="alerts", remedy="Name each kind once.")
    tx.execute(
        "insert into notification_preferences (organization_id, user_id, body, updated_at) values (%s, %s, %s::jsonb, %s)"
        " on conflict (organization_id, user_id) do update set body = excluded.body, updated_at = excluded.updated_at",
        [tx.organization_id, user_id, canonical_json({"alerts": list(alerts)}).decode(), clock.system_now()],
    )
    return get_notifications(tx, user_id)
