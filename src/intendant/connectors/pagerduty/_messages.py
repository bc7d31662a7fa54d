"""Alerts as events of PagerDuty, by https://developer.pagerduty.com/docs/send-alert-event: trigger, acknowledge, resolve.

The dedup key is the alert's, so an event that is sent twice changes nothing, and PagerDuty's incident ends with our alert.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from intendant.connectors._posting import Answer, busy, failed, malformed, post, quoted
from intendant.kit.addresses import OutboundPolicy
from intendant.ports.calls import ProviderRefused
from intendant.ports.messages import Message, MessageAlert, Receipt, Target

NAME = "PagerDuty"
URLS = {"us": "https://events.pagerduty.com", "eu": "https://events.eu.pagerduty.com"}
SUMMARY_LENGTH_MAX = 1_024
_SEVERITIES = {"critical": "critical", "high": "error", "medium": "warning", "low": "info"}
_ACTIONS = {"alert": "trigger", "digest": "trigger", "acknowledged": "acknowledge", "ended": "resolve"}


class PagerDutyMessages:
    """The port of messages, over PagerDuty. `urls` are those of its service regions."""

    def __init__(self, policy: OutboundPolicy, urls: Mapping[str, str] = URLS) -> None:
        self._policy = policy
        self._urls = urls

    async def send(self, target: Target, message: Message) -> Receipt:
        """Send an event for each alert. A test opens an incident at the lowest severity and resolves it at once."""
        url = f"{self._urls[target.settings['region']]}/v2/enqueue"
        key = target.secret or ""
        if message.what == "test":
            events = [_test(key, message, action) for action in ("trigger", "resolve")]
        else:
            events = [event_of(key, message, alert) for alert in message.alerts]
        dedup_key = None
        for event in events:
            dedup_key = _taken(await post(self._policy, NAME, url, orjson.dumps(event)))
        return Receipt("PagerDuty took the event.", provider_id=dedup_key)


def event_of(routing_key: str, message: Message, alert: MessageAlert) -> dict[str, Any]:
    """Return the event of one alert."""
    action = _ACTIONS[message.what]
    event: dict[str, Any] = {
        "routing_key": routing_key,
        "event_action": action,
        "dedup_key": f"intendant:{alert.id}",
    }
    if action != "trigger":
        return event
    return event | {
        "client": "Intendant",
        "client_url": alert.url,
        "links": [{"href": alert.url, "text": "Open the alert"}],
        "payload": {
            "summary": alert.title[:SUMMARY_LENGTH_MAX],
            "source": message.organization,
            "severity": _SEVERITIES[alert.severity],
            "timestamp": message.at.isoformat(),
            "component": alert.component or "intendant",
            "group": alert.cause.partition(":")[0].partition(".")[0],
            "class": alert.kind,
            "custom_details": {"cause": alert.cause, "raised_at": alert.raised_at.isoformat(), "count": alert.count},
        },
    }


def _test(routing_key: str, message: Message, action: str) -> dict[str, Any]:
    event: dict[str, Any] = {
        "routing_key": routing_key,
        "event_action": action,
        "dedup_key": f"intendant:test:{message.id}",
    }
    if action == "trigger":
        event["payload"] = {"summary": message.subject, "source": message.organization, "severity": "info"}
    return event


def _taken(answer: Answer) -> str | None:
    if answer.status == 429:
        raise busy(NAME, answer)
    if answer.status >= 500:
        raise failed(NAME, answer)
    if answer.status == 202 and answer.body.get("status") == "success":
        key = answer.body.get("dedup_key")
        return key if isinstance(key, str) else None
    if 200 <= answer.status < 400:
        raise malformed(NAME, answer)
    said = answer.body.get("errors") or answer.body.get("message") or answer.text
    reasons = "; ".join(map(str, said)) if isinstance(said, list) else str(said)
    raise ProviderRefused(f"PagerDuty refused the event ({answer.status}): {quoted(reasons)}")
