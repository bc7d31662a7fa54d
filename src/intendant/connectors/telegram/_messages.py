"""Messages on Telegram, by https://core.telegram.org/bots/api#sendmessage: plain text, without any mode of markup.

Telegram knows no idempotency key: a message whose answer was lost may come twice.
"""

from typing import Any

import orjson

from intendant.connectors._posting import Answer, busy, failed, malformed, post, quoted
from intendant.kit.addresses import OutboundPolicy
from intendant.ports.calls import ProviderRefused, ProviderUnavailable
from intendant.ports.messages import Message, Receipt, Target

NAME = "Telegram"
UNITS_MAX = 4_096
"""Telegram counts UTF-16 code units."""


class TelegramMessages:
    """The port of messages, over Telegram."""

    def __init__(self, policy: OutboundPolicy) -> None:
        self._policy = policy

    async def send(self, target: Target, message: Message) -> Receipt:
        """Send a message to the chat, as an answer to the alert's first one where there is one."""
        body: dict[str, Any] = {
            "chat_id": target.settings["chat_id"],
            "text": shortened(message.text),
            "link_preview_options": {"is_disabled": True},
        }
        if message.thread is not None:
            body["reply_parameters"] = {"message_id": int(message.thread), "allow_sending_without_reply": True}
        url = f"{target.settings['api_url'].rstrip('/')}/bot{target.secret}/sendMessage"
        return _sent(await post(self._policy, NAME, url, orjson.dumps(body)))


def shortened(text: str) -> str:
    """Cut text to what fits one message."""
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * UNITS_MAX:
        return text
    return encoded[: 2 * (UNITS_MAX - 1)].decode("utf-16-le", "ignore") + "…"


def _sent(answer: Answer) -> Receipt:
    body = answer.body
    if answer.status == 429 or body.get("error_code") == 429:
        parameters = body.get("parameters")
        asked = parameters.get("retry_after") if isinstance(parameters, dict) else None
        if isinstance(asked, int | float) and asked > 0:
            answer = Answer(answer.status, body, answer.text, float(asked))
        raise busy(NAME, answer)
    if answer.status >= 500:
        raise failed(NAME, answer)
    result = body.get("result")
    if body.get("ok") is True and isinstance(result, dict) and isinstance(result.get("message_id"), int):
        reference = str(result["message_id"])
        return Receipt("Telegram took the message.", provider_id=reference, thread=reference)
    if body.get("ok") is not False:
        raise malformed(NAME, answer)
    said = quoted(body.get("description", "no reason given"))
    parameters = body.get("parameters")
    if isinstance(parameters, dict) and "migrate_to_chat_id" in parameters:
        raise ProviderRefused(
            f"Telegram refused: the group has become a supergroup; its new chat_id is {quoted(parameters['migrate_to_chat_id'])}."
        )
    match answer.status:
        case 401 | 404:
            raise ProviderRefused(f"Telegram refused: the bot's token is not valid ({said}).")
        case 403:
            raise ProviderRefused(f"Telegram refused: the bot may not write to this chat ({said}).")
        case 400:
            raise ProviderRefused(f"Telegram refused: {said}.")
    raise ProviderUnavailable(f"Telegram answered {answer.status}: {said}.")
