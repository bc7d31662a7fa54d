"""Withdrawing, paying out, outcomes, models and products: on a real database, refusals as well."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.support.lending import BAD, GOOD, MIDDLING, PRODUCT, Lender, open_lender

from intendant.domains.lending import queries, repository, usecases
from intendant.domains.lending.actions.payout import PAYOUT
from intendant.domains.lending.model import MoveNotAllowed
from intendant.domains.lending.usecases import GivenOutcome, ModelNotPromotable, OutcomeInvalid
from intendant.domains.lending.worklist import ApplicationFilter
from intendant.kernel.access import PermissionMissing, Principal, Role, key_principal, system_principal
from intendant.kernel.organizations import Organization
from intendant.kernel.registry import EffectCall, SettledEffect
from intendant.kit import clock, ids
from intendant.kit.database import Database, Transaction
from intendant.kit.errors import Invalid


@pytest.fixture
def by(organization: Organization) -> Principal:
    """Return our own processes as caller."""
    return system_principal(organization.id, "test")


def within(lender: Lender, work: Callable[[Transaction], Any]) -> Any:
    """Do some work in one transaction of the lender."""
    with lender.database.transaction(lender.organization.id) as tx:
        return work(tx)


def settled(lender: Lender, record: dict[str, Any], state: str) -> None:
    """Tell lending what became of the payout of a decision."""
    call = EffectCall(lender.organization.id, UUID(record["effects"][0]), "payouts.pay", {})
    effect = SettledEffect(
        call,
        UUID(record["id"]),
        UUID(record["subject_id"]),
        state,
        {},
        "taken back",
        "system:worker",
        clock.system_now(),
    )
    assert PAYOUT.settled is not None
    with lender.database.transaction(lender.organization.id) as tx:
        PAYOUT.settled(tx, effect)


def test_a_waiting_application_is_withdrawn_with_its_question(lender: Lender, by: Principal) -> None:
    record = lender.decide(MIDDLING)
    subject = UUID(record["subject_id"])
    within(lender, lambda tx: usecases.withdraw(tx, by, subject, reason="found another"))
    assert lender.state(subject) == ("withdrawn", 2)
    assert lender.scalar("select state from approvals") == "withdrawn"
    within(lender, lambda tx: usecases.withdraw(tx, by, subject, reason="once more"))
    assert lender.state(subject) == ("withdrawn", 2), "twice is once"


def test_a_rejected_or_paid_application_is_not_withdrawn(lender: Lender, by: Principal) -> None:
    for inputs, error in ((BAD, MoveNotAllowed), (GOOD, repository.PayoutOnTheWay)):
        subject = UUID(lender.decide(inputs)["subject_id"])
        with pytest.raises(error):
            within(lender, lambda tx, s=subject: usecases.withdraw(tx, by, s, reason="x"))


def test_a_payout_that_went_out_disburses_once(lender: Lender) -> None:
    record = lender.decide(GOOD)
    settled(lender, record, "done")
    settled(lender, record, "done")
    assert lender.state(record["subject_id"]) == ("disbursed", 2)
    assert lender.scalar("select count(*) from events where name = 'lending.application.disbursed'") == 1


def test_a_payout_taken_back_brings_the_application_back_to_people(lender: Lender) -> None:
    record = lender.decide(GOOD)
    settled(lender, record, "cancelled")
    assert lender.state(record["subject_id"]) == ("under_review", 2)


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_a_payout_that_failed_or_is_unknown_changes_nothing(lender: Lender, state: str) -> None:
    record = lender.decide(GOOD)
    settled(lender, record, state)
    assert lender.state(record["subject_id"]) == ("approved", 1)


def test_an_outcome_joins_its_decision_and_is_corrected_by_a_later_one(lender: Lender, by: Principal) -> None:
    record = lender.decide(GOOD)
    subject = UUID(record["subject_id"])
    for repaid in (1.0, 1.0, 0.0):
        given = [GivenOutcome(subject, repaid)]
        within(lender, lambda tx, g=given: usecases.record_outcomes(tx, by, g, source="test"))
    rows = within(lender, lambda tx: tx.all("select value, decision_id::text, corrects from outcomes order by id"))
    assert [row["value"] for row in rows] == [1.0, 0.0]
    assert {row["decision_id"] for row in rows} == {record["id"]}
    matured = within(
        lender, lambda tx: queries.list_matured(tx, product="personal", measure="repaid", after=None, limit=10)
    )
    assert [row["value"] for row in matured] == [0.0]


def test_a_censored_outcome_is_never_learnt_from(lender: Lender, by: Principal) -> None:
    subject = UUID(lender.decide(BAD)["subject_id"])
    given = [GivenOutcome(subject, None, censored=True)]
    within(lender, lambda tx: usecases.record_outcomes(tx, by, given, source="test"))
    assert not within(
        lender, lambda tx: queries.list_matured(tx, product="personal", measure="repaid", after=None, limit=10)
    )


@pytest.mark.parametrize(
    "change",
    [{"repaid": None}, {"repaid": 1.0, "censored": True}, {"repaid": 2.0}, {"repaid": 1.0, "observed_at": "future"},
     {"repaid": 1.0, "observed_at": "before"}],
)  # fmt: skip
def test_an_outcome_that_cannot_be_is_refused(lender: Lender, by: Principal, change: dict[str, Any]) -> None:
    subject = UUID(lender.decide(GOOD)["subject_id"])
    now = lender.organization.clock.now()
    times = {"future": now + timedelta(days=1), "before": now - timedelta(days=1)}
    if "observed_at" in change:
        change = change | {"observed_at": times[change["observed_at"]]}
    with pytest.raises(OutcomeInvalid):
        within(lender, lambda tx: usecases.record_outcomes(tx, by, [GivenOutcome(subject, **change)], source="t"))


def test_an_outcome_of_somebody_elses_application_is_refused(
    lender: Lender, database: Database, other_organization: Organization
) -> None:
    other = open_lender(database, other_organization)
    subject = UUID(lender.decide(GOOD)["subject_id"])
    stranger = system_principal(other_organization.id)
    with pytest.raises(repository.ApplicationUnknown):
        within(other, lambda tx: usecases.record_outcomes(tx, stranger, [GivenOutcome(subject, 1.0)], source="t"))
    with pytest.raises(repository.ApplicationUnknown):
        within(other, lambda tx: usecases.withdraw(tx, stranger, subject, reason="x"))
    assert within(other, lambda tx: usecases.list_applications(tx, stranger, ApplicationFilter())) == []


def test_a_champion_is_rolled_back_by_promoting_the_earlier_one(lender: Lender, by: Principal) -> None:
    first = lender.scalar("select id from models")
    lender.install_model()
    row = within(lender, lambda tx: usecases.promote_model(tx, by, first, reason="the new one drifts"))
    assert (row["version"], row["role"]) == (1, "champion")
    assert lender.decide(GOOD)["model_version"].startswith("1:")
    assert lender.scalar("select count(*) from models where role = 'champion'") == 1


@pytest.mark.parametrize("columns", [{"validated": False}, {"algorithm": "xgboost"}, {"stale_at": None}])
def test_a_model_that_did_not_earn_it_is_not_promoted(lender: Lender, by: Principal, columns: dict[str, Any]) -> None:
    if "stale_at" in columns:
        columns = {"stale_at": lender.organization.clock.now() - timedelta(days=1)}
    unfit = lender.install_model(**columns)
    with pytest.raises(ModelNotPromotable):
        within(lender, lambda tx: usecases.promote_model(tx, by, unfit, reason="why not"))
    with pytest.raises(repository.ModelUnknown):
        within(lender, lambda tx: usecases.promote_model(tx, by, ids.new_id(), reason="why not"))


def test_a_product_gets_a_new_version_and_old_applications_keep_theirs(lender: Lender, by: Principal) -> None:
    record = lender.decide(MIDDLING)
    changed = within(
        lender, lambda tx: usecases.create_product(tx, by, lender.kind.catalogue, PRODUCT | {"name": "Renamed"})
    )
    assert changed["version"] == 2
    found = within(lender, lambda tx: lender.kind.reconsider(tx, [UUID(record["subject_id"])]))
    application, version = found[UUID(record["subject_id"])]
    assert (application.product.version, version) == (1, 1)
    listed = within(lender, lambda tx: usecases.list_products(tx, by, after=None, limit=10))
    assert [each["version"] for each in listed] == [2]


def test_who_lacks_the_permission_is_refused(lender: Lender, organization: Organization) -> None:
    reader = key_principal(ids.new_id(), "reader", organization.id, Role.READ_ONLY)
    subject = UUID(lender.decide(MIDDLING)["subject_id"])
    works: list[Callable[[Transaction], object]] = [
        lambda tx: usecases.create_product(tx, reader, lender.kind.catalogue, PRODUCT),
        lambda tx: usecases.withdraw(tx, reader, subject, reason="x"),
        lambda tx: usecases.record_outcomes(tx, reader, [GivenOutcome(subject, 1.0)], source="t"),
        lambda tx: usecases.promote_model(tx, reader, ids.new_id(), reason="x"),
    ]
    for work in works:
        with pytest.raises(PermissionMissing):
            within(lender, work)


def test_a_withdrawal_without_a_reason_is_refused(lender: Lender, by: Principal) -> None:
    subject = UUID(lender.decide(MIDDLING)["subject_id"])
    with pytest.raises(Invalid, match="reason"):
        within(lender, lambda tx: usecases.withdraw(tx, by, subject, reason=" "))
