"""Who keeps the key of keys: the ring of this machine and a HashiCorp Vault, by the same promises; and how each can fail."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.peers.hashicorp import VaultPeer, running_vault

from intendant.connectors.hashicorp import transit
from intendant.connectors.hashicorp.transit import Transit, TransitAddress
from intendant.kernel import vault
from intendant.kernel.vault import LocalRing
from intendant.ports.secrets import KeyWrapping, WrappingRefused, WrappingUnavailable

KEY = bytes(range(32))
HERE, ELSEWHERE = b"organisation 1|1", b"organisation 2|1"


@pytest.fixture
def peer() -> Iterator[VaultPeer]:
    with running_vault() as peer:
        yield peer


@pytest.fixture
def address(peer: VaultPeer, tmp_path: Path) -> TransitAddress:
    secret_id = tmp_path / "secret-id"
    secret_id.write_text(peer.secret_id + "\n")
    return TransitAddress(peer.url, role_id=peer.role_id, secret_id_file=str(secret_id))


@pytest.fixture(params=["local", "hashicorp"])
def wrapping(request: pytest.FixtureRequest, tmp_path: Path) -> KeyWrapping:
    if request.param == "local":
        return LocalRing(tmp_path / "ring" / "ring.json")
    return Transit(request.getfixturevalue("address"))


def test_a_wrapped_key_opens_in_its_place_alone_also_after_a_rotation(wrapping: KeyWrapping) -> None:
    first = wrapping.wrap(KEY, HERE)
    assert first.key_id == wrapping.current_key_id()
    assert KEY not in first.wrapped
    new = wrapping.rotate()
    assert new != first.key_id
    second = wrapping.wrap(KEY, HERE)
    assert second.key_id == new == wrapping.current_key_id()
    assert [wrapping.unwrap(each, HERE) for each in (first, second)] == [KEY, KEY]
    flipped = bytes([*second.wrapped[:-6], second.wrapped[-6] ^ 1, *second.wrapped[-5:]])
    for wrapped, context in (
        (second, ELSEWHERE),
        (replace(second, wrapped=flipped), HERE),
        (replace(second, wrapped=b""), HERE),
        (replace(first, wrapped=second.wrapped[:9]), HERE),
    ):
        with pytest.raises(WrappingRefused):
            wrapping.unwrap(wrapped, context)
    health = wrapping.check()
    assert (health.ok, health.key_id) == (True, new)
    wrapping.close()


def test_what_a_vault_cannot_do_is_said_with_its_remedy(
    peer: VaultPeer, address: TransitAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = Transit(address)
    wrapped = keeper.wrap(KEY, HERE)
    said = []
    for change, back, word in (
        ({"sealed": True}, {"sealed": False}, "sealed"),
        ({"denied": True}, {"denied": False}, "denies"),
        ({"broken": True}, {"broken": False}, "failed"),
        ({"engine_enabled": False}, {"engine_enabled": True}, "nothing at this address"),
        ({"keys": {}}, {"keys": peer.keys}, "no such version"),
        ({"slow_seconds": 0.3}, {"slow_seconds": 0.0}, "did not answer"),
    ):
        if "slow_seconds" in change:
            monkeypatch.setattr(keeper._client.adapter, "_kwargs", {**keeper._client.adapter._kwargs, "timeout": 0.1})
        for name, value in change.items():
            setattr(peer, name, value)
        with pytest.raises(WrappingUnavailable, match=word) as refused:
            keeper.unwrap(wrapped, HERE)
        said.append(refused.value.remedy)
        for name, value in back.items():
            setattr(peer, name, value)
    assert all(said)
    assert peer.secret_id not in str(said)
    unreached = Transit(replace(address, url="http://127.0.0.1:1"))
    assert not unreached.check().ok
    with pytest.raises(WrappingUnavailable, match="AppRole"):
        Transit(replace(address, role_id="another")).current_key_id()
    with pytest.raises(WrappingUnavailable, match="No way to sign in"):
        Transit(TransitAddress(peer.url)).current_key_id()


def test_a_token_is_renewed_before_it_ends_and_replaced_when_revoked(
    peer: VaultPeer, address: TransitAddress, tmp_path: Path
) -> None:
    now = 0.0
    keeper = Transit(address, seconds=lambda: now)
    keeper.current_key_id()
    now = 0.4 * peer.ttl
    keeper.current_key_id()
    assert "POST auth/token/renew-self" not in peer.log
    now = 0.6 * peer.ttl
    keeper.current_key_id()
    assert peer.log.count("POST auth/token/renew-self") == 1
    peer.revoke_all()
    keeper.current_key_id()
    assert peer.log.count("POST auth/approle/login") == 2
    token_file = tmp_path / "token"
    token_file.write_text(peer.issue(0))
    by_token = Transit(TransitAddress(peer.url, token_file=str(token_file)))
    by_token.current_key_id()
    peer.revoke_all()
    token_file.write_text(peer.issue(0))
    assert by_token.check().ok


def test_a_namespace_is_sent_along(address: TransitAddress, peer: VaultPeer) -> None:
    peer.namespace = "bank/lending"
    assert Transit(replace(address, namespace="bank/lending")).check().ok
    assert not Transit(address).check().ok


def test_the_ring_is_its_owners_alone_and_one_process_sees_anothers_rotation(tmp_path: Path) -> None:
    path = tmp_path / "vault" / "ring.json"
    one, two = LocalRing(path), LocalRing(path)
    wrapped = one.wrap(KEY, HERE)
    assert path.stat().st_mode & 0o777 == 0o600
    new = two.rotate()
    assert one.current_key_id() == new
    with pytest.raises(vault.KeyEncryptionKeyInUse):
        one.forget(new)
    two.forget(wrapped.key_id)
    with pytest.raises(WrappingUnavailable, match="is not in"):
        one.unwrap(wrapped, HERE)
    path.chmod(0o644)
    with pytest.raises(vault.KeyRingInvalid, match="read by others"):
        LocalRing(path).current_key_id()
    path.chmod(0o600)
    path.write_text("{}")
    assert not LocalRing(path).check().ok


def test_the_limits_of_waiting_are_short() -> None:
    assert transit.CONNECT_SECONDS_MAX + transit.ANSWER_SECONDS_MAX <= 10
