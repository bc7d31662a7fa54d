"""The product's door, as the simulation finds it: open, away for a while, or closed for good."""

import httpx


class DemoGoneError(Exception):
    """The server does not know the key: the demo was removed, or another run has made itself a new key."""


def check_is_there(answer: httpx.Response) -> None:
    """Raise DemoGoneError for a key that is not known, TransportError for a server that cannot answer just now."""
    if answer.status_code == 401:
        raise DemoGoneError
    if answer.status_code >= 500 or answer.status_code == 429:
        raise httpx.TransportError(f"status {answer.status_code}")
