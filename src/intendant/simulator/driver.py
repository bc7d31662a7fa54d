"""Drives a simulated business through the product's own HTTP API: applications come in, outcomes follow in business time."""

import heapq
import threading
from dataclasses import dataclass, field
from uuid import UUID

import httpx
import structlog

from intendant.kit.clock import BusinessClock
from intendant.simulator.lender import Applicant, applicants

OPEN_MAX = 20_000
"""How many granted loans may wait for their outcome."""
TIMEOUT_SECONDS = 10.0
RETRY_SECONDS = 1.0

log = structlog.get_logger(__name__)


@dataclass
class Driver:
    """One simulated lender. `per_second` applications come in each second of system time."""

    base_url: str
    api_key: str
    clock: BusinessClock
    seed: int
    prefix: str
    product: str
    per_second: float = 2.0
    _due: list[tuple[float, str, bool]] = field(default_factory=list)

    def run(self, ended: threading.Event) -> None:
        """Send applications and outcomes until `ended` is set; a server that is away is waited for."""
        people = applicants(self.seed, prefix=self.prefix)
        pending: Applicant | None = None
        with httpx.Client(
            base_url=self.base_url,
            headers={"Authorization": f"Bearer {self.api_key}"},
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
        ) as client:
            while not ended.wait(1 / self.per_second):
                pending = pending or next(people)
                try:
                    self._apply(client, pending)
                    pending = None
                    self._report_outcomes(client)
                except httpx.TransportError as error:
                    log.info("the server is away", cause=type(error).__name__)
                    ended.wait(RETRY_SECONDS)

    def _apply(self, client: httpx.Client, person: Applicant) -> None:
        answer = client.post(
            "/api/v1/lending/applications",
            json={"product": self.product, "reference": person.reference, "inputs": person.inputs},
            headers={"Idempotency-Key": person.reference},
        )
        if answer.status_code >= 500 or answer.status_code == 429:
            raise httpx.TransportError(f"status {answer.status_code}")
        if answer.status_code != 201:
            log.warning("an application was refused", status=answer.status_code, problem=answer.json().get("detail"))
            return
        decision = answer.json()
        if decision["verdict"] == "act" and decision["action"] == "approve" and len(self._due) < OPEN_MAX:
            due = self.clock.now().timestamp() + person.outcome_after_days * 86_400
            heapq.heappush(self._due, (due, str(UUID(decision["application_id"])), person.repays))

    def _report_outcomes(self, client: httpx.Client) -> None:
        now = self.clock.now().timestamp()
        while self._due and self._due[0][0] <= now:
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
