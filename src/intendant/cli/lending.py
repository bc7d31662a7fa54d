"""`intendant lending`: a loan's schedule on the terminal, which needs no installation, and the end of day by hand."""

import csv
import io
import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Any, NoReturn

import click

from intendant.cli.console import json_option, opened, organization_option, print_json
from intendant.cli.ledger import journal, trial_balance
from intendant.domains.lending.terms import (
    Base,
    BrokenPeriod,
    DayCount,
    Excess,
    FeeWhen,
    InstalmentFormula,
    InterestBasis,
    Method,
    RoundingMode,
    TermsInvalid,
)
from intendant.kit.errors import IntendantError

_FEE_PARTS = (3, 4)
_DEDUCTED = "deducted"
_COLUMNS = ("number", "from", "due", "days", "principal", "interest", "fees", "total", "balance")
_TEXT = ("from", "due")
TABLE_WIDTH = 160
"""Wider than any schedule is."""


class _Word(click.Choice[str]):
    """A word of an enumeration, written with hyphens or underscores."""

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__([each.value.replace("_", "-") for each in kind])
        self._values = {each.value.replace("_", "-"): each.value for each in kind}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        said = str(value).replace("_", "-")
        meant = next((each for each in self._values if each.lower() == said.lower()), said)
        return self._values[super().convert(meant, param, ctx)]


# Where a term is written in JSON -> (its option, how click declares it).
_OPTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "amount": ("--amount", {"required": True, "help": "What is lent."}),
    "currency": ("--currency", {"default": "USD", "show_default": True, "help": "Three letters of ISO 4217."}),
    "rate": ("--rate", {"required": True, "help": "Percent a year, nominal."}),
    "periods": ("--periods", {"required": True, "type": int, "help": "How many instalments."}),
    "every": ("--every", {"default": "1m", "show_default": True, "help": "A period: 15d, 2w, 1m, 1y."}),
    "start": ("--first", {"required": True, "metavar": "DATE", "help": "When the first period begins: disbursement."}),
    "first_due": (
        "--first-due",
        {"metavar": "DATE", "help": "When the first instalment is due, if not a period later."},
    ),
    "due_day": ("--due-day", {"type": int, "help": "Day of the month on which instalments are due; 31 is its last."}),
    "day_count": ("--day-count", {"type": _Word(DayCount), "default": "ACT/365", "show_default": True}),
    "method": ("--method", {"type": _Word(Method), "help": "How principal is repaid."}),
    "formula": ("--formula", {"type": _Word(InstalmentFormula), "help": "From what rate the instalment is computed."}),
    "rounding.mode": (
        "--rounding",
        {"type": _Word(RoundingMode), "help": "Of interest and fees; half-even by default."},
    ),
    "rounding.unit": ("--rounding-unit", {"metavar": "AMOUNT", "help": "To multiples of what; 0.01, 1, 0.05."}),
    "instalment_rounding.mode": (
        "--instalment-rounding",
        {"type": _Word(RoundingMode), "help": "Of the equal instalment; as interest by default."},
    ),
    "instalment_rounding.unit": ("--instalment-rounding-unit", {"metavar": "AMOUNT"}),
    "fixed_instalment": ("--fixed-instalment", {"metavar": "AMOUNT", "help": "State it; --periods is then the most."}),
    "broken_period": ("--broken-period", {"type": _Word(BrokenPeriod), "help": "Interest of a longer first period."}),
    "grace.principal": ("--grace-principal", {"type": int, "help": "Instalments of interest alone at first."}),
    "grace.interest": ("--grace-interest", {"type": int, "help": "First instalments whose interest is due later."}),
    "grace.free": ("--grace-free", {"type": int, "help": "First periods without interest."}),
    "balloon": ("--balloon", {"metavar": "PORTION", "help": "Principal left to the last: 500, or 20%."}),
    "down_payment": ("--down-payment", {"metavar": "PORTION", "help": "Due at disbursement: 500, or 20%."}),
    "penalty.rate": ("--penalty-rate", {"help": "Percent a year on what is late."}),
    "penalty.grace_days": ("--penalty-grace-days", {"type": int}),
    "allocation.order": ("--allocation-order", {"help": "Kinds by comma: penalty,fee,interest,principal."}),
    "allocation.excess": ("--excess", {"type": _Word(Excess), "help": "What becomes of money beyond what is due."}),
    "basis": ("--basis", {"type": _Word(InterestBasis), "help": "On what interest is computed."}),
    "tolerance_amount": ("--tolerance-amount", {"metavar": "AMOUNT", "help": "Arrears that count as none."}),
    "tolerance_days": ("--tolerance-days", {"type": int}),
    "close_tolerance": ("--close-tolerance", {"metavar": "AMOUNT", "help": "A rest that is waived."}),
    "provisioning.pd": ("--pd", {"help": "Probability of default within a year, 0 to 1."}),
    "provisioning.lgd": ("--lgd", {"help": "Share lost on default, 0 to 1."}),
    "provisioning.stage2_days": ("--stage2-days", {"type": int}),
    "provisioning.stage3_days": ("--stage3-days", {"type": int}),
}

_REPEATED = {"fees": "--fee", "disbursements": "--disburse", "rate_changes": "--rate-change", "payments": "--pay"}


def _with_terms(command: Callable[..., None]) -> Callable[..., None]:
    """Declare the options of `_OPTIONS`, each stored under the name of its place."""
    for place, (name, settings) in reversed(_OPTIONS.items()):
        command = click.option(name, place.replace(".", "__"), **settings)(command)
    return command


@click.group()
def lending() -> None:
    """Print a loan's schedule, without an installation; book all loans up to today; print the ledger."""


@lending.command()
@_with_terms
@click.option("--no-level-last", is_flag=True, help="Leave all rounding to the last instalment.")
@click.option(
    "--fee",
    "fees",
    multiple=True,
    metavar="NAME:WHEN:PORTION[:deducted]",
    help="Such as origination:disbursement:2%:deducted, account:instalment:1.50, late:late:5%overdue.",
)
@click.option("--penalty-from-due", is_flag=True, help="Penalties count from the due date once the grace is over.")
@click.option("--allocation-by-kind", is_flag=True, help="Payments go kind by kind, not by the oldest instalment.")
@click.option("--disburse", "disbursements", multiple=True, metavar="DATE=AMOUNT", help="A tranche; repeatable.")
@click.option("--rate-change", "rate_changes", multiple=True, metavar="DATE=RATE", help="A new rate from that day on.")
@click.option("--pay", "payments", multiple=True, metavar="DATE=AMOUNT", help="A payment beyond the instalments.")
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print the instalments as CSV.")
def schedule(
    no_level_last: bool,
    fees: tuple[str, ...],
    penalty_from_due: bool,
    allocation_by_kind: bool,
    disbursements: tuple[str, ...],
    rate_changes: tuple[str, ...],
    payments: tuple[str, ...],
    as_json: bool,
    as_csv: bool,
    **given: Any,
) -> None:
    """Print the schedule of a loan: what is due when, and what the credit costs a year.

    Instalments are taken to be paid on their day; what is planned beside them changes those that follow.

    \b
    intendant lending schedule --amount 100 --rate 15.678 --periods 6 --first 2024-01-01
    """
    from intendant.domains.lending.schedules.planned import parse_planned
    from intendant.domains.lending.schedules.preview import PlannedEventInvalid, dump_preview, preview

    written = _written(given)
    if no_level_last:
        written["level_last"] = False
    if penalty_from_due:
        written.setdefault("penalty", {})["from_due"] = True
    if allocation_by_kind:
        written.setdefault("allocation", {})["by_instalment"] = False
    written["fees"] = [_fee(each) for each in fees]
    written["disbursements"] = [_on_a_day(each, "amount", "--disburse") for each in disbursements]
    written["rate_changes"] = [_on_a_day(each, "rate", "--rate-change") for each in rate_changes]
    written["payments"] = [_on_a_day(each, "amount", "--pay") for each in payments]
    try:
        shown = dump_preview(preview(*parse_planned(written)))
    except (TermsInvalid, PlannedEventInvalid) as fault:
        _refuse(fault)
    if as_json:
        _print_json(shown)
    elif as_csv:
        click.echo(_csv(shown), nl=False)
    else:
        _print_table(shown)


@lending.command("end-of-day")
@organization_option
@json_option
def end_of_day(organization: str | None, as_json: bool) -> None:
    """Book all loans up to today, here and now, and do what follows; what a worker has booked is not booked again."""
    from intendant.domains.lending.daily import after_end_of_day
    from intendant.domains.lending.loans.end_of_day import run_here

    def tell(fraction: float, note: str) -> None:
        if not as_json:
            click.echo(f"{fraction:>4.0%}  {note}", err=True)

    with opened(organization) as (system, found):
        done = run_here(system.database, found.id, tell, after=after_end_of_day())
    if as_json:
        print_json(done)
    else:
        loans = "loan" if done["booked"] == 1 else "loans"
        click.echo(f"Booked {done['booked']:,} {loans} up to {done['to']}; {done['set_aside']:,} could not be booked.")
        for reference in done["set_aside_loans"]:
            click.echo(f"  {reference} could not be booked; its alert says why.", err=True)
    sys.exit(1 if done["set_aside"] else 0)


lending.add_command(trial_balance)
lending.add_command(journal)


def _written(given: dict[str, Any]) -> dict[str, Any]:
    """Return the terms as JSON from the options that were given."""
    written: dict[str, Any] = {}
    for name, value in given.items():
        if value is None:
            continue
        place, _, part = name.partition("__")
        if place in {"balloon", "down_payment"}:
            written[place] = _portion(value, _OPTIONS[place][0])
        elif name == "allocation__order":
            written.setdefault(place, {})[part] = [each.strip() for each in value.split(",")]
        elif part:
            written.setdefault(place, {})[part] = value
        else:
            written[place] = value
    return written


def _portion(value: str, option: str) -> dict[str, str]:
    """Read `500`, `20%` (of principal) or `5%overdue`."""
    number, percent, base = value.partition("%")
    if not percent:
        return {"value": number}
    base = base or Base.PRINCIPAL
    if base not in set(Base) - {Base.FLAT}:
        raise click.BadParameter(f"{value!r} is a share of nothing known. Write 500, or 20%.", param_hint=option)
    return {"value": number, "base": base}


def _fee(value: str) -> dict[str, Any]:
    parts = value.split(":")
    if len(parts) not in _FEE_PARTS or (len(parts) == max(_FEE_PARTS) and parts[-1] != _DEDUCTED):
        known = ", ".join(FeeWhen)
        raise click.BadParameter(
            f"{value!r} is no fee. Write NAME:WHEN:PORTION or NAME:WHEN:PORTION:deducted, WHEN one of {known}.",
            param_hint="--fee",
        )
    name, when, portion = parts[:3]
    return {"name": name, "when": when, "portion": _portion(portion, "--fee"), "deducted": len(parts) > min(_FEE_PARTS)}


def _on_a_day(value: str, name: str, option: str) -> dict[str, str]:
    day, equals, number = value.partition("=")
    if not equals:
        raise click.BadParameter(f"{value!r} is not written as DATE={name.upper()}.", param_hint=option)
    return {"on": day.strip(), name: number.strip()}


def _refuse(fault: IntendantError) -> NoReturn:
    """Name the option at fault instead of the field."""
    place = fault.field or ""
    for repeated, option in _REPEATED.items():
        if place.startswith(repeated):
            raise click.BadParameter(str(fault), param_hint=option) from None
    option = next((option for known, (option, _) in _OPTIONS.items() if place == known), None) or next(
        (
            option
            for known, (option, _) in _OPTIONS.items()
            if place.startswith(f"{known}.") or known.startswith(f"{place}.")
        ),
        f"--{place.replace('_', '-')}",
    )
    raise click.BadParameter(str(fault), param_hint=option) from None


def _print_json(shown: dict[str, Any]) -> None:
    import json

    click.echo(json.dumps(shown, indent=2))


def _csv(shown: dict[str, Any]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(shown["instalments"])
    return text.getvalue()


def _print_table(shown: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    totals, currency = shown["totals"], shown["currency"]
    table = Table(box=None, pad_edge=False, header_style="bold", show_footer=True, footer_style="bold")
    for name in _COLUMNS:
        footer = totals.get(name, "") if name != "number" else ""
        table.add_column(name, footer, justify="left" if name in _TEXT else "right", no_wrap=True)
    for row in shown["instalments"]:
        table.add_row(*(str(row[name]) for name in _COLUMNS))
    is_equal = shown["terms"]["method"] == Method.EQUAL_INSTALMENT
    click.echo(
        f"{shown['amount']} {currency} at {shown['rate']} % a year, {shown['periods']} instalments"
        + (f" of {shown['instalment']} {currency}." if is_equal else ".")
    )
    console = Console(highlight=False)
    # A figure cut short by a narrow terminal would be a wrong one.
    Console(width=max(console.width, TABLE_WIDTH), highlight=False).print(table, crop=False)
    costs = [("APR", shown["apr"]), ("effective", shown["effective_rate"])]
    known = ", ".join(f"{name} {value} % a year" for name, value in costs if value is not None)
    click.echo(f"Paid out {shown['paid_out']} {currency}. {known}" + ("." if known else ""))
