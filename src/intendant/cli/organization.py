"""`intendant organization`: add, list and remove organisations."""

import click

from intendant.cli.console import json_option, print_json, print_table, whoami


@click.group()
def organization() -> None:
    """Add, list and remove organisations."""


@organization.command()
@click.argument("slug")
@click.option("--name", help="Its name; the slug by default.")
@click.option("--time-zone", default="UTC", show_default=True)
@click.option("--currency", default="USD", show_default=True)
def add(slug: str, name: str | None, time_zone: str, currency: str) -> None:
    """Add the organisation SLUG. Its components start at observe."""
    from intendant.bootstrap import open_system

    with open_system() as system:
        created = system.found_organization(
            slug=slug, name=name or slug, time_zone=time_zone, currency=currency, by=whoami()
        )
    click.echo(f"{created.slug}: created, observing. Set a component's level with `intendant component level`.")


@organization.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List organisations."""
    from intendant.bootstrap import open_system
    from intendant.kernel.organizations import list_organizations

    with open_system() as system, system.database.system() as tx:
        found = [
            {
                "slug": o.slug,
                "name": o.name,
                "kind": o.kind,
                "time_zone": o.time_zone,
                "currency": o.currency,
                "id": o.id,
            }
            for o in list_organizations(tx)
        ]
    if as_json:
        print_json(found)
        return
    columns = {
        heading: (lambda row, h=heading: row[h]) for heading in ("slug", "name", "kind", "time_zone", "currency")
    }
    print_table(found, columns, empty="There is none yet. Add one: `intendant organization add SLUG`.")


@organization.command()
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(slug: str, yes: bool) -> None:
    """Delete the demo or sandbox organisation SLUG with everything that belongs to it."""
    from intendant.bootstrap import open_system

    with open_system() as system:
        found = system.organization(slug)
        if not yes:
            click.confirm(f"Delete '{found.name}' with all its decisions and records?", abort=True)
        system.remove_organization(found.id)
    click.echo(f"{slug}: removed.")
