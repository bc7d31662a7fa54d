"""`intendant new domain NAME`: a domain with a working decision kind and tests that pass, laid out as the house style has it.

The templates lie in `scaffold/`, as text, so that no tool takes them for code before they have a name.
"""

import keyword
import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

import click

from intendant.kit.errors import Conflict, Invalid

NAME = re.compile(r"[a-z][a-z0-9_]{1,30}\Z")
TAKEN_WORDS = frozenset({"common", "helpers", "kernel", "kit", "manager", "misc", "processor", "tests", "utils"})


class DomainNameInvalid(Invalid):
    """A word that cannot be the name of a domain."""

    code = "domain_name_invalid"


class DomainExists(Conflict):
    """There is a domain, or tests of one, of this name already."""

    code = "domain_exists"


class NotACheckout(Invalid):
    """The folder is not a checkout of the source."""

    code = "not_a_checkout"


@click.group()
def new() -> None:
    """Scaffold something new."""


@new.command()
@click.argument("name")
@click.option(
    "--checkout",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The checkout of the source; the present folder by default.",
)
def domain(name: str, checkout: Path) -> None:
    """Scaffold a domain NAME with a decision kind and tests that pass."""
    written = scaffold_domain(name, checkout)
    click.echo(f"Wrote {len(written)} files:")
    for path in written:
        click.echo(f"  {path}")
    click.echo("\nOne line outside them makes the domain known; in src/intendant/bootstrap.py, import it and add it:\n")
    click.echo(f"  from intendant.domains.{name}.manifest import {name.upper()}")
    click.echo(f"  DOMAINS = (..., {name.upper()})")
    click.echo(f"\nIts tests pass as they are: .venv/bin/python -m pytest tests/domains/{name}")


def scaffold_domain(name: str, checkout: Path) -> list[Path]:
    """Write the files of a domain into a checkout and return them, or write nothing.

    Raises DomainNameInvalid, NotACheckout, DomainExists.
    """
    _check_name(name)
    if not (checkout / "src" / "intendant" / "domains" / "__init__.py").exists():
        raise NotACheckout(
            f"'{checkout}' is no checkout of the source.",
            field="checkout",
            remedy="Go to the folder that holds src/intendant, or name it with --checkout.",
        )
    places = {
        "domain": checkout / "src" / "intendant" / "domains" / name,
        "tests": checkout / "tests" / "domains" / name,
    }
    for place in places.values():
        if place.exists():
            raise DomainExists(
                f"'{place}' exists already.", field="name", remedy="Choose another name, or remove it first."
            )
    title = name.replace("_", " ")
    words = {"name": name, "NAME": name.upper(), "title": title, "Title": title.capitalize()}
    # Everything is filled in before the first file is written.
    files = {
        place / _file_name(part, template.name, name): Template(template.read_text(encoding="utf-8")).substitute(words)
        for part, place in places.items()
        for template in _templates(part)
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return sorted(files)


def _check_name(name: str) -> None:
    if not NAME.match(name) or keyword.iskeyword(name) or name in TAKEN_WORDS:
        raise DomainNameInvalid(
            f"'{name[:60]}' cannot be the name of a domain.",
            field="name",
            remedy="Use a noun of 2 to 31 lower-case letters, digits or '_' that begins with a letter, such as invoices.",
        )


def _templates(part: str) -> list[Traversable]:
    folder = resources.files("intendant.cli") / "scaffold" / part
    return sorted((each for each in folder.iterdir() if each.name.endswith(".txt")), key=lambda each: each.name)


def _file_name(part: str, template: str, name: str) -> str:
    """Return the file's name; a test file carries the domain's, since test files have names of their own everywhere."""
    plain = template.removesuffix(".txt")
    return plain.replace("test_", f"test_{name}_", 1) if part == "tests" else plain
