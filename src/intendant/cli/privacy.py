"""`intendant privacy`: find a person, take down and carry through what they ask, and look at rules of retention."""

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from intendant.cli.console import json_option, opened, organization_option, print_json, print_table, whoami

if TYPE_CHECKING:
    from intendant.kernel.privacy import Candidate


@click.group()
def privacy() -> None:
    """Find people, give them copies, erase them; look at what is kept for how long."""


@privacy.command()
@click.option("--email")
@click.option("--phone")
@click.option("--reference")
@click.option("--name")
@click.option("--born", help="With --name: the day of birth as the form has it.")
@organization_option
@json_option
def find(
    email: str | None,
    phone: str | None,
    reference: str | None,
    name: str | None,
    born: str | None,
    organization: str | None,
    as_json: bool,
) -> None:
    """List what may be a person's: you decide what is."""
    from intendant.kernel.privacy import Wanted, find_people

    wanted = Wanted(email, phone, reference, name, born)
    with opened(organization) as (system, found), system.database.snapshot(found.id) as tx:
        people = find_people(tx, system.registry, wanted, now=found.clock.now())
    if as_json:
        print_json(people)
        return
    print_table([_row(each) for each in people], _CANDIDATE, empty="Nothing was found.")


_CANDIDATE = {
    "id": lambda row: row["root"],
    "what": lambda row: row["title"],
    "reference": lambda row: row["label"],
    "may go": lambda row: "yes" if row["standing"] == "erasable" else f"no: {row['why']}",
}


def _row(each: "Candidate") -> dict[str, object]:
    return {"root": each.root, "title": each.title, "label": each.label, "standing": each.standing, "why": each.why}


@privacy.command()
@click.argument("roots", nargs=-1, required=True, type=click.UUID)
@click.option("--kind", type=click.Choice(["export", "erasure"]), required=True)
@click.option("--person", required=True, help="Who asks.")
@click.option("--ground", required=True, help="Why they may ask, and how they did.")
@organization_option
def request(roots: tuple[UUID, ...], kind: str, person: str, ground: str, organization: str | None) -> None:
    """Take down a request about ROOTS (ids that `find` lists). A worker makes copies; an erasure waits for `confirm`."""
    from intendant.kernel.privacy import make_request
    from intendant.kit import clock

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        row = make_request(
            tx,
            system.registry,
            kind="export" if kind == "export" else "erasure",
            person=person,
            roots=roots,
            ground=ground,
            requested_at=None,
            by=whoami(),
            system_now=clock.system_now(),
        )
    click.echo(f"Request {row['id']} is due by {row['due_at']:%Y-%m-%d}.")
    if kind == "erasure":
        click.echo(f"Look at it and confirm it: intendant privacy confirm {row['id']}")


@privacy.command()
@click.argument("request_id", type=click.UUID)
@click.option("--yes", is_flag=True, help="Do not ask.")
@organization_option
def confirm(request_id: UUID, yes: bool, organization: str | None) -> None:
    """Show what an erasure would do, and confirm it. It cannot be taken back."""
    from intendant.kernel import privacy as kernel
    from intendant.kit import clock

    with opened(organization) as (system, found):
        with system.database.snapshot(found.id) as tx:
            shown, seen = kernel.look(tx, system.registry, request_id, now=found.clock.now())
            row = kernel.get_request(tx, request_id)
        for each in shown.goes:
            click.echo(f"goes   {each.title} {each.label}")
        for each in shown.stays:
            click.echo(f"stays  {each.title} {each.label}: {each.why}")
        for table in shown.tables:
            click.echo(f"       {table.rows:,} rows of {table.table}: {table.erasing}")
        if not yes:
            click.confirm("Erase this for good?", abort=True)
        with system.database.transaction(found.id) as tx:
            kernel.confirm(
                tx,
                system.registry,
                request_id,
                seen=seen,
                revision=row["revision"],
                by=whoami(),
                system_now=clock.system_now(),
            )
    click.echo("Confirmed: a worker carries it out.")


@privacy.command()
@click.argument("request_id", type=click.UUID)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@organization_option
def copy(request_id: UUID, file: Path, organization: str | None) -> None:
    """Write a person's copy to FILE (zip); that it was taken is on record."""
    from intendant.kernel.privacy import read_copy
    from intendant.kit import clock

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        content = read_copy(tx, request_id, by=whoami(), system_now=clock.system_now())
    file.write_bytes(content)
    click.echo(f"Wrote {len(content):,} bytes.")


@privacy.command()
@organization_option
@json_option
def retention(organization: str | None, as_json: bool) -> None:
    """Show for how long each class of data is kept, and what its rule would touch now."""
    from intendant.kernel.privacy import dry_run, list_rules

    with opened(organization) as (system, found), system.database.snapshot(found.id) as tx:
        rows = [
            {
                "data_class": rule.declared.name,
                "enabled": rule.enabled,
                "after_days": rule.after_days,
                "legal_days": rule.legal_days,
                "due": dry_run(tx, system.registry, rule.declared.name, now=found.clock.now()).due,
            }
            for rule in list_rules(tx, system.registry)
        ]
    if as_json:
        print_json(rows)
        return
    columns = {
        "class": lambda row: row["data_class"],
        "on": lambda row: "yes" if row["enabled"] else "no",
        "days": lambda row: f"{row['after_days']:,}",
        "law": lambda row: f"{row['legal_days']:,}",
        "due now": lambda row: f"{row['due']:,}",
    }
    print_table(rows, columns, empty="No domain declares a class of data.")
