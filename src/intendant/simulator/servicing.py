"""What happens to the simulated lender's loans: past ones are brought in, borrowers pay, officers give up what is lost.

All of it through the product's own HTTP API, a little at a time, so that applications are not held up. Nothing is kept between
runs: what is owed is asked of the product, and what is sent carries references, so that a restart does nothing twice.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import structlog

from intendant.kit.clock import BusinessClock
from intendant.simulator.borrowers import (
    CHARGE_OFF_DAYS,
    WRITE_OFF_DAYS,
    Borrower,
    Payment,
    borrower_of,
    months_between,
    pays_today,
)
from intendant.simulator.door import check_is_there
from intendant.simulator.lender import find_applicant, wants_home_loan
from intendant.simulator.past import PAST_LOANS, history_of, past_borrower, past_loan

PAST_PER_ROUND = 4
PAYING_HOUR = 9
"""Of the business day, when the bank's file has come and the night's books are closed."""
PAGE_SIZE = 200
PAGES_MAX = 15
GIVEN_UP_PER_DAY_MAX = 20
LOANS = "/api/v1/lending/loans"

log = structlog.get_logger(__name__)


@dataclass
class PastBook:
    """Brings in the loans of before, a few each round, until all are there."""

    seed: int
    product: str
    first_day: date
    _next: int = 0

    def step(self, client: httpx.Client) -> None:
        """Bring in the next few, if any are left."""
        if self._next == 0:
            self._next = self._find_next(client)
        for _ in range(PAST_PER_ROUND):
            if self._next > PAST_LOANS:
                return
            self._bring_in(client, self._next)
            self._next += 1

    @property
    def is_done(self) -> bool:
        """Say whether all are there."""
        return self._next > PAST_LOANS

    def _find_next(self, client: httpx.Client) -> int:
        """Return the number after the last that is there: they are brought in by their number."""
        low, high = 1, PAST_LOANS + 1
        while low < high:
            middle = (low + high) // 2
            if self._is_there(client, middle):
                low = middle + 1
            else:
                high = middle
        return low

    def _is_there(self, client: httpx.Client, number: int) -> bool:
        answer = client.get(LOANS, params={"q": past_loan(self.seed, number, self.first_day).reference, "limit": 1})
        check_is_there(answer)
        return answer.status_code == 200 and bool(answer.json()["items"])

    def _bring_in(self, client: httpx.Client, number: int) -> None:
        loan = past_loan(self.seed, number, self.first_day)
        answer = client.post("/api/v1/lending/schedules/preview", json=dict(loan.terms))
        check_is_there(answer)
        if answer.status_code == 200:
            instalments = [row for row in answer.json()["instalments"] if row["number"] > 0]
            body = {
                "reference": loan.reference,
                "borrower": loan.applicant.inputs["name"],
                "product": self.product,
                "terms": dict(loan.terms),
                "disbursed_on": loan.begun_on.isoformat(),
                "transactions": history_of(self.seed, loan, instalments, self.first_day),
            }
            answer = client.post(LOANS, json=body, headers={"Idempotency-Key": loan.reference})
            check_is_there(answer)
        if answer.status_code not in (201, 409):
            log.warning("a past loan was refused", loan=loan.reference, problem=answer.json().get("detail"))


@dataclass
class Servicing:
    """Has borrowers pay once each business day, and officers give up what is lost. `open_loans` is how many there are."""

    seed: int
    clock: BusinessClock
    open_loans: int = 0
    _done_on: date | None = field(default=None)

    def step(self, client: httpx.Client) -> None:
        """Do the day's work, once, when its hour has come."""
        now = self.clock.now()
        if self._done_on == now.date() or now.hour < PAYING_HOUR:
            return
        rows = list(self._rows_to_pay(client, now.date()))
        payments = [payment for row in rows if (payment := self._payment(row, now)) is not None]
        self._send(client, payments)
        paying = {payment.loan for payment in payments}
        self._give_up(client, [row for row in rows if row["reference"] not in paying])
        self.open_loans = self._count(client)
        self._done_on = now.date()

    def _rows_to_pay(self, client: httpx.Client, today: date) -> Iterator[dict[str, Any]]:
        """List what is in arrears, and what falls due up to today."""
        seen: set[str] = set()
        for query in ({"in_arrears": "true", "sort": "days_past_due"}, {"sort": "next_due"}):
            for row in self._pages(client, query | {"state": "active"}):
                if query["sort"] == "next_due" and row["next_due_on"] > today.isoformat():
                    break
                if row["id"] not in seen:
                    seen.add(row["id"])
                    yield row

    def _pages(self, client: httpx.Client, query: dict[str, str]) -> Iterator[dict[str, Any]]:
        after: str | None = None
        for _ in range(PAGES_MAX):
            page = {**query, "limit": str(PAGE_SIZE), **({} if after is None else {"after": after})}
            answer = client.get(LOANS, params=page)
            check_is_there(answer)
            if answer.status_code != 200:
                log.warning("loans are not to be had", status=answer.status_code)
                return
            yield from answer.json()["items"]
            after = answer.json()["next"]
            if after is None:
                return

    def _payment(self, row: dict[str, Any], now: datetime) -> Payment | None:
        borrower = self._borrower(row)
        return None if borrower is None else pays_today(borrower, row, now.date())

    def _borrower(self, row: dict[str, Any]) -> Borrower | None:
        if row["disbursed_on"] is None or row["matures_on"] is None:
            return None
        count = months_between(date.fromisoformat(row["disbursed_on"]), date.fromisoformat(row["matures_on"]))
        person = find_applicant(self.seed, row["reference"])
        if person is not None:
            return borrower_of(self.seed, row["reference"], repays=person.repays, instalments=count)
        return past_borrower(self.seed, row["reference"], count)

    def _send(self, client: httpx.Client, payments: list[Payment]) -> None:
        """Send what came in as the bank's file of the day."""
        if not payments:
            return
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(("loan", "amount", "date", "reference"))
        writer.writerows((each.loan, each.amount, each.on, each.reference) for each in payments)
        answer = client.post(
            "/api/v1/lending/repayments/bulk",
            params={"format": "csv"},
            content=text.getvalue().encode(),
            headers={"Content-Type": "text/csv"},
        )
        check_is_there(answer)
        if answer.status_code != 200 or answer.json()["quarantined"]:
            log.warning("payments were refused", status=answer.status_code, problem=answer.text[:500])

    def _give_up(self, client: httpx.Client, late: list[dict[str, Any]]) -> None:
        """Charge off what is long overdue, and write off what was charged off long ago."""
        lost = [(row, "charge_off") for row in late if row["days_past_due"] >= CHARGE_OFF_DAYS]
        answer = client.get(LOANS, params={"state": "charged_off", "sort": "days_past_due", "limit": PAGE_SIZE})
        check_is_there(answer)
        if answer.status_code == 200:
            given_up = answer.json()["items"]
            lost += [(row, "write_off") for row in given_up if row["days_past_due"] >= WRITE_OFF_DAYS]
        for row, act in lost[:GIVEN_UP_PER_DAY_MAX]:
            answer = client.post(
                f"{LOANS}/{row['id']}/transactions",
                json={
                    "type": act,
                    "reason": f"{row['days_past_due']} days past due.",
                    "reference": f"{act}-{row['id']}",
                },
            )
            check_is_there(answer)
            if answer.status_code != 201:
                log.warning("a loan was not given up", loan=row["reference"], problem=answer.json().get("detail"))

    def _count(self, client: httpx.Client) -> int:
        answer = client.get(f"{LOANS}/facets", params={"state": "active"})
        check_is_there(answer)
        return int(answer.json()["total"]) if answer.status_code == 200 else self.open_loans


@dataclass
class BackOffice:
    """Answers offers as applicants would, and looks after their papers, once each business day. Some is left to people."""

    seed: int
    clock: BusinessClock
    product: str
    _done_on: date | None = field(default=None)

    def step(self, client: httpx.Client) -> None:
        """Do the day's work, once."""
        now = self.clock.now()
        if self._done_on == now.date() or now.hour < PAYING_HOUR:
            return
        answer = client.get(
            "/api/v1/lending/applications", params={"state": "approved", "product": self.product, "limit": 30}
        )
        check_is_there(answer)
        for row in answer.json()["items"] if answer.status_code == 200 else ():
            person = find_applicant(self.seed, row["reference"])
            waited = now - datetime.fromisoformat(row["submitted_at"])
            if person is not None and wants_home_loan(person) and waited > timedelta(days=1):
                self._answer(client, row["id"], sum(map(ord, row["reference"])), waited)
        self._done_on = now.date()

    def _answer(self, client: httpx.Client, application_id: str, fate: int, waited: timedelta) -> None:
        place = f"/api/v1/lending/applications/{application_id}"
        offers = client.get(f"{place}/offers").json()["items"]
        # Of ten, one declines and one never answers.
        if offers and offers[0]["state"] == "made" and fate % 10 < 9:
            act, body = ("decline", {"reason": "Found a better price."}) if fate % 10 == 8 else ("accept", {})
            answer = client.post(f"/api/v1/lending/offers/{offers[0]['id']}/{act}", json=body)
            check_is_there(answer)
        for place_of, condition in enumerate(client.get(f"{place}/conditions").json()["items"]):
            # Papers come one after the other; those of every third applicant wait for a person to look at them.
            moved = {"pending": "received", "received": "approved"}.get(condition["state"])
            if moved is None or waited < timedelta(days=2 + place_of) or (moved == "approved" and fate % 3 == 0):
                continue
            body = {"state": moved, "version": condition["version"]}
            check_is_there(client.patch(f"/api/v1/lending/conditions/{condition['id']}", json=body))
