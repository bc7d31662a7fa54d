"""Mutes: rules that do not ask about one customer for a while."""

from intendant.kernel.mutes._mutes import (
    Asked,
    MuteEnded,
    MuteExists,
    MuteInvalid,
    MuteUnknown,
    RuleNotMutable,
    Standing,
    end_mute,
    get_mute,
    list_mutes,
    mute,
    muted_query,
    read_muted,
    standing_of,
)

__all__ = [
    "Asked",
    "MuteEnded",
    "MuteExists",
    "MuteInvalid",
    "MuteUnknown",
    "RuleNotMutable",
    "Standing",
    "end_mute",
    "get_mute",
    "list_mutes",
    "mute",
    "muted_query",
    "read_muted",
    "standing_of",
]
