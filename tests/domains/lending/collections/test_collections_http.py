"""Collections through their doors: the queue, contacts, promises, relief; and what time settles."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from tests.support.arrears import Collector, add_step, today
from tests.support.lending import Lender
from tests.support.lending_door import Door
from tests.support.serving import People

from intendant.domains.lending.collections.planning import plan_collections
from intendant.domains.lending.collections.settlement import fate_of, settle, settle_everywhere
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization
from intendant.kit import ids

QUEUE = "/collections/queue"


@pytest.fixture
def operator(client: TestClient, people: People, organization: Organization) -> Door:
    return Door(client, people.key(organization, Role.OPERATOR))


@pytest.fixture
def reader(client: TestClient, people: People, organization: Organization) -> Door:
    return Door(client, people.key(organization, Role.READ_ONLY))


def _later(organization: Organization, days: int) -> str:
    return (today(organization) + timedelta(days=days)).isoformat()


def _pay(collector: Collector, loan_id: UUID, amount: int, *, sequence: int, on: date, **columns: Any) -> UUID:
    transaction_id = ids.new_id()
    row = {
        "organization_id": collector.organization.id,
        "id": transaction_id,
        "loan_id": loan_id,
        "sequence": sequence,
        "type": "repayment",
        "value_on": on,
        "amount": amount,
        "currency": "USD",
        "parameters": "{}",
        "recorded_by": "test",
        "recorded_at": collector.organization.clock.now(),
    } | columns
    names = ", ".join(row)
    with collector.database.transaction(collector.organization.id) as tx:
        tx.execute(f"insert into loan_transactions ({names}) values ({', '.join(f'%({n})s' for n in row)})", row)
    return transaction_id


def _settle(collector: Collector) -> Any:
    with collector.database.transaction(collector.organization.id) as tx:
        return settle(tx)


def test_the_queue_lists_arrears_by_what_is_at_stake(reader: Door, collector: Collector) -> None:
    small = collector.add_loan(days=5, provision=Decimal(10))
    great = collector.add_loan(days=95, provision=Decimal(900))
    collector.add_loan(days=0)
    answer = reader.get(QUEUE)
    assert [row["loan_id"] for row in answer["items"]] == [str(great), str(small)]
    first = answer["items"][0]
    assert (first["bucket"], first["next"], first["priority"]) == (90, "none", "85500.00")
    assert answer["next"] is None


def test_the_queue_pages_by_key_and_filters(reader: Door, lender: Lender, collector: Collector) -> None:
    for days in (5, 20, 40, 70):
        collector.add_loan(days=days, provision=Decimal(days))
    seen, after = [], ""
    while True:
        page = reader.get(f"{QUEUE}?limit=2&sort=-days_past_due{after}")
        seen += [row["days_past_due"] for row in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == [70, 40, 20, 5]
    plan_collections(lender.decider, lender.organization.id)
    assert [row["days_past_due"] for row in reader.get(f"{QUEUE}?bucket=1&sort=-arrears")["items"]] == [20, 5]
    asked = reader.get(f"{QUEUE}?next=asked&action=call")["items"]
    assert [row["question"]["action"] for row in asked] == ["call"]
    facets = reader.get(f"{QUEUE}/facets?bucket=30")
    assert facets["total"] == 1
    assert {each["value"]: each["count"] for each in facets["buckets"]} == {"1": 2, "30": 1, "60": 1}
    assert facets["totals"] == [{"currency": "USD", "count": 1, "arrears": "250.00", "outstanding": "4000.00"}]
    assert reader.get(f"{QUEUE}?after=nonsense", 422)["field"] == "after"
    reader.get(f"{QUEUE}?next=nonsense", 422)
    assert reader.get(f"{QUEUE}?q=nobody")["items"] == []


def test_a_blind_question_does_not_show_its_proposal(reader: Door, lender: Lender, collector: Collector) -> None:
    loan_id = collector.add_loan(days=20)
    plan_collections(lender.decider, lender.organization.id)
    collector.execute("update approvals set blind = true")
    assert reader.get(QUEUE)["items"][0]["question"]["action"] is None
    assert reader.get(f"/collections/loans/{loan_id}")["question"]["action"] is None


def test_a_logged_contact_is_on_the_case_and_gives_rest(operator: Door, lender: Lender, collector: Collector) -> None:
    loan_id = collector.add_loan(days=20)
    logged = operator.post(
        f"/collections/loans/{loan_id}/contacts", {"outcome": "no_answer", "note": " rang long ", "channel": "phone"}
    )
    assert (logged["step"]["state"], logged["step"]["note"], logged["promise"]) == ("done", "rang long", None)
    case = operator.get(f"/collections/loans/{loan_id}")
    assert case["marks"]["rest_until"] == _later(lender.organization, 7)
    assert case["steps"][0]["outcome"] == "no_answer"
    assert plan_collections(lender.decider, lender.organization.id).considered == 0
    assert reader_row(operator)["last_contact"]["outcome"] == "no_answer"


def reader_row(door: Door) -> Any:
    return door.get(QUEUE)["items"][0]


def test_a_contact_that_breaks_the_limits_is_recorded_with_what_it_broke(
    operator: Door, lender: Lender, collector: Collector
) -> None:
    loan_id = collector.add_loan(days=20)
    at = lender.organization.clock.now().replace(hour=12, minute=0) - timedelta(days=1)
    with lender.database.transaction(lender.organization.id) as tx:
        add_step(tx, lender.organization, loan_id, at - timedelta(days=1), outcome="reached")
    path = f"/collections/loans/{loan_id}/contacts"
    logged = operator.post(path, {"outcome": "reached", "at": at.isoformat()})
    assert ["conversation" in each for each in logged["breaches"]] == [True]
    night = operator.post(path, {"outcome": "sent", "action": "remind", "at": at.replace(hour=3).isoformat()})
    assert "before 08:00" in night["breaches"][0]


def test_the_case_says_what_is_allowed_now(operator: Door, lender: Lender, collector: Collector) -> None:
    loan_id = collector.add_loan(days=20)
    operator.post(f"/collections/loans/{loan_id}/marks", {"no_contact": True, "reason": "wrote so"}, 200)
    allowed = {each["action"]: each for each in operator.get(f"/collections/loans/{loan_id}")["allowed"]}
    assert allowed["call"]["allowed"] is False
    assert any("wants no contact" in reason for reason in allowed["call"]["reasons"])
    assert allowed["letter"]["allowed"] is True
    assert plan_collections(lender.decider, lender.organization.id).considered == 0


def test_a_planned_step_is_done_once(operator: Door, lender: Lender, collector: Collector) -> None:
    loan_id = collector.add_loan(days=20)
    now = lender.organization.clock.now()
    with lender.database.transaction(lender.organization.id) as tx:
        step = add_step(
            tx, lender.organization, loan_id, now, state="planned", outcome=None, done_at=None, done_by=None
        )
    row = reader_row(operator)
    assert (row["next"], row["step"]["action"]) == ("planned", "call")
    done = operator.post(f"/collections/steps/{step}/done", {"outcome": "wrong_number"}, 200)
    assert (done["step"]["id"], done["step"]["state"]) == (str(step), "done")
    again = operator.post(f"/collections/steps/{step}/done", {"outcome": "reached"}, 409)
    assert again["code"] == "collection_step_closed"
    operator.post(f"/collections/steps/{step}/cancel", {"reason": "no"}, 409)
    assert operator.post(f"/collections/steps/{ids.new_id()}/cancel", {"reason": "no"}, 404)["field"] == "step"


def test_a_cancelled_step_leaves_the_loan_for_a_while(operator: Door, lender: Lender, collector: Collector) -> None:
    loan_id = collector.add_loan(days=20)
    now = lender.organization.clock.now()
    with lender.database.transaction(lender.organization.id) as tx:
        step = add_step(
            tx, lender.organization, loan_id, now, state="planned", outcome=None, done_at=None, done_by=None
        )
    assert operator.post(f"/collections/steps/{step}/cancel", {"reason": "met in person"}, 200)["state"] == "cancelled"
    collector.execute(
        "update collection_cases set considered_on = %s, considered_bucket = 1", today(lender.organization)
    )
    assert plan_collections(lender.decider, lender.organization.id).considered == 0


def test_a_contact_must_make_sense(operator: Door, collector: Collector) -> None:
    loan_id = collector.add_loan(days=20)
    path = f"/collections/loans/{loan_id}/contacts"
    assert operator.post(path, {"outcome": "done"}, 422)["field"] == "outcome"
    assert operator.post(path, {"outcome": "reached", "action": "wait"}, 422)["field"] == "outcome"
    assert operator.post(path, {"outcome": "reached", "at": "2020-01-01T00:00:00Z"}, 422)["field"] == "at"
    promise = {"amount": "10", "due_on": "2030-01-01"}
    assert operator.post(path, {"outcome": "reached", "promise": promise}, 422)["field"] == "promise"
    paid_up = collector.add_loan(days=0)
    assert operator.post(f"/collections/loans/{paid_up}/contacts", {"outcome": "reached"}, 409)["field"] == "loan"
    operator.post(f"/collections/loans/{ids.new_id()}/contacts", {"outcome": "reached"}, 404)


def test_a_promise_stops_collecting_until_its_day(operator: Door, lender: Lender, collector: Collector) -> None:
    loan_id = collector.add_loan(days=20)
    body = {"outcome": "promised", "promise": {"amount": "100.00", "due_on": _later(lender.organization, 5)}}
    logged = operator.post(f"/collections/loans/{loan_id}/contacts", body)
    assert logged["promise"]["state"] == "open"
    assert reader_row(operator)["next"] == "promised"
    assert plan_collections(lender.decider, lender.organization.id).considered == 0
    second = {"amount": "50", "due_on": _later(lender.organization, 6)}
    assert operator.post(f"/collections/loans/{loan_id}/promises", second, 409)["code"] == "promise_open"
    promise_id = logged["promise"]["id"]
    cancelled = operator.post(f"/collections/promises/{promise_id}/cancel", {"reason": "a mistake"}, 200)
    assert cancelled["state"] == "cancelled"
    operator.post(f"/collections/promises/{promise_id}/cancel", {"reason": "again"}, 409)
    assert operator.get(f"/collections/promises?loan_id={loan_id}&state=cancelled")["items"][0]["id"] == promise_id


@pytest.mark.parametrize(
    ("amount", "days", "field"), [("0.001", -1, "due_on"), ("10", 91, "due_on"), ("4100.01", 5, "amount")]
)
def test_a_promise_that_cannot_be_is_refused(
    operator: Door, lender: Lender, collector: Collector, amount: str, days: int, field: str
) -> None:
    loan_id = collector.add_loan(days=20)
    body = {"amount": amount, "due_on": _later(lender.organization, days)}
    assert operator.post(f"/collections/loans/{loan_id}/promises", body, 422)["field"] == field


def _promised(operator: Door, collector: Collector, amount: str = "100") -> tuple[UUID, date]:
    loan_id = collector.add_loan(days=20)
    due = today(collector.organization)
    operator.post(f"/collections/loans/{loan_id}/promises", {"amount": amount, "due_on": due.isoformat()})
    return loan_id, due


def test_a_promise_is_kept_as_soon_as_all_is_paid(operator: Door, collector: Collector) -> None:
    loan_id, due = _promised(operator, collector)
    _pay(collector, loan_id, 60, sequence=1, on=due)
    assert _settle(collector).promises == 0
    _pay(collector, loan_id, 40, sequence=2, on=due)
    assert settle_everywhere(collector.database) is False
    (promise,) = collector.all("select state, paid from promises")
    assert (promise["state"], promise["paid"]) == ("kept", 100)
    assert collector.all("select 1 from events where name = 'lending.promise.kept'")
    assert _settle(collector).promises == 0


def test_a_promise_paid_in_part_is_broken_once_its_day_is_in_the_books(operator: Door, collector: Collector) -> None:
    loan_id, due = _promised(operator, collector)
    _pay(collector, loan_id, 99, sequence=1, on=due)
    assert _settle(collector).promises == 0
    collector.execute("update loans set booked_to = %s", due + timedelta(days=1))
    assert _settle(collector).promises == 1
    (promise,) = collector.all("select state, paid from promises")
    assert (promise["state"], promise["paid"]) == ("broken", 99)
    assert collector.all("select 1 from events where name = 'lending.promise.broken'")


def test_reversed_late_and_earlier_payments_do_not_keep_a_promise(operator: Door, collector: Collector) -> None:
    loan_id = collector.add_loan(days=20)
    due = today(collector.organization)
    _pay(collector, loan_id, 100, sequence=1, on=due)
    operator.post(f"/collections/loans/{loan_id}/promises", {"amount": "100", "due_on": due.isoformat()})
    reversed_one = _pay(collector, loan_id, 100, sequence=2, on=due)
    _pay(collector, loan_id, 0, sequence=3, on=due, type="reversal", reverses=reversed_one)
    _pay(collector, loan_id, 100, sequence=4, on=due - timedelta(days=1))
    _pay(collector, loan_id, 100, sequence=5, on=due + timedelta(days=1))
    assert _settle(collector).promises == 0
    collector.execute("update loans set booked_to = %s", due + timedelta(days=1))
    _settle(collector)
    assert [row["paid"] for row in collector.all("select paid from promises where state = 'broken'")] == [0]


def test_the_fate_of_a_promise() -> None:
    given = {"amount": Decimal(100), "due_on": date(2026, 6, 10), "loan_state": "active", "arrears": Decimal(5)}
    day = date(2026, 6, 10)
    assert fate_of(**given, paid=Decimal(100), booked_to=day) == "kept"
    assert fate_of(**given, paid=Decimal(99), booked_to=day) is None
    assert fate_of(**given, paid=Decimal(99), booked_to=day + timedelta(days=1)) == "broken"
    settled = given | {"arrears": Decimal(0)}
    assert fate_of(**settled, paid=Decimal(0), booked_to=day + timedelta(days=1)) == "cancelled"
    closed = given | {"loan_state": "closed"}
    assert fate_of(**closed, paid=Decimal(0), booked_to=day) == "cancelled"


def test_steps_are_judged_by_whether_the_loan_cured(lender: Lender, collector: Collector) -> None:
    now = lender.organization.clock.now()
    cured, not_cured, open_one = (collector.add_loan(days=20) for _ in range(3))
    plan_collections(lender.decider, lender.organization.id)
    decided = {row["subject_id"]: row["id"] for row in collector.all("select id, subject_id from decisions")}
    with lender.database.transaction(lender.organization.id) as tx:
        for loan_id, days in ((cured, 3), (not_cured, 31), (open_one, 3)):
            at = now - timedelta(days=days)
            add_step(tx, lender.organization, loan_id, at, decision_id=decided[loan_id])
    collector.execute("update loans set days_past_due = 0, bucket = 0, arrears = 0 where id = %s", cured)
    assert _settle(collector).judged == 2
    judged = {row["loan_id"]: row["cured"] for row in collector.all("select loan_id, cured from collection_steps")}
    assert judged == {cured: True, not_cured: False, open_one: None}
    outcomes = {
        row["subject_id"]: row["value"] for row in collector.all("select * from outcomes where measure = 'cured'")
    }
    assert outcomes == {cured: 1.0, not_cured: 0.0}
    assert _settle(collector).judged == 0
    states = {row["subject_id"]: row["state"] for row in collector.all("select subject_id, state from approvals")}
    assert states == {cured: "stale", not_cured: "open", open_one: "open"}


def test_a_task_about_a_loan_that_is_paid_up_is_cancelled(lender: Lender, collector: Collector) -> None:
    loan_id = collector.add_loan(days=20)
    now = lender.organization.clock.now()
    with lender.database.transaction(lender.organization.id) as tx:
        add_step(tx, lender.organization, loan_id, now, state="planned", outcome=None, done_at=None, done_by=None)
    collector.execute("update loans set days_past_due = 0, bucket = 0, arrears = 0")
    assert _settle(collector).cancelled == 1
    assert collector.all("select 1 from events where name = 'lending.collection.closed'")


def test_relief_is_asked_refused_and_ends(operator: Door, door: Door, lender: Lender, collector: Collector) -> None:
    loan_id = collector.add_loan(days=20)
    path = f"/collections/loans/{loan_id}/hardship"
    assert operator.post(path, {"reason": "lost the job"}, 200)["hardship"] == "asked"
    assert operator.post(path, {"reason": "again"}, 409)["code"] == "hardship_asked"
    assert reader_row(operator)["next"] == "relief"
    assert plan_collections(lender.decider, lender.organization.id).considered == 0
    operator.post(f"{path}/refuse", {"reason": "no"}, 403)
    far = {"reason": "x", "until": _later(lender.organization, 400)}
    assert door.post(f"{path}/grant", far, 422)["field"] == "until"
    assert door.post(f"{path}/refuse", {"reason": "no proof"}, 200)["hardship"] is None
    assert door.post(f"{path}/refuse", {"reason": "no"}, 409)["code"] == "hardship_not_asked"
    assert door.post(f"{path}/grant", far, 409)["code"] == "hardship_not_asked"
    assert plan_collections(lender.decider, lender.organization.id).considered == 1
    collector.execute(
        "update collection_cases set hardship = 'granted', hardship_until = %s",
        today(lender.organization) - timedelta(days=1),
    )
    _settle(collector)
    assert collector.all("select hardship from collection_cases") == [{"hardship": None}]


def test_marks_are_noted_and_checked(
    operator: Door, collector: Collector, people: People, organization: Organization, other_organization: Organization
) -> None:
    loan_id = collector.add_loan(days=20)
    path = f"/collections/loans/{loan_id}/marks"
    colleague = people.user(organization, Role.OPERATOR)
    noted = operator.post(
        path,
        {"assignee": str(colleague.user.id), "channels": ["sms", "email"], "time_zone": "America/Chicago"},
        200,
    )
    assert (noted["channels"], noted["time_zone"]) == (["email", "sms"], "America/Chicago")
    assert noted["assignee_name"]
    assert operator.get(f"{QUEUE}?assignee={colleague.user.id}")["items"]
    assert operator.get(f"{QUEUE}?assignee=none")["items"] == []
    assert operator.post(path, {"assignee": None}, 200)["channels"] == ["email", "sms"]
    stranger = people.user(other_organization, Role.OPERATOR)
    assert operator.post(path, {"assignee": str(stranger.user.id)}, 422)["field"] == "assignee"
    assert operator.post(path, {"time_zone": "Mars/Olympus"}, 422)["field"] == "time_zone"
    assert operator.post(path, {"no_contact": True}, 422)["field"] == "reason"
    assert operator.post(path, {"no_contact": None, "reason": "x"}, 422)["field"] == "no_contact"
    operator.post(path, {}, 422)


def test_who_may_only_read_changes_nothing(reader: Door, collector: Collector) -> None:
    loan_id = collector.add_loan(days=20)
    reader.get(f"/collections/loans/{loan_id}")
    reader.get("/collections/cures")
    reader.post(f"/collections/loans/{loan_id}/contacts", {"outcome": "reached"}, 403)
    reader.post(f"/collections/loans/{loan_id}/promises", {"amount": "1", "due_on": "2030-01-01"}, 403)
    reader.post(f"/collections/loans/{loan_id}/hardship", {"reason": "x"}, 403)


def test_another_organization_sees_and_changes_nothing(
    client: TestClient, people: People, lender: Lender, collector: Collector, other_organization: Organization
) -> None:
    loan_id = collector.add_loan(days=20)
    stranger = Door(client, people.key(other_organization, Role.MANAGER))
    assert stranger.get(QUEUE)["items"] == []
    stranger.get(f"/collections/loans/{loan_id}", 404)
    stranger.post(f"/collections/loans/{loan_id}/contacts", {"outcome": "reached"}, 404)
    stranger.post(f"/collections/loans/{loan_id}/hardship", {"reason": "x"}, 404)
    assert collector.all("select 1 from collection_steps") == []


def test_the_same_contact_sent_twice_is_logged_once(operator: Door, collector: Collector) -> None:
    loan_id = collector.add_loan(days=20)
    path, body = f"/collections/loans/{loan_id}/contacts", {"outcome": "no_answer"}
    first = operator.post(path, body, idempotency_key="k")
    assert operator.post(path, body, idempotency_key="k") == first
    assert len(collector.all("select 1 from collection_steps")) == 1


def test_a_collection_decision_explains_itself(door: Door, lender: Lender, collector: Collector) -> None:
    collector.add_loan(days=20)
    plan_collections(lender.decider, lender.organization.id)
    (row,) = collector.all("select id from decisions")
    response = door.client.get(f"/api/v1/decisions/{row['id']}/explanation", headers=door.headers)
    assert response.status_code == 200, response.text
    assert any("too few" in notice for notice in response.json()["notices"])
