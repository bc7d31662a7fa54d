"""Verification: walks the log once, computes every hash anew and names what does not fit, the first first.

Four things are compared: each leaf with its body, each bound row with its leaf, the tree with every signed checkpoint, and
the checkpoints with each other. After a checkpoint that does not fit, the walk goes on from what was signed, so that one
false record does not hide where the next one is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from intendant.kernel.audit._checkpoint import ORIGIN, Checkpoint, Position, place_bytes
from intendant.kernel.audit._erasure import ERASURE, Erasures
from intendant.kernel.audit._leaf import leaf_hash
from intendant.kernel.audit._merkle import Frontier
from intendant.kernel.audit._records import EVENT, RecordCheck
from intendant.kernel.audit._stream import Item, Leaf, Unbound, is_superseded, parse_act

FINDINGS_MAX = 100
ERASED_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit. `log` is a table or "checkpoint file"; `position` counts leaves from 1."""

    log: str
    id: str | None
    position: int | None
    reason: str

    def __str__(self) -> str:
        place = f" at leaf {self.position:,}" if self.position is not None else ""
        return f"{self.log} {self.id or ''}{place}: {self.reason}".replace(" :", ":")


@dataclass(slots=True)
class VerifyReport:
    """What verification saw. `findings` holds the first hundred of `finding_count`; `notices` are no failures."""

    organization_id: UUID | None = None
    leaves: int = 0
    sealed: int = 0
    checkpoints: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    """How many rows of each table were compared with their leaves."""
    erased: int = 0
    unchecked: int = 0
    """Digests of records for which no check is registered."""
    restores: int = 0
    findings: list[Finding] = field(default_factory=list)
    finding_count: int = 0
    notices: list[str] = field(default_factory=list)
    notice_count: int = 0

    @property
    def ok(self) -> bool:
        """Say whether nothing was found."""
        return self.finding_count == 0

    @property
    def first(self) -> Finding | None:
        """Return the first record that fails."""
        return self.findings[0] if self.findings else None

    @property
    def unsealed(self) -> int:
        """Return the number of leaves that no checkpoint covers yet."""
        return max(0, self.leaves - self.sealed)

    def as_dict(self) -> dict[str, object]:
        """Return the report for programs."""
        return {**asdict(self), "ok": self.ok, "unsealed": self.unsealed}

    def find(self, log: str, identifier: object, position: int | None, reason: str) -> None:
        """Note a finding."""
        self.finding_count += 1
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(Finding(log, None if identifier is None else str(identifier), position, reason))

    def notice(self, text: str) -> None:
        """Note what is no failure and worth knowing."""
        self.notice_count += 1
        if len(self.notices) < FINDINGS_MAX:
            self.notices.append(text)


class LogVerifier:
    """Takes the items of a log's stream in order and fills a report."""

    def __init__(
        self,
        organization_id: UUID,
        superseded: Sequence[tuple[int, int]],
        checks: Mapping[str, RecordCheck],
        erasures: Erasures | None = None,
    ) -> None:
        self.report = VerifyReport(organization_id)
        self._checks = checks
        self._erasures = erasures or Erasures()
        self._superseded = superseded
        self._frontier = Frontier()
        self._checkpoint: Checkpoint | None = None
        self._last = ORIGIN
        self._leaf_places = sha256()
        self._event_places = sha256()
        self._events: list[tuple[Position, UUID]] = []
        self._erased: dict[UUID, int] = {}
        self._stated: list[tuple[int, int]] = []

    def run(self, items: Iterable[Item]) -> None:
        """Take items in order."""
        for item in items:
            match item:
                case Leaf():
                    self._take_leaf(item)
                case Checkpoint():
                    self._take_checkpoint(item)
                case Unbound():
                    self.report.find(item.table, item.id, None, "no audit leaf recorded it; it was put in afterwards")

    def finish(self) -> VerifyReport:
        """Close the books and return the report."""
        for identifier, place in self._erased.items():
            self.report.find("audit", identifier, place, "its salt or body is gone and no act records an erasure")
        for pair in self._superseded:
            if pair not in self._stated:
                self.report.find("checkpoints", pair[1], None, "a restore is claimed that no checkpoint states")
        return self.report

    def _take_leaf(self, leaf: Leaf) -> None:
        report = self.report
        report.leaves += 1
        place = report.leaves
        if leaf.position <= self._last:
            report.find("audit", leaf.id, place, "it is out of order")
        elif leaf.position[:2] != self._last[:2]:
            self._flush_events()
        self._last = leaf.position
        self._leaf_places.update(place_bytes(leaf.id, leaf.position))
        self._frontier.append(leaf.hash)
        if leaf.salt is None or leaf.body is None:
            report.erased += 1
            if len(self._erased) < ERASED_MAX:
                self._erased[leaf.id] = place
            self._check_rows(leaf, {}, place, is_blank=True)
            return
        if leaf_hash(leaf.salt, leaf.body.encode()) != leaf.hash:
            report.find("audit", leaf.id, place, "its body is not what its hash was made from")
        act = parse_act(leaf.body)
        if act.get("act") == ERASURE:
            self._take_erasure(leaf, act)
        self._check_rows(leaf, act, place, is_blank=False)

    def _check_rows(self, leaf: Leaf, act: dict[str, Any], place: int, *, is_blank: bool) -> None:
        report = self.report
        bound = self._erasures.bound(leaf.id, act, self._checks, is_blank=is_blank)
        if act.get("digest") is not None and not any(one.check is not EVENT for one in bound):
            report.unchecked += 1
        for one in bound:
            table, row = one.check.table, leaf.rows.get(one.check.prefix)
            if row is None:
                report.find(table, one.id, place, "it is missing, though its audit leaf recorded it")
                continue
            report.rows[table] = report.rows.get(table, 0) + 1
            fault = one.check.faults(row, one.digest) or self._erasures.fault(one, row)
            if fault is None and (str(row["id"]), str(row["organization_id"])) != (one.id, str(report.organization_id)):
                fault = "it is another row than its audit leaf recorded"
            if fault is None and one.check is EVENT:
                fault = self._place_event(leaf, row)
            if fault is not None:
                report.find(table, one.id, place, fault)

    def _place_event(self, leaf: Leaf, row: Mapping[str, Any]) -> str | None:
        position = Position(int(row["epoch"]), int(row["xid"]), int(row["seq"]))
        self._events.append((position, UUID(str(row["id"]))))
        if position[:2] != leaf.position[:2]:
            return "it was moved to another transaction than its audit leaf"
        return None

    def _flush_events(self) -> None:
        """Hash the events of a transaction in their own order, which need not be that of their leaves."""
        for position, identifier in sorted(self._events):
            self._event_places.update(place_bytes(identifier, position))
        self._events.clear()

    def _take_erasure(self, leaf: Leaf, act: dict[str, Any]) -> None:
        said = act.get("detail")
        detail: dict[str, Any] = said if isinstance(said, dict) else {}
        leaves, rows = detail.get("leaves", []), detail.get("rows", [])
        for text in leaves:
            self._erased.pop(UUID(str(text)), None)
        self.report.notice(
            f"{len(leaves):,} leaves and {len(rows):,} records were erased by law: act {leaf.id} of {act.get('actor')}."
        )

    def _take_checkpoint(self, checkpoint: Checkpoint) -> None:
        report, said = self.report, checkpoint.statement
        report.checkpoints += 1
        if said.organization_id != report.organization_id:
            report.find("checkpoints", said.number, None, "it belongs to another organisation")
        if not checkpoint.follows(self._checkpoint):
            report.find("checkpoints", said.number, None, "it does not follow the checkpoint before it")
        self._checkpoint = checkpoint
        if said.restored is not None:
            self._stated.append((said.restored, said.number))
            report.restores += 1
            report.notice(
                f"The database was restored on {said.at:%Y-%m-%d %H:%M} UTC to checkpoint {said.restored}"
                f" ({said.size:,} leaves); what checkpoints {said.restored + 1} to {said.number - 1} covered may be lost."
            )
        if is_superseded(said.number, self._superseded):
            return
        self._flush_events()
        self._compare(checkpoint)
        self._frontier = said.frontier()
        self._leaf_places, self._event_places = sha256(), sha256()
        report.sealed = report.leaves

    def _compare(self, checkpoint: Checkpoint) -> None:
        report, said = self.report, checkpoint.statement
        first = report.sealed + 1
        span = f"of leaves {first:,} to {report.leaves:,}" if report.leaves >= first else "of no leaf"
        if self._frontier.size != said.size:
            difference = said.size - self._frontier.size
            what = f"{difference:,} leaves are missing" if difference > 0 else f"{-difference:,} leaves were added"
            report.find("audit", None, first, f"{what} {span}, which checkpoint {said.number} covers")
        elif self._frontier.root() != said.root:
            report.find("audit", None, first, f"one {span} was rewritten: checkpoint {said.number} has another root")
        elif self._last > said.position or self._leaf_places.digest() != said.leaf_places:
            report.find("audit", None, first, f"one {span} was moved or renamed: checkpoint {said.number}")
        elif self._event_places.digest() != said.event_places:
            report.find("events", None, first, f"an event {span} was moved: checkpoint {said.number}")
