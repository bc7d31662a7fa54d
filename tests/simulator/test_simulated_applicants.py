"""Simulated applicants: the same for the same seed, and found again by their reference alone."""

from datetime import UTC, datetime
from itertools import islice

from intendant.simulator.lender import applicants, find_applicant, prefix_of_run

PREFIX = prefix_of_run(datetime(2026, 3, 1, 12, 30, 59, tzinfo=UTC))


def test_an_applicant_is_found_again_by_reference():
    people = list(islice(applicants(20, prefix=PREFIX), 50))
    assert people[0].reference == "D260301123059-000001"
    assert [find_applicant(20, person.reference) for person in people] == people
    assert find_applicant(21, people[0].reference) != people[0]


def test_a_reference_of_somebody_else_is_nobodys():
    for reference in ("L-1", "history-000001", "D260301123059-1", "D260301123059-000001 ", ""):
        assert find_applicant(20, reference) is None


def test_most_applicants_repay_and_some_do_not():
    people = list(islice(applicants(20, prefix="history"), 1_000))
    assert 0.6 < sum(person.repays for person in people) / len(people) < 0.95
    assert len({str(person.inputs) for person in people}) == len(people)
