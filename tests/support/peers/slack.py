"""Slack, by its descriptions of chat.postMessage, of incoming webhooks and of rate limits (docs.slack.dev, 2025)."""

import orjson

from tests.support.peers.http import Asked, Peer, Told

TOKEN = "xoxb-000000000000-abcdefghijkl"
HOOK = "/services/T000/B000/secretsecretsecret"


class Slack(Peer):
    """Checks token, channel, blocks and thread as Slack does."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[dict[str, object]] = []
        self.channels = {"#alerts", "C0123456789"}

    def answer(self, asked: Asked) -> Told:
        """Answer chat.postMessage with ok and ts, an incoming webhook with the text ok."""
        if asked.path == HOOK:
            return self._hook(asked)
        if asked.path != "/api/chat.postMessage":
            return Told(404, b"<html>not found</html>")
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return Told(200, {"ok": False, "error": "invalid_auth"})
        try:
            body = asked.json
        except orjson.JSONDecodeError:
            return Told(200, {"ok": False, "error": "invalid_json"})
        if body.get("channel") not in self.channels:
            return Told(200, {"ok": False, "error": "channel_not_found"})
        problem = self._problem(body)
        if problem:
            return Told(200, {"ok": False, "error": problem})
        self.posted.append(body)
        ts = f"1700000000.{len(self.posted):06d}"
        return Told(200, {"ok": True, "channel": "C0123456789", "ts": ts, "message": {"ts": ts}})

    def _hook(self, asked: Asked) -> Told:
        problem = self._problem(asked.json)
        if problem:
            return Told(400, problem.encode())
        self.posted.append(asked.json)
        return Told(200, b"ok")

    @staticmethod
    def _problem(body: dict[str, object]) -> str | None:
        blocks = body.get("blocks", [])
        if not body.get("text") and not blocks:
            return "no_text"
        if not isinstance(blocks, list) or len(blocks) > 50:
            return "invalid_blocks"
        for block in blocks:
            text = block.get("text", {})
            longest = 150 if block["type"] == "header" else 3_000
            if not 1 <= len(text.get("text", "")) <= longest:
                return "invalid_blocks"
            if block["type"] == "header" and text["type"] != "plain_text":
                return "invalid_blocks"
        return None
