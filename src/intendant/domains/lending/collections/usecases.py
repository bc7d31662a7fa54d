"""Looking at the queue and at one case, for people who may read loans."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from intendant.domains.lending.collections import cases, queries, worklist
from intendant.domains.lending.collections.limits import Allowance, allowances, history
from intendant.domains.lending.collections.model import Channel, Step
from intendant.domains.lending.collections.vocabulary import channel_for, values_of
from intendant.domains.lending.collections.worklist import QueueFilter, QueueSort, Totals
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.kit.facets import Facets

_SHOWN = (Step.REMIND, Step.CALL, Step.LETTER, Step.OFFER_HARDSHIP)


@dataclass(frozen=True, slots=True)
class StepNow:
    """Whether the limits allow a step now, and how such steps ended."""

    step: Step
    channel: Channel | None
    reasons: list[str]
    cure_share: float | None
    cure_count: int


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything collecting knows of a loan."""

    loan: Row
    marks: Row
    zone: str
    now: datetime
    question: Row | None
    steps: Sequence[Row]
    promises: Sequence[Row]
    allowed: Sequence[StepNow]
    limits: Sequence[Allowance]


def list_queue(
    tx: Transaction,
    by: Principal,
    wanted: QueueFilter,
    mine: bool,
    *,
    sort: QueueSort,
    after: str | None,
    limit: int,
) -> list[Row]:
    """List loans in arrears; `mine` keeps those that are assigned to the caller."""
    by.require(Permission.LOAN_READ)
    return worklist.list_queue(tx, _of(by, wanted, mine=mine), sort=sort, after=after, limit=limit)


def count_queue(
    tx: Transaction,
    by: Principal,
    wanted: QueueFilter,
    mine: bool,
) -> tuple[Facets, list[Totals]]:
    """Count and add up loans in arrears, as `list_queue` would find them."""
    by.require(Permission.LOAN_READ)
    narrowed = _of(by, wanted, mine=mine)
    return worklist.count_queue(tx, narrowed), worklist.total_queue(tx, narrowed)


def _of(by: Principal, wanted: QueueFilter, *, mine: bool) -> QueueFilter:
    return replace(wanted, assignee=by.id) if mine else wanted


def get_case_file(tx: Transaction, by: Principal, loan_id: UUID) -> CaseFile:
    """Get everything collecting knows of a loan; raises LoanUnknown."""
    by.require(Permission.LOAN_READ)
    organization = get_organization(tx, by.organization_id)
    now = organization.clock.at(clock.system_now())
    loan = cases.get_loan_row(tx, loan_id)
    case = queries.load_cases(tx, [loan_id], now).get(loan_id)
    marks = cases.find_case(tx, loan_id)
    allowed: list[StepNow] = []
    limits: list[Allowance] = []
    if case is not None:
        compiled, _ = cases.load_policy(tx)
        cures = queries.load_cures(tx)[organization.id]
        limits = allowances(compiled.policy.rules, history(case.contacts, now, case.zone))
        allowed = [
            StepNow(
                step,
                channel_for(case, step),
                cases.why_not(compiled, step, values_of(case, step, now, cures), now),
                cures.share(case.bucket, step),
                cures.count(case.bucket, step),
            )
            for step in _SHOWN
        ]
    return CaseFile(
        loan,
        marks,
        marks["time_zone"] or organization.time_zone,
        now,
        worklist.find_open_question(tx, loan_id),
        worklist.list_steps(tx, loan_id),
        worklist.list_promises(tx, loan_id),
        allowed,
        limits,
    )
