"""The demo's business time stands still while nothing runs."""

from datetime import timedelta
from pathlib import Path

from intendant.bootstrap import build
from intendant.cli.demo import SPEED, STANDSTILL, resume_demo
from intendant.kernel import events
from intendant.kernel.organizations import Organization, create_organization, find_organization
from intendant.kit import clock
from intendant.kit.clock import BusinessClock
from intendant.kit.database import Database
from intendant.kit.settings import Settings


def demo_that_stopped(database: Database, hours_ago: float) -> Organization:
    """Make a demo of which something was last heard so many hours of system time ago."""
    now = clock.system_now()
    began = now - timedelta(hours=hours_ago + 1)
    with database.system() as tx:
        made = create_organization(
            tx, slug="demo", name="Demo", kind="demo", business_clock=BusinessClock(began, began, SPEED)
        )
    last = now - timedelta(hours=hours_ago)
    event = events.Event(
        organization_id=made.id,
        name="kernel.configuration.changed",
        subject="x",
        body={},
        at=made.clock.at(last),
        recorded_at=last,
        actor="test",
    )
    with database.transaction(made.id) as tx:
        events.emit(tx, [event])
    return made


def resumed(database: Database, home: Path) -> Organization:
    """Resume the demo; return it."""
    resume_demo(build(Settings(home=home), database))
    with database.system() as tx:
        found = find_organization(tx, "demo")
    assert found is not None
    return found


def test_a_night_without_it_is_no_time_for_the_demo(database: Database, tmp_path: Path) -> None:
    made = demo_that_stopped(database, hours_ago=10)
    stood_at = made.clock.at(clock.system_now() - timedelta(hours=10))
    after = resumed(database, tmp_path)
    assert abs(after.clock.now() - stood_at) < STANDSTILL
    assert after.clock.speed == SPEED


def test_a_short_stop_changes_nothing(database: Database, tmp_path: Path) -> None:
    made = demo_that_stopped(database, hours_ago=0.01)
    assert resumed(database, tmp_path).clock == made.clock


def test_where_there_is_no_demo_nothing_happens(database: Database, organization: Organization, tmp_path: Path) -> None:
    resume_demo(build(Settings(home=tmp_path), database))
    with database.system() as tx:
        assert find_organization(tx, organization.slug) == organization
