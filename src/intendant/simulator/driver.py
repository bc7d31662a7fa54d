"""Drives a simulated business through the product's own HTTP API: applications come in, outcomes follow in business time.

Nothing is kept between runs: whose outcome is still to come is asked of the product, and what it will be follows from the seed.
"""

import heapq
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

import httpx
import structlog

from intendant.kit.clock import BusinessClock, monotonic_seconds
from intendant.simulator.door import DemoGoneError, check_is_there
from intendant.simulator.lender import Applicant, applicants, find_applicant, wants_home_loan

OPEN_MAX = 20_000
"""How many granted loans may wait for their outcome."""
RECALLED_MAX = 1_000
"""How many granted loans of each state a new run looks at, newest first: more than wait at the usual pace."""
PAGE_SIZE = 200
REPORTS_PER_ROUND_MAX = 20
TIMEOUT_SECONDS = 10.0
RETRY_SECONDS = 1.0
DAY_SECONDS = 86_400.0

log = structlog.get_logger(__name__)


class Work(Protocol):
    """Something else that happens at the lender, a little of it in each round."""

    def step(self, client: httpx.Client) -> None:
        """Do what is to be done now, if anything."""


@dataclass
class Driver:
    """One simulated lender. `per_second` applications come in each second of system time, times what `pace` says just now.

    `home_loan` is the product that some ask for instead; `works` is what happens besides.
    """

    base_url: str
    api_key: str
    clock: BusinessClock
    seed: int
    prefix: str
    product: str
    per_second: float = 2.0
    home_loan: str | None = None
    works: Sequence[Work] = ()
    pace: Callable[[], float] = lambda: 1.0
    verify: "ssl.SSLContext | bool" = True
    """What is trusted to be the server."""
    _due: list[tuple[float, str, bool]] = field(default_factory=list)

    def run(self, ended: threading.Event) -> None:
        """Send applications and outcomes until `ended` is set, or until the server knows our key no more: then the demo is gone.

        A server that is away is waited for.
        """
        people = applicants(self.seed, prefix=self.prefix)
        pending: Applicant | None = None
        recalled = False
        with httpx.Client(
            base_url=self.base_url,
            headers={"Authorization": f"Bearer {self.api_key}"},
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
            verify=self.verify,
        ) as client:
            next_at = monotonic_seconds()
            while not ended.wait(1 / self.per_second):
                pending = pending or next(people)
                try:
                    if not recalled:
                        self._recall(client)
                        recalled = True
                    for work in self.works:
                        work.step(client)
                    if monotonic_seconds() < next_at:
                        continue
                    self._apply(client, pending)
                    pending = None
                    next_at = monotonic_seconds() + (1 / self.pace() - 1) / self.per_second
                    self._report_outcomes(client)
                except httpx.TransportError as error:
                    log.info("the server is away", cause=type(error).__name__)
                    ended.wait(RETRY_SECONDS)
                except DemoGoneError:
                    log.info("the demo is gone, or has a new simulator")
                    return

    def _recall(self, client: httpx.Client) -> None:
        """Take up the loans that earlier runs left without an outcome. Telling one a second time changes nothing."""
        found: list[tuple[float, str, bool]] = []
        for state in ("approved", "disbursed"):
            after: str | None = None
            for _ in range(RECALLED_MAX // PAGE_SIZE):
                query: dict[str, str | int] = {"state": state, "product": self.product, "limit": PAGE_SIZE}
                answer = client.get(
                    "/api/v1/lending/applications", params=query if after is None else query | {"after": after}
                )
                check_is_there(answer)
                if answer.status_code != 200:
                    log.warning("earlier loans are not to be had", status=answer.status_code)
                    return
                page = answer.json()
                for row in page["items"]:
                    person = find_applicant(self.seed, row["reference"])
                    if person is not None:
                        submitted = datetime.fromisoformat(row["submitted_at"]).timestamp()
                        due = submitted + person.outcome_after_days * DAY_SECONDS
                        found.append((due, row["id"], person.repays))
                after = page["next"]
                if after is None:
                    break
        self._due = found
        heapq.heapify(self._due)

    def _apply(self, client: httpx.Client, person: Applicant) -> None:
        answer = client.post(
            "/api/v1/lending/applications",
            json={"product": self._product_of(person), "reference": person.reference, "inputs": person.inputs},
            headers={"Idempotency-Key": person.reference},
        )
        check_is_there(answer)
        if answer.status_code != 201:
            log.warning("an application was refused", status=answer.status_code, problem=answer.json().get("detail"))
            return
        decision = answer.json()
        # What becomes of a home improvement loan, its own book tells.
        is_told = self._product_of(person) == self.product and len(self._due) < OPEN_MAX
        if is_told and decision["verdict"] == "act" and decision["action"] == "approve":
            due = self.clock.now().timestamp() + person.outcome_after_days * DAY_SECONDS
            heapq.heappush(self._due, (due, str(UUID(decision["application_id"])), person.repays))

    def _product_of(self, person: Applicant) -> str:
        return self.home_loan if self.home_loan is not None and wants_home_loan(person) else self.product

    def _report_outcomes(self, client: httpx.Client) -> None:
        now = self.clock.now().timestamp()
        # A few at a time, so that many that fell due meanwhile do not hold up new applications.
        for _ in range(REPORTS_PER_ROUND_MAX):
            if not self._due or self._due[0][0] > now:
                return
            _, application_id, repaid = self._due[0]
            answer = client.post(
                f"/api/v1/lending/applications/{application_id}/outcome",
                json={"repaid": float(repaid)},
                headers={"Idempotency-Key": f"outcome-{application_id}"},
            )
            if answer.status_code >= 500:
                return
            if answer.status_code >= 400:
                log.warning("an outcome was refused", status=answer.status_code, problem=answer.json().get("detail"))
            heapq.heappop(self._due)
