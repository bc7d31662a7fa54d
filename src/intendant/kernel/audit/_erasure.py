"""Erasures by law: acts that name each leaf and each row that they blanked, and what the row says since.

Verification reads them first. A row that an act names must be what the act says, and must itself say that it was erased; a
leaf without salt and body must be named. So what was erased by an act is told apart from what was changed beside it, and what
an act blanked cannot be changed again unnoticed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from intendant.kernel.audit._records import DECISION, EVENT, Bound, RecordCheck, bound_by
from intendant.kit.database import Row, Transaction

ERASURE = "audit.leaf.erased"
"""The act whose detail lists, as `leaves`, the ids of leaves whose salt and body were erased by law, and, as `rows`, what else
was blanked: [leaf that bound it, prefix, id, digest (hex) since]."""
ERASED = "erased"
"""The key under which a blanked record or body names the request that erased it."""
ACTS_MAX = 1_000_000
_FORMS = {DECISION.prefix: "record", EVENT.prefix: "body"}


@dataclass(slots=True)
class Erasures:
    """What acts of erasure say, all of a log's together."""

    digests: dict[tuple[str, str], str] = field(default_factory=dict)
    """By prefix and id of a row, its digest (hex) since."""
    of_leaf: dict[UUID, list[tuple[str, str]]] = field(default_factory=dict)
    """By leaf, the rows it bound."""

    def add(self, act: Mapping[str, Any]) -> None:
        """Take what an act says; of several about a row the last counts. What cannot be read says nothing."""
        detail = act.get("detail")
        rows = detail.get("rows", ()) if isinstance(detail, dict) else ()
        for one in rows if isinstance(rows, list) else ():
            try:
                leaf, prefix, identifier, digest = UUID(str(one[0])), str(one[1]), str(one[2]), str(one[3])
            except (IndexError, KeyError, TypeError, ValueError):
                continue
            self.digests[prefix, identifier] = digest
            known = self.of_leaf.setdefault(leaf, [])
            if (prefix, identifier) not in known:
                known.append((prefix, identifier))

    def bound(
        self, leaf_id: UUID, act: Mapping[str, Any], checks: Mapping[str, RecordCheck], *, is_blank: bool
    ) -> list[Bound]:
        """Name the rows that a leaf binds, as they must be by now; a blank leaf's are those that acts name."""
        if is_blank:
            known = {**checks, EVENT.prefix: EVENT}
            return [
                Bound(known[prefix], identifier, self.digests[prefix, identifier])
                for prefix, identifier in self.of_leaf.get(leaf_id, ())
                if prefix in known
            ]
        return [
            Bound(one.check, one.id, self.digests.get((one.check.prefix, one.id), one.digest))
            for one in bound_by(act, checks)
        ]

    def fault(self, one: Bound, row: Mapping[str, Any]) -> str | None:
        """Say what is wrong with a row that an act names: it must say itself that it was erased."""
        key = (one.check.prefix, one.id)
        form = _FORMS.get(one.check.prefix)
        if key not in self.digests or form is None:
            return None
        try:
            said = orjson.loads(row[form])
        except (KeyError, TypeError, ValueError):
            said = None
        if isinstance(said, dict) and said.get(ERASED):
            return None
        return "an act says that it was erased, and it does not look so"

    def ids(self, prefix: str) -> list[str]:
        """List the rows of one kind that acts name."""
        return [identifier for known, identifier in self.digests if known == prefix]


def read_erasures(tx: Transaction, organization_id: UUID) -> Erasures:
    """Read all acts of erasure of a log, in its order."""
    rows = tx.connection.execute(
        "select body from audit where organization_id = %s and body like %s order by epoch, xid, seq limit %s",
        [organization_id, f'{{"act":"{ERASURE}",%', ACTS_MAX],
    )
    return erasures_of(row["body"] for row in rows)


def erasures_of(bodies: Iterable[str | None]) -> Erasures:
    """Gather what the acts of erasure among some leaves' bodies say."""
    found = Erasures()
    for body in bodies:
        try:
            act = orjson.loads(body or "{}")
        except ValueError:
            continue
        if isinstance(act, dict) and act.get("act") == ERASURE:
            found.add(act)
    return found


def erase(
    tx: Transaction,
    organization_id: UUID,
    *,
    records: Iterable[Row],
    bodies: Iterable[Row],
    leaves: Iterable[UUID],
) -> int:
    """Blank records of decisions, bodies of events ({id, text} each) and leaves; return how many.

    Takes a transaction of the system role. The caller appends the act that names them in the same transaction.
    """
    blanked: int = tx.scalar(
        "select erase_records(%s, %s::json, %s::json, %s)",
        [
            organization_id,
            orjson.dumps(list(records), default=str).decode(),
            orjson.dumps(list(bodies), default=str).decode(),
            list(leaves),
        ],
    )
    return blanked
