"""From a yes to the money: acceptance, conditions, tranches, payouts that fail, are taken back or undone. Nothing pays twice."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from tests.support.offers import OfferingLender

from intendant.domains.lending import usecases
from intendant.domains.lending.loans import repository as loans
from intendant.domains.lending.manifest import LENDING
from intendant.domains.lending.offers import accepting, closing, conditions, tranches
from intendant.domains.lending.offers.accepting import Accepted, PlannedTranche
from intendant.domains.lending.offers.model import (
    ConditionClosed,
    ConditionInvalid,
    ConditionState,
    OfferClosed,
    OfferExpired,
    TrancheClosed,
    TranchesInvalid,
)
from intendant.domains.lending.repository import PayoutOnTheWay
from intendant.kernel import access, actions
from intendant.kernel.access import Principal
from intendant.kit import clock


def made(offering: OfferingLender, reference: str | None = None) -> UUID:
    """Have an offer made, and return the application."""
    application_id = offering.approve(reference=reference)
    offering.round()
    assert offering.offer_of(application_id)["state"] == "made"
    return application_id


def accept(offering: OfferingLender, application_id: UUID, *planned: PlannedTranche) -> Accepted:
    """Accept the offer of an application."""
    with offering.lender.database.transaction(offering.id) as tx:
        offer_id = offering.offer_of(application_id)["id"]
        return accepting.accept(tx, offering.lender.kind.catalogue, offer_id, by="user:clerk", tranches=planned)


def by(offering: OfferingLender) -> Principal:
    """Return somebody who may do everything."""
    return access.system_principal(offering.id, "test")


def meet(offering: OfferingLender, application_id: UUID, state: ConditionState = ConditionState.APPROVED) -> None:
    """Meet every condition of an application."""
    with offering.lender.database.transaction(offering.id) as tx:
        for row in conditions.list_conditions(tx, by(offering), application_id):
            conditions.change_condition(tx, by(offering), row["id"], state=state, note="Seen.")


def set_condition(offering: OfferingLender, application_id: UUID, key: str = "site-visit") -> None:
    """Set one more condition."""
    with offering.lender.database.transaction(offering.id) as tx:
        conditions.add_condition(tx, by(offering), application_id, key=key, label="The site was seen", note=None)


def meet_open(offering: OfferingLender, application_id: UUID) -> None:
    """Meet the conditions that are still open."""
    with offering.lender.database.transaction(offering.id) as tx:
        for row in conditions.list_conditions(tx, by(offering), application_id):
            if row["state"] == "pending":
                conditions.change_condition(
                    tx, by(offering), row["id"], state=ConditionState.APPROVED, note="Seen.", version=row["version"]
                )


def tranche_states(offering: OfferingLender) -> list[str]:
    """Return the states of all tranches by number."""
    return [row["state"] for row in offering.rows("select state from tranches order by number")]


def effects(offering: OfferingLender) -> list[tuple[str, str]]:
    """Return actions and states of all effects."""
    return [(row["action"], row["state"]) for row in offering.rows("select action, state from effects order by id")]


def test_accepting_opens_the_loan_on_the_offered_terms_and_plans_one_tranche(offering: OfferingLender) -> None:
    application_id = made(offering)
    found = accept(offering, application_id)
    offer = offering.offer_of(application_id)
    assert (offer["state"], offer["answered_by"]) == ("accepted", "user:clerk")
    assert found.loan.state == "approved"
    assert (found.loan.terms.rate, found.loan.terms.amount, found.loan.terms.periods) == (Decimal("9.5"), 5000, 24)
    assert found.loan.application_id == application_id
    assert [(each["number"], each["amount"], each["state"]) for each in found.tranches] == [(1, 5000, "planned")]


def test_nothing_is_paid_while_a_condition_is_open_and_all_once_it_is_met(offering: OfferingLender) -> None:
    application_id = made(offering)
    found = accept(offering, application_id)
    assert offering.round() == 0
    meet(offering, application_id)
    assert offering.round() == 1
    assert tranche_states(offering) == ["paying"]
    assert effects(offering) == [("payouts.disburse", "held")]
    assert offering.settle_payouts() == 0
    offering.pass_time(timedelta(minutes=16))
    assert offering.settle_payouts() == 1
    assert tranche_states(offering) == ["paid"]
    assert offering.lender.state(application_id)[0] == "disbursed"
    with offering.lender.database.transaction(offering.id) as tx:
        loan = loans.get_loan(tx, found.loan.id)
    assert (loan.state, loan.outstanding) == ("active", 5000)
    assert offering.round() == 0
    assert offering.settle_payouts() == 0
    assert len(offering.rows("select 1 from loan_transactions where type = 'disbursement'")) == 1
    with offering.lender.database.system() as tx:
        for name, query in LENDING.invariants.items():
            assert tx.all(query) == [], name


def test_an_offer_is_accepted_once(offering: OfferingLender) -> None:
    application_id = made(offering)
    accept(offering, application_id)
    with pytest.raises(OfferClosed):
        accept(offering, application_id)
    assert len(offering.rows("select 1 from loans")) == 1


def test_an_offer_that_stood_too_long_is_not_accepted_even_before_the_round_says_so(offering: OfferingLender) -> None:
    application_id = made(offering)
    offering.pass_time(timedelta(days=14, seconds=1))
    with pytest.raises(OfferExpired):
        accept(offering, application_id)
    assert offering.offer_of(application_id)["state"] == "made"
    closing.expire_offers(offering.lender.database)
    closing.expire_offers(offering.lender.database)
    offer = offering.offer_of(application_id)
    assert (offer["state"], offer["answered_by"]) == ("expired", "system:expiry")
    assert len(offering.rows("select 1 from events where name = 'lending.offer.expired'")) == 1
    with pytest.raises(OfferExpired):
        accept(offering, application_id)
    assert offering.lender.state(application_id)[0] == "approved"


def test_tranches_are_paid_each_on_its_day(offering: OfferingLender) -> None:
    application_id = made(offering)
    today = datetime.now(UTC).date()
    later = today + timedelta(days=10)
    found = accept(offering, application_id, PlannedTranche(Decimal(3000), today), PlannedTranche(Decimal(2000), later))
    meet(offering, application_id)
    offering.round()
    offering.pass_time(timedelta(minutes=16))
    assert offering.settle_payouts() == 1
    assert tranche_states(offering) == ["paid", "planned"]
    assert offering.round() == 0
    # What is still to be paid out may be made to wait for something more.
    set_condition(offering, application_id)
    offering.pass_time(timedelta(days=10))
    assert offering.round() == 0
    meet_open(offering, application_id)
    assert offering.round() == 1
    offering.pass_time(timedelta(minutes=16))
    assert offering.settle_payouts() == 1
    assert tranche_states(offering) == ["paid", "paid"]
    with offering.lender.database.transaction(offering.id) as tx:
        assert loans.get_loan(tx, found.loan.id).principal == 5000
    with pytest.raises(ConditionClosed):
        set_condition(offering, application_id, "site-visit-2")


def test_the_last_tranche_that_is_cancelled_cancels_a_loan_of_which_nothing_was_paid(offering: OfferingLender) -> None:
    application_id = made(offering)
    today = datetime.now(UTC).date()
    found = accept(offering, application_id, PlannedTranche(Decimal(3000), today), PlannedTranche(Decimal(2000), today))
    states = []
    for row in found.tranches:
        with offering.lender.database.transaction(offering.id) as tx:
            tranches.cancel(tx, by(offering), row["id"], reason="They bought another house.")
            states.append(loans.get_loan(tx, found.loan.id).state)
    assert states == ["approved", "cancelled"]
    with offering.lender.database.transaction(offering.id) as tx, pytest.raises(TrancheClosed):
        tranches.retry(tx, by(offering), found.tranches[0]["id"], reason="After all.")


@pytest.mark.parametrize(
    ("amounts", "days", "field"),
    [
        (["3000", "1000"], [0, 1], "tranches"),
        (["1000", "1000", "1000", "2000"], [0, 1, 2, 3], "tranches"),
        (["-1000", "6000"], [0, 1], "tranches[0].amount"),
        (["2500.005", "2499.995"], [0, 1], "tranches[0].amount"),
        (["3000", "2000"], [5, 1], "tranches[1].planned_on"),
    ],
)
def test_tranches_that_do_not_make_up_the_loan_are_refused(
    offering: OfferingLender, amounts: list[str], days: list[int], field: str
) -> None:
    application_id = made(offering)
    today = datetime.now(UTC).date()
    planned = [
        PlannedTranche(Decimal(each), today + timedelta(days=day)) for each, day in zip(amounts, days, strict=True)
    ]
    with pytest.raises(TranchesInvalid) as refused:
        accept(offering, application_id, *planned)
    assert refused.value.field == field
    assert offering.rows("select 1 from loans") == []


def test_a_payout_that_fails_waits_for_a_person_who_plans_it_again(offering: OfferingLender) -> None:
    application_id = made(offering)
    accept(offering, application_id)
    meet(offering, application_id)
    offering.round()
    offering.pass_time(timedelta(minutes=16))
    offering.settle_payouts(lambda one: actions.failed(one, "The account is closed."))
    (row,) = offering.rows("select * from tranches")
    assert (row["state"], row["reason"]) == ("failed", "The account is closed.")
    assert offering.round() == 0
    with offering.lender.database.transaction(offering.id) as tx:
        tranches.retry(tx, by(offering), row["id"], reason="A new account was given.")
    assert offering.round() == 1
    offering.pass_time(timedelta(minutes=16))
    offering.settle_payouts()
    assert tranche_states(offering) == ["paid"]
    assert effects(offering) == [("payouts.disburse", "failed"), ("payouts.disburse", "done")]


def test_a_payout_on_its_way_is_neither_planned_again_nor_cancelled(offering: OfferingLender) -> None:
    application_id = made(offering)
    accept(offering, application_id)
    meet(offering, application_id)
    offering.round()
    (row,) = offering.rows("select * from tranches")
    with offering.lender.database.transaction(offering.id) as tx:
        with pytest.raises(TrancheClosed):
            tranches.retry(tx, by(offering), row["id"], reason="Again.")
        with pytest.raises(TrancheClosed):
            tranches.cancel(tx, by(offering), row["id"], reason="No.")


def test_a_payout_taken_back_while_held_cancels_its_tranche(offering: OfferingLender) -> None:
    application_id = made(offering)
    accept(offering, application_id)
    meet(offering, application_id)
    offering.round()
    (effect,) = offering.rows("select id from effects")
    registered = offering.lender.decider.registry.actions
    with offering.lender.database.transaction(offering.id) as tx:
        actions.take_back(
            tx, effect["id"], by="user:owner", reason="Wrong account.", now=clock.system_now(), actions=registered
        )
    (row,) = offering.rows("select * from tranches")
    assert (row["state"], row["reason"]) == ("cancelled", "Wrong account.")
    assert offering.lender.state(application_id)[0] == "approved"
    assert offering.round() == 0


def test_a_payout_that_is_undone_is_reversed_in_the_books(offering: OfferingLender) -> None:
    application_id = made(offering)
    found = accept(offering, application_id)
    meet(offering, application_id)
    offering.round()
    offering.pass_time(timedelta(minutes=16))
    offering.settle_payouts()
    (effect,) = offering.rows("select id from effects")
    registered = offering.lender.decider.registry.actions
    with offering.lender.database.transaction(offering.id) as tx:
        actions.take_back(
            tx, effect["id"], by="user:owner", reason="Fraud.", now=clock.system_now(), actions=registered
        )
    offering.settle_payouts()
    assert tranche_states(offering) == ["cancelled"]
    with offering.lender.database.transaction(offering.id) as tx:
        loan = loans.get_loan(tx, found.loan.id)
    assert (loan.state, loan.outstanding) == ("cancelled", 0)
    assert len(offering.rows("select 1 from loan_transactions where type = 'reversal'")) == 1


def test_a_large_payout_is_asked_about_and_may_be_held_back(offering: OfferingLender) -> None:
    application_id = made(offering)
    accept(offering, application_id)
    offering.lender.set_level("assisted")
    meet(offering, application_id)
    offering.round()
    (row,) = offering.rows("select * from tranches")
    assert (row["state"], row["verdict"]) == ("asked", "ask")
    assert offering.answer(row["id"], "decline")["action"] == "hold_back"
    (row,) = offering.rows("select * from tranches")
    assert (row["state"], row["verdict"]) == ("planned", "hold_back")
    assert offering.round() == 0
    assert effects(offering) == []


def test_fees_that_are_kept_back_stay_in_the_account(offering: OfferingLender) -> None:
    fee = {
        "name": "Origination",
        "when": "disbursement",
        "portion": {"value": "2", "base": "principal"},
        "deducted": True,
    }
    offering.publish(fees=[fee], conditions=None)
    application_id = made(offering)
    accept(offering, application_id)
    offering.round()
    assert [row["amount"] for row in offering.rows("select parameters::json ->> 'amount' as amount from effects")] == [
        "4900.00"
    ]
    offering.pass_time(timedelta(minutes=16))
    offering.settle_payouts()
    (cash,) = offering.rows(
        "select sum(case when c.purpose = 'cash' then p.amount else 0 end) - sum(case when d.purpose = 'cash' then p.amount"
        " else 0 end) as out from ledger_postings p join ledger_accounts c on c.organization_id = p.organization_id"
        " and c.code = p.credit join ledger_accounts d on d.organization_id = p.organization_id and d.code = p.debit"
    )
    assert cash["out"] == 4900


def test_withdrawing_the_application_closes_offer_loan_and_tranches(offering: OfferingLender) -> None:
    application_id = made(offering)
    found = accept(offering, application_id)
    with offering.lender.database.transaction(offering.id) as tx:
        usecases.withdraw(tx, by(offering), application_id, reason="Changed their mind.")
    assert offering.offer_of(application_id)["state"] == "withdrawn"
    assert tranche_states(offering) == ["cancelled"]
    with offering.lender.database.transaction(offering.id) as tx:
        assert loans.get_loan(tx, found.loan.id).state == "cancelled"
    meet(offering, application_id)
    assert offering.round() == 0


def test_an_application_whose_money_is_moving_is_not_withdrawn(offering: OfferingLender) -> None:
    application_id = made(offering)
    accept(offering, application_id)
    meet(offering, application_id)
    offering.round()
    with pytest.raises(PayoutOnTheWay), offering.lender.database.transaction(offering.id) as tx:
        usecases.withdraw(tx, by(offering), application_id, reason="Too late.")
    assert offering.lender.state(application_id)[0] == "approved"


def test_a_withdrawn_application_loses_its_offer_before_anybody_answers(offering: OfferingLender) -> None:
    application_id = offering.approve()
    offering.lender.set_level("assisted")
    offering.round()
    with offering.lender.database.transaction(offering.id) as tx:
        usecases.withdraw(tx, by(offering), application_id, reason="Found another lender.")
    assert offering.offer_of(application_id)["state"] == "withdrawn"
    assert offering.rows("select 1 from approvals where state = 'open'") == []


def test_the_booked_loan_keeps_the_version_of_its_product(offering: OfferingLender) -> None:
    application_id = made(offering)
    offering.publish(rate={"kind": "fixed", "rate": "30"}, day_count="30/360")
    found = accept(offering, application_id)
    offering.publish(rate={"kind": "fixed", "rate": "31"})
    with offering.lender.database.transaction(offering.id) as tx:
        loan = loans.get_loan(tx, found.loan.id)
    assert (loan.product_version, loan.terms.rate, loan.terms.day_count) == (2, Decimal("9.5"), "ACT/365")


def test_waiving_a_condition_takes_a_note_and_the_permission_to_relieve(offering: OfferingLender) -> None:
    application_id = made(offering)
    (row,) = offering.rows("select * from conditions")
    clerk = access.system_principal(offering.id, "clerk")
    with offering.lender.database.transaction(offering.id) as tx:
        with pytest.raises(ConditionInvalid):
            conditions.change_condition(tx, clerk, row["id"], state=ConditionState.WAIVED)
        conditions.change_condition(tx, clerk, row["id"], state=ConditionState.WAIVED, note="Known for years.")
        with pytest.raises(ConditionClosed):
            conditions.change_condition(tx, clerk, row["id"], state=ConditionState.RECEIVED)
        with pytest.raises(ConditionInvalid):
            conditions.add_condition(tx, clerk, application_id, key="identity", label="Again", note=None)
        conditions.add_condition(tx, clerk, application_id, key="guarantee", label="Guarantee", note=None)
    accept(offering, application_id)
    assert offering.round() == 0


def test_a_product_with_terms_and_without_offers_books_its_loan_when_it_is_paid_out(offering: OfferingLender) -> None:
    offering.publish(offer={"required": False}, conditions=None)
    application_id = offering.approve()
    offering.pass_time(timedelta(minutes=16))
    assert offering.settle_payouts() == 1
    assert offering.lender.state(application_id)[0] == "disbursed"
    (loan,) = offering.rows("select * from loans")
    assert (loan["state"], loan["outstanding"], loan["application_id"]) == ("active", 5000, application_id)
