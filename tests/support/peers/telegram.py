"""Telegram's Bot API, by its description of sendMessage and of ResponseParameters (core.telegram.org/bots/api, 2025)."""

from tests.support.peers.http import Asked, Peer, Told

TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz0123456"
CHAT = "-1001234567890"


class Telegram(Peer):
    """Checks token, chat and length as Telegram does."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, object]] = []

    def answer(self, asked: Asked) -> Told:
        """Answer {ok, result} or {ok: false, error_code, description}."""
        if asked.path != f"/bot{TOKEN}/sendMessage":
            return self._no(401, "Unauthorized")
        body = asked.json
        if str(body.get("chat_id")) != CHAT:
            return self._no(400, "Bad Request: chat not found")
        text = body.get("text", "")
        if not text:
            return self._no(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4_096:
            return self._no(400, "Bad Request: message is too long")
        self.sent.append(body)
        return Told(200, {"ok": True, "result": {"message_id": len(self.sent), "date": 1, "chat": {"id": int(CHAT)}}})

    @staticmethod
    def _no(code: int, description: str) -> Told:
        return Told(code, {"ok": False, "error_code": code, "description": description})
