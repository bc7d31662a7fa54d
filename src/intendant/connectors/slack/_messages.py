"""Messages on Slack, by https://docs.slack.dev/reference/methods/chat.postMessage and .../messaging/sending-messages-using-incoming-webhooks.

A bot answers in the thread of an alert's first message; an incoming webhook gives no reference, so each message stands alone.
Slack knows no idempotency key: a message whose answer was lost may come twice.
"""

from typing import Any

import orjson

from intendant.connectors._posting import Answer, busy, failed, malformed, post, quoted
from intendant.kit.addresses import OutboundPolicy
from intendant.ports.calls import ProviderRefused, ProviderUnavailable
from intendant.ports.messages import Message, Receipt, Target

NAME = "Slack"
BLOCKS_MAX = 48
HEADER_LENGTH_MAX, SECTION_LENGTH_MAX, TEXT_LENGTH_MAX = 150, 2_900, 3_500
_PASSING = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
_REASONS = {
    "invalid_auth": "the token is not valid",
    "not_authed": "no token was given",
    "account_inactive": "the token belongs to a bot that was removed",
    "token_revoked": "the token was revoked",
    "token_expired": "the token has expired",
    "missing_scope": "the bot lacks the scope chat:write",
    "channel_not_found": "there is no such channel, or the bot may not see it",
    "not_in_channel": "the bot is not in the channel: invite it",
    "is_archived": "the channel is archived",
    "no_service": "the incoming webhook was removed or switched off",
    "invalid_token": "the incoming webhook is not valid",
    "channel_is_archived": "the channel is archived",
    "action_prohibited": "an administrator of the workspace forbids it",
}


def escape(text: str) -> str:
    """Write the three characters that Slack reads as control as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class SlackMessages:
    """The port of messages, over Slack."""

    def __init__(self, policy: OutboundPolicy) -> None:
        self._policy = policy

    async def send(self, target: Target, message: Message) -> Receipt:
        """Post a message; by a token where the settings name a channel, by the incoming webhook's address otherwise."""
        secret = target.secret or ""
        channel = target.settings.get("channel")
        if channel is None:
            return _incoming(await post(self._policy, NAME, secret, orjson.dumps(_body(message))))
        body = _body(message) | {"channel": channel}
        if message.thread is not None:
            body["thread_ts"] = message.thread
        url = f"{target.settings['api_url'].rstrip('/')}/chat.postMessage"
        answer = await post(self._policy, NAME, url, orjson.dumps(body), {"Authorization": f"Bearer {secret}"})
        return _posted(answer)


def blocks_of(message: Message) -> list[dict[str, Any]]:
    """Return the message as blocks. What alerts say stands in plain text, which Slack does not read as markup."""
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(message.subject, HEADER_LENGTH_MAX)}]
    for alert in message.alerts:
        lines = [f"[{alert.severity}] {alert.title}", f"{alert.kind} · {alert.cause}"]
        if alert.component:
            lines[-1] += f" · {alert.component}"
        if alert.by is not None:
            lines.append(f"{'Acknowledged' if alert.state == 'open' else alert.state.capitalize()} by {alert.by}")
        blocks.append(
            {
                "type": "section",
                "text": _plain("\n".join(lines), SECTION_LENGTH_MAX),
                "accessory": {
                    "type": "button",
                    "text": _plain("Open", 20),
                    "url": alert.url,
                    "action_id": f"open-{alert.id}",
                },
            }
        )
    if message.more:
        blocks.append({"type": "section", "text": _plain(f"And {message.more} more.", 100)})
    if not message.alerts:
        blocks.append({"type": "section", "text": _plain(message.text, SECTION_LENGTH_MAX)})
    return blocks[:BLOCKS_MAX]


def _plain(text: str, length_max: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": escape(text[:length_max]), "emoji": False}


def _body(message: Message) -> dict[str, Any]:
    # `text` is what notifications and screen readers show; blocks are what the channel shows.
    return {
        "text": escape(message.subject[:TEXT_LENGTH_MAX]),
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": blocks_of(message),
    }


def _posted(answer: Answer) -> Receipt:
    if answer.status == 429 or answer.body.get("error") in ("ratelimited", "rate_limited", "message_limit_exceeded"):
        raise busy(NAME, answer)
    if answer.status >= 500:
        raise failed(NAME, answer)
    if answer.body.get("ok") is True and isinstance(answer.body.get("ts"), str):
        reference = answer.body["ts"]
        return Receipt("Slack took the message.", provider_id=reference, thread=reference)
    error = answer.body.get("error")
    if answer.body.get("ok") is not False or not isinstance(error, str):
        raise malformed(NAME, answer)
    if error in _PASSING:
        raise ProviderUnavailable(f"Slack cannot just now ({quoted(error)}).")
    raise _refused(error)


def _incoming(answer: Answer) -> Receipt:
    if answer.status == 429:
        raise busy(NAME, answer)
    if answer.status >= 500:
        raise failed(NAME, answer)
    if answer.status == 200 and answer.text.strip() == "ok":
        return Receipt("Slack took the message.")
    if answer.status < 400:
        raise malformed(NAME, answer)
    raise _refused(answer.text.strip())


def _refused(error: str) -> ProviderRefused:
    said = _REASONS.get(error)
    return ProviderRefused(f"Slack refused: {said} ({quoted(error)})." if said else f"Slack refused: {quoted(error)}.")
