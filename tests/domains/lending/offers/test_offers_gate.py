"""Offers through the gate: priced by band, asked about, amended, refused, and never twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from tests.support.lending import GOOD, MIDDLING
from tests.support.offers import CREDIT_TERMS, OfferingLender

from intendant.bootstrap import build, install_missing
from intendant.domains.lending import usecases
from intendant.domains.lending.manifest import LENDING
from intendant.domains.lending.offers.model import OfferInvalid
from intendant.kernel import access, decisions, policies
from intendant.kernel.gate import Comparison, Effect, Missing, Operator, Rule
from intendant.kit import clock
from intendant.kit.settings import Settings


def test_an_approval_of_an_offered_product_pays_nothing_and_leaves_an_offer_to_be_decided(
    offering: OfferingLender,
) -> None:
    application_id = offering.approve()
    assert offering.rows("select id from effects") == []
    offer = offering.offer_of(application_id)
    assert (offer["state"], offer["terms"], offer["verdict"]) == ("proposed", None, None)


def test_the_round_makes_the_offer_at_the_price_of_its_band_and_sets_the_conditions(offering: OfferingLender) -> None:
    application_id = offering.approve()
    assert offering.round() == 1
    offer = offering.offer_of(application_id)
    assert (offer["state"], offer["verdict"], offer["risk_band"], offer["rate"]) == ("made", "act", "A", Decimal("9.5"))
    assert offer["terms"]["rate"] == "9.5"
    assert Decimal(offer["terms"]["provisioning"]["pd"]) == Decimal(offer["price"]["probability_of_default"])
    assert offer["apr"] == pytest.approx(Decimal("9.5"), abs=Decimal("0.1"))
    assert (offer["expires_at"] - offer["made_at"]).days == 14
    conditions = offering.rows("select * from conditions where application_id = %s", application_id)
    assert [(each["key"], each["state"]) for each in conditions] == [("identity", "pending")]
    assert offering.rows("select 1 from events where name = 'lending.offer.made'")
    # Nothing is left to decide, however often the round comes.
    assert offering.round() == 0


def test_who_falls_in_no_band_is_asked_about_and_a_person_names_the_rate(offering: OfferingLender) -> None:
    offering.publish(
        rate={"kind": "bands", "bands": [{"name": "A", "rate": "9", "up_to_probability_of_default": "0.01"}]}
    )
    application_id = offering.approve()
    offering.round()
    offer = offering.offer_of(application_id)
    assert (offer["state"], offer["verdict"], offer["terms"]) == ("proposed", "ask", None)
    assert offering.round() == 0
    with pytest.raises(OfferInvalid) as refused:
        offering.answer(offer["id"], "approve")
    assert refused.value.field == "amended.rate"
    record = offering.answer(offer["id"], "amend", rate="14.5")
    assert record["verdict"] == "act"
    offer = offering.offer_of(application_id)
    assert (offer["state"], offer["rate"], offer["risk_band"]) == ("made", Decimal("14.5"), None)


def test_an_annual_rate_above_the_bound_is_a_persons_to_offer(offering: OfferingLender) -> None:
    fee = {"name": "Origination", "when": "disbursement", "portion": {"value": "40", "base": "principal"}}
    offering.publish(fees=[fee])
    application_id = offering.approve()
    offering.round()
    offer = offering.offer_of(application_id)
    assert (offer["state"], offer["verdict"]) == ("proposed", "ask")
    assert offer["apr"] > 36
    assert offering.question(offer["id"])["tier"] == "manager"
    assert offering.answer(offer["id"], "approve")["verdict"] == "act"
    assert offering.offer_of(application_id)["state"] == "made"


def test_an_amended_offer_is_priced_anew(offering: OfferingLender) -> None:
    offering.lender.set_level("assisted")
    offering.lender.set_level("full")
    application_id = offering.approve()
    offering.lender.set_level("assisted")
    offering.round()
    offer = offering.offer_of(application_id)
    assert offer["verdict"] == "ask"
    offering.answer(offer["id"], "amend", amount="4000", term_months=12, rate="11")
    offer = offering.offer_of(application_id)
    assert (offer["state"], offer["amount"], offer["term_months"], offer["rate"]) == ("made", 4000, 12, 11)
    assert offer["terms"]["periods"] == 12
    assert offer["requested"] == {"amount": "4000.00", "term_months": 12, "rate": "11"}


@pytest.mark.parametrize(
    ("amended", "field"),
    [
        ({"rate": "ten"}, "amended.rate"),
        ({"rate": "-1"}, "amended.rate"),
        ({"amount": "0"}, "amended.amount"),
        ({"amount": "9000000"}, "amended.amount"),
        ({"term_months": 2}, "amended.term_months"),
        ({"colour": "red"}, "amended.colour"),
    ],
)
def test_an_amendment_that_cannot_be_offered_is_refused_by_name(
    offering: OfferingLender, amended: dict[str, object], field: str
) -> None:
    application_id = offering.approve()
    offering.lender.set_level("assisted")
    offering.round()
    with pytest.raises(OfferInvalid) as refused:
        offering.answer(offering.offer_of(application_id)["id"], "amend", **amended)
    assert refused.value.field == field


def test_declining_to_offer_puts_the_application_before_people_again(offering: OfferingLender) -> None:
    application_id = offering.approve()
    offering.lender.set_level("assisted")
    offering.round()
    record = offering.answer(offering.offer_of(application_id)["id"], "decline")
    assert record["action"] == "decline_to_offer"
    assert offering.offer_of(application_id)["state"] == "withdrawn"
    assert offering.lender.state(application_id)[0] == "under_review"
    assert offering.round() == 0


def test_while_observing_nothing_is_offered_and_nothing_is_decided_twice(offering: OfferingLender) -> None:
    application_id = offering.approve()
    offering.lender.set_level("observe")
    assert offering.round() == 1
    assert offering.offer_of(application_id)["verdict"] == "observe"
    assert offering.round() == 0
    offering.lender.set_level("full")
    assert offering.round() == 1
    assert offering.offer_of(application_id)["state"] == "made"


def test_what_was_stopped_is_offered_once_the_business_runs_again(offering: OfferingLender) -> None:
    application_id = offering.approve()
    offering.lender.set_level("stopped")
    assert offering.round() == 0
    assert offering.offer_of(application_id)["verdict"] is None
    offering.lender.set_level("full")
    assert offering.round() == 1


def test_an_application_approved_by_a_person_is_offered_in_its_own_band(offering: OfferingLender) -> None:
    record = offering.lender.decide(MIDDLING)
    assert record["verdict"] == "ask"

    application_id = UUID(record["subject_id"])
    offering.answer(application_id, "approve")
    offering.round()
    # 0.332 is beyond the last band.
    assert offering.offer_of(application_id)["verdict"] == "ask"


def test_a_product_without_offers_pays_at_approval_as_before(offering: OfferingLender) -> None:
    offering.publish(offer={"required": False}, conditions=None)
    offering.approve()
    assert [row["action"] for row in offering.rows("select action from effects")] == ["payouts.pay"]
    assert offering.rows("select 1 from offers") == []


def test_an_index_loan_is_offered_over_its_index_and_asked_about_while_none_is_recorded(
    offering: OfferingLender,
) -> None:
    offering.publish(rate={"kind": "index", "index": "SOFR", "margin": "4", "cap": "12"})
    first = offering.approve(reference="first")
    offering.round()
    assert offering.offer_of(first)["verdict"] == "ask"
    with offering.lender.database.transaction(offering.id) as tx:
        tx.execute(
            "insert into index_rates (organization_id, name, effective_on, rate, recorded_by, recorded_at)"
            " values (%s, 'SOFR', '2020-01-01', 5.25, 'test', now())",
            [offering.id],
        )
    second = offering.approve(reference="second")
    offering.round()
    offer = offering.offer_of(second)
    assert (offer["state"], offer["rate"]) == ("made", Decimal("9.25"))
    assert (offer["price"]["index"], offer["price"]["margin"]) == ("SOFR", "4")


def test_the_version_that_was_applied_for_rules_the_offer(offering: OfferingLender) -> None:
    application_id = offering.approve()
    offering.publish(rate={"kind": "fixed", "rate": "30"})
    offering.round()
    assert offering.offer_of(application_id)["rate"] == Decimal("9.5")
    assert CREDIT_TERMS["rate"]["bands"][0]["rate"] == "9.5"
    assert GOOD["amount"] == 5000


def test_two_rounds_at_once_make_one_offer(offering: OfferingLender) -> None:
    for number in range(6):
        offering.approve(reference=f"R-{number}")
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: offering.round(), range(4))) == 6
    assert len(offering.rows("select 1 from offers where state = 'made'")) == 6
    assert len(offering.rows("select 1 from decisions where kind = 'lending.offer'")) == 6


def test_an_organisation_that_is_older_than_a_kind_gets_its_policy_and_component(offering: OfferingLender) -> None:
    database = offering.lender.database
    with database.system() as tx:
        tx.execute("delete from policies where organization_id = %s and kind = 'lending.offer'", [offering.id])
        tx.execute("delete from components where organization_id = %s and name = 'lending.offers'", [offering.id])
    system = build(Settings(home=Path("unused")), database)
    assert install_missing(system) == 1
    assert install_missing(system) == 0
    assert offering.rows("select level from components where name = 'lending.offers'") == [{"level": "assisted"}]
    offering.lender.set_level("full")
    application_id = offering.approve()
    offering.round()
    assert offering.offer_of(application_id)["state"] == "made"


def test_all_invariants_hold_after_offers(offering: OfferingLender) -> None:
    offering.approve()
    offering.round()
    with offering.lender.database.system() as tx:
        for name, query in LENDING.invariants.items():
            assert tx.all(query) == [], name


def test_an_offer_that_nobody_answers_for_is_not_made_and_its_application_is_looked_at_again(
    offering: OfferingLender,
) -> None:
    application_id = offering.approve()
    offering.lender.set_level("assisted")
    offering.round()
    offering.pass_time(timedelta(hours=49))
    assert decisions.expire_due(offering.lender.decider, offering.id) == 1
    offer = offering.offer_of(application_id)
    assert (offer["state"], offer["answered_by"]) == ("expired", "system:deadline")
    assert offering.lender.state(application_id)[0] == "under_review"
    # Approved once more, it is offered once more.
    offering.lender.set_level("full")
    with offering.lender.database.transaction(offering.id) as tx:
        by = access.system_principal(offering.id, "test")
        proposal, _ = usecases.propose_again(tx, by, offering.lender.kind.catalogue, application_id)
    assert offering.lender.decider.decide(proposal).as_dict()["verdict"] == "act"
    assert offering.round() == 1
    assert offering.offer_of(application_id)["state"] == "made"


def test_a_policy_that_refuses_an_offer_puts_its_application_before_people(offering: OfferingLender) -> None:
    policy = offering.lender.decider.registry.kind("lending.offer").default_policy()
    forbidden = Rule(
        name="no_loans_to_band_a",
        effect=Effect.FORBID,
        when=Comparison("risk_band", Operator.EQ, "A"),
        actions=("offer",),
        missing=Missing.IGNORE,
        reason="Band A is closed.",
    )
    with offering.lender.database.transaction(offering.id) as tx:
        policies.publish(
            tx,
            offering.lender.organization,
            replace(policy, rules=(*policy.rules, forbidden)),
            author="test",
            reason="Closed.",
            system_now=clock.system_now(),
        )
    application_id = offering.approve()
    offering.round()
    offer = offering.offer_of(application_id)
    assert (offer["state"], offer["verdict"], offer["reason"]) == ("withdrawn", "refuse", "Band A is closed.")
    assert offering.lender.state(application_id)[0] == "under_review"
    assert offering.round() == 0
