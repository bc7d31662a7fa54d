"""Deciding: proposals of any organisations and kinds, batch by batch, each batch in one transaction.

If a batch is refused as a whole, it is decided again in parts, by organisation and then by halves, down to the member at fault.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
import structlog

from intendant.kernel.decisions._batch import Batch, Duplicate, Result
from intendant.kernel.decisions._record import Decision
from intendant.kernel.decisions._states import PolicyCache
from intendant.kernel.registry import Decided, DecisionKind, Proposal, Registry
from intendant.kernel.usage import Meter
from intendant.kit import clock, metrics, tracing
from intendant.kit.database import Database, Transaction
from intendant.kit.errors import Bug, IntendantError, Invalid, Unavailable

BATCH_MAX = 10_000

log = structlog.get_logger(__name__)


class ProposalRejected(Invalid):
    """The database refused the proposal's values."""

    code = "proposal_rejected"


class MemberFailed(Bug):
    """Deciding one member failed in a way that nobody foresaw; nothing of it was written."""

    code = "member_failed"


@dataclass(slots=True)
class Decider:
    """What deciding needs: the database, the registry and the compiled policies."""

    database: Database
    registry: Registry
    policies: PolicyCache = field(default_factory=PolicyCache)
    meter: Meter = field(default_factory=Meter)
    """Counts what was decided, by organisation and who proposed it."""

    def decide_many(self, proposals: Sequence[Proposal]) -> list[Result]:
        """Decide proposals of any organisations and kinds; results in the same order, an error where a member failed.

        Each chunk of at most `BATCH_MAX` of one kind is one transaction. Raises Unavailable when the database is away or went
        away on the way: what was decided until then stands, and the same keys find it again.
        """
        results = self.decide_each(proposals)
        for result in results:
            if isinstance(result, Unavailable):
                raise result
        return results

    def decide_each(self, proposals: Sequence[Proposal]) -> list[Result]:
        """Decide like `decide_many`, but for members of different callers: Unavailable too stands only where it happened."""
        results: dict[int, Result] = {}
        by_kind: dict[str, list[int]] = {}
        for place, proposal in enumerate(proposals):
            by_kind.setdefault(proposal.kind, []).append(place)
        for name, places in by_kind.items():
            try:
                kind = self.registry.kind(name)
            except IntendantError as error:
                results |= dict.fromkeys(places, error)
                continue
            for start in range(0, len(places), BATCH_MAX):
                chunk = places[start : start + BATCH_MAX]
                decided = self._decide_safely(kind, [proposals[p] for p in chunk])
                results |= dict(zip(chunk, decided, strict=True))
        return [results[place] for place in range(len(proposals))]

    def decide(self, proposal: Proposal) -> Decision:
        """Decide one proposal; raises its error."""
        (result,) = self.decide_each([proposal])
        if isinstance(result, IntendantError):
            raise result
        return result

    def _decide_safely(self, kind: DecisionKind, proposals: Sequence[Proposal]) -> list[Result]:
        """Decide a batch; one that is refused as a whole is decided again in parts, down to the member at fault."""
        waiting = [list(range(len(proposals)))]
        results: dict[int, Result] = {}
        retried: set[int] = set()
        away: Unavailable | None = None
        while waiting:
            places = waiting.pop()
            if away is not None:
                results |= dict.fromkeys(places, away)
                continue
            part = [proposals[place] for place in places]
            try:
                results |= dict(zip(places, self._decide_together(kind, part), strict=True))
            except Unavailable as error:
                if len(places) == 1 or not _was_in_the_way(error):
                    away = error
                    waiting.append(places)
                else:
                    waiting += [[places[each] for each in places_] for places_ in reversed(_parts(part))]
            except Exception as error:
                if len(places) > 1:
                    log.info("batch refused; deciding it in parts", size=len(places), cause=type(error).__name__)
                    waiting += [[places[each] for each in places_] for places_ in reversed(_parts(part))]
                elif isinstance(error, psycopg.errors.UniqueViolation) and places[0] not in retried:
                    # Another transaction wrote the same key or reference meanwhile: now it is seen, and answered.
                    retried.add(places[0])
                    waiting.append(places)
                else:
                    results[places[0]] = _as_error(error)
        return [results[place] for place in range(len(proposals))]

    def _decide_together(self, kind: DecisionKind, proposals: Sequence[Proposal]) -> list[Result]:
        began = clock.monotonic_seconds()
        organizations = sorted({proposal.organization_id for proposal in proposals})
        from_requests = [each for each in map(tracing.carried, proposals) if each] if tracing.is_tracing() else []
        with (
            tracing.span("decide batch", parent=next(iter(from_requests), None), links=from_requests[1:]),
            self.database.transaction(*organizations) as tx,
        ):
            batch = Batch(tx, kind, proposals, self.policies)
            results = batch.run()
            if tracing.is_tracing():
                _remember_traces(tx, batch.decided)
        if batch.decided:
            self._count(kind, batch.decided, clock.monotonic_seconds() - began)
        return results

    def _count(self, kind: DecisionKind, decided: Sequence[Decided], seconds: float) -> None:
        metrics.BATCH_SIZE.observe(len(decided), kind.name)
        metrics.BATCH_SECONDS.observe(seconds, kind.name)
        found = Counter(
            (each.proposal.organization_id, each.verdict.kind, each.proposal.proposed_by.partition(":")[0])
            for each in decided
        )
        for (organization_id, verdict, source), count in found.items():
            metrics.DECISIONS.add(kind.name, verdict.value, source, by=count)
            self.meter.decided(organization_id, source, count)


def _remember_traces(tx: Transaction, decided: Sequence[Decided]) -> None:
    """Write beside decisions which trace they belong to, for the workers that carry out what follows from them."""
    here = tracing.traceparent()
    found = [(each, tracing.carried(each.proposal) or here) for each in decided]
    rows = [(each.proposal.organization_id, each.id, trace) for each, trace in found if trace is not None]
    tracing.remember(tx, rows, last=True)


def _parts(proposals: Sequence[Proposal]) -> list[list[int]]:
    """Split a refused batch: by organisation if it has several, else in halves."""
    by_organization: dict[UUID, list[int]] = {}
    for place, proposal in enumerate(proposals):
        by_organization.setdefault(proposal.organization_id, []).append(place)
    if len(by_organization) > 1:
        return list(by_organization.values())
    middle = len(proposals) // 2
    return [list(range(middle)), list(range(middle, len(proposals)))]


def _was_in_the_way(error: Unavailable) -> bool:
    """Say whether other transactions were the cause: then smaller parts may get through."""
    return isinstance(error.__cause__, psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure)


def _as_error(error: Exception) -> IntendantError:
    if isinstance(error, IntendantError):
        return error
    if isinstance(error, psycopg.errors.UniqueViolation):
        return Duplicate(
            "This exists already.",
            remedy="Look it up, or use another reference.",
            data={"constraint": error.diag.constraint_name},
        )
    if isinstance(error, psycopg.DataError | psycopg.IntegrityError):
        return ProposalRejected("A value cannot be stored.", remedy="Check sizes and characters of the inputs.")
    # One member's fault must not take the others of its batch along, so it is told to its own caller alone.
    log.error("a proposal could not be decided", exc_info=error)
    bug = MemberFailed("This could not be decided because of a fault in the program.", remedy="Look into the log.")
    bug.__cause__ = error
    return bug
