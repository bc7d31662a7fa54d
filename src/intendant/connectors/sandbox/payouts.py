"""The sandbox reached over HTTP, as a real provider would be: time-outs, lost answers and all. Pays nobody."""

from typing import Any

import httpx

from intendant.connectors.sandbox._receipts import receipt_of
from intendant.kit import tracing
from intendant.kit.money import Money
from intendant.ports.calls import FateUncertain, ProviderCannotSay, ProviderRefused, ProviderUnavailable
from intendant.ports.payments import PayoutReceipt

CONNECT_TIMEOUT_SECONDS = 3.0
ANSWER_TIMEOUT_SECONDS = 8.0
CONNECTION_COUNT_MAX = 16


class SandboxPayouts:
    """A payout port that speaks to the sandbox's server at `url`, or over the Unix `socket`."""

    def __init__(
        self, url: str, *, socket: str | None = None, answer_timeout_seconds: float = ANSWER_TIMEOUT_SECONDS
    ) -> None:
        limits = httpx.Limits(
            max_connections=CONNECTION_COUNT_MAX, max_keepalive_connections=CONNECTION_COUNT_MAX, keepalive_expiry=30.0
        )
        # No proxy and no environment: money goes where the configuration says and nowhere else. Redirects are not followed.
        self._client = httpx.AsyncClient(
            base_url=url,
            transport=httpx.AsyncHTTPTransport(uds=socket, limits=limits, trust_env=False),
            timeout=httpx.Timeout(answer_timeout_seconds, connect=CONNECT_TIMEOUT_SECONDS),
            trust_env=False,
            follow_redirects=False,
        )

    async def pay(self, *, idempotency_key: str, amount: Money, destination: str, reference: str) -> PayoutReceipt:
        """Pay once per key."""
        terms = {
            "amount": str(amount.amount),
            "currency": amount.currency,
            "destination": destination,
            "reference": reference,
        }
        return receipt_of(await self._send("/payouts", idempotency_key, terms))

    async def reverse(self, *, idempotency_key: str, provider_id: str, reason: str) -> PayoutReceipt:
        """Take a payout back, once."""
        terms = {"provider_id": provider_id, "reason": reason}
        return receipt_of(await self._send("/reversals", idempotency_key, terms))

    async def find(self, idempotency_key: str) -> PayoutReceipt | None:
        """Ask whether the key was booked."""
        try:
            answer = await self._client.get(f"/bookings/{idempotency_key}")
        except httpx.HTTPError as error:
            raise ProviderUnavailable("The payout provider does not answer.", remedy="Ask again later.") from error
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if answer.status_code == httpx.codes.NOT_IMPLEMENTED:
            raise ProviderCannotSay("The payout provider keeps no keys.", remedy="Ask the provider in person.")
        if answer.status_code != httpx.codes.OK:
            raise ProviderUnavailable(f"The payout provider answers {answer.status_code}.", remedy="Ask again later.")
        return receipt_of(answer.json())

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def _send(self, path: str, idempotency_key: str, terms: dict[str, str]) -> dict[str, Any]:
        try:
            answer = await self._client.post(
                path, json=terms, headers={"Idempotency-Key": idempotency_key} | tracing.outgoing_headers()
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise ProviderUnavailable("The payout provider was not reached.", remedy="Try again later.") from error
        except httpx.HTTPError as error:
            raise FateUncertain(f"The payout provider's answer was lost: {error!r}.", remedy="Ask it.") from error
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            raise ProviderUnavailable("The payout provider is busy.", remedy="Try again later.")
        if answer.is_client_error:
            raise ProviderRefused(f"The payout provider refused: {answer.text[:500]}", remedy="Check the terms.")
        if not answer.is_success:
            raise FateUncertain(f"The payout provider answered {answer.status_code}.", remedy="Ask it.")
        entry: dict[str, Any] = answer.json()
        return entry
