"""What a worker does for the vault: finish renewing keys, end what is past its grace, close minutes of accesses, remind people."""

from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from intendant.kernel import organizations, vault
from intendant.kernel.alerts import Alert, raise_alerts
from intendant.kit import clock
from intendant.kit.database import Row, Transaction

if TYPE_CHECKING:
    from intendant.bootstrap import System

log = structlog.get_logger(__name__)


def keep_vault(system: "System") -> bool:
    """Do what is due; say whether there may be more at once."""
    now = clock.system_now()
    with system.database.system() as tx:
        closed = vault.close_minutes(tx, system_now=now)
        dropped = vault.drop_past_values(tx, system_now=now)
    # Keys after the rest: they may need a key service outside, which may not answer.
    step = vault.reencrypt_some(system.database, system.vault.keyring)
    retired = vault.retire_data_keys(system.database)
    if step.done or dropped or retired:
        log.info("the vault was kept", renewed=step.done, past_values=dropped, retired_keys=retired)
    return step.done >= vault.STEP_MAX or closed >= vault.CLOSED_MAX


def remind_of_secrets(system: "System") -> None:
    """Raise one alert for each secret that has expired or is to be renewed, once for each of its moments."""
    now = clock.system_now()
    with system.database.system() as tx:
        due = {_cause(row, now): row for row in vault.list_due(tx, system_now=now)}
        told = tx.all("select distinct cause from alerts where cause = any(%s)", [list(due)])
        for cause in due.keys() - {row["cause"] for row in told}:
            _remind(tx, due[cause], cause, now)


def _cause(row: Row, now: datetime) -> str:
    """Name what there is to tell. The moment is part of it: a reminder that was resolved does not come again."""
    expired = row["expires_at"] is not None and row["expires_at"] <= now
    moment = row["expires_at"] if expired else row["rotate_after"]
    return f"secret.{'expired' if expired else 'rotation'}:{row['id']}:{moment:%Y%m%dT%H%M%S}"


def _remind(tx: Transaction, row: Row, cause: str, now: datetime) -> None:
    expired = cause.startswith("secret.expired")
    detail: dict[str, object] = {
        "secret_id": str(row["id"]),
        "remedy": "Renew it at the provider and rotate it in the vault.",
    }
    alert = Alert(
        row["organization_id"],
        "security",
        "high" if expired else "medium",
        cause,
        f"The secret '{row['name']}' {'has expired' if expired else 'is to be renewed'}",
        organizations.get_organization(tx, row["organization_id"]).clock.at(now),
        detail=detail,
    )
    raise_alerts(tx, [alert])
