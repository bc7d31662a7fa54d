"""What a replay shows on the terminal: how far it is, on standard error, and at the end the report in short."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

_STAGES = {"train": "Training", "decide": "Deciding", "outcomes": "Outcomes"}
_STEPS = 4
"""How often a stage tells where it is when nobody watches a bar."""
_WARNINGS_SHOWN_MAX = 12
_WARNINGS = ("The model did not", "The model ranks", "Left out", "Suspicious", "Coverage is")


@contextmanager
def progress_shown() -> Iterator[Callable[[str, int, int], None]]:
    """Lend a function that shows how far a stage is: a bar on a terminal, a few lines elsewhere."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:<9}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {stage: bars.add_task(name, total=None, visible=False) for stage, name in _STAGES.items()}

        def show(stage: str, done: int, total: int) -> None:
            if stage == "continue":
                bars.console.print(_continuing(done, total), markup=False)
            else:
                bars.update(tasks[stage], completed=done, total=total, visible=True)

        yield show


class _Lines:
    """Tells the beginning of each stage and every quarter of it on a line."""

    def __init__(self) -> None:
        self._told: set[tuple[str, int]] = set()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell how far a stage is."""
        if stage == "continue":
            click.echo(_continuing(done, total), err=True)
            return
        step = _STEPS * done // total if total else _STEPS
        if (stage, step) not in self._told:
            self._told.add((stage, step))
            share = f"{done:,} of {total:,}" if stage != "train" else f"{done} %"
            click.echo(f"{_STAGES[stage]}: {share}", err=True)


def _continuing(done: int, total: int) -> str:
    return f"Continuing: {done:,} of {total:,} were decided before and are not decided again."


def show_report(console: "Console", report: Mapping[str, Any], folder: Path) -> None:
    """Print the report in short."""
    console.print()
    console.print(_decided(report))
    for line in (*_figures(report), *_fairness(report), _speed(report)):
        console.print(line, markup=False)
    warnings = [notice for notice in report["notices"] if notice.startswith(_WARNINGS)]
    for warning in warnings[:_WARNINGS_SHOWN_MAX]:
        console.print(f"! {warning}", style="yellow", markup=False)
    if len(warnings) > _WARNINGS_SHOWN_MAX:
        console.print(f"! {len(warnings) - _WARNINGS_SHOWN_MAX} more of these stand in the report.", style="yellow")
    console.print(f"Report: {folder / 'report.html'}, {folder / 'report.json'}", markup=False)


def _decided(report: Mapping[str, Any]) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "applications", "default rate", "95 % interval"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name in ("approved", "rejected", "asked", "refused", "all"):
        rate = report["default_rates"][name]
        count = report["rows_decided"] if name == "all" else report[name]
        interval = "-" if rate["rate"] is None else f"{rate['lower']:.1%} to {rate['upper']:.1%}"
        table.add_row(name, f"{count:,}", _percent(rate["rate"]), interval)
    return table


def _figures(report: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    if report["auc"] is not None:
        low, high = report["auc_interval"]
        wanted = "" if report["coverage_target"] is None else f" ({_percent(report['coverage_target'])} wanted)"
        yield (
            f"AUC {report['auc']:.3f} ({low:.3f} to {high:.3f})   Brier {report['brier']:.3f}"
            f"   conformal coverage {_percent(report['coverage'])}{wanted}"
        )
    validation = report["model"]["validation"] or {}
    measured = [("champion", validation.get("champion")), ("challenger xgboost", validation.get("challenger"))]
    measured += [
        (each["name"], each) for each in validation.get("baselines") or () if each["name"] == "logistic regression"
    ]
    shown = [f"{name} {each['auc']['auc']:.3f}" for name, each in measured if each]
    if shown:
        yield f"AUC on held-out rows of the earlier part: {', '.join(shown)}"
    profit = report["profit"]
    if profit:
        cut = "" if profit["plain_cutoff"] is None else f", plain cut-off {profit['plain_cutoff']:,.0f}"
        assumed = " (assumed)" if profit["cost_matrix"]["assumed"] else ""
        costs = f"gain {profit['cost_matrix']['gain']:g}, loss {profit['cost_matrix']['loss']:g}{assumed}"
        yield (
            f"Profit {profit['decisions']:,.0f}; asked cases as proposed {profit['decisions_with_asked_as_proposed']:,.0f};"
            f" approve all {profit['approve_all']:,.0f}, reject all {profit['reject_all']:,.0f}{cut}; {costs}"
        )


def _fairness(report: Mapping[str, Any]) -> Iterator[str]:
    for attribute in report["fairness"]:
        ratio, passes = attribute["four_fifths_ratio"], attribute["passes"]
        verdict = (
            "too few cases to say" if passes is None else f"{ratio:.2f}, {'passes' if passes else 'does not pass'}"
        )
        yield f"Four-fifths ratio by {attribute['attribute']}: {verdict}"


def _speed(report: Mapping[str, Any]) -> str:
    speed, seconds = report["decisions_per_second"], report["seconds"]
    pace = "-" if speed is None else f"{speed:,.0f}"
    before = "" if report["decided_in_this_run"] else " (everything was decided by an earlier run)"
    return (
        f"{pace} decisions a second{before}; training {seconds['training']:.1f} s, deciding {seconds['deciding']:.1f} s;"
        f" sandbox {report['organization']}"
    )


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
