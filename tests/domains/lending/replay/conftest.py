"""The replay command on a database of its own."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import psycopg.conninfo
import pytest
from click.testing import CliRunner, Result
from tests.support.past_loans import PastLoans

from intendant.cli.main import main
from intendant.kit.database import Database
from intendant.kit.postgres import EmbeddedPostgres


@dataclass
class Replays:
    """Runs `intendant replay` as a script would, and looks at what it left in the database."""

    database: Database
    folder: Path
    environment: dict[str, str]

    def __call__(self, path: Path, *arguments: str) -> Result:
        """Run the command to its end; the report goes to the folder `report`."""
        report = () if "--report" in arguments else ("--report", str(self.folder / "report"))
        return self.run(str(path), "--yes", *report, *arguments)

    def run(self, *arguments: str) -> Result:
        """Run the command with just these arguments."""

        def call(arguments: tuple[str, ...]) -> None:
            main(["replay", *arguments])

        command = click.Command("intendant", callback=lambda: call(arguments))
        return CliRunner(env=self.environment).invoke(command, [])

    def report(self, table: PastLoans, *arguments: str) -> dict[str, Any]:
        """Replay a table and return the report."""
        result = self(table.path, *table.arguments, *arguments)
        assert result.exit_code == 0, result.output
        report: dict[str, Any] = json.loads((self.folder / "report" / "report.json").read_text(encoding="utf-8"))
        return report

    def count(self, query: str, *parameters: object) -> int:
        """Count rows over all organisations, as an operator would."""
        with psycopg.connect(self.environment["INTENDANT_DATABASE_URL"]) as connection:
            row = connection.execute(query, parameters).fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture
def replay(database: Database, postgres_server: EmbeddedPostgres, tmp_path: Path) -> Replays:
    """Lend the command on the test's database."""
    name = psycopg.conninfo.conninfo_to_dict(database.urls.owner)["dbname"]
    environment = {
        "INTENDANT_DATABASE_URL": postgres_server.superuser_url(str(name)),
        # The home whose keys the template's roles have: they are the server's, not the database's.
        "INTENDANT_HOME": str(postgres_server.status().folder.parent),
    }
    return Replays(database, tmp_path, {**os.environ, **environment})


Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file for a test."""

    def writing(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return writing
