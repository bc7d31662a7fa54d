"""A receiver of signed requests, which checks them with the standard's own library (standardwebhooks)."""

from standardwebhooks import Webhook, WebhookVerificationError

from tests.support.peers.http import Asked, Peer, Told


class Receiver(Peer):
    """Takes requests that one of its secrets signed; knows a repeat by its id."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets: list[str] = []
        self.taken: dict[str, object] = {}

    def answer(self, asked: Asked) -> Told:
        """Answer 204, or 401 where no signature holds."""
        for secret in self.secrets:
            try:
                Webhook(secret).verify(asked.body, dict(asked.headers))
            except WebhookVerificationError:
                continue
            self.taken[asked.headers["webhook-id"]] = asked.json
            return Told(204)
        return Told(401, b"the signature does not hold")
