"""`intendant vault`: the keys around secrets: look at them, renew them, move them to another keeper. No command shows a value."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from intendant.cli.console import json_option, opened, organization_option, print_json, print_table

if TYPE_CHECKING:
    from uuid import UUID

    from intendant.bootstrap import System
    from intendant.kernel.access import Principal
    from intendant.kernel.vault import LocalRing

BACKENDS = ("local", "hashicorp")


@click.group()
def vault() -> None:
    """Look at the keys around secrets, renew them, move them."""


@vault.command()
@json_option
def status(as_json: bool) -> None:
    """Show who keeps the keys, whether each answers, and what each key wraps; status 1 if a key is missing."""
    from intendant.bootstrap import open_system
    from intendant.kernel import vault as kernel

    with open_system() as system:
        keepers = system.vault.keyring.check()
        with system.database.system() as tx:
            wrappings = kernel.count_wrappings(tx)
        ring = {each.id for each in _ring(system).list_keys()}
    connected = set(system.vault.keyring.names)
    lost = [
        each
        for each in wrappings
        if each.backend not in connected or (each.backend == kernel.LOCAL and each.key_id not in ring)
    ]
    if as_json:
        print_json({"keepers": keepers, "wrappings": wrappings, "lost": lost})
    else:
        for keeper in keepers:
            click.echo(f"{keeper.backend}: {'ok' if keeper.ok else 'NOT OK'}. {keeper.detail} {keeper.remedy}".rstrip())
        rows = [{"backend": each.backend, "key": each.key_id, "keys": each.data_keys} for each in wrappings]
        columns = {
            "KEPT BY": lambda row: row["backend"],
            "KEY": lambda row: row["key"],
            "DATA KEYS": lambda row: row["keys"],
        }
        print_table(rows, columns, empty="No secret is kept yet.")
        for each in lost:
            click.secho(
                f"{each.data_keys} data keys are wrapped by {each.key_id}, which is not here. Put it back from its backup"
                " (`intendant vault import-keys`), or connect its keeper; without it those secrets must be entered again.",
                fg="red",
                err=True,
            )
    if lost or not all(keeper.ok for keeper in keepers):
        raise SystemExit(1)


@vault.command("rotate-key")
@click.option(
    "--retire", is_flag=True, help="Destroy older keys of the ring afterwards; older backups then open no secret."
)
def rotate_key(retire: bool) -> None:
    """Make a new key-encryption key and wrap all data keys by it. Everything keeps running; a crash is mended by running it again."""
    from intendant.bootstrap import open_system
    from intendant.kernel import vault as kernel

    with open_system() as system:
        with system.database.system() as tx:
            used = sorted({each.backend for each in kernel.count_wrappings(tx)}) or [system.vault.keyring.preferred]
        for name in used:
            new = system.vault.keyring.backend(name).rotate()
            click.echo(f"{name}: the new key is {new}.")
            _rewrap(system, to=name, backends=[name])
        if retire:
            _retire(system)


@vault.command()
@click.option("--to", type=click.Choice(BACKENDS), required=True, help="Who shall keep the keys.")
def move(to: str) -> None:
    """Let another keeper wrap all data keys; secrets stay where they are. Running it again goes on where it stopped."""
    from intendant.bootstrap import open_system

    with open_system() as system:
        # Asked first, so that nothing is begun with a keeper that does not answer.
        click.echo(f"{to} wraps by {system.vault.keyring.backend(to).current_key_id()}.")
        _rewrap(system, to=to, backends=list(BACKENDS))


@vault.command("rotate-data-key")
@organization_option
def rotate_data_key(organization: str | None) -> None:
    """Give an organisation a new data key and bring its secrets under it."""
    from intendant.kernel import vault as kernel
    from intendant.kit import clock

    with opened(organization) as (system, found):
        by = _console(found.id)
        made = system.vault.make_data_key(found.id)
        with system.database.transaction(found.id) as tx:
            version = kernel.add_data_key(tx, made, by=by, system_now=clock.system_now())
        renewed = refused = 0
        while True:
            step = kernel.reencrypt_some(system.database, system.vault.keyring, organization_id=found.id)
            renewed, refused = renewed + step.done, step.refused
            if not step.done:
                break
        retired = kernel.retire_data_keys(system.database)
    click.echo(f"Data key {version}: {renewed:,} secrets brought under it, {retired} older keys destroyed.")
    _tell_refused(refused)


@vault.command("import-keys")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_keys(file: Path) -> None:
    """Take the keys of another ring FILE into this one, as older ones: after a restore, or from a machine that made its own."""
    from intendant.kernel.vault import LocalRing
    from intendant.kit.settings import load_settings

    taken = LocalRing(load_settings().vault_ring).take(LocalRing(file))
    click.echo(f"{len(taken)} keys taken{': ' + ', '.join(taken) if taken else ''}.")


@vault.command("forget-key")
@click.argument("key_id")
@click.confirmation_option(prompt="What this key wraps, also in backups, can never be opened again. Go on?")
def forget_key(key_id: str) -> None:
    """Destroy an older key of the ring, KEY_ID, that wraps nothing any more."""
    from intendant.bootstrap import open_system

    with open_system() as system:
        _require_unused(system, key_id)
        _ring(system).forget(key_id)
    click.echo(f"{key_id} is gone.")


def _rewrap(system: "System", *, to: str, backends: list[str]) -> None:
    from intendant.kernel import vault as kernel

    step = kernel.rewrap(system.database, system.vault.keyring, to=to, backends=backends)
    click.echo(f"{step.done:,} data keys were wrapped anew.")
    _tell_refused(step.refused)


def _retire(system: "System") -> None:
    ring = _ring(system)
    for key in ring.list_keys():
        if not key.current:
            _require_unused(system, key.id)
            ring.forget(key.id)
            click.echo(f"{key.id} is gone.")


def _require_unused(system: "System", key_id: str) -> None:
    from intendant.kernel import vault as kernel

    with system.database.system() as tx:
        used = [each for each in kernel.count_wrappings(tx) if (each.backend, each.key_id) == (kernel.LOCAL, key_id)]
    if used:
        raise kernel.KeyEncryptionKeyInUse(
            f"{key_id} still wraps {used[0].data_keys} data keys.",
            field="key_id",
            remedy="`intendant vault rotate-key` wraps them anew.",
        )


def _ring(system: "System") -> "LocalRing":
    from intendant.kernel.vault import LocalRing

    return LocalRing(system.settings.vault_ring)


def _console(organization_id: "UUID") -> "Principal":
    import getpass

    from intendant.kernel.access import console_principal

    return console_principal(organization_id, getpass.getuser())


def _tell_refused(count: int) -> None:
    if count:
        click.secho(
            f"{count} do not open and stay as they are: their rows were changed, or their key is missing. See the log.",
            fg="red",
            err=True,
        )
        raise SystemExit(1)
