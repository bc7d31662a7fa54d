"""What people do with anomalies: assign, mute, resolve, dismiss, reopen, and say whether they were useful."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from intendant.domains.analytics.anomalies import alerting, detections, detectors
from intendant.domains.analytics.anomalies.model import ENDED
from intendant.domains.analytics.contract import ANOMALY_CHANGED
from intendant.kernel import events
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid

MUTE_MAX = timedelta(days=366)
WOKEN_AT_ONCE_MAX = 500


class AnomalyChanged(Conflict):
    """Somebody else changed the anomaly meanwhile."""

    code = "anomaly_changed"


class AnomalyChangeInvalid(Invalid):
    """The change does not go together."""

    code = "anomaly_change_invalid"


class AnomalyAssigneeUnknown(Invalid):
    """Whoever shall look after an anomaly is no member of the organisation."""

    code = "assignee_unknown"


def change_anomaly(tx: Transaction, by: Principal, anomaly_id: UUID, *, version: int, changes: dict[str, Any]) -> Row:
    """Change an anomaly; `changes` holds what is to change: state, assignee_id, resolution, muted_until, feedback.

    Assigning an open one makes it assigned; resolving asks for a text, muting for a moment of business time to come.
    Feedback also moves the detector's threshold. Refused if it changed since `version`.
    """
    by.require(Permission.AI_DETECT)
    organization = get_organization(tx, tx.organization_id)
    row = detections.get_anomaly(tx, anomaly_id)
    given = _checked(tx, organization, row, dict(changes))
    if given.get("feedback") is not None and given["feedback"] != row["feedback"]:
        by.require(Permission.AI_FEEDBACK)
        detectors.teach(tx, by, row["detector_id"], row["direction"], given["feedback"])
    changed = detections.change(tx, row, by.label, version, given)
    if changed is None:
        raise AnomalyChanged(
            "Somebody else changed this anomaly meanwhile.", field="version", remedy="Read it again and change that."
        )
    _tell(tx, organization, [changed], by.label, given)
    alerting.settle(tx, organization, [changed["group_id"]], by.label)
    if changed["state"] in ("open", "assigned") and row["state"] not in ("open", "assigned"):
        alerting.raise_for(tx, organization, [changed], {})
    return changed


def resolve_group(
    tx: Transaction, by: Principal, group_id: UUID, *, state: str, resolution: str, feedback: str | None
) -> list[Row]:
    """Resolve or dismiss all anomalies of a group that are not settled yet; return them."""
    by.require(Permission.AI_DETECT)
    organization = get_organization(tx, tx.organization_id)
    members = detections.list_members(tx, group_id)
    if not members:
        raise detections.AnomalyUnknown("There is no such group.", field="group_id", remedy="List the anomalies.")
    changes: dict[str, Any] = {"state": state, "resolution": resolution, "muted_until": None}
    if feedback is not None:
        by.require(Permission.AI_FEEDBACK)
        changes["feedback"] = feedback
    changed = []
    for row in members:
        if row["state"] in ENDED:
            continue
        if feedback is not None and feedback != row["feedback"]:
            detectors.teach(tx, by, row["detector_id"], row["direction"], feedback)  # type: ignore[arg-type]
        after = detections.change(tx, row, by.label, row["version"], changes)
        if after is None:
            raise AnomalyChanged("Somebody else changed one of them meanwhile.", remedy="Try again.")
        changed.append(after)
    _tell(tx, organization, changed, by.label, changes)
    alerting.settle(tx, organization, [group_id], by.label)
    return changed


def wake(tx: Transaction, organization: Organization) -> None:
    """Bring muted anomalies back whose time is over."""
    rows = tx.all(
        "update anomaly_detections set state = case when assignee_id is null then 'open' else 'assigned' end, muted_until = null,"
        " version = version + 1, updated_at = %(now)s, updated_by = 'system:anomalies' where organization_id = %(organization)s"
        " and id in (select id from anomaly_detections where organization_id = %(organization)s and state = 'muted'"
        " and muted_until <= %(business)s order by id limit %(limit)s for update skip locked) returning *",
        {
            "now": clock.system_now(),
            "business": organization.clock.now(),
            "organization": organization.id,
            "limit": WOKEN_AT_ONCE_MAX,
        },
    )
    _tell(tx, organization, rows, "system:anomalies", {"state": "open", "muted_until": None})
    alerting.raise_for(tx, organization, rows, {})


def _checked(tx: Transaction, organization: Organization, row: Row, changes: dict[str, Any]) -> dict[str, Any]:
    assignee = changes.get("assignee_id")
    if assignee is not None and not tx.scalar(
        "select 1 from memberships where organization_id = %s and user_id = %s", [tx.organization_id, assignee]
    ):
        raise AnomalyAssigneeUnknown("There is no such user here.", field="assignee_id", remedy="List the users.")
    if "assignee_id" in changes and "state" not in changes and row["state"] in ("open", "assigned"):
        changes["state"] = "open" if assignee is None else "assigned"
    state = changes.get("state", row["state"])
    if state == "assigned" and changes.get("assignee_id", row["assignee_id"]) is None:
        raise AnomalyChangeInvalid("Nobody is named.", field="assignee_id", remedy="Give the user who looks after it.")
    if state == "resolved" and not (changes.get("resolution") or row["resolution"]):
        raise AnomalyChangeInvalid(
            "A resolution is missing.", field="resolution", remedy="Say in a sentence what was found."
        )
    until: datetime | None = changes.get("muted_until")
    if until is not None and until.tzinfo is None:
        raise AnomalyChangeInvalid("The time has no zone.", field="muted_until", remedy="Add Z or an offset.")
    now = organization.clock.now()
    if state == "muted" and (until is None or not now < until <= now + MUTE_MAX):
        if until is None and row["state"] == "muted" and "state" not in changes and "muted_until" not in changes:
            return changes
        raise AnomalyChangeInvalid(
            "It cannot be muted until then.",
            field="muted_until",
            remedy=f"Give a moment to come, at most {MUTE_MAX.days} days from now in the organisation's time.",
        )
    if until is not None and state != "muted":
        raise AnomalyChangeInvalid(
            "Only what is muted has an end of muting.", field="state", remedy="Set state to muted."
        )
    if state != "muted":
        changes["muted_until"] = None
    return changes


def _tell(tx: Transaction, organization: Organization, rows: list[Row], by: str, changes: dict[str, Any]) -> None:
    now = clock.system_now()
    events.emit(
        tx,
        [
            events.Event(
                organization.id,
                ANOMALY_CHANGED,
                f"anomaly:{row['id']}",
                {"anomaly_id": row["id"], "group_id": row["group_id"], "state": row["state"], "changes": changes},
                organization.clock.at(now),
                now,
                actor=by,
            )
            for row in rows
        ],
    )
