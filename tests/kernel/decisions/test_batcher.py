"""The micro-batcher: single requests in common transactions, each with its own answer."""

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from tests.support.commits import BREAK_THE_CONNECTION, DISK_FULL, failing_commits
from tests.support.lending import BAD, GOOD, Lender

from intendant.kernel.decisions import Batcher, Decision, Result, TooBusy
from intendant.kernel.decisions import _batcher as batcher_module
from intendant.kernel.registry import Proposal
from intendant.kit.errors import Unavailable


class Watched:
    """Decides as the lender does, remembers the sizes of batches, and waits while it is told to."""

    def __init__(self, lender: Lender) -> None:
        self._lender = lender
        self.sizes: list[int] = []
        self.go = threading.Event()
        self.go.set()

    def __call__(self, proposals: Sequence[Proposal]) -> list[Result]:
        self.go.wait(10)
        self.sizes.append(len(proposals))
        return self._lender.decider.decide_each(proposals)


def gather(batcher: Batcher, proposals: Sequence[Proposal]) -> list[Any]:
    async def run() -> list[Any]:
        return await asyncio.gather(*[batcher.decide(each) for each in proposals], return_exceptions=True)

    return asyncio.run(run())


def counts(lender: Lender) -> dict[str, int]:
    tables = ("decisions", "lending_applications", "effects", "requests", "approvals")
    return {table: lender.scalar(f"select count(*) from {table}") for table in tables}


def test_requests_that_arrive_together_share_transactions_and_keep_their_order(lender):
    decide = Watched(lender)
    results = gather(
        Batcher(decide, size_max=20), [lender.proposal(GOOD if n % 2 else BAD, f"r{n}") for n in range(50)]
    )
    assert [each.as_dict()["parameters"]["reference"] for each in results] == [f"r{n}" for n in range(50)]
    assert sum(decide.sizes) == 50
    assert len(decide.sizes) <= 6


def test_each_gets_its_own_error(lender):
    proposals = [lender.proposal(GOOD, name) for name in ("a", "b", "a", "c")]
    results = gather(Batcher(lender.decider.decide_each), proposals)
    assert [getattr(each, "code", "decided") for each in results] == [
        "decided",
        "decided",
        "duplicate_reference",
        "decided",
    ]


def test_a_full_queue_refuses_and_says_when_to_come_again(lender, monkeypatch):
    monkeypatch.setattr(batcher_module, "QUEUE_MAX", 5)
    decide = Watched(lender)
    decide.go.clear()

    async def run() -> list[Any]:
        batcher = Batcher(decide, size_max=1)
        waiting = [asyncio.create_task(batcher.decide(lender.proposal(GOOD, f"r{n}"))) for n in range(7)]
        await asyncio.sleep(0)
        with pytest.raises(TooBusy) as refused:
            await batcher.decide(lender.proposal(GOOD, "late"))
        assert refused.value.data["retry_after_seconds"] == 1
        decide.go.set()
        return await asyncio.gather(*waiting)

    assert all(isinstance(each, Decision) for each in asyncio.run(run()))
    assert counts(lender)["decisions"] == 7


def test_a_waiter_who_hangs_up_does_not_break_the_batch(lender):
    decide = Watched(lender)
    decide.go.clear()

    async def run() -> list[Any]:
        batcher = Batcher(decide, size_max=2)
        waiting = [asyncio.create_task(batcher.decide(lender.proposal(GOOD, f"r{n}"))) for n in range(8)]
        await asyncio.sleep(0.02)
        waiting[0].cancel()  # its batch is under way
        waiting[6].cancel()  # still in the queue
        await asyncio.sleep(0)
        decide.go.set()
        return await asyncio.gather(*waiting, return_exceptions=True)

    results = asyncio.run(run())
    assert [isinstance(each, asyncio.CancelledError) for each in results] == [n in (0, 6) for n in range(8)]
    assert counts(lender)["decisions"] == 7


def test_a_closed_batcher_refuses_instead_of_keeping_anybody_waiting(lender):
    decide = Watched(lender)

    async def run() -> None:
        batcher = Batcher(decide, wait_seconds=10.0)
        waiting = asyncio.create_task(batcher.decide(lender.proposal(GOOD, "waiting")))
        await asyncio.sleep(0)
        batcher.close()
        with pytest.raises(TooBusy):
            await waiting
        with pytest.raises(TooBusy):
            await batcher.decide(lender.proposal(GOOD, "late"))

    asyncio.run(run())
    assert counts(lender)["decisions"] == 0


@pytest.mark.parametrize("how", [BREAK_THE_CONNECTION, DISK_FULL])
def test_a_commit_that_fails_is_told_to_every_waiter_and_leaves_nothing_half_done(lender, how):
    proposals = [lender.proposal(GOOD, f"r{n}", idempotency_key=f"k{n}", body_digest=b"1") for n in range(20)]
    with failing_commits(lender.database, how):
        results = gather(Batcher(lender.decider.decide_each), proposals)
    assert all(isinstance(each, Unavailable) for each in results)
    assert {each.code for each in results} <= {"commit_uncertain", "database_unavailable"}
    assert set(counts(lender).values()) == {0}
    assert lender.scalar("select coalesce(sum(count), 0) from allowances") == 0
    # The same requests sent again are decided once.
    results = gather(Batcher(lender.decider.decide_each), proposals)
    assert not any(each.replayed for each in results)
    assert counts(lender) == {
        "decisions": 20,
        "lending_applications": 20,
        "effects": 20,
        "requests": 20,
        "approvals": 0,
    }


def test_a_commit_that_a_constraint_refuses_fails_only_the_member_at_fault(lender):
    broken = "raise exception 'the sum is not zero' using errcode = 'check_violation';"
    with failing_commits(lender.database, broken, when="new.reference = 'r3'"):
        results = gather(Batcher(lender.decider.decide_each), [lender.proposal(GOOD, f"r{n}") for n in range(8)])
    assert [getattr(each, "code", "") for each in results] == ["proposal_rejected" if n == 3 else "" for n in range(8)]
    assert counts(lender)["decisions"] == 7
