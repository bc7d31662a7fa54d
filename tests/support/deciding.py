"""Deciding in tests: a lender, another one beside it, and short ways to change a policy, to answer, and to act at once.

Import the fixtures into a conftest.py where they are needed.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest

from intendant.kernel import approvals, control, policies
from intendant.kernel.decisions import Decision, GivenAnswer, answer
from intendant.kernel.gate import ActionPolicy, Limit, Policy, Tier, Window, parse_policy, with_action
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.database import Database, Row
from tests.support.lending import Lender, open_lender

TOGETHER_SECONDS_MAX = 60.0


@pytest.fixture
def lender(database: Database, organization: Organization) -> Lender:
    """Lend an organisation at level full, with a product and a model."""
    return open_lender(database, organization)


@pytest.fixture
def other_lender(database: Database, other_organization: Organization) -> Lender:
    """Lend a second one."""
    return open_lender(database, other_organization)


def active_policy(lender: Lender) -> Policy:
    """Return the policy that holds."""
    with lender.database.transaction(lender.organization.id) as tx:
        return parse_policy(policies.get_active(tx, lender.kind.name)["body"])


def publish(lender: Lender, policy: Policy, **more: Any) -> Row:
    """Publish a policy."""
    with lender.database.transaction(lender.organization.id) as tx:
        return policies.publish(
            tx,
            lender.organization,
            policy,
            author="test",
            reason="For a test.",
            system_now=clock.system_now(),
            **more,
        )


def change_action(lender: Lender, action: str, **changes: Any) -> Row:
    """Publish the policy that holds with one action described otherwise."""
    policy = active_policy(lender)
    described: ActionPolicy = replace(policy.actions[action], **changes)
    return publish(lender, with_action(policy, action, described))


def allow(lender: Lender, count: int | None = None, amount: int | None = None, window: Window = Window.DAY) -> Row:
    """Publish a policy with one allowance for approving."""
    limit = Limit(window, count, None if amount is None else Decimal(amount))
    return change_action(lender, "approve", limits=(limit,))


def switch(lender: Lender, state: control.State) -> Row:
    """Set the switch."""
    with lender.database.transaction(lender.organization.id) as tx:
        return control.set_switch(
            tx, lender.organization, state, by="test", reason="For a test.", system_now=clock.system_now()
        )


def set_level(lender: Lender, level: str) -> None:
    """Put the component on a level without ceremony."""
    with lender.database.system() as tx:
        tx.execute("update components set level = %s where organization_id = %s", [level, lender.organization.id])


def approval_of(lender: Lender, record: dict[str, Any]) -> Row:
    """Return the approval that a decision asked for."""
    with lender.database.transaction(lender.organization.id) as tx:
        return approvals.get_approval(tx, UUID(record["approval_id"]))


def given(approval: Row, verb: str = "approve", **changes: Any) -> GivenAnswer:
    """Build the answer that a sound owner gives."""
    values: dict[str, Any] = {
        "approval_id": approval["id"],
        "answer": verb,
        "digest": bytes(approval["digest"]),
        "reason": "I looked at it.",
        "by": "user:owner@acme.test",
        "tier": Tier.OWNER,
    }
    return GivenAnswer(**(values | changes))


def respond(lender: Lender, approval: Row, verb: str = "approve", **changes: Any) -> Decision:
    """Answer an approval."""
    return answer(lender.decider, lender.organization.id, given(approval, verb, **changes))


def together(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all works at the same moment on threads of their own; return what each returned or raised, in order."""
    results: list[Any] = [None] * len(works)
    start = Barrier(len(works))

    def run(place: int) -> None:
        start.wait()
        try:
            results[place] = works[place]()
        except Exception as error:
            results[place] = error

    threads = [Thread(target=run, args=[place]) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TOGETHER_SECONDS_MAX)
    assert not any(thread.is_alive() for thread in threads)
    return results
