"""Models of controller. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Literal

from intendant.client._generated.models import shared
from intendant.client._model import Model


class AlertCounts(Model):
    """How many open alerts there are of each severity."""

    critical: int = 0
    high: int = 0
    low: int = 0
    medium: int = 0


class ClockView(Model):
    """A straight line of business time: business_anchor + (system time - system_anchor) * speed."""

    business_anchor: datetime.datetime
    speed: float
    system_anchor: datetime.datetime


class Configuration(Model):
    """What an owner may set of the controller. Intervals in seconds; the daily time is in the organisation's
    zone.

    `autonomous_mode` is the one switch under another name: false stops the business, true starts it.
    `admin_intervention_threshold` holds from the next decision on; of it and the policy's own the higher
    counts. `max_retry_attempts`, and none without `auto_retry_failed_tasks`, bound how often effects and
    steps of tasks are tried again. `max_concurrent_tasks` bounds the organisation's tasks that run at once,
    within what the workers run at all. `daily_operations_time` is when daily schedules begin; a change moves
    those that are set. `task_execution_interval` and `metrics_collection_interval` are kept for operations
    that are still to come; nothing reads them yet.
    """

    admin_intervention_threshold: float = 0.3
    auto_retry_failed_tasks: bool = True
    autonomous_mode: bool = True
    daily_operations_time: str = "06:00"
    max_concurrent_tasks: int = 10
    max_retry_attempts: int = 3
    metrics_collection_interval: int = 60
    task_execution_interval: int = 300


class ConfigurationBody(Model):
    """Changes to the configuration; `replaces` is the version they were made on."""

    changes: dict[str, Any]
    reason: str
    replaces: int | None = None


class ConfigurationChange(Model):
    """Who made a version of the configuration, when (system time), why, and what it changed by key.

    `autonomous_mode` is left out: who turned it last is the switch's to say.
    """

    author: str
    changes: dict[str, KeyChange]
    created_at: datetime.datetime
    reason: str
    version: int


class ConfigurationStatus(Model):
    """The configuration in force, with its version; version 0 is the defaults."""

    admin_intervention_threshold: float
    auto_retry_failed_tasks: bool
    autonomous_mode: bool
    daily_operations_time: str
    max_concurrent_tasks: int
    max_retry_attempts: int
    metrics_collection_interval: int
    task_execution_interval: int
    version: int


class ConfigurationView(Model):
    """A version of the configuration, and the newest changes that led to it, newest first."""

    configuration: Configuration
    history: list[ConfigurationChange]
    version: int


class ControlBody(Model):
    """Which component a person takes or hands back."""

    component: str
    reason: str


class DatabaseCheck(Model):
    """The database's health."""

    healthy: bool
    version: str


class EffectCounts(Model):
    """How many effects wait, run, are unknown, or failed within the last day; at most 10,000 of each are
    counted.
    """

    failed: int = 0
    held: int = 0
    planned: int = 0
    running: int = 0
    unknown: int = 0


class EffectsCheck(Model):
    """Whether effects are unknown, or have failed within a day."""

    failed: int = 0
    healthy: bool
    held: int = 0
    planned: int = 0
    running: int = 0
    unknown: int = 0


class HealthCheck(Model):
    """Whether all parts are healthy, and which are not."""

    checks: HealthChecks
    healthy: bool


class HealthChecks(Model):
    """The parts, one by one."""

    database: DatabaseCheck
    effects: EffectsCheck
    migrations: MigrationsCheck
    workers: WorkersCheck


class KeyChange(Model):
    """A key's value before and after."""

    after: bool | int | float | str
    before: bool | int | float | str


class MigrationsCheck(Model):
    """Whether the schema is the one that this version expects."""

    healthy: bool
    revision: str | None


class OrganizationStatus(Model):
    """Whose status it is, its zone and currency, and how its business time runs."""

    clock: ClockView
    currency: str
    id: uuid.UUID
    kind: Literal["real", "demo", "sandbox"]
    name: str
    slug: str
    time_zone: str


class Status(Model):
    """Everything that the frame of a console needs, in one answer."""

    alerts_open: int
    approvals_open: int
    business_time: datetime.datetime
    components: list[shared.ComponentState]
    configuration: ConfigurationStatus
    counts: StatusCounts
    decisions_last_day: VerdictCounts
    organization: OrganizationStatus
    queue: EffectCounts
    switch: SwitchView
    system_time: datetime.datetime


class StatusCounts(Model):
    """What waits for somebody. `approvals_mine` are assigned to the caller; each is counted up to 10,000."""

    alerts_open: AlertCounts
    approvals_mine: int
    approvals_open: int
    tasks_failed: int
    tasks_queued: int
    tasks_running: int


class SwitchView(Model):
    """The one switch. `since` is system time."""

    changed_by: str
    reason: str
    since: datetime.datetime
    state: Literal["running", "stopped", "halted"]


class VerdictCounts(Model):
    """How many decisions had which verdict."""

    act: int = 0
    ask: int = 0
    observe: int = 0
    refuse: int = 0


class WorkersCheck(Model):
    """How many processes have given a sign of life within 30 seconds."""

    alive: int
    healthy: bool
