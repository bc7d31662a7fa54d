"""Tokens in memory: what is admitted, how soon a revocation counts, and what happens when the database is away."""

import time
from datetime import timedelta

import pytest

from intendant.kernel import access
from intendant.kernel.access import CredentialCache, Member, Permission, Role
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.database import Database, DatabaseUnavailable, DatabaseUrls
from intendant.kit.errors import Forbidden


@pytest.fixture
def member(database: Database, organization: Organization) -> Member:
    with database.system() as tx:
        return access.add_user(
            tx, email="ada@example.com", name="Ada", organization_id=organization.id, role=Role.MANAGER
        )


@pytest.fixture
def token(database: Database, member: Member) -> str:
    with database.system() as tx:
        return access.open_session(tx, member.user.id)[0]


@pytest.fixture
def cache(database: Database) -> CredentialCache:
    return CredentialCache(database)


def test_a_session_names_its_user(cache: CredentialCache, member: Member, token: str) -> None:
    assert cache.find(token) is None
    principal = cache.authenticate(token)
    assert (principal.kind, principal.id, principal.label) == ("user", member.user.id, "user:ada@example.com")
    assert (principal.organization_id, principal.role, principal.tier) == (
        member.organization_id,
        Role.MANAGER,
        "manager",
    )
    assert cache.find(token) is principal


def test_a_key_is_bound_to_its_organization(
    cache: CredentialCache, database: Database, organization: Organization, other_organization: Organization
) -> None:
    with database.system() as tx:
        secret, _ = access.create_key(tx, organization_id=organization.id, name="robot", role=Role.OPERATOR, by="t")
    principal = cache.authenticate(secret)
    assert (principal.kind, principal.label, principal.organization_id) == ("key", "key:robot", organization.id)
    with pytest.raises(access.NotAMember):
        cache.authenticate(secret, other_organization.slug)


def test_a_foreign_organization_reads_like_one_that_does_not_exist(
    cache: CredentialCache, token: str, other_organization: Organization
) -> None:
    messages = []
    for slug in (other_organization.slug, "nowhere"):
        with pytest.raises(access.NotAMember) as caught:
            cache.authenticate(token, slug)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]


def test_a_super_administrator_is_owner_everywhere(
    cache: CredentialCache, database: Database, organization: Organization, other_organization: Organization
) -> None:
    with database.system() as tx:
        boss = access.add_user(
            tx,
            email="boss@example.com",
            name="",
            organization_id=organization.id,
            role=Role.CLIENT,
            is_super_admin=True,
        )
        token, _ = access.open_session(tx, boss.user.id)
    assert cache.authenticate(token).role is Role.OWNER
    assert cache.authenticate(token, other_organization.slug).organization_id == other_organization.id
    with database.system() as tx:
        access.set_disabled(
            tx,
            access.add_user(
                tx, email="x@example.com", name="", organization_id=organization.id, role=Role.CLIENT
            ).user.id,
            disabled=True,
        )
    cache.refresh()
    assert cache.authenticate(token, other_organization.slug).role is Role.OWNER
    assert cache.authenticate(token, organization.slug).role is Role.OWNER
    # Both are at hand now: going to and fro needs no database.
    assert cache.find(token, other_organization.slug) is not None
    assert cache.find(token, organization.slug) is not None


@pytest.mark.parametrize(
    "token", ["", "is_", "ik_x", "is_" + "x" * 43, "is_" + "x" * 1000, "Bearer", "is_\x00", "is_\ud800"]
)
def test_a_made_up_token_is_refused(cache: CredentialCache, token: str) -> None:
    with pytest.raises(access.CredentialInvalid):
        cache.authenticate(token)


def test_guessing_from_one_address_is_slowed_without_harm_to_others(cache: CredentialCache, token: str) -> None:
    refusals = []
    for n in range(400):
        with pytest.raises((access.CredentialInvalid, access.RateLimited)) as caught:
            cache.authenticate(f"is_{n:043}", address="10.0.0.1")
        refusals.append(type(caught.value))
        if refusals[-1] is access.RateLimited:
            break
    assert refusals[-1] is access.RateLimited
    assert cache.authenticate(token, address="10.0.0.2")


def test_many_valid_keys_of_one_address_are_no_guessing(
    cache: CredentialCache, database: Database, organization: Organization
) -> None:
    with database.system() as tx:
        secrets = [
            access.create_key(tx, organization_id=organization.id, name=f"k{n}", role=Role.CLIENT, by="t")[0]
            for n in range(250)
        ]
    assert {cache.authenticate(secret, address="10.0.0.1").kind for secret in secrets} == {"key"}


def test_a_removed_organization_lets_nobody_in(
    cache: CredentialCache, database: Database, organization: Organization, token: str
) -> None:
    with database.system() as tx:
        key, _ = access.create_key(tx, organization_id=organization.id, name="k", role=Role.OWNER, by="t")
    cache.authenticate(key)
    cache.authenticate(token)
    with database.system() as tx:
        tx.execute("update organizations set removed_at = now() where id = %s", [organization.id])
    cache.refresh()
    assert cache.find(key) is None
    with pytest.raises(access.CredentialInvalid):
        cache.authenticate(key)
    with pytest.raises(access.NotAMember):
        cache.authenticate(token)


def test_a_deleted_organization_lets_nobody_in(
    cache: CredentialCache, database: Database, organization: Organization
) -> None:
    with database.system() as tx:
        key, _ = access.create_key(tx, organization_id=organization.id, name="k", role=Role.OWNER, by="t")
    cache.authenticate(key)
    with database.system() as tx:
        tx.execute("delete from organizations where id = %s", [organization.id])
    cache.refresh()
    with pytest.raises(access.CredentialInvalid):
        cache.authenticate(key)


@pytest.mark.parametrize("act", ["revoke", "expire", "disable", "demote", "remove", "password"])
def test_a_revocation_elsewhere_counts_within_a_second(
    cache: CredentialCache, database: Database, member: Member, token: str, act: str
) -> None:
    cache.start()
    try:
        before = cache.authenticate(token)
        assert Permission.POLICY_PUBLISH in before.permissions
        elsewhere = database
        with elsewhere.system() as tx:
            user = member.user.id
            match act:
                case "revoke":
                    access.revoke_session(tx, user, before.credential_id)  # type: ignore[arg-type]
                case "expire":
                    tx.execute("update sessions set expires_at = %s", [clock.system_now()])
                    tx.execute("update access_revision set revision = revision + 1")
                case "disable":
                    access.set_disabled(tx, user, disabled=True)
                case "demote":
                    access.set_role(tx, member.organization_id, user, Role.READ_ONLY)
                case "remove":
                    access.remove_member(tx, member.organization_id, user)
                case "password":
                    access.set_password(tx, member.user, "correct horse battery")
        started = time.monotonic()
        while _may_publish(cache, token):
            assert time.monotonic() - started < 1.0
            time.sleep(0.01)
    finally:
        cache.close()


def _may_publish(cache: CredentialCache, token: str) -> bool:
    try:
        return Permission.POLICY_PUBLISH in cache.authenticate(token).permissions
    except (access.CredentialInvalid, Forbidden):
        return False


def test_a_session_in_memory_expires_on_time(cache: CredentialCache, database: Database, token: str) -> None:
    with database.system() as tx:
        tx.execute("update sessions set expires_at = %s", [clock.system_now() + timedelta(seconds=0.2)])
    assert cache.authenticate(token)
    deadline = time.monotonic() + 5
    while cache.find(token) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    with pytest.raises(access.CredentialInvalid):
        cache.authenticate(token)


def test_nobody_is_admitted_while_the_database_is_away(cache: CredentialCache, database: Database, token: str) -> None:
    assert cache.authenticate(token)
    gone = CredentialCache(Database(DatabaseUrls(*["postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"] * 3)))
    gone._held, gone._revision = cache._held, cache._revision  # what it knew when the database went away
    assert gone.find(token) is None
    gone._database._pools["intendant_system"].timeout = 0.2
    with pytest.raises(DatabaseUnavailable):
        gone.authenticate(token)


def test_a_revocation_during_a_look_up_is_not_forgotten(
    cache: CredentialCache, database: Database, member: Member, token: str
) -> None:
    from intendant.kernel.access import _credentials

    with database.system() as tx:
        revision = _credentials.read_revision(tx)
        digest = _credentials.token_digest(token)
        stale = _credentials._load(tx, [digest])[digest]
    with database.system() as tx:
        access.revoke_sessions(tx, member.user.id)
    cache.refresh()
    cache._hold(digest, stale, revision)
    assert cache.find(token) is None


def test_use_moves_the_end_of_a_session_but_not_past_its_age(
    cache: CredentialCache, database: Database, token: str
) -> None:
    with database.system() as tx:
        tx.execute("update sessions set expires_at = %s", [clock.system_now() + timedelta(minutes=1)])
    cache.authenticate(token)
    cache.touch()
    with database.system() as tx:
        expires_at = tx.scalar("select expires_at from sessions")
        assert expires_at > clock.system_now() + timedelta(days=6)
        tx.execute("update sessions set created_at = created_at - interval '29 days 12 hours'")
    cache.authenticate(token)
    cache.touch()
    with database.system() as tx:
        assert tx.scalar("select expires_at from sessions") < clock.system_now() + timedelta(days=1)


def test_a_hit_in_memory_takes_microseconds(cache: CredentialCache, token: str) -> None:
    cache.authenticate(token)
    best = float("inf")
    for _ in range(20):
        cache.refresh()
        started = time.perf_counter()
        for _ in range(200):
            cache.find(token)
        best = min(best, (time.perf_counter() - started) / 200)
    assert best < 50e-6
