"""/api/admin/autonomous-business: the one switch, control of components, configuration, health (requirement A13)."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from intendant.kernel import autonomy, control, organizations, overview, tasks
from intendant.kernel.access import Permission, Principal
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.kit.schema import newest_revision
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency, Once
from intendant.server.routes.components import ComponentState, ReasonBody, change_control
from intendant.server.system import system_of
from intendant.server.views.controller import (
    ConfigurationChange,
    ConfigurationView,
    DatabaseCheck,
    EffectsCheck,
    HealthCheck,
    HealthChecks,
    MigrationsCheck,
    Status,
    SwitchView,
    WorkersCheck,
)

router = APIRouter(prefix="/api/admin/autonomous-business", tags=["controller"])
Switcher = Annotated[Principal, requires(Permission.SWITCH_USE)]
Watcher = Annotated[Principal, requires(Permission.SWITCH_READ)]
Controller = Annotated[Principal, requires(Permission.COMPONENT_CONTROL)]


class ControlBody(ReasonBody):
    """Which component a person takes or hands back."""

    component: Annotated[str, Field(min_length=1, max_length=200)]


class ConfigurationBody(ReasonBody):
    """Changes to the configuration; `replaces` is the version they were made on."""

    changes: Annotated[dict[str, Any], Field(min_length=1, max_length=50)]
    replaces: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


@router.post("/start", summary="Start the business", response_model=SwitchView)
def start(request: Request, principal: Switcher, body: ReasonBody, once: Idempotency) -> Any:
    """Start the business."""
    return _switch(request, principal, "running", body.reason, once)


@router.post("/stop", summary="Stop the business", response_model=SwitchView)
def stop(request: Request, principal: Switcher, body: ReasonBody, once: Idempotency) -> Any:
    """Stop the business: nothing new acts; what is planned is carried out."""
    return _switch(request, principal, "stopped", body.reason, once)


@router.post("/halt", summary="Halt everything at once", response_model=SwitchView)
def halt(request: Request, principal: Switcher, body: ReasonBody, once: Idempotency) -> Any:
    """Emergency stop: within a second no outside call starts, and open ones are aborted and become unknown."""
    return _switch(request, principal, "halted", body.reason, once)


@router.get("/status", summary="Return the status of the whole")
def status(request: Request, principal: Watcher) -> Status:
    """Return switch, components, queue, waiting approvals, open alerts and the last day's decisions."""
    user_id = principal.id if principal.kind == "user" else None
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return Status.model_validate(overview.read_status(tx, user_id))


@router.post("/take-control", summary="Take control of a component", response_model=ComponentState)
def take_control(request: Request, principal: Controller, body: ControlBody, once: Idempotency) -> Any:
    """Take control of a component."""
    return change_control(request, principal, body.component, body.reason, once, autonomy.take_control)


@router.post("/hand-back", summary="Hand a component back", response_model=ComponentState)
def hand_back(request: Request, principal: Controller, body: ControlBody, once: Idempotency) -> Any:
    """Hand a component back."""
    return change_control(request, principal, body.component, body.reason, once, autonomy.hand_back)


@router.get("/config", summary="Return the configuration in force")
def get_config(
    request: Request, principal: Annotated[Principal, requires(Permission.CONFIG_READ)]
) -> ConfigurationView:
    """Return the configuration in force."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        configuration, version = control.get_configuration(tx)
        return _configuration_view(tx, configuration, version)


@router.put("/config", summary="Change the configuration")
def put_config(
    request: Request, principal: Annotated[Principal, requires(Permission.CONFIG_UPDATE)], body: ConfigurationBody
) -> ConfigurationView:
    """Change the configuration; a new version with author and reason."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        organization = organizations.get_organization(tx, principal.organization_id)
        now = clock.system_now()
        configuration, version = control.update_configuration(
            tx,
            organization,
            body.changes,
            by=principal.label,
            reason=body.reason,
            system_now=now,
            replaces=body.replaces,
        )
        tasks.move_daily_schedules(tx, configuration.daily_operations_time, now=now)
        return _configuration_view(tx, configuration, version)


def _configuration_view(tx: Transaction, configuration: control.Configuration, version: int) -> ConfigurationView:
    return ConfigurationView(
        version=version,
        configuration=configuration,
        history=[ConfigurationChange.model_validate(change) for change in control.list_changes(tx)],
    )


@router.post("/health-check", summary="Check the health of the parts", response_model=HealthCheck)
def health_check(request: Request, principal: Watcher, once: Idempotency) -> Any:
    """Check the parts now: database, migrations, workers' heartbeats, effects unknown or failed within a day."""
    system = system_of(request)
    with system.database.system() as tx:
        version = tx.scalar("select current_setting('server_version')")
        revision = tx.scalar("select version_num from alembic_version")
        alive = tx.scalar(
            "select count(*) from executors where role = 'worker' and heartbeat_at > now() - interval '30 seconds'"
        )

    def work(tx: Transaction) -> HealthCheck:
        effects = overview.count_effects(tx, clock.system_now())
        sound = effects.get("unknown", 0) == 0 and effects.get("failed", 0) == 0
        checks = HealthChecks(
            database=DatabaseCheck(healthy=True, version=version),
            migrations=MigrationsCheck(healthy=revision == newest_revision(), revision=revision),
            workers=WorkersCheck(healthy=alive > 0, alive=alive),
            effects=EffectsCheck.model_validate({"healthy": sound, **effects}),
        )
        healthy = checks.migrations.healthy and checks.workers.healthy and sound
        return HealthCheck(healthy=healthy, checks=checks)

    with system.database.transaction(principal.organization_id) as tx:
        return once.run(tx, lambda: work(tx))


def _switch(request: Request, principal: Principal, state: control.State, reason: str, once: Once) -> Any:
    def work(tx: Transaction) -> SwitchView:
        organization = organizations.get_organization(tx, principal.organization_id)
        row = control.set_switch(
            tx, organization, state, by=principal.label, reason=reason, system_now=clock.system_now()
        )
        return SwitchView.model_validate(row)

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx))
    return answer
