"""The matrix of roles, principals and the rate limit, with values alone."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intendant.kernel.access import (
    MATRIX,
    RANK,
    TIER,
    Permission,
    PermissionMissing,
    RateLimit,
    RateLimited,
    Role,
    RoleTooHigh,
    console_principal,
    key_principal,
    system_principal,
)


def test_every_role_has_its_row_and_every_permission_a_holder() -> None:
    assert set(MATRIX) == set(RANK) == set(Role)
    assert MATRIX[Role.OWNER] == set(Permission)


def test_permissions_are_named_domain_resource_verb() -> None:
    """The hub's are one resource to whoever grants them: `ai_analytics:verb`."""
    for permission in Permission:
        assert permission == permission.lower()
        assert permission.count(":") == (1 if permission.startswith("ai_analytics:") else 2), permission


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        (Role.OPERATOR, Role.MANAGER),
        (Role.MANAGER, Role.ORGANIZATION_ADMIN),
        (Role.ORGANIZATION_ADMIN, Role.OWNER),
        (Role.READ_ONLY, Role.OPERATOR),
    ],
)
def test_a_higher_role_may_do_all_that_a_lower_may(lower: Role, higher: Role) -> None:
    assert MATRIX[lower] < MATRIX[higher]
    assert RANK[lower] < RANK[higher]


def test_readers_and_clients_change_nothing_of_the_kernel() -> None:
    assert {p for p in MATRIX[Role.READ_ONLY] if not p.endswith(":read")} == set()
    assert not any(p.startswith("kernel:") for p in MATRIX[Role.CLIENT])
    assert Role.READ_ONLY not in TIER
    assert Role.CLIENT not in TIER


def test_a_refusal_names_the_permission() -> None:
    principal = key_principal(uuid4(), "k", uuid4(), Role.READ_ONLY)
    principal.require(Permission.DECISION_READ)
    with pytest.raises(PermissionMissing) as caught:
        principal.require(Permission.SWITCH_USE)
    assert "kernel:switch:use" in caught.value.message
    assert caught.value.data["permission"] == "kernel:switch:use"


def test_nobody_grants_above_their_own_rank() -> None:
    principal = key_principal(uuid4(), "k", uuid4(), Role.ORGANIZATION_ADMIN)
    principal.require_rank(Role.ORGANIZATION_ADMIN)
    with pytest.raises(RoleTooHigh):
        principal.require_rank(Role.OWNER)


def test_the_system_answers_no_approval_but_the_person_at_the_console_does() -> None:
    assert Permission.APPROVAL_ANSWER not in system_principal(uuid4()).permissions
    assert system_principal(uuid4()).tier is None
    console = console_principal(uuid4(), "ada")
    assert (console.label, console.tier) == ("console:ada", "owner")


def test_a_limit_admits_its_burst_and_then_its_rate() -> None:
    now = [100.0]
    limit = RateLimit(per_second=2.0, burst=3, now=lambda: now[0])
    assert [limit.wait_seconds("a") for _ in range(3)] == [0.0, 0.0, 0.0]
    assert limit.wait_seconds("a") == pytest.approx(0.5)
    assert limit.wait_seconds("b") == 0.0
    now[0] += 0.5
    assert limit.wait_seconds("a") == 0.0
    with pytest.raises(RateLimited) as caught:
        limit.take("a")
    assert caught.value.data["retry_after_seconds"] == pytest.approx(0.5)


@given(
    rate=st.floats(0.1, 100),
    burst=st.integers(1, 20),
    steps=st.lists(st.floats(0, 5), min_size=1, max_size=200),
)
def test_no_stretch_of_time_admits_more_than_burst_and_rate(rate: float, burst: int, steps: list[float]) -> None:
    now = [0.0]
    limit = RateLimit(per_second=rate, burst=burst, now=lambda: now[0])
    admitted = []
    for step in steps:
        now[0] += step
        if limit.wait_seconds("a") == 0.0:
            admitted.append(now[0])
    for i, start in enumerate(admitted):
        for j in range(i, len(admitted)):
            assert j - i + 1 <= burst + (admitted[j] - start) * rate + 1e-6
