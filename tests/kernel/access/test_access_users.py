"""Users, memberships, passwords and links on a real database."""

import pytest

from intendant.kernel import access
from intendant.kernel.access import LinkPurpose, Role
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.database import Database, Transaction

PASSWORD = "correct horse battery"


def _add(
    tx: Transaction, organization: Organization, email: str = "ada@example.com", role: Role = Role.OWNER
) -> access.Member:
    return access.add_user(tx, email=email, name="", organization_id=organization.id, role=role)


def test_an_address_is_one_user_however_it_is_written(
    database: Database, organization: Organization, other_organization: Organization
) -> None:
    with database.system() as tx:
        first = _add(tx, organization, " Ada@Example.com ")
        second = _add(tx, other_organization, "ada@EXAMPLE.com", Role.CLIENT)
    assert first.user.id == second.user.id
    with database.system() as tx, pytest.raises(access.MembershipExists):
        _add(tx, organization, "ada@example.com")


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@", "@example.com", "a b@example.com", "a@b@c", "x" * 250 + "@a.de", "a\x00@b.de"]
)
def test_what_is_no_address_is_refused(database: Database, organization: Organization, email: str) -> None:
    with database.system() as tx, pytest.raises(access.EmailInvalid) as caught:
        _add(tx, organization, email)
    assert caught.value.field == "email"


def test_the_last_owner_stays_owner(database: Database, organization: Organization) -> None:
    with database.system() as tx:
        owner = _add(tx, organization).user.id
        for act in (
            lambda: access.set_role(tx, organization.id, owner, Role.MANAGER),
            lambda: access.remove_member(tx, organization.id, owner),
            lambda: access.set_disabled(tx, owner, disabled=True),
        ):
            with pytest.raises(access.LastOwner):
                act()
        other = _add(tx, organization, "bob@example.com").user.id
        access.set_role(tx, organization.id, owner, Role.MANAGER)
        with pytest.raises(access.LastOwner):
            access.remove_member(tx, organization.id, other)


def test_a_disabled_owner_does_not_count_as_one(database: Database, organization: Organization) -> None:
    with database.system() as tx:
        owner, other = _add(tx, organization).user.id, _add(tx, organization, "bob@example.com").user.id
        access.set_disabled(tx, other, disabled=True)
        with pytest.raises(access.LastOwner):
            access.remove_member(tx, organization.id, owner)


def test_members_are_listed_by_key_without_gap_or_repetition(database: Database, organization: Organization) -> None:
    with database.system() as tx:
        made = {_add(tx, organization, f"user{n}@example.com").user.id for n in range(7)}
        seen, after = [], None
        while page := access.list_members(tx, organization.id, after=after, limit=3):
            seen += [member.user.id for member in page]
            after = seen[-1]
    assert len(seen) == 7
    assert set(seen) == made


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "aaaaaaaaaaaaaaaa",
        "x" * 201,
        "i am ada.lovelace!",
        "Password1234",
        "P@ssw0rd2024!",
        "qwertyuiop12",
        "1qaz2wsx3edc",
        "123456789012",
        "abcd1234abcd",
        "iloveyou2023!",
        "administrator1",
        "monkeymonkey1",
        "letmein12345",
    ],
)
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(access.PasswordInvalid):
        access.check_password(password, email="ada.lovelace@example.com")


def test_a_password_fits_only_itself_and_nobody_has_none(database: Database, organization: Organization) -> None:
    with database.system() as tx:
        user = _add(tx, organization).user
        access.set_password(tx, user, PASSWORD)
        stored = tx.scalar("select password_hash from users where id = %s", [user.id])
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert access.verify_password(stored, PASSWORD)
    assert not access.verify_password(stored, PASSWORD + " ")
    assert not access.verify_password(None, PASSWORD)
    assert not access.verify_password("no hash at all", PASSWORD)


def test_a_link_works_once(database: Database, organization: Organization) -> None:
    with database.system() as tx:
        user = _add(tx, organization).user
        token = access.make_link(tx, user.id, LinkPurpose.SIGN_IN)
        assert access.use_link(tx, token, LinkPurpose.SIGN_IN).id == user.id
        with pytest.raises(access.LinkInvalid):
            access.use_link(tx, token, LinkPurpose.SIGN_IN)


def test_a_link_is_for_one_purpose(database: Database, organization: Organization) -> None:
    with database.system() as tx:
        user = _add(tx, organization).user
        token = access.make_link(tx, user.id, LinkPurpose.SIGN_IN)
        with pytest.raises(access.LinkInvalid):
            access.use_link(tx, token, LinkPurpose.PASSWORD_RESET)
        access.use_link(tx, token, LinkPurpose.SIGN_IN)


def test_a_link_expires_and_a_new_password_voids_the_others(database: Database, organization: Organization) -> None:
    with database.system() as tx:
        user = _add(tx, organization).user
        old = access.make_link(tx, user.id, LinkPurpose.SIGN_IN)
        tx.execute("update sign_in_links set expires_at = %s", [clock.system_now()])
        with pytest.raises(access.LinkInvalid):
            access.use_link(tx, old, LinkPurpose.SIGN_IN)
        fresh = access.make_link(tx, user.id, LinkPurpose.SIGN_IN)
        access.set_password(tx, user, PASSWORD)
        with pytest.raises(access.LinkInvalid):
            access.use_link(tx, fresh, LinkPurpose.SIGN_IN)


def test_the_database_holds_no_token(database: Database, organization: Organization) -> None:
    with database.system() as tx:
        user = _add(tx, organization).user
        link = access.make_link(tx, user.id, LinkPurpose.SIGN_IN)
        session, _ = access.open_session(tx, user.id)
        key, _ = access.create_key(tx, organization_id=organization.id, name="k", role=Role.OPERATOR, by="test")
        text = " ".join(
            str(tx.all(f"select t::text from {table} t"))
            for table in ("users", "sessions", "api_keys", "sign_in_links")
        )
    for token in (link, session, key):
        assert len(token) == 46
        assert token not in text
        assert token.encode().hex() not in text


def test_a_new_password_ends_all_sessions_but_the_one_in_use(database: Database, organization: Organization) -> None:
    with database.system() as tx:
        user = _add(tx, organization).user
        kept = access.open_session(tx, user.id)[1].id
        access.open_session(tx, user.id)
        access.open_session(tx, user.id)
        assert access.set_password(tx, user, PASSWORD, keep_session=kept) == 2
        assert [session.id for session in access.list_sessions(tx, user.id)] == [kept]


def test_the_oldest_session_gives_way(database: Database, organization: Organization) -> None:
    with database.system() as tx:
        user = _add(tx, organization).user
        first = access.open_session(tx, user.id)[1].id
        for _ in range(50):
            access.open_session(tx, user.id)
        sessions = access.list_sessions(tx, user.id, limit=100)
    assert len(sessions) == 50
    assert first not in {session.id for session in sessions}


def test_the_serving_role_reaches_no_user_session_key_or_link(database: Database, organization: Organization) -> None:
    import psycopg

    for table in ("users", "sessions", "api_keys", "sign_in_links", "access_revision"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), database.transaction(organization.id) as tx:
            tx.all(f"select * from {table}")
