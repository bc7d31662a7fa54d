"""Several cores averaged: each one's calibrated raw score counts alike, so that contributions still add up."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from intendant.learning.estimators._contract import Floats
from intendant.learning.estimators.tabular._problem import Core
from intendant.learning.estimators.tabular.plain import decode_array, encode_array, invalid

MEMBER_COUNT_MAX = 8


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A core whose raw scores are multiplied by `slope` and moved by `offset` (one per head) before they are averaged."""

    core: Core
    slope: float
    offset: Floats


class Blend:
    """The mean of its members."""

    def __init__(self, members: tuple[Member, ...]):
        """Take at least one member."""
        self._members = members

    def raw(self, matrix: Floats) -> Floats:
        """Return the mean of the members' adjusted scores."""
        total = sum(member.slope * member.core.raw(matrix) + member.offset for member in self._members)
        return np.asarray(total / len(self._members), dtype=np.float64)

    def contributions(self, matrix: Floats, heads: Any) -> Floats:
        """Return the mean of the members' contributions."""
        total = sum(member.slope * member.core.contributions(matrix, heads) for member in self._members)
        return np.asarray(total / len(self._members), dtype=np.float64)

    def to_plain(self) -> dict[str, Any]:
        """Return the members."""
        members = [
            {"core": member.core.to_plain(), "slope": member.slope, "offset": encode_array(member.offset)}
            for member in self._members
        ]
        return {"kind": "blend", "members": members}

    @classmethod
    def from_plain(cls, body: Any, *, feature_count: int, heads: int, read_core: Any) -> "Blend":
        """Read what `to_plain` wrote; `read_core` reads a member's core."""
        if not 0 < len(body["members"]) <= MEMBER_COUNT_MAX:
            raise invalid("it blends too many or too few models")
        members = []
        for entry in body["members"]:
            if entry["core"]["kind"] == "blend":
                raise invalid("a blend holds no blend")
            slope, offset = float(entry["slope"]), decode_array(entry["offset"], dimensions=1)
            if not np.isfinite(slope) or offset.shape != (heads,):
                raise invalid("a member's weight is unsound")
            members.append(Member(read_core(entry["core"], feature_count=feature_count, heads=heads), slope, offset))
        return cls(tuple(members))
