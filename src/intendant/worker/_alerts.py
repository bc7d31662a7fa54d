"""What the worker tells people: effects that failed or whose fate is unknown, logs that cannot be sealed, broken invariants."""

from collections.abc import Sequence
from uuid import UUID

from intendant.kernel import organizations
from intendant.kernel.actions import EffectState, Settlement
from intendant.kernel.alerts import Alert, AlertKind, Severity, raise_alerts
from intendant.kit import clock
from intendant.kit.database import Database, Transaction
from intendant.kit.errors import Conflict

_TITLES: dict[EffectState, tuple[Severity, str, str]] = {
    EffectState.UNKNOWN: ("high", "unknown", "Nobody knows whether {action} happened: a person must find out"),
    EffectState.FAILED: ("medium", "failed", "{action} could not be carried out"),
}

_KINDS: dict[str, AlertKind] = {"audit": "security", "performance": "performance"}


def alert_of_effects(tx: Transaction, settlements: Sequence[Settlement]) -> None:
    """Raise one alert for each action and kind of trouble; it counts, and names the first effect."""
    now = clock.system_now()
    alerts = []
    for one in settlements:
        effect = one.claimed.effect
        severity, word, title = _TITLES.get(
            one.state, ("high", "unrecorded", "{action} was carried out, but what follows was not recorded")
        )
        alerts.append(
            Alert(
                organization_id=effect.organization_id,
                kind="intervention",
                severity=severity,
                cause=f"effects.{word}.{effect.action}",
                title=title.format(action=effect.action),
                at=one.claimed.clock.at(now),
                subject_id=effect.subject_id,
                detail={"effect_id": str(effect.id), "connector": effect.connector, "why": one.why},
            )
        )
    raise_alerts(tx, alerts)


def alert_of_audit(database: Database, organization_id: UUID, error: Conflict) -> None:
    """Raise the alarm over an audit log that contradicts its checkpoints."""
    _raise(
        database,
        organization_id,
        cause="audit.diverges",
        title="The audit log contradicts its signed checkpoints",
        detail={"why": error.message},
    )


def alert_of_invariant(database: Database, organization_id: UUID, name: str, count: int) -> None:
    """Raise the alarm over rows that should not exist."""
    _raise(
        database,
        organization_id,
        cause=f"invariant.{name}",
        title=f"An invariant is broken: {name}",
        detail={"rows": count},
    )


def alert_of_delay(database: Database, organization_id: UUID, count: int, oldest_seconds: float) -> None:
    """Say that effects wait although they are due: a provider or the workers do not keep up."""
    _raise(
        database,
        organization_id,
        cause="performance.effects",
        title="Effects are carried out late",
        detail={"waiting": count, "oldest_seconds": round(oldest_seconds)},
    )


def _raise(database: Database, organization_id: UUID, *, cause: str, title: str, detail: dict[str, object]) -> None:
    with database.transaction(organization_id) as tx:
        at = organizations.get_organization(tx, organization_id).clock.now()
        raise_alerts(
            tx,
            [
                Alert(
                    organization_id,
                    _KINDS.get(cause.partition(".")[0], "anomaly"),
                    "high" if cause.startswith("performance") else "critical",
                    cause,
                    title,
                    at,
                    detail=detail,
                )
            ],
        )
