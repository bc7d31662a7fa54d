"""One call of a provider that carries messages: posted through the guarded client, and its failures told in the words of our ports."""

from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from intendant.connectors.outbound import AddressRefused, AnswerTooLarge, CallTooSlow, OutboundPolicy, open_client
from intendant.ports.calls import FateUncertain, ProviderRefused, ProviderUnavailable

TIMEOUT_SECONDS = 15.0
ANSWER_BYTES_MAX = 64 << 10
RETRY_AFTER_SECONDS_DEFAULT = 30.0
SAID_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered; `body` is empty where it was no JSON object."""

    status: int
    body: dict[str, Any]
    text: str
    retry_after_seconds: float | None


async def post(
    policy: OutboundPolicy, provider: str, url: str, content: bytes, headers: dict[str, str] | None = None
) -> Answer:
    """Post JSON once. Raises ProviderRefused, ProviderUnavailable or FateUncertain; none of them repeats the address, which may hold a token."""
    sent = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    try:
        async with open_client(policy, timeout_seconds=TIMEOUT_SECONDS, answer_bytes_max=ANSWER_BYTES_MAX) as client:
            answer = await client.post(url, content=content, headers=sent)
    except AddressRefused as error:
        raise ProviderRefused(f"The address of {provider} is not called: {error}") from None
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        raise ProviderUnavailable(f"{provider} was not reached.") from None
    except (CallTooSlow, AnswerTooLarge) as error:
        raise FateUncertain(f"{provider} was called, but {error.message.lower()}") from None
    except httpx.HTTPError as error:
        raise FateUncertain(f"{provider} was called, but its answer was lost ({type(error).__name__}).") from None
    return _read(answer)


def busy(provider: str, answer: Answer) -> ProviderUnavailable:
    """Return the error for a provider that asks us to wait."""
    wait = answer.retry_after_seconds or RETRY_AFTER_SECONDS_DEFAULT
    return ProviderUnavailable(
        f"{provider} takes no more messages for {wait:.0f} seconds.", data={"retry_after_seconds": wait}
    )


def failed(provider: str, answer: Answer) -> ProviderUnavailable:
    """Return the error for a provider with a fault of its own."""
    return ProviderUnavailable(f"{provider} has a fault of its own (it answered {answer.status}).")


def malformed(provider: str, answer: Answer) -> FateUncertain:
    """Return the error for an answer that is none."""
    return FateUncertain(f"{provider} answered {answer.status} with something that is no answer of its.")


def quoted(text: object) -> str:
    """Return what a provider said as one short line."""
    return " ".join(str(text).split())[:SAID_LENGTH_MAX]


def _read(answer: httpx.Response) -> Answer:
    try:
        body = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        body = {}
    return Answer(
        answer.status_code,
        body if isinstance(body, dict) else {},
        answer.text,
        _seconds(answer.headers.get("retry-after")),
    )


def _seconds(text: str | None) -> float | None:
    """Read Retry-After in seconds; a date is read as none."""
    try:
        seconds = float(text or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None
