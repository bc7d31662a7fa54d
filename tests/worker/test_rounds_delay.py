"""The watch over late effects: what waits too long is told once, what is on time is not."""

from datetime import timedelta

from tests.support.lending import GOOD, open_lender

from intendant.kernel.alerts import AlertFilter, list_alerts
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database
from intendant.worker._rounds import watch_delay


def test_effects_that_wait_too_long_raise_one_performance_alert(database: Database, organization: Organization) -> None:
    lender = open_lender(database, organization)
    lender.decide(GOOD)
    watch_delay(database)
    with database.transaction(organization.id) as tx:
        assert list_alerts(tx, AlertFilter(kinds=("performance",))) == []
        tx.execute("update effects set due_at = due_at - %s", [timedelta(hours=1)])
    watch_delay(database)
    watch_delay(database)
    with database.transaction(organization.id) as tx:
        (alert,) = list_alerts(tx, AlertFilter(kinds=("performance",)))
    assert (alert["count"], alert["severity"], alert["detail"]["waiting"]) == (2, "high", 1)
