"""Cases like another: the distance by hand and by its properties, and the search on real applications."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.lending import BAD, GOOD, MIDDLING, Lender, open_lender

from intendant.domains.lending import repository, usecases
from intendant.domains.lending.model import FieldType, FormField
from intendant.domains.lending.precedents import list_similar
from intendant.domains.lending.similarity import IMMATURE_PENALTY, nearest
from intendant.domains.lending.usecases import GivenOutcome
from intendant.kernel.access import Permission, Principal, Role
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database

FIELDS = (
    FormField("amount", FieldType.NUMBER),
    FormField("purpose", FieldType.CATEGORY),
    FormField("owner", FieldType.BOOLEAN, label="owns a home"),
)


def case(amount: float | None, purpose: str | None = "car", *, owner: bool | None = True) -> dict[str, Any]:
    """Return a case's features."""
    return {"amount": amount, "purpose": purpose, "owner": owner}


def test_the_same_case_has_distance_zero_and_comes_first() -> None:
    found = nearest(FIELDS, case(5000), [case(9000), case(5000), case(5100, "home")], [True] * 3, limit=2)
    assert (found[0].place, found[0].distance) == (1, 0.0)
    assert found[0].alike == "Alike in amount, purpose and owns a home; no feature differs."


def test_the_sentence_names_what_is_alike_and_what_differs_most() -> None:
    (found,) = nearest(FIELDS, case(5000), [case(5000, "home")], [True], limit=5)
    assert found.distance == pytest.approx(1 / 3, abs=1e-4)
    assert found.alike == "Alike in amount and owns a home; differs most in purpose: home against car here."


def test_what_was_not_given_differs_wholly_from_what_was_and_not_from_itself() -> None:
    first, second = nearest(FIELDS, case(None), [case(5000), case(None)], [True, True], limit=2)
    assert (first.place, first.distance) == (1, 0.0)
    assert second.distance == pytest.approx(1 / 3, abs=1e-4)
    assert "5,000 against not given here" in second.alike


def test_a_case_whose_end_is_known_comes_before_one_hardly_nearer() -> None:
    assert IMMATURE_PENALTY > 0
    found = nearest(FIELDS, case(5000), [case(5000), case(5000)], [False, True], limit=1)
    assert found[0].place == 1


def test_nothing_to_compare_finds_nothing() -> None:
    assert nearest((), case(1), [case(2)], [True], limit=3) == []
    assert nearest(FIELDS, case(1), [], [], limit=3) == []


_CASES = st.builds(
    lambda amount, purpose, owner: case(amount, purpose, owner=owner),
    st.none() | st.floats(-1e15, 1e15),
    st.none() | st.sampled_from(["car", "home"]),
    st.none() | st.booleans(),
)


@given(_CASES, st.lists(_CASES, max_size=20), st.integers(1, 30))
def test_distances_lie_between_zero_and_one_and_every_place_comes_once(
    target: dict[str, Any], cases: list[dict[str, Any]], limit: int
) -> None:
    found = nearest(FIELDS, target, cases, [True] * len(cases), limit=limit)
    assert len(found) == min(limit, len(cases))
    assert len({each.place for each in found}) == len(found)
    assert all(0.0 <= each.distance <= 1.0 for each in found)
    assert [each.distance for each in found] == sorted(each.distance for each in found)


def _by(organization: Organization) -> Principal:
    return Principal("system", organization.id, "test", organization.id, Role.OWNER, frozenset(Permission), "owner")


def test_settled_cases_like_another_tell_how_they_ended(lender: Lender) -> None:
    sexed = GOOD | {"sex": "female"}
    repaid, defaulted, running = (lender.decide(each) for each in (sexed, GOOD | {"amount": 5100}, GOOD | {"term": 48}))
    rejected, asked = lender.decide(BAD), lender.decide(MIDDLING)
    with lender.database.transaction(lender.organization.id) as tx:
        given_outcomes = [
            GivenOutcome(UUID(repaid["subject_id"]), 1.0),
            GivenOutcome(UUID(defaulted["subject_id"]), 0.0),
        ]
        usecases.record_outcomes(tx, _by(lender.organization), given_outcomes, source="test")
        found = list(lender.kind.similar(tx, asked, limit=10))
        assert len(lender.kind.similar(tx, asked, limit=2)) == 2
    ended = {str(each.decision_id): (each.outcome, each.right) for each in found}
    assert ended == {
        str(repaid["id"]): ("repaid", True),
        str(defaulted["id"]): ("defaulted", False),
        str(running["id"]): ("running", None),
        str(rejected["id"]): ("unknown", None),
    }
    assert [each.distance for each in found if each.outcome in ("repaid", "defaulted")]
    assert all("sex" not in str(asdict(each)) for each in found)
    assert found[0].summary.endswith("USD over 24 months for car")


def test_cases_of_another_organisation_are_never_precedents(
    lender: Lender, database: Database, other_organization: Organization
) -> None:
    lender.decide(GOOD)
    other = open_lender(database, other_organization)
    record = other.decide(GOOD)
    with database.transaction(other_organization.id) as tx:
        assert list_similar(tx, other.kind.catalogue, record, limit=10) == []


def test_a_record_of_an_unknown_application_finds_no_precedents_but_an_error(lender: Lender) -> None:
    record = lender.decide(GOOD) | {"subject_id": "01890000-0000-7000-8000-000000000000"}
    with (
        lender.database.transaction(lender.organization.id) as tx,
        pytest.raises(repository.ApplicationUnknown),
    ):
        lender.kind.similar(tx, record, limit=3)
