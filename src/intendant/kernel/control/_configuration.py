"""The controller's configuration, with the defaults of requirement A1; each change is a new version with author and reason."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from intendant.kernel import events
from intendant.kernel.control._switch import State, get_switch, set_switch
from intendant.kernel.organizations import Organization
from intendant.kit.canonical import canonical_json, digest
from intendant.kit.database import Transaction
from intendant.kit.errors import Conflict, Invalid

REASON_LENGTH_MAX = 2_000
CHANGES_MAX = 50
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z")
_BOUNDS: dict[str, tuple[float, float]] = {
    "admin_intervention_threshold": (0, 1),
    "task_execution_interval": (1, 86_400),
    "metrics_collection_interval": (1, 86_400),
    "max_concurrent_tasks": (1, 1_000),
    "max_retry_attempts": (0, 100),
}


class ConfigurationInvalid(Invalid):
    """A configuration value that is unknown, of the wrong type or out of bounds."""

    code = "configuration_invalid"


class ConfigurationChanged(Conflict):
    """Someone else changed the configuration meanwhile."""

    code = "configuration_changed"


@dataclass(frozen=True, slots=True)
class Configuration:
    """What an owner may set of the controller. Intervals in seconds; the daily time is in the organisation's zone.

    `autonomous_mode` is the one switch under another name: false stops the business, true starts it.
    `admin_intervention_threshold` holds from the next decision on; of it and the policy's own the higher counts.
    `max_retry_attempts`, and none without `auto_retry_failed_tasks`, bound how often effects and steps of tasks are tried again.
    `max_concurrent_tasks` bounds the organisation's tasks that run at once, within what the workers run at all.
    `daily_operations_time` is when daily schedules begin; a change moves those that are set. `task_execution_interval` and
    `metrics_collection_interval` are kept for operations that are still to come; nothing reads them yet.
    """

    autonomous_mode: bool = True
    admin_intervention_threshold: float = 0.3
    task_execution_interval: int = 300
    metrics_collection_interval: int = 60
    daily_operations_time: str = "06:00"
    max_concurrent_tasks: int = 10
    auto_retry_failed_tasks: bool = True
    max_retry_attempts: int = 3

    @property
    def retry_count_max(self) -> int:
        """Return how often what failed is tried again by itself."""
        return self.max_retry_attempts if self.auto_retry_failed_tasks else 0


DEFAULTS = Configuration()
IN_FORCE = "(select k.body from configurations k where k.organization_id = o.id order by k.version desc limit 1)"
"""An expression for queries that look at organisations as `o`: the body in force, null for the defaults."""


def configuration_from(body: Mapping[str, Any] | None) -> Configuration:
    """Build a configuration from its stored body; its `autonomous_mode` is the switch's to say."""
    return DEFAULTS if body is None else Configuration(**body)


def get_configuration(tx: Transaction) -> tuple[Configuration, int]:
    """Return the configuration in force and its version; version 0 is the defaults."""
    row = tx.find(
        "select body, version from configurations where organization_id = %s order by version desc limit 1",
        [tx.organization_id],
    )
    configuration, version = (Configuration(), 0) if row is None else (Configuration(**row["body"]), row["version"])
    return replace(configuration, autonomous_mode=get_switch(tx)["state"] == "running"), version


def parse_configuration(current: Configuration, changes: dict[str, object]) -> Configuration:
    """Apply untrusted `changes` to `current`; raises ConfigurationInvalid naming the field."""
    types = {field.name: type(field.default) for field in fields(Configuration)}
    for name, value in changes.items():
        if name not in types:
            raise ConfigurationInvalid(
                f"'{name}' is no configuration key.", field=name, remedy=f"Known keys: {', '.join(types)}."
            )
        _check(name, value, types[name])
    return Configuration(**{**asdict(current), **changes})


def update_configuration(
    tx: Transaction,
    organization: Organization,
    changes: dict[str, object],
    *,
    by: str,
    reason: str,
    system_now: datetime,
    replaces: int | None = None,
) -> tuple[Configuration, int]:
    """Write a new version of the configuration; `replaces` refuses to overwrite a version the author has not seen."""
    why = reason.strip()
    if not 1 <= len(why) <= REASON_LENGTH_MAX:
        raise Invalid(
            "A reason is needed.", field="reason", remedy=f"Say why, in at most {REASON_LENGTH_MAX} characters."
        )
    tx.execute("select 1 from controls where organization_id = %s for update", [organization.id])
    current, version = get_configuration(tx)
    if replaces is not None and replaces != version:
        raise ConfigurationChanged(
            f"Version {version} is in force by now.",
            field="replaces",
            remedy="Load it and apply your change again.",
            data={"version": version},
        )
    following = parse_configuration(current, changes)
    body = asdict(following)
    text = canonical_json(body)
    tx.execute(
        "insert into configurations (organization_id, version, body, author, reason, created_at)"
        " values (%s, %s, %s::jsonb, %s, %s, %s)",
        [organization.id, version + 1, text.decode(), by, why, system_now],
    )
    event = events.Event(
        organization_id=organization.id,
        name="kernel.configuration.changed",
        subject=f"configuration:{version + 1}",
        body={"version": version + 1, "changes": changes, "reason": why},
        at=organization.clock.at(system_now),
        recorded_at=system_now,
        actor=by,
        record=digest(text),
    )
    events.emit(tx, [event])
    if following.autonomous_mode != current.autonomous_mode:
        state: State = "running" if following.autonomous_mode else "stopped"
        set_switch(tx, organization, state, by=by, reason=why, system_now=system_now)
    return following, version + 1


def list_changes(tx: Transaction, *, limit: int = CHANGES_MAX) -> list[dict[str, Any]]:
    """List the newest changes of the configuration, newest first: version, author, reason, created_at, changes by key.

    `autonomous_mode` is left out: the switch knows who turned it last.
    """
    rows = tx.all(
        "select version, body, author, reason, created_at from configurations where organization_id = %s"
        " order by version desc limit %s",
        [tx.organization_id, min(limit, CHANGES_MAX) + 1],
    )
    earlier = [configuration_from(row["body"]) for row in rows[1:]]
    if rows and rows[-1]["version"] == 1:
        earlier.append(DEFAULTS)
    return [
        {
            "version": row["version"],
            "author": row["author"],
            "reason": row["reason"],
            "created_at": row["created_at"],
            "changes": _differences(before, configuration_from(row["body"])),
        }
        for row, before in zip(rows, earlier, strict=False)
    ][:limit]


def _differences(before: Configuration, after: Configuration) -> dict[str, Any]:
    old, new = asdict(before), asdict(after)
    return {
        name: {"before": old[name], "after": new[name]}
        for name in old
        if name != "autonomous_mode" and old[name] != new[name]
    }


def _check(name: str, value: object, kind: type) -> None:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        words = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
        raise ConfigurationInvalid(f"{value!r} is not {words[kind]}.", field=name, remedy=f"Give {words[kind]}.")
    low, high = _BOUNDS.get(name, (-float("inf"), float("inf")))
    if isinstance(value, int | float) and not low <= value <= high:
        raise ConfigurationInvalid(
            f"{value} is out of bounds.", field=name, remedy=f"Give a value from {low:g} to {high:g}."
        )
    if name == "daily_operations_time" and not _TIME.match(str(value)):
        raise ConfigurationInvalid(
            f"{value!r} is no time of day.", field=name, remedy="Write it as HH:MM, such as 06:00."
        )
