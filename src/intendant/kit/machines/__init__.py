"""Machines of one installation: an invitation carries the keys from one that has them to one that has not, once."""

from intendant.kit.machines._invitation import (
    INVITED_MINUTES_MAX,
    Invitation,
    InvitationInvalid,
    InvitationRefused,
    invite,
    take_up,
)
from intendant.kit.machines._key_files import KeysDiffer, KeysForeign, read_keys, write_keys

__all__ = [
    "INVITED_MINUTES_MAX",
    "Invitation",
    "InvitationInvalid",
    "InvitationRefused",
    "KeysDiffer",
    "KeysForeign",
    "invite",
    "read_keys",
    "take_up",
    "write_keys",
]
