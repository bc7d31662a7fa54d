"""Messages as signed requests, by https://www.standardwebhooks.com: the id is that of the delivery, so a receiver knows a repeat."""

from typing import Any

import orjson

from intendant.connectors._posting import SAID_LENGTH_MAX, busy, post, quoted
from intendant.kit import clock
from intendant.kit.addresses import OutboundPolicy
from intendant.kit.signing import sign
from intendant.ports.calls import ProviderRefused, ProviderUnavailable
from intendant.ports.messages import Message, Receipt, Target

NAME = "The receiver"
_FINAL = (401, 403, 410)


class WebhookMessages:
    """The port of messages, over signed requests."""

    def __init__(self, policy: OutboundPolicy) -> None:
        self._policy = policy

    async def send(self, target: Target, message: Message) -> Receipt:
        """Post a message; every answer of 200 to 299 says that it was taken. While a secret is renewed, both sign."""
        body = orjson.dumps(body_of(message))
        identifier = f"msg_{message.id.hex}"
        headers = sign((target.secret or "").split("\n"), message_id=identifier, at=clock.system_now(), body=body)
        answer = await post(self._policy, NAME, target.settings["url"], body, headers)
        if 200 <= answer.status < 300:
            return Receipt(f"The receiver answered {answer.status}.", provider_id=identifier)
        if answer.status == 429:
            raise busy(NAME, answer)
        said = quoted(answer.text[:SAID_LENGTH_MAX])
        why = f"The receiver answered {answer.status}" + (f": {said}" if said else ".")
        if answer.status in _FINAL:
            raise ProviderRefused(why)
        raise ProviderUnavailable(why)


def body_of(message: Message) -> dict[str, Any]:
    """Return the body: what happened, when, and to which alerts."""
    return {
        "type": f"alerts.{message.what}",
        "timestamp": message.at.isoformat(),
        "data": {
            "organization": message.organization,
            "subject": message.subject,
            "url": message.url,
            "more": message.more,
            "alerts": [
                {
                    "id": alert.id,
                    "kind": alert.kind,
                    "severity": alert.severity,
                    "title": alert.title,
                    "cause": alert.cause,
                    "component": alert.component,
                    "state": alert.state,
                    "raised_at": alert.raised_at,
                    "count": alert.count,
                    "url": alert.url,
                    "by": alert.by,
                }
                for alert in message.alerts
            ],
        },
    }
