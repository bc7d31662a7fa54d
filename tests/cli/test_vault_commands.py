"""`intendant vault`: keys are looked at, renewed and moved from the terminal, and what is missing is named."""

from pathlib import Path

from tests.support.peers.hashicorp import running_vault

from intendant.bootstrap import open_system
from intendant.kernel import vault
from intendant.kernel.access import system_principal
from intendant.kit import clock
from intendant.kit.settings import Settings

VALUE = "xoxb-SENTINEL-cli-70c2"


def test_keys_are_renewed_moved_and_missed_at_the_terminal(terminal, monkeypatch, tmp_path: Path):
    assert "No secret is kept yet." in terminal.does("vault", "status").out
    with open_system(Settings(home=terminal.home)) as system:
        acme = system.organization("acme").id
        by = system_principal(acme, "test")
        with system.database.transaction(acme) as tx:
            kept = vault.put(
                tx,
                system.vault.keyring,
                name="Bank",
                connection="payouts:main",
                destinations=[],
                value=VALUE,
                by=by,
                system_now=clock.system_now(),
            )
    said = [terminal.does("vault", "rotate-key", "--retire"), terminal.does("vault", "rotate-data-key")]
    assert "1 data keys were wrapped anew." in said[0].out
    assert "Data key 2: 1 secrets brought under it, 1 older keys destroyed." in said[1].out
    assert "not connected" in terminal.refuses("vault", "move", "--to", "hashicorp")
    with running_vault() as peer:
        (tmp_path / "token").write_text(peer.issue(0))
        monkeypatch.setenv("INTENDANT_VAULT_URL", peer.url)
        monkeypatch.setenv("INTENDANT_VAULT_TOKEN_FILE", str(tmp_path / "token"))
        assert "1 data keys" in terminal.does("vault", "move", "--to", "hashicorp").out
        status = terminal.does("vault", "status", "--json").json
        assert [(each["backend"], each["key_id"]) for each in status["wrappings"]] == [
            ("hashicorp", "transit/intendant:v1")
        ]
        assert "1 data keys" in terminal.does("vault", "move", "--to", "local").out
    monkeypatch.delenv("INTENDANT_VAULT_URL")
    monkeypatch.delenv("INTENDANT_VAULT_TOKEN_FILE")
    ring = terminal.home / "keys" / "vault" / "ring.json"
    ring.rename(ring.with_name("lost.json"))
    assert "must be entered again" in terminal.type("vault", "status").err
    assert "1 keys taken" in terminal.does("vault", "import-keys", ring.with_name("lost.json")).out
    said.append(terminal.does("vault", "status"))
    with open_system(Settings(home=terminal.home)) as system:
        value = system.vault.use(acme, kept.id, connection="payouts:main", destination=None, by=by, purpose="test")
    assert value.reveal() == VALUE
    assert not [each for each in said if "SENTINEL" in each.out + each.err]
