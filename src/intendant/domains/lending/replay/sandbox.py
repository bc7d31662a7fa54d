"""What a replay keeps beside its decisions: the lock that makes it run once at a time, its report, the rows set aside."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson

from intendant.domains.lending.replay.plan import Plan
from intendant.domains.lending.tables import QUARANTINE
from intendant.kernel.organizations import Organization
from intendant.kit import clock, ids
from intendant.kit.database import Database, Transaction
from intendant.kit.errors import Conflict

RAW_LENGTH_MAX = 1_000


class ReplayUnderWay(Conflict):
    """Another process runs the same replay now."""

    code = "replay_under_way"


@contextmanager
def running_alone(folder: Path, plan: Plan) -> Iterator[None]:
    """Hold the replay's lock; the system lets go of it when the process ends, however it ends."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{plan.slug}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ReplayUnderWay(
                f"The same replay of {plan.source.name} runs already.",
                field="file",
                remedy="Wait for it to end, then run this again: it repeats nothing.",
            ) from None
        yield


def keep_report(database: Database, organization: Organization, report: Mapping[str, object]) -> None:
    """Keep a replay's report beside it, so that the console can show it."""
    with database.transaction(organization.id) as tx:
        tx.execute(
            "update replays set report = coalesce(report, '{}') || jsonb_build_object('report', %s::jsonb)"
            " where organization_id = %s",
            [orjson.dumps(report).decode(), organization.id],
        )


def set_aside(
    tx: Transaction, plan: Plan, organization: Organization, rows: Sequence[tuple[int, str, str, str]]
) -> None:
    """Write rows to the quarantine: number, code, reason and what stood there; those that are there already stay as they are."""
    now = clock.system_now()
    present = {
        row["place"] for row in tx.all("select place from quarantine where organization_id = %s", [organization.id])
    }
    QUARANTINE.run(
        tx,
        [
            {
                "organization_id": organization.id,
                "id": ids.new_id(),
                "source": plan.source.name,
                "place": str(number),
                "code": code,
                "reason": reason,
                "raw": raw.replace("\x00", "�")[:RAW_LENGTH_MAX],
                "created_at": now,
            }
            for number, code, reason, raw in rows
            if str(number) not in present
        ],
    )
