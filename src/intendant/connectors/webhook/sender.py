"""A webhook port on the guarded client: no redirects, seconds and bytes bounded, the answer kept as text of a few bytes."""

import re
from collections.abc import Mapping
from datetime import timedelta

import httpx

from intendant.connectors.outbound import AnswerTooLarge, CallTooSlow, OutboundPolicy, open_client
from intendant.kit import clock
from intendant.kit.addresses import AddressRefused
from intendant.ports.webhooks import WebhookAnswer

TIMEOUT_SECONDS = 15.0
ANSWER_BYTES_READ = 1_024
CONNECTIONS_MAX = 64
_SECONDS = re.compile(r"[0-9]{1,9}")


class WebhookSender:
    """Sends webhooks over connections that are kept while they are used. The client opens with the first message."""

    def __init__(self, policy: OutboundPolicy, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._policy = policy
        self._timeout_seconds = timeout_seconds
        self._client: httpx.AsyncClient | None = None

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        """Post a message; an answer of any status is an answer, and a call that fails says why in words of ours."""
        if self._client is None:
            self._client = open_client(
                self._policy, timeout_seconds=self._timeout_seconds, connections_max=CONNECTIONS_MAX
            )
        began = clock.monotonic_seconds()
        try:
            sent = {"Content-Type": "application/json", **headers}
            async with self._client.stream("POST", url, headers=sent, content=body) as response:
                text = await _beginning(response)
                return WebhookAnswer(
                    response.status_code,
                    _since(began),
                    text.decode("utf-8", "replace"),
                    retry_after=_retry_after(response.headers.get("retry-after", "")),
                )
        except AddressRefused as error:
            problem = f"address refused: {error.message}"
        except (CallTooSlow, httpx.TimeoutException):
            problem = f"no answer within {self._timeout_seconds:g} seconds"
        except httpx.ConnectError as error:
            problem = f"no connection: {error}"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            problem = f"no sound answer: {error}"
        return WebhookAnswer(None, _since(began), problem=problem)

    async def close(self) -> None:
        """Close connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None


async def _beginning(response: httpx.Response) -> bytes:
    """Read how an answer begins; what goes wrong after its head changes nothing, for the status has been said."""
    text = b""
    try:
        async for part in response.aiter_bytes():
            text += part
            if len(text) >= ANSWER_BYTES_READ:
                break
    except (httpx.HTTPError, AnswerTooLarge, CallTooSlow):
        text += b" (the rest of the answer did not come)"
    return text[:ANSWER_BYTES_READ]


def _retry_after(text: str) -> timedelta | None:
    return timedelta(seconds=int(text)) if _SECONDS.fullmatch(text.strip()) else None


def _since(began: float) -> int:
    return round((clock.monotonic_seconds() - began) * 1_000)
