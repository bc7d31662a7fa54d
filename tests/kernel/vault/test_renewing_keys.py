"""Renewing and moving the key around data keys while secrets are used; what is tampered with stays and is told; logs show nothing."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import structlog
from tests.support.peers.hashicorp import VaultPeer, running_vault

from intendant.connectors.hashicorp.transit import Transit, TransitAddress
from intendant.kernel import vault
from intendant.kernel.access import system_principal
from intendant.kernel.organizations import Organization
from intendant.kernel.vault import Keyring, LocalRing, Vault, WrappingUnavailable
from intendant.kit.database import Database
from intendant.kit.logging import redact
from intendant.kit.secret_text import SecretText

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
VALUE = "xoxb-SENTINEL-keys-31b4"
PLACE = {"connection": "payouts:main", "destination": "api.bank.test", "purpose": "pay"}


class CrashError(RuntimeError):
    """The process ends here."""


class Breaking(LocalRing):
    """A ring whose process dies at its second wrapping."""

    wraps = 0

    def wrap(self, key, context):
        self.wraps += 1
        if self.wraps > 1:
            raise CrashError
        return super().wrap(key, context)


@pytest.fixture
def organizations(organization: Organization, other_organization: Organization) -> list[Organization]:
    return [organization, other_organization]


@pytest.fixture
def peer() -> Iterator[VaultPeer]:
    with running_vault() as peer:
        yield peer


def keep(database: Database, keyring: Keyring, organization: Organization) -> vault.Secret:
    by = system_principal(organization.id, "test")
    with database.transaction(organization.id) as tx:
        return vault.put(
            tx,
            keyring,
            name="Bank",
            connection="payouts:main",
            destinations=["api.bank.test"],
            value=SecretText(VALUE),
            by=by,
            system_now=NOW,
        )


def value(database: Database, keyring: Keyring, organization: Organization, secret: vault.Secret) -> str:
    by = system_principal(organization.id, "payer")
    return Vault(database, keyring).use(organization.id, secret.id, by=by, **PLACE).reveal()


def test_the_key_is_renewed_while_others_use_secrets_and_a_crash_loses_nothing(database, organizations, tmp_path):
    path = tmp_path / "vault" / "ring.json"
    keyring, elsewhere = Keyring([LocalRing(path)]), Keyring([LocalRing(path)])
    secrets = [keep(database, keyring, each) for each in organizations]
    pairs = list(zip(organizations, secrets, strict=True))
    first = LocalRing(path).current_key_id()
    seen, stop = [], threading.Event()

    def reader() -> None:
        while not stop.is_set():
            seen.append([value(database, elsewhere, each, secret) for each, secret in pairs])
            elsewhere.forget()

    thread = threading.Thread(target=reader)
    thread.start()
    new = LocalRing(path).rotate()
    with pytest.raises(CrashError):
        vault.rewrap(database, Keyring([Breaking(path)]), to="local")
    with database.system() as tx:
        assert {(each.key_id, each.data_keys) for each in vault.count_wrappings(tx)} == {(first, 1), (new, 1)}
    assert vault.rewrap(database, keyring, to="local") == vault.Step(1, 0)
    assert vault.rewrap(database, keyring, to="local") == vault.Step(0, 0)
    stop.set()
    thread.join()
    assert seen
    assert all(each == [VALUE, VALUE] for each in seen)
    LocalRing(path).forget(first)
    elsewhere.forget()
    assert [value(database, elsewhere, each, secret) for each, secret in pairs] == [VALUE, VALUE]


def test_keys_move_to_a_hashicorp_vault_and_back(database, organizations, tmp_path, peer):
    (tmp_path / "token").write_text(peer.issue(0))
    transit = Transit(TransitAddress(peer.url, token_file=str(tmp_path / "token")))
    keyring = Keyring([LocalRing(tmp_path / "ring.json"), transit])
    secrets = [keep(database, keyring, each) for each in organizations]
    assert vault.rewrap(database, keyring, to="hashicorp", backends=["local", "hashicorp"]) == vault.Step(2, 0)
    (tmp_path / "ring.json").unlink()
    keyring.forget()
    for each, secret in zip(organizations, secrets, strict=True):
        assert value(database, keyring, each, secret) == VALUE
    peer.sealed = True
    # What is in memory is given on; for who has it not, the vault is unavailable.
    assert value(database, keyring, organizations[0], secrets[0]) == VALUE
    keyring.forget()
    with pytest.raises(WrappingUnavailable, match="sealed"):
        value(database, keyring, organizations[0], secrets[0])
    peer.sealed = False
    with pytest.raises(WrappingUnavailable, match="not connected here"):
        value(database, Keyring([LocalRing(tmp_path / "ring.json")]), organizations[0], secrets[0])
    assert vault.rewrap(database, keyring, to="local", backends=["local", "hashicorp"]) == vault.Step(2, 0)
    assert VALUE.encode() not in b"".join(
        bytes(row["sealed"]) for row in _rows(database, "select sealed from secret_versions")
    )


def test_a_data_key_that_was_changed_stays_for_a_person_to_look_at(database, organizations, tmp_path):
    ring = LocalRing(tmp_path / "ring.json")
    keyring = Keyring([ring])
    good, bad = organizations
    secret = keep(database, keyring, good)
    keep(database, keyring, bad)
    with database.system() as tx:
        tx.execute("update vault_data_keys set wrapped = 'nonsense' where organization_id = %s", [bad.id])
    ring.rotate()
    assert vault.rewrap(database, keyring, to="local") == vault.Step(1, 1)
    assert value(database, keyring, good, secret) == VALUE


def test_a_lost_ring_is_said_plainly_and_its_copy_brings_everything_back(database, organization, tmp_path):
    path, copy = tmp_path / "ring.json", tmp_path / "copy.json"
    keyring = Keyring([LocalRing(path)])
    secret = keep(database, keyring, organization)
    path.rename(copy)
    keyring.forget()
    with pytest.raises(WrappingUnavailable, match="entered again"):
        value(database, keyring, organization, secret)
    made_meanwhile = LocalRing(path).current_key_id()
    assert len(LocalRing(path).take(LocalRing(copy))) == 1
    assert LocalRing(path).current_key_id() == made_meanwhile
    assert value(database, keyring, organization, secret) == VALUE


def test_a_revealed_value_is_wiped_from_any_line_of_the_log(capsys):
    revealed = SecretText("pa55-SENTINEL-log").reveal()
    fields = redact(None, "info", {"event": f"GET https://x/{revealed}/y failed", "more": {"deep": [revealed]}})
    assert "SENTINEL" not in str(fields)
    structlog.get_logger().info("said", held=SecretText("never-SENTINEL"))
    assert "SENTINEL" not in capsys.readouterr().out


def _rows(database: Database, query: str):
    with database.system() as tx:
        return tx.all(query)
