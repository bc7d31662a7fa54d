"""Two times: a decision carries both, and what waits in business time comes due with the organisation's own clock."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.support.deciding import change_action
from tests.support.lending import GOOD, MIDDLING, open_lender

from intendant.kernel.organizations import create_organization
from intendant.kit import clock
from intendant.kit.database import Database

BEGAN = datetime(2030, 1, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("speed", [0.0, 1.0, 86_400.0])
def test_a_decision_carries_business_and_system_time(database: Database, speed: float):
    anchor = clock.system_now()
    with database.system() as tx:
        organization = create_organization(
            tx, slug="other-time", name="X", kind="sandbox", business_clock=clock.BusinessClock(anchor, BEGAN, speed)
        )
    lender = open_lender(database, organization)
    change_action(lender, "approve", hold_seconds=86_400.0, deadline_hours=48.0)
    record = lender.decide(GOOD)
    decided_at, recorded_at = (datetime.fromisoformat(record[name]) for name in ("decided_at", "recorded_at"))
    assert decided_at == organization.clock.at(recorded_at)
    assert BEGAN <= decided_at <= BEGAN + (clock.system_now() - anchor) * max(speed, 1.0)
    assert abs(recorded_at - clock.system_now()) < timedelta(minutes=1)
    with database.transaction(organization.id) as tx:
        effect = tx.find("select hold_until, due_at from effects")
    assert effect["hold_until"] == decided_at + timedelta(days=1)
    if speed:
        assert abs(effect["due_at"] - recorded_at - timedelta(days=1) / speed) < timedelta(milliseconds=1)
    else:
        assert effect["due_at"].year == 9999
    asked = lender.decide(MIDDLING)
    with database.transaction(organization.id) as tx:
        due_at = tx.scalar("select due_at from approvals")
    assert due_at == datetime.fromisoformat(asked["decided_at"]) + timedelta(hours=48)
