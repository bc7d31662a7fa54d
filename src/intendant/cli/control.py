"""`intendant start|stop|halt|status|component`: the switch and the levels."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from intendant.cli.console import json_option, opened, organization_option, print_json, print_table, whoami

if TYPE_CHECKING:
    from intendant.kernel.control import State

_reason = click.option("--reason", "-r", required=True, help="Why; it goes on the record.")


@click.command()
@click.option("--reason", "-r", default="started by hand", show_default=True)
@organization_option
def start(reason: str, organization: str | None) -> None:
    """Start the business."""
    _switch("running", reason, organization)


@click.command()
@click.option("--reason", "-r", default="stopped by hand", show_default=True)
@organization_option
def stop(reason: str, organization: str | None) -> None:
    """Stop the business: nothing new acts; what is planned is carried out."""
    _switch("stopped", reason, organization)


@click.command()
@click.option("--reason", "-r", default="halted by hand", show_default=True)
@organization_option
def halt(reason: str, organization: str | None) -> None:
    """Emergency stop: within a second no outside call starts; open ones are aborted and become unknown."""
    _switch("halted", reason, organization)


@click.command()
@organization_option
@json_option
def status(organization: str | None, as_json: bool) -> None:
    """Show switch, components, queue, approvals and alerts."""
    from intendant.kernel.overview import read_status

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        now = read_status(tx)
    if as_json:
        print_json(now)
        return
    mark = "" if now["organization"]["kind"] == "real" else f" ({now['organization']['kind']})"
    click.echo(
        f"{now['organization']['name']}{mark}: {now['switch']['state']}, business time {now['business_time']:%Y-%m-%d %H:%M}"
    )
    for component in now["components"]:
        control = f", under the control of {component['controlled_by']}" if component["controlled_by"] else ""
        click.echo(f"  {component['name']}: {component['level']}{control}")
    counts = ", ".join(f"{n} {verdict}" for verdict, n in sorted(now["decisions_last_day"].items())) or "none"
    click.echo(f"  decisions in the last business day: {counts}")
    click.echo(f"  effects: {', '.join(f'{n} {state}' for state, n in sorted(now['queue'].items())) or 'none'}")
    click.echo(f"  approvals waiting: {now['approvals_open']}, alerts open: {now['alerts_open']}")


@click.group()
def component() -> None:
    """Show components, set levels, take control and hand it back."""


@component.command("list")
@organization_option
@json_option
def list_(organization: str | None, as_json: bool) -> None:
    """List components."""
    from intendant.kernel.autonomy import list_components

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        rows = list_components(tx)
    if as_json:
        print_json(rows)
        return
    columns = {h: (lambda row, h=h: row[h]) for h in ("name", "level", "controlled_by", "why")}
    print_table(rows, columns, empty="There is none.")


@component.command()
@click.argument("name")
@click.argument("level", type=click.Choice(["stopped", "manual", "observe", "assisted", "supervised", "full"]))
@_reason
@organization_option
def level(name: str, level: str, reason: str, organization: str | None) -> None:
    """Put the component NAME on LEVEL."""
    from intendant.kernel.autonomy import set_level
    from intendant.kit.clock import system_now

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        set_level(tx, found, name, level, by=whoami(), why=reason, system_now=system_now())
    click.echo(f"{name}: {level}.")


@component.command("take-control")
@click.argument("name")
@_reason
@organization_option
def take(name: str, reason: str, organization: str | None) -> None:
    """Take control of NAME: from now on it asks about everything."""
    from intendant.kernel.autonomy import take_control

    _change(take_control, name, reason, organization)
    click.echo(f"{name} is under your control.")


@component.command("hand-back")
@click.argument("name")
@_reason
@organization_option
def give(name: str, reason: str, organization: str | None) -> None:
    """Hand NAME back: its own level holds again."""
    from intendant.kernel.autonomy import hand_back

    _change(hand_back, name, reason, organization)
    click.echo(f"{name} runs on its own level again.")


def _change(change: Callable[..., Any], name: str, reason: str, organization: str | None) -> None:
    from intendant.kit.clock import system_now

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        change(tx, found, name, by=whoami(), why=reason, system_now=system_now())


def _switch(state: "State", reason: str, organization: str | None) -> None:
    from intendant.kernel.control import set_switch
    from intendant.kit.clock import system_now

    with opened(organization) as (system, found), system.database.transaction(found.id) as tx:
        row = set_switch(tx, found, state, by=whoami(), reason=reason, system_now=system_now())
    click.echo(f"{found.name}: {row['state']}.")
