"""What decisions are looked for: cursors, id bounds, prefixes and facets as values; windows and hidden cases in the database."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.lending import BAD, GOOD, MIDDLING

from intendant.kernel.decisions import _search
from intendant.kernel.decisions._filters import (
    FACETS,
    Cursor,
    CursorInvalid,
    DecisionFilter,
    FilterInvalid,
    Sort,
    count_chosen,
    facet_counts,
    id_bounds,
    id_prefix_range,
    like_patterns,
    parse_cursor,
)
from intendant.kernel.decisions._search import Found, export_decisions, search_decisions
from intendant.kernel.decisions._timeline import Entry, in_order
from intendant.kit.clock import BusinessClock
from intendant.kit.ids import first_id_at

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 10**8).map(lambda seconds: NOW + timedelta(seconds=seconds))
AMOUNTS = st.none() | st.decimals(0, 10**15, places=2)


@given(st.uuids(), AMOUNTS, st.sampled_from(Sort))
def test_a_cursor_is_read_as_it_was_written(identifier, amount, sort):
    if sort.value_column is None:
        cursor = Cursor(identifier)
    elif sort.value_column == "confidence":
        cursor = Cursor(identifier, None if amount is None else float(amount) / 10**16)
    else:
        cursor = Cursor(identifier, amount)
    assert parse_cursor(cursor.write(sort), sort) == cursor


@given(st.text(max_size=60), st.sampled_from(Sort))
def test_a_made_up_cursor_is_refused_or_is_a_place(text, sort):
    with suppress(CursorInvalid):
        assert isinstance(parse_cursor(text, sort), Cursor)


@given(st.uuids(), st.integers(8, 36))
def test_the_beginning_of_an_id_bounds_it(identifier, length):
    found = id_prefix_range(str(identifier)[:length].upper())
    assert found is not None
    assert found[0] <= identifier <= found[1]


@pytest.mark.parametrize("text", ["1234567", "zzzzzzzz", "12345678-", "", "D261121024823-000064", "12345678--1", "a b"])
def test_other_texts_are_no_beginning_of_an_id(text):
    found = id_prefix_range(text)
    assert found is None or text == "12345678-"


@given(MOMENTS, MOMENTS, MOMENTS, st.floats(0.1, 1_000), MOMENTS)
def test_what_was_decided_in_a_span_lies_within_its_bounds_of_ids(system_anchor, since, until, speed, decided):
    clock = BusinessClock(system_anchor, NOW, speed)
    low, high = id_bounds(clock, since, until)
    if decided < system_anchor:
        return
    identifier = first_id_at(decided)
    if since <= clock.at(decided) < until:
        assert low is None or low <= identifier
        assert high is None or identifier < high


def test_a_clock_that_stands_still_bounds_nothing():
    assert id_bounds(BusinessClock(NOW, NOW, 0.0), NOW, NOW + timedelta(days=1)) == (None, None)


def test_moments_beyond_all_ids_bound_nothing():
    clock = BusinessClock(NOW, NOW, 0.001)
    assert id_bounds(clock, datetime(9999, 12, 31, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)) == (None, None)


def test_words_are_taken_as_they_stand():
    assert like_patterns("50% A_b\\") == ["%50\\%%", "%a\\_b\\\\%"]
    assert len(like_patterns("x " * 100)) == 8


def test_a_filter_that_contradicts_itself_is_refused():
    with pytest.raises(FilterInvalid, match="min_amount"):
        DecisionFilter(min_amount=Decimal(2), max_amount=Decimal(1))


GROUPS = st.lists(
    st.fixed_dictionaries({**{facet: st.sampled_from(["a", "b", None]) for facet in FACETS}, "n": st.integers(1, 5)}),
    max_size=12,
)
CHOSEN = st.fixed_dictionaries({facet: st.sampled_from([[], ["a"], ["a", "b"]]) for facet in FACETS})


@given(GROUPS, CHOSEN)
def test_choosing_within_a_facet_changes_the_other_facets_alone(groups, chosen):
    counts = facet_counts(groups, chosen)
    for facet in FACETS:
        without = facet_counts(groups, {**chosen, facet: []})
        assert counts[facet] == without[facet]
        if chosen[facet]:
            told = sum(each.count for each in counts[facet] if each.value in chosen[facet])
            assert told == count_chosen(groups, chosen)


def test_entries_are_told_by_business_time_whichever_clock_they_bear():
    clock = BusinessClock(NOW, NOW, 60.0)
    later = Entry(NOW + timedelta(seconds=2), "system", "later", "", None)
    sooner = Entry(NOW + timedelta(seconds=60), "business", "sooner", "", None)
    assert [entry.what for entry in in_order([later, sooner], clock)] == ["sooner", "later"]


class TestWindows:
    """A look is bounded, says so, and goes on from where it ended."""

    @pytest.fixture(autouse=True)
    def narrow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let a look read three decisions."""
        monkeypatch.setattr(_search, "SEARCHED_MAX", 3)
        monkeypatch.setattr(_search, "TEXT_SEARCHED_MAX", 2)

    def find(self, lender, after=None, **filters) -> Found:
        with lender.database.transaction(lender.organization.id) as tx:
            return search_decisions(tx, DecisionFilter(**filters), after=after)

    @pytest.mark.parametrize("filters", [{"verdicts": ("ask",)}, {"text": "middling"}])
    def test_a_rare_decision_is_found_look_by_look(self, lender, filters):
        lender.decide(MIDDLING, "middling")
        for place in range(6):
            lender.decide(GOOD, f"good-{place}")
        seen, after = [], None
        for _ in range(8):
            found = self.find(lender, after, **filters)
            seen += found.rows
            assert found.capped == (found.next is not None)
            after = found.next
            if after is None:
                break
        assert [row["reference"] for row in seen] == ["middling"]
        exported = export_decisions(lender.database, lender.organization.id, DecisionFilter(**filters))
        assert [row["reference"] for rows in exported for row in rows] == ["middling"]

    def test_an_order_by_value_says_when_it_saw_only_the_newest(self, lender):
        for _ in range(4):
            lender.decide(BAD)
        with lender.database.transaction(lender.organization.id) as tx:
            found = search_decisions(tx, DecisionFilter(), sort=Sort.AMOUNT_DOWN)
            assert (len(found.rows), found.next, found.capped) == (3, None, True)
            counted = _search.count_facets(tx, DecisionFilter())
        assert (counted.total, counted.capped) == (3, True)


def test_ids_in_a_search_are_uuids(lender):
    record = lender.decide(GOOD, "r-1")
    with lender.database.transaction(lender.organization.id) as tx:
        (row,) = search_decisions(tx, DecisionFilter(text=record["id"][:18])).rows
    assert row["id"] == UUID(record["id"])
