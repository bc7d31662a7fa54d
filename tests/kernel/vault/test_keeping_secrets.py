"""Secrets: kept under an envelope, given only to their connection and destinations, renewed without a gap, found out when changed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from intendant.kernel import audit, vault
from intendant.kernel.access import system_principal
from intendant.kernel.organizations import Organization
from intendant.kernel.vault import Keyring, LocalRing, Secret, SecretTampered, SecretUseRefused, Vault
from intendant.kit.database import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
VALUE = "xoxb-SENTINEL-one-9f2c"
NEXT = "xoxb-SENTINEL-two-7aa1"
CHANNEL = "channel:0192f0c4-7c1e-7d2a-8f57-2f6a7b3c9d10"


class Office:
    """An organisation with a vault."""

    def __init__(self, database: Database, organization: Organization, keyring: Keyring) -> None:
        self.database, self.organization, self.keyring = database, organization, keyring
        self.by = system_principal(organization.id, "channels")
        self.vault = Vault(database, keyring)

    def put(self, name: str = "Slack", **more: Any) -> Secret:
        """Keep a secret."""
        given = {"connection": CHANNEL, "destinations": ["Hooks.Slack.com"], "value": VALUE} | more
        with self.database.transaction(self.organization.id) as tx:
            return vault.put(tx, self.keyring, name=name, by=self.by, system_now=NOW, **given)

    def do(self, act: Callable[..., Secret], secret: Secret, **more: Any) -> Secret:
        """Do something to a secret."""
        with self.database.transaction(self.organization.id) as tx:
            return act(tx, self.keyring, secret.id, by=self.by, system_now=NOW, **more)

    def use(self, secret_id: UUID, **more: Any) -> vault.Opened:
        """Open a secret."""
        given = {"connection": CHANNEL, "destination": "hooks.slack.com", "purpose": "test", "system_now": NOW} | more
        with self.database.transaction(self.organization.id) as tx:
            return vault.open_secret(tx, self.keyring, secret_id, by=self.by, **given)

    def value(self, secret_id: UUID, **more: Any) -> str:
        """Return a secret's value."""
        return self.use(secret_id, **more).value.reveal()


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring([LocalRing(tmp_path / "vault" / vault.RING_FILE)])


@pytest.fixture
def office(database: Database, organization: Organization, keyring: Keyring) -> Office:
    return Office(database, organization, keyring)


@pytest.fixture
def other(database: Database, other_organization: Organization, keyring: Keyring) -> Office:
    return Office(database, other_organization, keyring)


def test_a_secret_is_given_to_its_connection_for_its_destination(office):
    secret = office.put()
    assert secret.destinations == ("hooks.slack.com",)
    opened = office.use(secret.id, destination="HOOKS.slack.com.")
    assert opened.value.reveal() == VALUE
    assert VALUE not in f"{opened!r} {opened.value} {secret!r}"


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"connection": "channel:another"}, "connection"),
        ({"destination": "evil.example"}, "destination"),
        ({"destination": "hooks.slack.com.evil.example"}, "destination"),
        ({"destination": None}, "destination"),
        ({"system_now": NOW + timedelta(days=2)}, "expired"),
    ],
)
def test_another_connection_destination_or_time_is_refused(office, asked, why):
    secret = office.put(expires_at=NOW + timedelta(days=1))
    with pytest.raises(SecretUseRefused) as refused:
        office.use(secret.id, **asked)
    assert refused.value.data["why"] == why
    assert VALUE not in str(refused.value)


def test_another_organization_finds_no_secret(office, other):
    secret = office.put()
    other.put()
    with pytest.raises(vault.SecretUnknown):
        other.use(secret.id)


def test_a_disabled_secret_rests_and_a_removed_one_is_gone(office, database):
    secret = office.do(vault.set_enabled, office.put(), enabled=False)
    with pytest.raises(SecretUseRefused, match="disabled"):
        office.use(secret.id)
    office.do(vault.set_enabled, secret, enabled=True)
    assert office.value(secret.id) == VALUE
    office.do(vault.remove, secret)
    with pytest.raises(vault.SecretUnknown):
        office.use(secret.id)
    with database.system() as tx:
        assert tx.scalar("select count(*) from secret_versions") == 0
    assert office.put().version == 1


def test_after_a_rotation_both_values_are_given_until_the_grace_is_over(office):
    secret = office.do(vault.rotate, office.put(), value=NEXT, grace=timedelta(hours=1))
    opened = office.use(secret.id)
    assert (opened.value.reveal(), opened.previous.reveal()) == (NEXT, VALUE)
    later = office.use(secret.id, system_now=NOW + timedelta(hours=1))
    assert (later.value.reveal(), later.previous) == (NEXT, None)
    with pytest.raises(vault.SecretInvalid, match="the value it has"):
        office.do(vault.rotate, secret, value=NEXT)


def test_a_change_somebody_did_not_see_is_refused(office):
    secret = office.put()
    office.do(vault.change, secret, destinations=["a.example"], revision=1)
    with pytest.raises(vault.SecretChangedMeanwhile):
        office.do(vault.change, secret, destinations=["b.example"], revision=1)


def _tamper(database: Database, *statements: str, parameters: dict[str, Any]) -> None:
    with database.system() as tx:
        for statement in statements:
            tx.execute(statement, parameters)


SWAPS = {
    "a value of another secret": "update secret_versions v set sealed = o.sealed from secret_versions o"
    " where v.secret_id = %(one)s and o.secret_id = %(two)s",
    "a flipped bit of the value": "update secret_versions set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)"
    " where secret_id = %(one)s",
    "a value cut short": "update secret_versions set sealed = substring(sealed for 5) where secret_id = %(one)s",
    "an older version passed off as the new one": "update secrets set version = version - 1 where id = %(one)s",
    "the old value in the place of the new": "update secret_versions v set sealed = o.sealed from secret_versions o"
    " where v.secret_id = %(one)s and v.version = 2 and o.secret_id = %(one)s and o.version = 1",
    "a destination put in": "update secrets set destinations = destinations || '{evil.example}' where id = %(one)s",
    "another connection": "update secrets set connection = 'channel:evil' where id = %(one)s",
    "an expiry put off": "update secrets set expires_at = null where id = %(one)s",
    "a data key of another organisation": "update vault_data_keys k set wrapped = o.wrapped from vault_data_keys o"
    " where k.organization_id = %(organization)s and o.organization_id <> %(organization)s",
    "a flipped bit of the data key": "update vault_data_keys set wrapped = set_byte(wrapped, 3, get_byte(wrapped, 3) # 4)"
    " where organization_id = %(organization)s",
    "a data key under another number": "update vault_data_keys set version = 9 where organization_id = %(organization)s",
    "a value that is gone": "delete from secret_versions where secret_id = %(one)s",
}


@pytest.mark.parametrize("what", SWAPS)
def test_a_row_that_was_changed_or_moved_does_not_open(office, other, database, what):
    secret = office.do(vault.rotate, office.put(expires_at=NOW + timedelta(days=1)), value=NEXT)
    second = office.put("Second", destinations=["hooks.slack.com"])
    other.put()
    _tamper(
        database,
        SWAPS[what],
        parameters={"one": secret.id, "two": second.id, "organization": office.organization.id},
    )
    with pytest.raises((SecretTampered, SecretUseRefused, vault.WrappingRefused)) as refused:
        office.use(secret.id, connection="channel:evil" if what == "another connection" else CHANNEL)
    assert "changed" in str(refused.value)


def test_a_secret_put_back_to_an_older_state_is_found_out(office, database):
    secret = office.put()
    with database.system() as tx:
        before = tx.find("select * from secrets where id = %s", [secret.id])
        old = tx.find("select * from secret_versions where secret_id = %s", [secret.id])
    office.do(vault.rotate, secret, value=NEXT, grace=timedelta(0))
    assert before is not None
    assert old is not None
    with database.system() as tx:
        tx.execute("delete from secret_versions where secret_id = %s", [secret.id])
        for table, row in (("secret_versions", old), ("secrets", before)):
            names = ", ".join(row)
            places = ", ".join(f"%({name})s" for name in row)
            if table == "secrets":
                sets = ", ".join(f"{name} = %({name})s" for name in row)
                tx.execute(f"update secrets set {sets} where id = %(id)s", row)
            else:
                tx.execute(f"insert into secret_versions ({names}) values ({places})", row)
    with pytest.raises(SecretTampered, match="revision 1, its history at 2"):
        office.use(secret.id)


def test_many_uses_in_a_minute_leave_two_leaves(office, database):
    secret = office.put()
    for _ in range(5):
        office.use(secret.id)
    with database.system() as tx:
        assert vault.close_minutes(tx, system_now=NOW + timedelta(minutes=3)) == 1
        assert vault.close_minutes(tx, system_now=NOW + timedelta(minutes=3)) == 0
    with database.transaction(office.organization.id) as tx:
        found = audit.list_leaves(tx, audit.LeafFilter(subject=f"secret:{secret.id}"), before=None, limit=10)
    acts = [leaf for leaf in (orjson.loads(row["body"]) for row in found.rows) if "used" in leaf["act"]]
    assert [each["act"] for each in acts] == ["kernel.secret.used_again", "kernel.secret.used"]
    assert acts[0]["detail"]["count"] == 5


def test_a_refused_use_is_on_the_record(office, database):
    secret = office.put()
    with pytest.raises(SecretUseRefused):
        office.vault.use(
            office.organization.id, secret.id, connection=CHANNEL, destination="evil.example", by=office.by, purpose="x"
        )
    with database.transaction(office.organization.id) as tx:
        found = audit.list_leaves(tx, audit.LeafFilter(act="kernel.secret.refused"), before=None, limit=10)
    assert [orjson.loads(row["body"])["detail"]["outcome"] for row in found.rows] == ["destination"]
