"""What an operator sees first: counts that stay cheap and that forget what is over."""

from datetime import timedelta

from tests.support.payouts import plan_payouts

from intendant.kernel.organizations import Organization
from intendant.kernel.overview import count_effects
from intendant.kit import clock
from intendant.kit.database import Database


def counted(database: Database, organization: Organization, **later: float) -> dict[str, int]:
    with database.transaction(organization.id) as tx:
        return count_effects(tx, clock.system_now() + timedelta(**later))


def put(database: Database, organization: Organization, *states: str) -> None:
    for effect_id, state in zip(plan_payouts(database, organization.id, len(states)), states, strict=True):
        with database.transaction(organization.id) as tx:
            tx.execute("update effects set state = %s where id = %s", [state, effect_id])


def test_a_failed_effect_counts_for_a_day_and_an_unknown_one_for_ever(database, organization):
    put(database, organization, "failed", "unknown", "planned", "done", "cancelled")
    assert counted(database, organization) == {"failed": 1, "unknown": 1, "planned": 1}
    assert counted(database, organization, hours=23) == {"failed": 1, "unknown": 1, "planned": 1}
    assert counted(database, organization, hours=25) == {"unknown": 1, "planned": 1}


def test_another_organisations_effects_are_not_counted(database, organization, other_organization):
    put(database, other_organization, "failed", "unknown")
    assert counted(database, organization) == {}
