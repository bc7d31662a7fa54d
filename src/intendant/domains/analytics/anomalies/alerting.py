"""Alerts about anomalies: one for each group, raised for grave ones, resolved when nothing of the group is open any more."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from intendant.kernel.alerts import Alert, By, raise_alerts, resolve_causes
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.database import Row, Transaction

TOLD: tuple[str, ...] = ("high", "critical")
NAME_CHARACTERS_MAX = 100
_WORDS = {"up": "higher", "down": "lower"}


def cause_of(group_id: UUID) -> str:
    """Return the cause by which a group's alert is known."""
    return f"analytics.anomaly:{group_id}"


def raise_for(tx: Transaction, organization: Organization, rows: Sequence[Row], names: Mapping[str, str]) -> None:
    """Raise the alerts of grave anomalies that are new or graver than before; those that are muted raise none."""
    told = [row for row in rows if row["severity"] in TOLD and row["state"] in ("open", "assigned")]
    now = organization.clock.now()
    raise_alerts(
        tx,
        [
            Alert(
                organization_id=organization.id,
                kind="anomaly",
                severity=row["severity"],
                cause=cause_of(row["group_id"]),
                title=f"{_called(names.get(row['data_source'], row['data_source']))} is {_WORDS[row['direction']]} than expected",
                at=now,
                detail=_detail(row),
            )
            for row in sorted(told, key=lambda each: str(each["group_id"]))
        ],
    )


def _called(name: str) -> str:
    """Call a figure as people do: a stream is known by the name that a program gave it, such as payment_failures."""
    words = name[:NAME_CHARACTERS_MAX].replace("_", " ")
    return words[:1].upper() + words[1:]


def _detail(row: Row) -> dict[str, Any]:
    impact = row["impact"]
    return {
        "anomaly_id": str(row["id"]),
        "group_id": str(row["group_id"]),
        "data_source": row["data_source"],
        "value": row["value"],
        "expected": row["expected"],
        "impact": None if impact is None else str(impact),
        "currency": row["currency"],
        "summary": row["cause"].get("summary"),
    }


def settle(tx: Transaction, organization: Organization, group_ids: Collection[UUID], by: str) -> None:
    """Resolve the alerts of groups of which nothing is open any more."""
    open_ones = {
        row["group_id"]
        for row in tx.all(
            "select distinct group_id from anomaly_detections where organization_id = %s and group_id = any(%s)"
            " and state in ('open', 'assigned')",
            [organization.id, list(group_ids)],
        )
    }
    _resolve(tx, organization, set(group_ids) - open_ones, "The anomaly was dealt with.", by)


def withdraw(tx: Transaction, organization: Organization, group_ids: Collection[UUID]) -> None:
    """Resolve the alerts of groups that became part of another."""
    _resolve(tx, organization, group_ids, "It belongs to another group of anomalies.", "system:anomalies")


def _resolve(tx: Transaction, organization: Organization, group_ids: Collection[UUID], note: str, by: str) -> None:
    if group_ids:
        now = clock.system_now()
        causes = [cause_of(each) for each in group_ids]
        resolve_causes(tx, causes, note=note, by=By(by, organization.clock.at(now), now))
