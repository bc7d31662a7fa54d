"""What commands share: the open system, the organisation meant, who is asking, tables and JSON on the terminal."""

import getpass
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from intendant.bootstrap import System
    from intendant.kernel.organizations import Organization

WIDTH_MAX = 1_000
Show = Callable[[Mapping[str, Any]], Any]
"""How a cell is shown, given its row."""
F = TypeVar("F", bound=Callable[..., Any])


def organization_option(function: F) -> F:
    """Add `--organization SLUG`."""
    return click.option(
        "--organization", "-o", metavar="SLUG", help="The organisation; needed where there are several."
    )(function)


def json_option(function: F) -> F:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(function)


@contextmanager
def opened(slug: str | None) -> Iterator[tuple["System", "Organization"]]:
    """Open the installation and find the organisation."""
    from intendant.bootstrap import open_system
    from intendant.kit.logging import configure_logging

    configure_logging("warning")
    with open_system() as system:
        yield system, system.organization(slug)


def whoami() -> str:
    """Name the person at the terminal for the record: whoever can run this has the installation's keys."""
    return f"console:{getpass.getuser()}"


def print_json(value: object) -> None:
    """Print a value as indented JSON."""
    import orjson

    from intendant.kit.canonical import canonical_json

    click.echo(orjson.dumps(orjson.loads(canonical_json(value)), option=orjson.OPT_INDENT_2).decode())


def print_table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, Show], *, empty: str) -> None:
    """Print rows under headings; `empty` says what to do where there are none."""
    if not rows:
        click.echo(empty)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in columns:
        table.add_column(heading, no_wrap=True)
    for row in rows:
        cells: list[Any] = [cell(row) for cell in columns.values()]
        table.add_row(*("" if shown is None else str(shown) for shown in cells))
    # As wide as it needs: an id that is cut off cannot be used in the next command.
    console = Console(highlight=False)
    width = console.measure(table, options=console.options.update(max_width=WIDTH_MAX)).maximum
    Console(width=max(console.width, width), highlight=False).print(table, crop=False)


def moment(value: Any) -> str:
    """Show a moment to the second."""
    return f"{value:%Y-%m-%d %H:%M:%S}"


def percent(value: float | None) -> str:
    """Show a probability."""
    return "-" if value is None else f"{value:.1%}"


def money(value: Any) -> str:
    """Show an amount."""
    return "" if value is None else f"{value:,.2f}"
