"""The ledger on the terminal: the trial balance, and postings for the accountant's tools."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from intendant.cli.console import json_option, money, opened, organization_option, print_json, print_table, whoami

if TYPE_CHECKING:
    from intendant.kernel.access import Principal
    from intendant.kernel.organizations import Organization

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("trial-balance")
@click.option("--on", type=_DAY, metavar="DATE", help="The day at whose end; today if left out.")
@click.option("--from", "since", type=_DAY, metavar="DATE", help="First day of what moved.")
@organization_option
@json_option
def trial_balance(on: datetime | None, since: datetime | None, organization: str | None, as_json: bool) -> None:
    """Print the balance of every account; today's also against the loans."""
    from intendant.domains.lending.ledger import balances

    with opened(organization) as (system, found):
        today = _today(found)
        with system.database.snapshot(found.id) as tx:
            shown = balances.trial_balance(
                tx, _by(found), on=on.date() if on else today, today=today, since=since.date() if since else None
            )
    if as_json:
        controls = None if shown.controls is None else [_control(each) for each in shown.controls]
        print_json({"on": shown.on, "lines": shown.lines, "totals": shown.totals, "controls": controls})
        return
    columns = ("opening", "debit", "credit", "balance")
    print_table(
        [{name: getattr(line, name) for name in ("code", "name", "currency", *columns)} for line in shown.lines],
        {
            "account": lambda row: f"{row['code']} {row['name']}",
            **{name: _amount(name) for name in columns},
            "currency": lambda row: row["currency"],
        },
        empty="Nothing is booked yet.",
    )
    for total in shown.totals:
        click.echo(
            f"Total {money(total.debit)} and {money(total.credit)} {total.currency}; balance {money(total.balance)}."
        )
    for each in shown.controls or ():
        if each.difference:
            click.echo(
                f"The account {each.code} differs from the loans by {money(each.difference)} {each.currency}.", err=True
            )


@click.command("journal")
@click.option("--from", "since", type=_DAY, required=True, metavar="DATE", help="First day of booking.")
@click.option("--to", "until", type=_DAY, required=True, metavar="DATE", help="Last day of booking.")
@click.option("--by-day", is_flag=True, help="Sum up by day and account.")
@click.option("--opening", is_flag=True, help="Begin with the balances before the first day.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table instead of a journal.")
@organization_option
def journal(
    since: datetime, until: datetime, by_day: bool, opening: bool, as_csv: bool, organization: str | None
) -> None:
    """Print the postings of some days as a journal that hledger reads."""
    from intendant.domains.lending.ledger import export

    with opened(organization) as (system, found):
        by = _by(found)
        with system.database.transaction(found.id) as tx:
            begun = export.begin_export(
                tx,
                by,
                "csv" if as_csv else "journal",
                by_day=by_day,
                since=since.date(),
                until=until.date(),
                opening=opening and not as_csv,
            )
        for piece in export.pieces(system.database, by, begun):
            click.echo(piece.decode(), nl=False)


def _by(organization: "Organization") -> "Principal":
    from intendant.kernel.access import console_principal

    return console_principal(organization.id, whoami().partition(":")[2])


def _today(organization: "Organization") -> date:
    from intendant.domains.lending.loans.model import business_day
    from intendant.kit import clock

    return business_day(organization, clock.system_now())


def _amount(name: str) -> Any:
    return lambda row: money(row[name])


def _control(each: Any) -> dict[str, Any]:
    names = ("purpose", "code", "currency", "account", "loans", "difference")
    return {name: getattr(each, name) for name in names}
