"""Readers of the event log miss nothing, whatever the order in which transactions commit."""

from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.finished import wait_until_finished

from intendant.kernel import audit, events
from intendant.kernel.organizations import Organization
from intendant.kit import partitions
from intendant.kit.database import Database
from intendant.kit.errors import Bug
from intendant.kit.postgres import EmbeddedPostgres

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def event(organization_id: UUID, number: int, name: str = "testing.thing.happened") -> events.Event:
    return events.Event(organization_id, name, f"thing:{number}", {"number": number}, NOW, NOW, "tester")


def emit(database: Database, organization: Organization, *numbers: int, name: str = "testing.thing.happened") -> None:
    with database.transaction(organization.id) as tx:
        events.emit(tx, [event(organization.id, number, name) for number in numbers])


def read_on(
    database: Database,
    organization: Organization,
    cursor: events.Cursor,
    *,
    limit: int = 100,
    prefix: str = "",
    wait: bool = True,
) -> tuple[list[int], events.Cursor]:
    if wait:
        wait_until_finished(database)
    with database.transaction(organization.id) as tx:
        found, cursor = events.read(tx, cursor, limit, prefix=prefix)
    return [each.body["number"] for each in found], cursor


def test_a_transaction_that_commits_late_is_not_missed(database: Database, organization: Organization) -> None:
    with database.transaction(organization.id) as slow:
        events.emit(slow, [event(organization.id, 1)])
        emit(database, organization, 2)
        early, cursor = read_on(database, organization, events.START, wait=False)
    late, cursor = read_on(database, organization, cursor)
    assert early + late == [1, 2]
    assert read_on(database, organization, cursor) == ([], cursor)


def test_a_transaction_rolled_back_leaves_nothing_and_stops_nothing(
    database: Database, organization: Organization
) -> None:
    def give_up() -> None:
        with database.transaction(organization.id) as tx:
            events.emit(tx, [event(organization.id, 1)])
            raise Bug("given up")

    with pytest.raises(Bug):
        give_up()
    emit(database, organization, 2)
    assert read_on(database, organization, events.START)[0] == [2]


def test_pages_join_without_gap_or_overlap(database: Database, organization: Organization) -> None:
    emit(database, organization, *range(5))
    emit(database, organization, *range(5, 12))
    cursor, seen = events.START, []
    while page := read_on(database, organization, cursor, limit=5):
        numbers, cursor = page
        seen += numbers
        if not numbers:
            break
    assert seen == list(range(12))


def test_a_prefix_keeps_its_events_and_passes_over_the_others(database: Database, organization: Organization) -> None:
    emit(database, organization, 1, name="lending.loan.settled")
    emit(database, organization, 2, name="fraud.payment.blocked")
    found, cursor = read_on(database, organization, events.START, prefix="lending.")
    assert found == [1]
    emit(database, organization, 3, name="lending.loan.settled")
    assert read_on(database, organization, cursor, prefix="lending.")[0] == [3]
    assert read_on(database, organization, cursor)[0] == [3], "what was left out lies behind the cursor"
    assert read_on(database, organization, events.START, prefix="lending_")[0] == []


def test_a_prefix_never_passes_over_what_is_not_finished(database: Database, organization: Organization) -> None:
    with database.transaction(organization.id) as slow:
        events.emit(slow, [event(organization.id, 1)])
        emit(database, organization, 2)
        _, cursor = read_on(database, organization, events.START, prefix="testing.", wait=False)
    assert read_on(database, organization, cursor, prefix="testing.")[0] == [1, 2]


def test_no_event_of_another_organisation_is_read(
    database: Database, organization: Organization, other_organization: Organization
) -> None:
    emit(database, other_organization, 1)
    assert read_on(database, organization, events.START)[0] == []


def test_many_positions_are_read_in_one_query(
    database: Database, organization: Organization, other_organization: Organization
) -> None:
    emit(database, organization, 1, 2)
    emit(database, other_organization, 3)
    wait_until_finished(database)
    with database.system() as tx:
        end = events.horizon(tx)
        positions = [(organization.id, events.START), (other_organization.id, events.START), (organization.id, end)]
        found = events.read_many(tx, positions, 10)
    assert {position: [each.body["number"] for each in news] for position, news in found.items()} == {
        positions[0]: [1, 2],
        positions[1]: [3],
    }


def test_reading_goes_on_in_a_new_epoch(
    database: Database, organization: Organization, postgres_server: EmbeddedPostgres
) -> None:
    emit(database, organization, 1)
    _, cursor = read_on(database, organization, events.START)
    with psycopg.connect(postgres_server.superuser_url(urlsplit(database.urls.app).path[1:])) as connection:
        # A restored cluster counts transactions from the start again: what was written before has a number from its future.
        connection.execute("update events set xid = '900000000'")
        assert events.start_epoch(connection) == 2
    assert read_on(database, organization, events.START)[0] == [1]
    partitions.keep_partitions(database, datetime(2031, 1, 1, tzinfo=UTC))
    emit(database, organization, 2)
    emit(database, organization, 3)
    found, cursor = read_on(database, organization, cursor)
    assert found[-2:] == [2, 3]
    assert cursor.epoch == 2


def test_the_owner_may_start_an_epoch(database: Database) -> None:
    with psycopg.connect(database.urls.owner) as connection:
        assert events.start_epoch(connection) == 2
        assert events.start_epoch(connection) == 3


def test_partitions_are_made_ahead(database: Database) -> None:
    partitions.keep_partitions(database, datetime(2030, 5, 5, tzinfo=UTC))
    with database.system() as tx:
        for month in ("203005", "203006", "203007"):
            assert tx.scalar("select to_regclass(%s)", [f"events_{month}"]) is not None


@given(st.builds(events.Cursor, st.integers(0, 999_999_999), st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1)))
def test_a_cursor_survives_its_travel(cursor: events.Cursor) -> None:
    assert events.parse_cursor(events.format_cursor(cursor)) == cursor


@pytest.mark.parametrize(
    "text", ["", "1", "1-2", "a-b-c", "1-2-3-4", "-1-2-3", "1-2-99999999999999999999", "1-2-3\n", "1-9223372036854775808-1", "١-2-3"]
)  # fmt: skip
def test_a_text_that_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(events.CursorInvalid):
        events.parse_cursor(text)


def test_a_page_of_no_or_too_many_events_is_refused(database: Database, organization: Organization) -> None:
    for limit in (0, events.PAGE_MAX + 1):
        with database.transaction(organization.id) as tx, pytest.raises(Bug):
            events.read(tx, events.START, limit)


def test_the_leaf_of_an_event_binds_its_row_as_it_is_read_back(database: Database, organization: Organization) -> None:
    moment = datetime(2026, 3, 1, 14, 0, 0, 1, tzinfo=timezone(timedelta(hours=2)))
    emitted = events.Event(organization.id, "testing.a.b", "thing:1", {"ü": 1.5}, moment, moment, "tester", version=3)
    with database.transaction(organization.id) as tx:
        events.emit(tx, [emitted])
        row = tx.find("select * from events where organization_id = %s", [organization.id])
        leaf = tx.find("select body from audit where organization_id = %s", [organization.id])
    assert row is not None
    assert leaf is not None
    assert f'"event_digest":"{audit.EVENT.digest(row).hex()}"' in leaf["body"]


def test_an_event_without_a_time_zone_is_a_bug(organization: Organization) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(Bug):
        events.rows(events.Event(organization.id, "a.b.c", "x:1", {}, naive, naive, "tester"))
