"""`intendant audit`: verify the audit log, here or in an export, and export it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intendant.cli.console import json_option, opened, organization_option, print_json

if TYPE_CHECKING:
    from intendant.kernel.audit import VerifyReport

_existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def audit() -> None:
    """Verify and export the audit log."""


@audit.command()
@click.argument("export", required=False, type=_existing_file)
@click.option("--public-key", type=_existing_file, help="The public key (PEM); that of this installation by default.")
@click.option("--checkpoints", type=_existing_file, help="With EXPORT: a checkpoint file to compare it with.")
@organization_option
@json_option
def verify(
    export: Path | None, public_key: Path | None, checkpoints: Path | None, organization: str | None, as_json: bool
) -> None:
    """Verify the file EXPORT, or without it the database against its checkpoint file.

    Ends with status 1 if anything was found; the first record that fails is named first.
    """
    from intendant.kernel.audit import PUBLIC_KEY_FILE, load_public_key, verify_database, verify_export
    from intendant.kit.settings import load_settings

    if export is not None:
        # Nothing but the file and the key: no database is opened.
        key = load_public_key(public_key or load_settings().keys / PUBLIC_KEY_FILE)
        report = verify_export(export, key, checkpoints=checkpoints)
    else:
        if checkpoints is not None:
            raise click.UsageError("--checkpoints goes with an EXPORT; the database has its own checkpoint file.")
        with opened(organization) as (system, found):
            key = load_public_key(public_key) if public_key else system.signer.public_key()
            report = verify_database(system.database, found.id, system.settings.checkpoints, key)
    if as_json:
        print_json(report.as_dict())
    else:
        _show(report)
    sys.exit(0 if report.ok else 1)


@audit.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--no-seal", is_flag=True, help="Do not seal first; leaves since the last checkpoint stay unsealed.")
@organization_option
def export(file: Path, no_seal: bool, organization: str | None) -> None:
    """Write an organisation's log to FILE (lines of JSON; compressed if it ends in .gz), sealing it first."""
    from intendant.kernel import audit as log
    from intendant.kit.settings import load_settings

    with opened(organization) as (system, found):
        if not no_seal:
            log.seal(system.database, [found.id], system.settings.checkpoints, system.signer)
        with system.database.snapshot(found.id) as tx:
            counts = log.export(tx, found.id, file)
    click.echo(f"Wrote {counts['leaf']:,} leaves and {counts['checkpoint']:,} checkpoints of {found.slug} to {file}.")
    click.echo(f"Verify it anywhere: intendant audit verify {file} --public-key {log.PUBLIC_KEY_FILE}")
    click.echo(f"The public key is {load_settings().keys / log.PUBLIC_KEY_FILE}.")


def _show(report: "VerifyReport") -> None:
    """Print a report: the verdict first."""
    if report.ok:
        click.secho("The audit log is whole.", fg="green", bold=True)
    else:
        click.secho(f"The audit log is NOT whole: {report.finding_count:,} finding(s).", fg="red", bold=True)
        click.echo(f"First: {report.first}")
        for finding in report.findings[1:]:
            click.echo(f"       {finding}")
        if report.finding_count > len(report.findings):
            click.echo(f"       and {report.finding_count - len(report.findings):,} more")
    rows = ", ".join(f"{count:,} {table}" for table, count in sorted(report.rows.items())) or "no records"
    click.echo(f"Leaves: {report.leaves:,}, not yet sealed: {report.unsealed:,}, erased by law: {report.erased:,}")
    click.echo(f"Checkpoints: {report.checkpoints:,}. Records compared with their leaves: {rows}.")
    for notice in report.notices:
        click.echo(f"Note: {notice}")
