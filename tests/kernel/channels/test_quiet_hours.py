"""Quiet hours: by the wall clock, over midnight, over weekends, and across the days on which clocks are changed."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intendant.kernel.channels import QuietHours, quiet_until

BERLIN, NEW_YORK, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")
NIGHT = QuietHours(time(22), time(7))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "zone", "now", "until"),
    [
        (NIGHT, BERLIN, "2026-01-10T20:59", None),
        (NIGHT, BERLIN, "2026-01-10T21:00", "2026-01-11T06:00"),
        (NIGHT, BERLIN, "2026-01-11T05:59", "2026-01-11T06:00"),
        (NIGHT, BERLIN, "2026-01-11T06:00", None),
        # The night in which the clock goes forward is an hour shorter, the one in which it goes back an hour longer.
        (NIGHT, BERLIN, "2026-03-28T21:00", "2026-03-29T05:00"),
        (NIGHT, BERLIN, "2026-10-24T20:00", "2026-10-25T06:00"),
        (NIGHT, NEW_YORK, "2026-03-08T05:00", "2026-03-08T11:00"),
        # A time that never comes is as much later; one that comes twice ends quiet the second time.
        (QuietHours(time(22), time(2, 30)), BERLIN, "2026-03-29T00:59", "2026-03-29T01:30"),
        (QuietHours(time(22), time(2, 30)), BERLIN, "2026-10-25T00:45", "2026-10-25T01:30"),
        (QuietHours(time(2, 30), time(7)), BERLIN, "2026-10-25T00:31", "2026-10-25T06:00"),
        (NIGHT, KOLKATA, "2026-01-10T16:30", "2026-01-11T01:30"),
        # A weekend of whole days is one quiet, which the night of Sunday prolongs where there is one.
        (QuietHours(time(0), time(0), (5, 6)), BERLIN, "2026-01-10T12:00", "2026-01-11T23:00"),
        (QuietHours(time(22), time(7), (4,)), BERLIN, "2026-01-10T03:00", "2026-01-10T06:00"),
        (QuietHours(time(22), time(7), (4,)), BERLIN, "2026-01-10T22:00", None),
    ],
)
def test_quiet_begins_and_ends_by_the_clock_on_the_wall(
    hours: QuietHours, zone: ZoneInfo, now: str, until: str | None
) -> None:
    assert quiet_until(hours, zone, at(now)) == (None if until is None else at(until))


@given(
    st.times(),
    st.times(),
    st.datetimes(at("2020-01-01").replace(tzinfo=None), at("2030-01-01").replace(tzinfo=None)),
    st.sampled_from([BERLIN, NEW_YORK]),
)
def test_quiet_ends_later_than_now_and_is_over_then(start: time, end: time, now: datetime, zone: ZoneInfo) -> None:
    hours = QuietHours(start.replace(tzinfo=None), end.replace(tzinfo=None), (0, 2, 4))
    moment = now.replace(tzinfo=UTC)
    until = quiet_until(hours, zone, moment)
    if until is not None:
        assert until > moment
        assert quiet_until(hours, zone, until) is None
