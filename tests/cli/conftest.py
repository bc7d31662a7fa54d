"""A terminal on an installation of its own: commands run in this process, as `intendant` would run them."""

import contextlib
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.support.installation import temporary_home
from tests.support.lending import Lender, open_lender

from intendant.bootstrap import open_system
from intendant.cli.main import main
from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.settings import Settings


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return what was said as JSON."""
        return json.loads(self.out)


@dataclass
class Terminal:
    """Types commands. The database stays up between them unless it is let go."""

    home: Path
    _stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def hold_database(self) -> None:
        """Keep the database up from now on."""
        self._stack.enter_context(EmbeddedPostgres(self.home / "postgres").lease())

    def let_database_go(self) -> None:
        """Let the database stop with the last command that uses it."""
        self._stack.close()

    def type(self, *arguments: object, stdin: str = "") -> Said:
        """Run one command."""
        out, err, status = io.StringIO(), io.StringIO(), 0
        before, sys.stdin = sys.stdin, io.StringIO(stdin)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                main([str(argument) for argument in arguments])
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
        finally:
            sys.stdin = before
        return Said(status, out.getvalue(), err.getvalue())

    def does(self, *arguments: object, stdin: str = "") -> Said:
        """Run a command that must succeed."""
        said = self.type(*arguments, stdin=stdin)
        assert said.status == 0, (arguments, said)
        return said

    def refuses(self, *arguments: object, stdin: str = "", status: int = 1) -> str:
        """Run a command that must end with a status and one line of explanation; return that line."""
        said = self.type(*arguments, stdin=stdin)
        assert said.status == status, (arguments, said)
        assert "Traceback" not in said.err
        lines = [line for line in said.err.splitlines() if line.startswith("Error: ")]
        assert len(lines) == 1, said.err
        return lines[0]


@pytest.fixture(scope="module")
def terminal() -> Iterator[Terminal]:
    """Lend a terminal on an empty installation whose only organisation is `acme`, which lends at level full."""
    with temporary_home() as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTENDANT_HOME", str(home))
        terminal = Terminal(home)
        terminal.hold_database()
        terminal.does("organization", "add", "acme", "--name", "Acme Lending")
        yield terminal
        terminal.let_database_go()


@pytest.fixture(scope="module")
def lender(terminal: Terminal) -> Lender:
    """Give acme a product, a model and level full; afterwards nobody here is connected to the database."""
    with open_system(Settings(home=terminal.home)) as system:
        return open_lender(system.database, system.organization("acme"))
