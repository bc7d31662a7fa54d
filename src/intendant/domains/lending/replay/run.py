"""The replay itself: a sandbox organisation, a model trained on the earlier part, the later part decided by the live path.

It can be stopped at any moment and run again: the sandbox is named after the digest of all that determines the replay, each row
has its own reference and idempotency key, and what is decided already is read back from the record instead of being decided twice.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from intendant.domains.lending import training, usecases
from intendant.domains.lending.champions import Scorer
from intendant.domains.lending.contract import APPLICATION_KIND, COMPONENT, REPAID
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.model import Product
from intendant.domains.lending.replay.plan import SEED, Plan
from intendant.domains.lending.replay.sandbox import running_alone, set_aside
from intendant.domains.lending.replay.verdicts import Verdicts
from intendant.kernel import autonomy, organizations, outcomes, policies
from intendant.kernel.decisions import Decider, Decision, Result
from intendant.kernel.organizations import Organization
from intendant.kernel.registry import Proposal
from intendant.kit import clock, ids
from intendant.kit.clock import BusinessClock
from intendant.kit.database import Database, Row
from intendant.kit.errors import Bug, IntendantError, Invalid

BY = "replay"
OUTCOMES_AT_ONCE = 5_000
READ_BACK_ROWS = 20_000
FRESH_AFTER_END = timedelta(days=2)

Progress = Callable[[str, int, int], None]
"""Called with a stage, how much of it is done, and how much there is."""


@dataclass
class Replayer:
    """Runs plans on one installation."""

    database: Database
    decider: Decider
    kind: LendingApplicationKind
    found: Callable[..., Organization]
    """Founds an organisation: `System.found_organization`."""
    remove: Callable[[UUID], None]
    """Removes one: `System.remove_organization`."""
    locks: Path
    """Folder for lock files: two processes never run one replay at the same time."""
    _moment: datetime = field(default=datetime.min.replace(tzinfo=UTC), init=False)
    """How far business time has come."""

    def run(
        self,
        plan: Plan,
        *,
        progress: Progress,
        speed: float | None = None,
        wait: Callable[[float], object] | None = None,
    ) -> Verdicts:
        """Run a plan, or the rest of it. `speed` is business seconds per second of ours; None is as fast as it goes."""
        with running_alone(self.locks, plan):
            began = clock.monotonic_seconds()
            organization, product = self._sandbox(plan)
            try:
                model, cutoff = self._train(plan, organization, product, progress)
            except Invalid:
                # Nothing can come of this sandbox: the table itself is at fault, and a corrected one has a sandbox of its own.
                self.remove(organization.id)
                raise
            said = Verdicts(organization, model, self._scorer(organization, model), cutoff)
            said.seconds["training"] = clock.monotonic_seconds() - began
            began = clock.monotonic_seconds()
            self._decide_all(plan, organization, product, said, progress, speed, wait)
            said.seconds["deciding"] = clock.monotonic_seconds() - began
            began = clock.monotonic_seconds()
            self._record_refused(plan, organization, said)
            self._record_outcomes(plan, organization, progress)
            said.seconds["outcomes"] = clock.monotonic_seconds() - began
            self._finish(plan, organization, said)
        return said

    def _sandbox(self, plan: Plan) -> tuple[Organization, Product]:
        with self.database.system() as tx:
            organization = organizations.find_organization(tx, plan.slug)
        if organization is None:
            organization = self.found(
                slug=plan.slug,
                name=f"Replay of {plan.source.name}"[:200],
                kind="sandbox",
                business_clock=BusinessClock(clock.system_now(), plan.start(), 0.0),
                by=BY,
            )
        now = clock.system_now()
        with self.database.transaction(organization.id) as tx:
            row = tx.find("select 1 from replays where organization_id = %s", [organization.id])
            if row is not None:
                return organization, self.kind.catalogue.latest(tx, plan.draft.product.key)
            product = usecases.publish_product(tx, organization, self.kind.catalogue, plan.draft.product, author=BY)
            policies.publish(
                tx, organization, plan.draft.policy, author=BY, reason="The replay's draft policy.", system_now=now
            )
            autonomy.set_level(
                tx, organization, COMPONENT, "full", by=BY, why="A sandbox: nothing leaves it.", system_now=now
            )
            tx.execute(
                "insert into replays (organization_id, id, source_digest, source_name, mapping, state, rows_total, rows_done,"
                " created_at, updated_at) values (%s, %s, %s, %s, %s, 'prepared', %s, 0, %s, %s)",
                [organization.id, ids.new_id(), plan.digest, plan.source.name, orjson.dumps(plan.draft.columns).decode(),
                 len(plan.parts.later), now, now],
            )  # fmt: skip
            quarantined = plan.table.quarantine.rows
            set_aside(tx, plan, organization, [(r.number, r.reason, r.explanation, r.text) for r in quarantined])
        return organization, product

    def _train(
        self, plan: Plan, organization: Organization, product: Product, progress: Progress
    ) -> tuple[Row, dict[str, float] | None]:
        """Train on the earlier part, unless an earlier run has; return the model's row and the plain cut-off."""
        with self.database.transaction(organization.id) as tx:
            # An unvalidated model stays a candidate and decides nothing; it is not trained again for that.
            row = tx.find(
                "select id, version, algorithm, report, validated, digest from models where organization_id = %s"
                " and algorithm = 'additive' order by version desc limit 1",
                [organization.id],
            )
            kept = tx.scalar("select report from replays where organization_id = %s", [organization.id])
        if row is not None and kept is not None:
            return row, kept.get("plain_cutoff")
        teaching = plan.teaching
        stored, result = training.train(
            self.database,
            organization,
            self.kind.champions,
            product,
            training.TrainingTable(
                frame=plan.inputs.iloc[teaching].reset_index(drop=True),
                outcome=plan.table.outcome[teaching].astype(int),
                times=None if plan.table.times is None else plan.table.times[teaching],
                groups=plan.protected.iloc[teaching].reset_index(drop=True) if len(plan.protected.columns) else None,
                notices=("Trained on the earlier part of a replayed table.",),
            ),
            by=BY,
            seed=SEED,
            policy=plan.draft.policy,
            progress=lambda share, _: progress("train", int(share * 100), 100),
            now=organization.clock.now(),
            # In life a stale model is trained again. A replay keeps the one it has to the end of the table.
            stale_at=plan.end() + FRESH_AFTER_END,
        )
        cutoff = _plain_cutoff(plan, teaching, result)
        with self.database.transaction(organization.id) as tx:
            tx.execute(
                "update replays set state = 'deciding', report = %s::jsonb where organization_id = %s",
                [orjson.dumps({"plain_cutoff": cutoff}).decode(), organization.id],
            )
        return dict(stored), cutoff

    def _scorer(self, organization: Organization, model: Row) -> Scorer:
        with self.database.transaction(organization.id) as tx:
            scorer = self.kind.champions.scorer(tx, model)
        if scorer is None:
            raise Bug("The model that was just stored cannot be read.")
        return scorer

    def _decide_all(
        self,
        plan: Plan,
        organization: Organization,
        product: Product,
        said: Verdicts,
        progress: Progress,
        speed: float | None,
        wait: Callable[[float], object] | None,
    ) -> None:
        """Decide chunk after chunk in order; while one is with the database, the next one is built and the last one counted."""
        self._moment = organization.clock.now()
        known = self._decided_already(plan, organization)
        said.decided_before = len(known)
        total, done = len(plan.parts.later), 0
        progress("decide", 0, total)
        if known:
            progress("continue", len(known), total)
        pending: tuple[Any, list[tuple[int, Proposal]], Future[list[Result]] | None] | None = None
        # One thread: the chunks are decided in the table's order, as they would have come.
        with ThreadPoolExecutor(1, thread_name_prefix="decide") as pool:
            for chunk in [*plan.chunks(), None]:
                following = None
                if chunk is not None:
                    fresh = [int(position) for position in chunk if int(position) not in known]
                    proposals = self._proposals(plan, organization, product, fresh, said)
                    deciding = (
                        pool.submit(self._decide, plan, organization, proposals, speed, wait) if proposals else None
                    )
                    following = (chunk, proposals, deciding)
                if pending is not None:
                    self._count(pending, known, said)
                    done += len(pending[0])
                    progress("decide", done, total)
                pending = following

    def _proposals(
        self, plan: Plan, organization: Organization, product: Product, positions: Sequence[int], said: Verdicts
    ) -> list[tuple[int, Proposal]]:
        proposals = []
        for position, inputs in zip(positions, plan.rows(positions) if positions else [], strict=True):
            reference = plan.reference(position)
            try:
                proposal = usecases.build_proposal(
                    self.kind.catalogue,
                    product,
                    organization.id,
                    inputs,
                    reference=reference,
                    proposed_by=BY,
                    now=plan.moment(position) or organization.clock.business_anchor,
                    idempotency_key=reference,
                    body_digest=plan.digest,
                )
            except IntendantError as error:
                said.refused.append((position, error.code, str(error)))
            else:
                proposals.append((position, proposal))
        return proposals

    def _decide(
        self,
        plan: Plan,
        organization: Organization,
        proposals: Sequence[tuple[int, Proposal]],
        speed: float | None,
        wait: Callable[[float], object] | None,
    ) -> list[Result]:
        """Let business time come to the chunk's last row, then decide the chunk as live applications are."""
        moment = plan.moment(proposals[-1][0])
        if moment is not None and moment > self._moment:
            if speed is not None and wait is not None:
                wait((moment - self._moment).total_seconds() / speed)
            with self.database.system() as tx:
                organizations.set_clock(tx, organization.id, BusinessClock(clock.system_now(), moment, 0.0))
            self._moment = moment
        return self.decider.decide_many([proposal for _, proposal in proposals])

    def _count(
        self,
        pending: tuple[Any, list[tuple[int, Proposal]], Future[list[Result]] | None],
        known: dict[int, Row],
        said: Verdicts,
    ) -> None:
        chunk, proposals, deciding = pending
        for position in chunk:
            row = known.get(int(position))
            if row is not None:
                said.add(int(position), orjson.loads(row["record"]))
        if deciding is None:
            return
        for (position, _), result in zip(proposals, deciding.result(), strict=True):
            if isinstance(result, Decision):
                said.add(position, result.as_dict())
                said.decided_now += not result.replayed
            else:
                said.refused.append((position, result.code, str(result)))

    def _decided_already(self, plan: Plan, organization: Organization) -> dict[int, Row]:
        """Return what the record says of rows that an earlier run has decided, by position; people's answers are other rows."""
        places = {plan.reference(int(position)): int(position) for position in plan.parts.later}
        found: dict[int, Row] = {}
        for row in self._pages(
            organization,
            # Of the record only what the figures need, since all of it would fill the memory.
            "select a.id, a.reference, json_build_object('verdict', d.verdict, 'action', d.action, 'reasons',"
            " d.record::json -> 'reasons', 'abstain', d.record::json -> 'abstain', 'values',"
            " json_build_object('score', d.record::json #> '{values,score}'))::text as record from lending_applications a"
            " join decisions d on d.organization_id = a.organization_id and d.subject_id = a.id and d.answers is null"
            " where a.organization_id = %s and (%s::uuid is null or a.id > %s) order by a.id limit %s",
        ):
            found[places[row["reference"]]] = row
        return found

    def _pages(self, organization: Organization, query: str) -> Iterator[Row]:
        after: UUID | None = None
        while True:
            with self.database.snapshot(organization.id) as tx:
                rows = tx.all(query, [organization.id, after, after, READ_BACK_ROWS])
            yield from rows
            if len(rows) < READ_BACK_ROWS:
                return
            after = rows[-1]["id"]

    def _record_refused(self, plan: Plan, organization: Organization, said: Verdicts) -> None:
        written = plan.rows([position for position, _, _ in said.refused]) if said.refused else []
        rows = [
            (int(plan.table.row_numbers[position]), code, reason, orjson.dumps(inputs).decode())
            for (position, code, reason), inputs in zip(said.refused, written, strict=True)
        ]
        with self.database.transaction(organization.id) as tx:
            set_aside(tx, plan, organization, rows)

    def _record_outcomes(self, plan: Plan, organization: Organization, progress: Progress) -> None:
        """Let the outcomes come back when the terms are over: of what was approved alone, as in life."""
        import numpy as np

        places = {plan.reference(int(position)): int(position) for position in plan.parts.later}
        waiting = [
            (row["id"], places[row["reference"]])
            for row in self._pages(
                organization,
                "select a.id, a.reference from lending_applications a where a.organization_id = %s and a.state = 'approved'"
                " and (%s::uuid is null or a.id > %s) and not exists (select 1 from outcomes o"
                " where o.organization_id = a.organization_id and o.subject_id = a.id) order by a.id limit %s",
            )
        ]
        known = [(subject_id, place) for subject_id, place in waiting if not np.isnan(plan.table.outcome[place])]
        if not known:
            return
        start = organization.clock.business_anchor
        coming = [_outcome(plan, subject_id, place, start) for subject_id, place in known]
        last = max(outcome.observed_at for outcome in coming)
        with self.database.system() as tx:
            if organizations.get_organization(tx, organization.id).clock.now() < last:
                organizations.set_clock(tx, organization.id, BusinessClock(clock.system_now(), last, 0.0))
        for begin in range(0, len(coming), OUTCOMES_AT_ONCE):
            part = coming[begin : begin + OUTCOMES_AT_ONCE]
            with self.database.transaction(organization.id) as tx:
                outcomes.record(tx, organization, part, by=BY, system_now=clock.system_now())
            progress("outcomes", begin + len(part), len(coming))

    def _finish(self, plan: Plan, organization: Organization, said: Verdicts) -> None:
        """Mark the replay as done; a run that had nothing left to decide tells the speed of the one that decided."""
        with self.database.transaction(organization.id) as tx:
            kept = tx.scalar("select report from replays where organization_id = %s", [organization.id]) or {}
            if said.decided_now or "measured" not in kept:
                kept["measured"] = {"decided": said.decided_now, "seconds": said.seconds}
            else:
                said.seconds, said.measured = kept["measured"]["seconds"], kept["measured"]["decided"]
            tx.execute(
                "update replays set state = 'done', rows_done = %s, report = %s::jsonb, updated_at = %s"
                " where organization_id = %s",
                [len(plan.parts.later), orjson.dumps(kept).decode(), clock.system_now(), organization.id],
            )


def _outcome(plan: Plan, subject_id: UUID, place: int, start: Any) -> outcomes.Outcome:
    moment = (plan.moment(place) or start) + plan.known_after(place)
    return outcomes.Outcome(
        kind=APPLICATION_KIND,
        subject_id=subject_id,
        measure=REPAID,
        value=float(plan.table.outcome[place]),
        observed_at=moment,
        matured_at=moment,
        source=plan.source.name,
    )


def _plain_cutoff(plan: Plan, teaching: Any, result: Any) -> dict[str, float]:
    """Choose the cut-off that would have earned most on the earlier part, on probabilities of models that had not seen the row."""
    import numpy as np

    from intendant.learning.evaluation import best_cutoff

    rows = teaching[result.development_rows]
    amounts = None if plan.table.amounts is None else plan.table.amounts[rows]
    if amounts is not None and np.isnan(amounts).any():
        amounts = None
    chosen = best_cutoff(result.development_probability, plan.table.outcome[rows], amounts, plan.costs)
    return {"probability": float(chosen.probability), "profit": float(chosen.profit)}
