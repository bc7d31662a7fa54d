"""The words of a message: what stands in its subject and its text. Plain text; each provider's connector writes it in its own form."""

import re
from collections.abc import Sequence
from uuid import UUID

from intendant.kernel import organizations
from intendant.kit.database import Row, Transaction
from intendant.ports.messages import Message, MessageAlert

ALERTS_NAMED_MAX = 20
SUBJECT_LENGTH_MAX = 200
TITLE_LENGTH_MAX = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u200b-\u200f\u2028-\u202f\u2066-\u2069\ufeff]+")


def one_line(text: str, length_max: int) -> str:
    """Return text as one line without control characters or such as turn the direction of writing, cut where it is too long."""
    flat = " ".join(_CONTROL.sub(" ", text).split())
    return flat if len(flat) <= length_max else flat[: length_max - 1] + "…"


def subject_of(what: str, severity: str, titles: Sequence[str], count: int, *, escalated: bool = False) -> str:
    """Return the subject of a message about `count` alerts."""
    title = one_line(titles[0], TITLE_LENGTH_MAX) if titles else ""
    head = f"{severity.capitalize()}: {title}" if count == 1 else f"{count} alerts, the worst {severity}"
    match what:
        case "test":
            subject = "A test of this channel"
        case "digest":
            subject = f"While it was quiet: {head}"
        case "acknowledged":
            subject = f"Acknowledged: {title}" if count == 1 else f"Acknowledged: {count} alerts"
        case "ended":
            subject = f"Over: {title}" if count == 1 else f"Over: {count} alerts"
        case _:
            subject = f"Nobody has acknowledged: {head}" if escalated else head
    return one_line(subject, SUBJECT_LENGTH_MAX)


def load_message(tx: Transaction, delivery: Row, console_url: str) -> Message:
    """Build the message of a delivery from the alerts as they are now."""
    organization = organizations.get_organization(tx, tx.organization_id)
    rows = tx.all(
        "select distinct on (a.id) a.* from alerts a join notifications n on n.organization_id = a.organization_id"
        " and n.alert_id = a.id where a.organization_id = %s and n.delivery_id = %s order by a.id limit %s",
        [tx.organization_id, delivery["id"], ALERTS_NAMED_MAX],
    )
    threads = tx.all(
        "select distinct t.reference from notifications n left join alert_threads t on t.organization_id = n.organization_id"
        " and t.channel_id = n.channel_id and t.alert_id = n.alert_id"
        " where n.organization_id = %s and n.delivery_id = %s limit 2",
        [tx.organization_id, delivery["id"]],
    )
    alerts = tuple(_alert(row, console_url) for row in rows)
    return Message(
        id=delivery["id"],
        what=delivery["what"],
        organization=one_line(organization.name, 100),
        subject=delivery["subject"],
        text=text_of(delivery["what"], organization.name, delivery["subject"], alerts, delivery["alert_count"]),
        alerts=alerts,
        url=f"{console_url}/alerts",
        at=delivery["created_at"],
        more=max(0, delivery["alert_count"] - len(alerts)),
        thread=threads[0]["reference"] if len(threads) == 1 else None,
    )


def text_of(what: str, organization: str, subject: str, alerts: Sequence[MessageAlert], count: int) -> str:
    """Return the whole message as plain text."""
    lines = [subject, ""]
    for alert in alerts:
        where = f" · {alert.component}" if alert.component else ""
        times = f" · {alert.count} times" if alert.count > 1 else ""
        lines.append(f"[{alert.severity}] {alert.title}")
        lines.append(f"    {alert.kind} · {alert.cause}{where}{times} · raised {alert.raised_at:%Y-%m-%d %H:%M} UTC")
        if alert.by is not None:
            word = "Acknowledged" if alert.state == "open" else alert.state.capitalize()
            lines.append(f"    {word} by {alert.by}")
        lines += [f"    {alert.url}", ""]
    if count > len(alerts):
        lines += [f"And {count - len(alerts)} more.", ""]
    if what == "test":
        lines += ["If you can read this, alerts arrive here.", ""]
    lines.append(f"Sent by Intendant for {one_line(organization, 100)}.")
    return "\n".join(lines)


def sample_alert(alert_id: UUID, row: Row, console_url: str) -> MessageAlert:
    """Return an alert as a message shows it, from the columns of `alerts`."""
    return _alert({**row, "id": alert_id}, console_url)


def _alert(row: Row, console_url: str) -> MessageAlert:
    return MessageAlert(
        id=row["id"],
        kind=row["kind"],
        severity=row["severity"],
        title=one_line(row["title"], TITLE_LENGTH_MAX),
        cause=one_line(row["cause"], TITLE_LENGTH_MAX),
        component=None if row["component"] is None else one_line(row["component"], 100),
        state=row["state"],
        raised_at=row["raised_at"],
        count=row["count"],
        url=f"{console_url}/alerts?peek={row['id']}",
        by=None if (by := row["ended_by"] or row["acknowledged_by"]) is None else one_line(by, 100),
    )
