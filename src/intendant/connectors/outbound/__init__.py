"""The one way to call an address that a person typed: resolved once, only public, pinned, bounded in bytes and seconds."""

from intendant.connectors.outbound._client import (
    ANSWER_BYTES_MAX,
    REDIRECTS_MAX,
    AnswerTooLarge,
    CallTooSlow,
    Resolver,
    open_client,
)
from intendant.kit.addresses import AddressRefused, OutboundPolicy, parse_address, parse_outbound

__all__ = [
    "ANSWER_BYTES_MAX",
    "REDIRECTS_MAX",
    "AddressRefused",
    "AnswerTooLarge",
    "CallTooSlow",
    "OutboundPolicy",
    "Resolver",
    "open_client",
    "parse_address",
    "parse_outbound",
]
