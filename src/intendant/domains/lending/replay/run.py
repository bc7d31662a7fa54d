"""The replay itself: a sandbox organisation, a model trained on the earlier part, the later part decided by the live path.

It can be stopped at any moment and run again: the sandbox is named after the digest of file, mapping and policy, each row has its
own reference and idempotency key, and what is decided already is read back from the record instead of being decided twice.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from intendant.domains.lending import training, usecases
from intendant.domains.lending.contract import APPLICATION_KIND, COMPONENT, REPAID
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.model import Product
from intendant.domains.lending.replay.draft import Draft
from intendant.kernel import autonomy, organizations, outcomes, policies
from intendant.kernel.decisions import Decider, Decision
from intendant.kernel.gate import dump_policy
from intendant.kernel.organizations import Organization
from intendant.kernel.registry import Proposal
from intendant.kit import clock, ids
from intendant.kit.bulk import BulkInsert
from intendant.kit.canonical import canonical_json, digest
from intendant.kit.clock import BusinessClock
from intendant.kit.database import Database
from intendant.kit.errors import IntendantError, Invalid

CHUNK_ROWS = 500
BY = "replay"
SEED = 7
RAW_LENGTH_MAX = 1_000
TRAIN_SHARE_RANGE = (0.05, 0.95)

Progress = Callable[[str, int, int], None]
"""Called with a stage, how much of it is done, and how much there is."""

QUARANTINE = BulkInsert(
    "quarantine",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "source": "text",
        "place": "text",
        "code": "text",
        "reason": "text",
        "raw": "text",
        "created_at": "timestamptz",
    },
)


class ReplayImpossible(Invalid):
    """The table cannot be replayed."""

    code = "replay_impossible"


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a replay needs to know before it starts. `order` holds row positions, oldest first where time is known."""

    source: Path
    table: Any
    draft: Draft
    order: Any
    split: int
    digest: bytes
    costs: Any
    """The cost matrix that profit is counted with."""

    @property
    def slug(self) -> str:
        """Name the sandbox organisation."""
        return f"replay-{self.digest.hex()[:12]}"

    @property
    def training(self) -> Any:
        """Return positions of the earlier part."""
        return self.order[: self.split]

    @property
    def later(self) -> Any:
        """Return positions of the part that is decided."""
        return self.order[self.split :]


@dataclass(slots=True)
class Outcome:
    """What the live path said of each row of the later part, in the plan's order."""

    organization: Organization
    model: dict[str, Any]
    cutoff: dict[str, float] | None
    """The plain cut-off chosen on the earlier part: probability and the profit it made there."""
    verdicts: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    ambiguous: list[bool] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    """Rows that the border refused: position, code, reason."""
    decided_now: int = 0
    seconds: float = 0.0
    training_seconds: float = 0.0

    def add(self, position: int, record: dict[str, Any]) -> None:
        """Take a decision's record into the figures."""
        score = record["values"].get("score")
        self.positions.append(position)
        self.verdicts.append(record["verdict"])
        self.actions.append(record["action"])
        self.scores.append(float("nan") if score is None else float(score))
        self.ambiguous.append(record["abstain"] is not None)


def make_plan(source: Path, table: Any, draft: Draft, *, train_until: float, source_digest: bytes, costs: Any) -> Plan:
    """Order the rows, split them, and name the replay after everything that determines it."""
    import numpy as np

    low, high = TRAIN_SHARE_RANGE
    if not low <= train_until <= high:
        raise ReplayImpossible(
            f"{train_until:.0%} is no share to train on.", field="train-until", remedy=f"Give {low:.0%} to {high:.0%}."
        )
    count = len(table)
    if table.times is not None:
        order = np.argsort(table.times, kind="stable")
    else:
        # Without a time the file's order may hide one class at the end, so the rows are shuffled, always in the same way.
        order = np.random.default_rng(SEED).permutation(count)
    split = int(count * train_until)
    if split < 1 or split >= count:
        raise ReplayImpossible(f"{count} rows cannot be split.", field="file", remedy="Give a table with more rows.")
    named = canonical_json(
        {
            "source": source_digest,
            "columns": draft.columns,
            "protected": draft.protected,
            "policy": dump_policy(draft.policy),
            "costs": [costs.gain, costs.loss],
            "outcome": hashlib.sha256(np.ascontiguousarray(table.outcome).tobytes()).hexdigest(),
            "split": split,
        }
    )
    return Plan(source, table, draft, order, split, digest(named), costs)


@dataclass
class Replayer:
    """Runs plans on one installation."""

    database: Database
    decider: Decider
    kind: LendingApplicationKind
    found: Callable[..., Organization]
    """Founds an organisation: `System.found_organization`."""

    def run(
        self,
        plan: Plan,
        *,
        progress: Progress,
        speed: float | None = None,
        wait: Callable[[float], object] | None = None,
    ) -> Outcome:
        """Run a plan, or the rest of it. `speed` is business seconds per second of ours; None is as fast as it goes."""
        organization, product = self._sandbox(plan)
        began = clock.monotonic_seconds()
        model, cutoff = self._train(plan, organization, product, progress)
        outcome = Outcome(organization, model, cutoff, training_seconds=clock.monotonic_seconds() - began)
        known = self._decided_already(plan, organization)
        began = clock.monotonic_seconds()
        done = 0
        for chunk in _chunks(plan):
            fresh = [int(position) for position in chunk if int(position) not in known]
            for position in chunk:
                if int(position) in known:
                    outcome.add(int(position), known[int(position)])
            if fresh:
                organization = self._set_time(plan, organization, fresh, speed, wait)
                self._decide(plan, organization, product, fresh, outcome)
            done += len(chunk)
            progress("decide", done, len(plan.later))
        outcome.seconds = clock.monotonic_seconds() - began
        self._record_refused(plan, organization, outcome)
        self._record_outcomes(plan, organization, progress)
        self._mark(organization, "done", len(plan.later))
        return outcome

    def _sandbox(self, plan: Plan) -> tuple[Organization, Product]:
        with self.database.system() as tx:
            organization = organizations.find_organization(tx, plan.slug)
        if organization is None:
            start = _business_start(plan)
            organization = self.found(
                slug=plan.slug,
                name=f"Replay of {plan.source.name}"[:200],
                kind="sandbox",
                business_clock=BusinessClock(clock.system_now(), start, 0.0),
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
                 len(plan.later), now, now],
            )  # fmt: skip
            quarantined = plan.table.quarantine.rows
            self._quarantine(tx, plan, organization, [(r.number, r.reason, r.explanation, r.text) for r in quarantined])
        return organization, product

    def _train(
        self, plan: Plan, organization: Organization, product: Product, progress: Progress
    ) -> tuple[dict[str, Any], dict[str, float] | None]:
        """Train on the earlier part, unless an earlier run has; return the model's row and the plain cut-off."""
        with self.database.transaction(organization.id) as tx:
            row = tx.find(
                "select version, algorithm, report, validated, digest from models where organization_id = %s"
                " and role = 'champion'",
                [organization.id],
            )
            kept = tx.scalar("select report from replays where organization_id = %s", [organization.id])
        if row is not None:
            return dict(row), (kept or {}).get("plain_cutoff")
        import numpy as np

        known = plan.training[~np.isnan(plan.table.outcome[plan.training])]
        if not len(known):
            raise ReplayImpossible(
                "No row of the earlier part has a known outcome.",
                field="outcome",
                remedy="Train on more: --train-until 80%.",
            )
        frame = plan.table.features.iloc[known].reset_index(drop=True)
        frame = frame[list(plan.draft.columns.values())].set_axis(list(plan.draft.columns), axis=1)
        groups = plan.table.protected.iloc[known].reset_index(drop=True)
        stored, result = training.train(
            self.database,
            organization,
            self.kind.champions,
            product,
            training.TrainingTable(
                frame=frame,
                outcome=plan.table.outcome[known].astype(int),
                times=None if plan.table.times is None else plan.table.times[known],
                groups=groups if len(groups.columns) else None,
                notices=("Trained on the earlier part of a replayed table.",),
            ),
            by=BY,
            seed=SEED,
            policy=plan.draft.policy,
            progress=lambda share, _: progress("train", int(share * 100), 100),
            now=organization.clock.now(),
        )
        cutoff = _plain_cutoff(plan, known, result)
        with self.database.transaction(organization.id) as tx:
            tx.execute(
                "update replays set state = 'deciding', report = %s::jsonb where organization_id = %s",
                [orjson.dumps({"plain_cutoff": cutoff}).decode(), organization.id],
            )
        return dict(stored), cutoff

    def _decided_already(self, plan: Plan, organization: Organization) -> dict[int, dict[str, Any]]:
        """Return records of rows that an earlier run has decided, by position."""
        with self.database.snapshot(organization.id) as tx:
            rows = tx.all(
                "select a.reference, d.record from lending_applications a"
                " join decisions d on d.organization_id = a.organization_id and d.id = a.decision_id"
                " where a.organization_id = %s",
                [organization.id],
            )
        if not rows:
            return {}
        places = {_reference(plan, int(position)): int(position) for position in plan.later}
        return {places[row["reference"]]: orjson.loads(row["record"]) for row in rows if row["reference"] in places}

    def _set_time(
        self,
        plan: Plan,
        organization: Organization,
        positions: Sequence[int],
        speed: float | None,
        wait: Callable[[float], object] | None,
    ) -> Organization:
        """Put the sandbox's business time to that of the rows that come next."""
        if plan.table.times is None:
            return organization
        moment = _moment(plan, positions[-1])
        before = organization.clock.now()
        if speed is not None and wait is not None and moment > before:
            wait((moment - before).total_seconds() / speed)
        if moment <= before:
            return organization
        business_clock = BusinessClock(clock.system_now(), moment, 0.0)
        with self.database.system() as tx:
            organizations.set_clock(tx, organization.id, business_clock)
            return organizations.get_organization(tx, organization.id)

    def _decide(
        self, plan: Plan, organization: Organization, product: Product, positions: Sequence[int], outcome: Outcome
    ) -> None:
        proposals: list[Proposal] = []
        places: list[int] = []
        now = organization.clock.now()
        for position, inputs in zip(positions, _inputs(plan, positions), strict=True):
            reference = _reference(plan, position)
            try:
                proposals.append(
                    usecases.build_proposal(
                        self.kind.catalogue,
                        product,
                        organization.id,
                        inputs,
                        reference=reference,
                        proposed_by=BY,
                        now=now,
                        idempotency_key=reference,
                        body_digest=plan.digest,
                    )
                )
                places.append(position)
            except IntendantError as error:
                outcome.refused.append((position, error.code, str(error)))
        for position, result in zip(places, self.decider.decide_many(proposals), strict=True):
            if isinstance(result, Decision):
                outcome.add(position, result.as_dict())
                outcome.decided_now += 1
            else:
                outcome.refused.append((position, result.code, str(result)))

    def _record_refused(self, plan: Plan, organization: Organization, outcome: Outcome) -> None:
        rows = [
            (int(plan.table.row_numbers[position]), code, reason, orjson.dumps(_inputs(plan, [position])[0]).decode())
            for position, code, reason in outcome.refused
        ]
        with self.database.transaction(organization.id) as tx:
            self._quarantine(tx, plan, organization, rows)

    def _quarantine(
        self, tx: Any, plan: Plan, organization: Organization, rows: Sequence[tuple[int, str, str, str]]
    ) -> None:
        now = clock.system_now()
        present = {
            row["place"] for row in tx.all("select place from quarantine where organization_id = %s", [organization.id])
        }
        QUARANTINE.run(
            tx,
            [
                {
                    "organization_id": organization.id,
                    "id": ids.new_id(),
                    "source": plan.source.name,
                    "place": str(number),
                    "code": code,
                    "reason": reason,
                    "raw": raw.replace("\x00", "�")[:RAW_LENGTH_MAX],
                    "created_at": now,
                }
                for number, code, reason, raw in rows
                if str(number) not in present
            ],
        )

    def _record_outcomes(self, plan: Plan, organization: Organization, progress: Progress) -> None:
        """Let the outcomes come back: of what was approved alone, as in life."""
        import numpy as np

        places = {_reference(plan, int(position)): int(position) for position in plan.later}
        with self.database.snapshot(organization.id) as tx:
            rows = tx.all(
                "select a.id, a.reference from lending_applications a where a.organization_id = %s and a.state = 'approved'"
                " and not exists (select 1 from outcomes o where o.organization_id = a.organization_id and o.subject_id = a.id)"
                " order by a.id",
                [organization.id],
            )
        now = clock.system_now()
        known = [row for row in rows if not np.isnan(plan.table.outcome[places[row["reference"]]])]
        for start in range(0, len(known), 2_000):
            part = known[start : start + 2_000]
            with self.database.transaction(organization.id) as tx:
                outcomes.record(
                    tx,
                    organization,
                    [self._outcome(plan, organization, row["id"], places[row["reference"]]) for row in part],
                    by=BY,
                    system_now=now,
                )
            progress("outcomes", min(start + 2_000, len(known)), len(known))

    def _outcome(self, plan: Plan, organization: Organization, subject_id: UUID, position: int) -> outcomes.Outcome:
        moment = organization.clock.now()
        return outcomes.Outcome(
            kind=APPLICATION_KIND,
            subject_id=subject_id,
            measure=REPAID,
            value=float(plan.table.outcome[position]),
            observed_at=moment,
            matured_at=moment,
            source=plan.source.name,
        )

    def _mark(self, organization: Organization, state: str, done: int) -> None:
        with self.database.transaction(organization.id) as tx:
            tx.execute(
                "update replays set state = %s, rows_done = %s, updated_at = %s where organization_id = %s",
                [state, done, clock.system_now(), organization.id],
            )


def _plain_cutoff(plan: Plan, known: Any, result: Any) -> dict[str, float]:
    """Choose the cut-off that would have earned most on the earlier part, on probabilities of models that had not seen the row."""
    import numpy as np

    from intendant.learning.evaluation import best_cutoff

    rows = known[result.development_rows]
    amounts = None if plan.table.amounts is None else plan.table.amounts[rows]
    if amounts is not None and np.isnan(amounts).any():
        amounts = None
    chosen = best_cutoff(result.development_probability, plan.table.outcome[rows], amounts, plan.costs)
    return {"probability": float(chosen.probability), "profit": float(chosen.profit)}


def _chunks(plan: Plan) -> Iterator[Any]:
    """Yield the later part in order, in chunks that lie within one business day."""
    import numpy as np

    later = plan.later
    if plan.table.times is None:
        cuts = np.arange(0, len(later), CHUNK_ROWS)[1:]
    else:
        days = plan.table.times[later].astype("datetime64[D]")
        new_day = np.flatnonzero(days[1:] != days[:-1]) + 1
        cuts_list: list[int] = []
        last = 0
        for cut in [*new_day.tolist(), len(later)]:
            cuts_list += list(range(last + CHUNK_ROWS, cut, CHUNK_ROWS))
            if cut < len(later):
                cuts_list.append(cut)
            last = cut
        cuts = np.array(sorted(set(cuts_list)), dtype=int)
    yield from np.split(later, cuts)


def _inputs(plan: Plan, positions: Sequence[int]) -> list[dict[str, object]]:
    """Return the form's inputs of rows; what is missing is left out."""
    rows: list[dict[str, object]] = [{} for _ in positions]
    for mapping, frame in ((plan.draft.columns, plan.table.features), (plan.draft.protected, plan.table.protected)):
        for name, column in mapping.items():
            cells = frame[column].iloc[list(positions)]
            missing = cells.isna().to_numpy()
            for row, value, lacks in zip(rows, cells.tolist(), missing, strict=True):
                if not lacks:
                    row[name] = value if mapping is plan.draft.columns else str(value)
    return rows


def _reference(plan: Plan, position: int) -> str:
    """Name the application of a row: its number in the file is unique, its id may not be."""
    return f"row-{int(plan.table.row_numbers[position])}"


def _moment(plan: Plan, position: int) -> datetime:
    seconds = int(plan.table.times[position].astype("datetime64[s]").astype("int64"))
    return datetime.fromtimestamp(seconds, tz=UTC)


def _business_start(plan: Plan) -> datetime:
    """Start the sandbox's time where the later part begins."""
    return clock.system_now() if plan.table.times is None else _moment(plan, int(plan.later[0]))
