"""Telling a tracking server of every trained version, where one is connected. Training never waits for it.

A version that could not be told is tried again, each time after twice the pause, and shows the error meanwhile.
"""

import math
import re
from typing import Any

import structlog

from intendant.domains.analytics.models import artifacts, card, rows
from intendant.kit import clock
from intendant.kit.database import Database, Row
from intendant.kit.errors import IntendantError
from intendant.ports.tracking import TrackedVersion, Tracking

PORT = "tracking"
AT_ONCE_MAX = 20
ATTEMPTS_MAX = 12
PAUSE_SECONDS_FIRST = 30
_NAME_LENGTH_MAX = 200

log = structlog.get_logger(__name__)

# Whoever counts the attempt up makes it, so that two workers do not tell the same version at once.
_CLAIM = """
update ai_model_versions v set export_attempts = v.export_attempts + 1
from (
    select w.organization_id, w.id from ai_model_versions w
    join ai_models m on m.organization_id = w.organization_id and m.id = w.model_id and m.removed_at is null
    where w.exported_at is null and w.export_attempts < %(attempts)s
      and w.recorded_at + make_interval(secs => %(pause)s * (power(2, w.export_attempts) - 1)) <= %(now)s
    order by w.id limit %(limit)s for update of w skip locked
) due
where v.organization_id = due.organization_id and v.id = due.id
returning v.organization_id, v.id, v.model_id, v.number
"""


def tell_versions(system: Any) -> bool:
    """Tell the connected server of versions that it does not know yet; say whether there may be more."""
    port: Tracking | None = system.connectors.get(PORT)
    if port is None:
        return False
    database: Database = system.database
    with database.system() as tx:
        due = tx.all(
            _CLAIM,
            {
                "attempts": ATTEMPTS_MAX,
                "pause": PAUSE_SECONDS_FIRST,
                "now": clock.system_now(),
                "limit": AT_ONCE_MAX,
            },
        )
    for row in due:
        run, error = None, None
        try:
            run = port.track(_read(system, row))
        except IntendantError as refused:
            error = str(refused)
            log.warning("a version could not be tracked", version=str(row["id"]), code=refused.code)
        with database.transaction(row["organization_id"]) as tx:
            tx.execute(
                "update ai_model_versions set export_run = %s, export_error = %s, exported_at = %s"
                " where organization_id = %s and id = %s",
                [run, error, None if run is None else clock.system_now(), row["organization_id"], row["id"]],
            )
    return len(due) == AT_ONCE_MAX


def _read(system: Any, row: Row) -> TrackedVersion:
    """Read a version with its artifact and card; the transaction is over before anybody outside is called."""
    database: Database = system.database
    with database.snapshot(row["organization_id"]) as tx:
        model = rows.get_model(tx, row["model_id"])
        version = rows.get_version(tx, row["model_id"], row["number"])
        artifact = artifacts.read(tx, system.signer.public_key(), version, system.files)
        text = card.to_markdown(card.read_card(tx, row["model_id"], row["number"]))
    report, spec = version["report"], version["spec"]
    aliases = tuple(each["alias"] for each in model["aliases"] if each["number"] == version["number"])
    return TrackedVersion(
        key=str(row["id"]),
        experiment=f"intendant {row['organization_id']}",
        # Names of models are unique in one organisation, and a server may serve several.
        model=f"{_name(model['model_name'])} {str(row['model_id'])[-12:]}",
        number=row["number"],
        parameters={"algorithm": version["algorithm"], "seed": str(report["seed"])}
        | {name: str(value) for name, value in spec.items() if name in ("task", "target", "time", "group", "effort")},
        metrics={
            _name(each["name"]): float(each["value"])
            for each in report["model"]["metrics"]
            if each["value"] is not None and math.isfinite(each["value"])
        },
        tags={
            "intendant.validated": str(version["validated"]).lower(),
            "intendant.why": version["why"],
            "intendant.digest": bytes(version["artifact"]).hex(),
            "intendant.data_digest": bytes(version["data_digest"]).hex(),
        },
        texts={"card.md": text},
        artifact=artifact,
        aliases=aliases,
    )


def _name(text: str) -> str:
    """Return a name that tracking servers take: letters, digits, and a few signs."""
    return re.sub(r"[^\w .\-]", "_", text, flags=re.ASCII)[:_NAME_LENGTH_MAX] or "_"
