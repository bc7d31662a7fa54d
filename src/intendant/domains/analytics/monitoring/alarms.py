"""Telling people through the kernel's alerts what goes wrong with the version that answers, and when it is well again."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from intendant.domains.analytics.contract import CHAMPION
from intendant.domains.analytics.monitoring.measuring import (
    ALARMS,
    CALIBRATION,
    DRIFT,
    EXPECTED,
    FAIRNESS,
    LABELLED_ALARMED_MIN,
    OF_OUTCOMES,
    PERFORMANCE,
    ROWS_ALARMED_MIN,
    Measured,
)
from intendant.domains.analytics.monitoring.reading import Watched
from intendant.kernel.alerts import Alert, By, raise_alerts, resolve_causes
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock
from intendant.kit.database import Transaction

BY = "system:monitoring"
Severity = Literal["low", "medium", "high"]
_TITLES: dict[str, str] = {
    DRIFT: "{model}: the data are unlike those it learnt from",
    PERFORMANCE: "{model} does worse than in training",
    EXPECTED: "{model} is expected to do worse than in training",
    CALIBRATION: "{model}: its probabilities do not hold",
    FAIRNESS: "{model} treats groups differently",
}
_SEVERITIES: dict[str, Severity] = {
    DRIFT: "medium",
    PERFORMANCE: "high",
    EXPECTED: "low",
    CALIBRATION: "medium",
    FAIRNESS: "high",
}


def cause_of(model_id: UUID, alarm: str) -> str:
    """Return the cause under which a model's alarm is one alert."""
    return f"analytics.model:{model_id}:{alarm}"


def tell(
    tx: Transaction,
    organization: Organization,
    version: Watched,
    begins: datetime,
    found: Measured,
    *,
    alarmed_before: frozenset[str],
) -> None:
    """Raise the alarms that a period newly gives, and resolve those that it shows to be gone.

    Only the champion speaks: of its data the latest period, of outcomes, which come late, the latest that has enough. What a
    period has said once it does not say again, so that an alert that a person resolved stays so until another says the same.
    """
    standing = tx.find(
        "select m.model_name, coalesce(bool_or(p.id is not null), false) as is_past,"
        " coalesce(bool_or(p.labelled >= %(labelled)s), false) as has_later_outcomes"
        " from ai_models m join ai_model_aliases a on a.organization_id = m.organization_id and a.model_id = m.id"
        " and a.alias = %(champion)s and a.version_id = %(version)s"
        " left join model_performance_metrics p on p.organization_id = m.organization_id and p.version_id = a.version_id"
        " and p.period_from > %(begins)s"
        " where m.organization_id = %(organization)s and m.id = %(model)s group by m.model_name",
        {
            "organization": tx.organization_id,
            "champion": CHAMPION,
            "version": version.id,
            "model": version.model_id,
            "begins": begins,
            "labelled": LABELLED_ALARMED_MIN,
        },
    )
    if standing is None:
        return
    name = standing["model_name"]
    heard = [
        alarm
        for alarm in ALARMS
        if not standing["has_later_outcomes" if alarm in OF_OUTCOMES else "is_past"] and _speaks(alarm, found)
    ]
    system_now = clock.system_now()
    now = organization.clock.at(system_now)
    fresh = [alarm for alarm in heard if alarm in found.alarms and alarm not in alarmed_before]
    if fresh:
        raise_alerts(
            tx,
            [
                Alert(
                    organization_id=organization.id,
                    kind="performance",
                    severity="high" if alarm == DRIFT and found.drift["worst"] == "large" else _SEVERITIES[alarm],
                    cause=cause_of(version.model_id, alarm),
                    title=_TITLES[alarm].format_map({"model": name[:120]}),
                    at=now,
                    subject_id=version.model_id,
                    detail={
                        "words": found.alarms[alarm],
                        "model_id": str(version.model_id),
                        "version": version.number,
                        "period_from": begins.isoformat(),
                    },
                )
                for alarm in fresh
            ],
        )
    gone = [
        cause_of(version.model_id, alarm) for alarm in ALARMS if alarm not in found.alarms and _speaks(alarm, found)
    ]
    if gone:
        note = "The latest period that can tell shows it no more."
        resolve_causes(tx, gone, note=note, by=By(BY, now, system_now))


def silence(tx: Transaction, model_id: UUID, note: str) -> None:
    """Resolve whatever is told of a model, because nothing of it answers any more."""
    now = clock.system_now()
    by = By(BY, get_organization(tx, tx.organization_id).clock.at(now), now)
    resolve_causes(tx, [cause_of(model_id, alarm) for alarm in ALARMS], note=note, by=by)


def shadow_cause(version_id: UUID) -> str:
    """Return the cause under which a shadow that does not answer is one alert."""
    return f"analytics.shadow.{version_id}"


def silence_shadow(tx: Transaction, version_id: UUID, note: str) -> None:
    """Resolve what is told of a shadow: it answers again, or is none any more."""
    now = clock.system_now()
    by = By(BY, get_organization(tx, tx.organization_id).clock.at(now), now)
    resolve_causes(tx, [shadow_cause(version_id)], note=note, by=by)


def _speaks(alarm: str, found: Measured) -> bool:
    """Return whether a period has enough cases to say so, or that it is gone."""
    if alarm in OF_OUTCOMES:
        return found.labelled >= LABELLED_ALARMED_MIN
    if alarm == EXPECTED and found.labelled >= LABELLED_ALARMED_MIN:
        return True
    return found.predictions >= ROWS_ALARMED_MIN
