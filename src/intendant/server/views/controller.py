"""What the controller's routes answer: the switch, the status of the whole, the configuration, the health of the parts."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from intendant.kernel.control import Configuration, State
from intendant.kernel.organizations import OrganizationKind
from intendant.server.routes.components import ComponentState


class SwitchView(BaseModel):
    """The one switch. `since` is system time."""

    state: State
    since: datetime
    changed_by: str
    reason: str


class ClockView(BaseModel):
    """A straight line of business time: business_anchor + (system time - system_anchor) * speed."""

    business_anchor: datetime
    system_anchor: datetime
    speed: float


class OrganizationStatus(BaseModel):
    """Whose status it is, its zone and currency, and how its business time runs."""

    id: UUID
    slug: str
    name: str
    kind: OrganizationKind
    time_zone: str
    currency: str
    clock: ClockView


class ConfigurationStatus(BaseModel):
    """The configuration in force, with its version; version 0 is the defaults."""

    version: int
    autonomous_mode: bool
    admin_intervention_threshold: float
    task_execution_interval: int
    metrics_collection_interval: int
    daily_operations_time: str
    max_concurrent_tasks: int
    auto_retry_failed_tasks: bool
    max_retry_attempts: int


class KeyChange(BaseModel):
    """A key's value before and after."""

    before: bool | int | float | str
    after: bool | int | float | str


class ConfigurationChange(BaseModel):
    """Who made a version of the configuration, when (system time), why, and what it changed by key.

    `autonomous_mode` is left out: who turned it last is the switch's to say.
    """

    version: int
    author: str
    reason: str
    created_at: datetime
    changes: dict[str, KeyChange]


class ConfigurationView(BaseModel):
    """A version of the configuration, and the newest changes that led to it, newest first."""

    version: int
    configuration: Configuration
    history: list[ConfigurationChange]


class EffectCounts(BaseModel):
    """How many effects wait, run, are unknown, or failed within the last day; at most 10,000 of each are counted."""

    held: int = 0
    planned: int = 0
    running: int = 0
    unknown: int = 0
    failed: int = 0


class VerdictCounts(BaseModel):
    """How many decisions had which verdict."""

    act: int = 0
    ask: int = 0
    refuse: int = 0
    observe: int = 0


class AlertCounts(BaseModel):
    """How many open alerts there are of each severity."""

    low: int = 0
    medium: int = 0
    high: int = 0
    critical: int = 0


class StatusCounts(BaseModel):
    """What waits for somebody. `approvals_mine` are assigned to the caller; each is counted up to 10,000."""

    approvals_open: int
    approvals_mine: int
    alerts_open: AlertCounts
    tasks_queued: int
    tasks_running: int
    tasks_failed: int
    """Failed within the last 24 hours of system time."""


class Status(BaseModel):
    """Everything that the frame of a console needs, in one answer."""

    organization: OrganizationStatus
    business_time: datetime
    system_time: datetime
    switch: SwitchView
    components: list[ComponentState]
    configuration: ConfigurationStatus
    queue: EffectCounts
    approvals_open: int
    alerts_open: int
    decisions_last_day: VerdictCounts
    """Decisions of the last 24 hours of business time."""
    counts: StatusCounts


class DatabaseCheck(BaseModel):
    """The database's health."""

    healthy: bool
    version: str


class MigrationsCheck(BaseModel):
    """Whether the schema is the one that this version expects."""

    healthy: bool
    revision: str | None


class WorkersCheck(BaseModel):
    """How many processes have given a sign of life within 30 seconds."""

    healthy: bool
    alive: int


class EffectsCheck(EffectCounts):
    """Whether effects are unknown, or have failed within a day."""

    healthy: bool


class HealthChecks(BaseModel):
    """The parts, one by one."""

    database: DatabaseCheck
    migrations: MigrationsCheck
    workers: WorkersCheck
    effects: EffectsCheck


class HealthCheck(BaseModel):
    """Whether all parts are healthy, and which are not."""

    healthy: bool
    checks: HealthChecks
