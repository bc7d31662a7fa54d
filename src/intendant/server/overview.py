"""What the landing page shows of an organisation: one read-only look, every part of it bounded."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intendant.kernel import approvals, organizations
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database, Row, Transaction

DECISIONS_SHOWN = 15
DECISIONS_COUNTED_MAX = 1_000
COMPONENTS_SHOWN_MAX = 50
WAITING_COUNTED_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Overview:
    """An organisation at a glance. `verdicts` counts the newest `DECISIONS_COUNTED_MAX` decisions."""

    organization: Organization
    business_now: datetime
    switch: Row | None
    components: list[Row]
    decisions: list[Row]
    verdicts: dict[str, int]
    approvals_open: int
    alerts_open: int


def read_overview(database: Database, organization_id: UUID) -> Overview:
    """Read the overview of one organisation."""
    with database.snapshot(organization_id) as tx:
        organization = organizations.get_organization(tx, organization_id)
        verdicts = tx.all(
            "select verdict, count(*) as count from (select verdict from decisions where organization_id = %s"
            " order by id desc limit %s) as newest group by verdict",
            [organization_id, DECISIONS_COUNTED_MAX],
        )
        return Overview(
            organization=organization,
            business_now=organization.clock.now(),
            switch=tx.find(
                "select state, since, changed_by, reason from controls where organization_id = %s", [organization_id]
            ),
            components=tx.all(
                "select name, level, controlled_by, since, why from components where organization_id = %s order by name limit %s",
                [organization_id, COMPONENTS_SHOWN_MAX],
            ),
            decisions=_newest(tx, organization_id),
            verdicts={row["verdict"]: row["count"] for row in verdicts},
            approvals_open=_count_open(tx, "approvals", organization_id),
            alerts_open=_count_open(tx, "alerts", organization_id),
        )


def _newest(tx: Transaction, organization_id: UUID) -> list[Row]:
    rows = tx.all(
        "select id, kind, action, verdict, confidence, amount, decided_at, subject_id from decisions"
        " where organization_id = %s order by id desc limit %s",
        [organization_id, DECISIONS_SHOWN],
    )
    hidden = approvals.list_hidden(tx, [row["id"] for row in rows])
    return [row | {"action": "(to be judged)", "confidence": None} if row["id"] in hidden else row for row in rows]


def _count_open(tx: Transaction, table: str, organization_id: UUID) -> int:
    return int(
        tx.scalar(
            f"select count(*) from (select 1 from {table} where organization_id = %s and state = 'open' limit %s) as waiting",  # noqa: S608
            [organization_id, WAITING_COUNTED_MAX],
        )
    )
