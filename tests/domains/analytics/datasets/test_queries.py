"""A query sees its organisation's tables and nothing else, within bounds of time and memory."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from intendant.domains.analytics.datasets import duck, isolation, usecases
from intendant.domains.analytics.datasets.contents import ColumnUnsupported, from_parquet, table_from_frame
from intendant.domains.analytics.datasets.isolation import QueryInvalid, WorkTooHeavy
from intendant.domains.analytics.datasets.prepared import DatasetInvalid, prepare
from intendant.domains.analytics.datasets.querying import preview_query, run_query
from intendant.kernel.access import system_principal
from intendant.kernel.organizations import Organization
from intendant.kernel.registry import Domain, Registry, Source
from intendant.kit.database import Database

from .conftest import Keep

VISITS = Source(
    "visits",
    "A row is a visit.",
    {"who": "text", "minutes": "number", "at": "time", "first": "boolean"},
    lambda tx, limit: iter([{"who": "ann", "minutes": 3, "at": None, "first": True}] * min(limit, 3)),
)


@dataclass
class Parts:
    """The parts of a system that queries need."""

    database: Database
    files: Any = None
    registry: Registry = field(default_factory=lambda: Registry([Domain("test", sources=(VISITS,))]))


@pytest.fixture
def parts(database: Database) -> Parts:
    """Return a system with one table of the record."""
    return Parts(database)


def test_a_query_joins_datasets_with_the_record(parts: Parts, organization: Organization, keep: Keep) -> None:
    keep("Größe & Co", pd.DataFrame({"who": ["ann", "bob"], "spent": [10.5, None]}))
    sql = """-- what each spent
        with v as (select who, sum(minutes) as minutes from VISITS group by who)
        select g.who, spent, minutes, current_date as today, 7 as seven from "größe & co" g left join v using (who) order by who;"""
    found = preview_query(parts, organization.id, sql)
    assert found["tables"] == ["größe & co", "visits"]
    assert [each["type"] for each in found["columns"]] == ["text", "numeric", "numeric", "time", "numeric"]
    assert [row[:3] for row in found["rows"]] == [["ann", 10.5, 9.0], ["bob", None, None]]
    prepared = run_query(parts, organization.id, sql)
    assert prepared.row_count == 2
    assert from_parquet(prepared.body).column("minutes").to_pylist() == [9.0, None]
    assert [each["name"] for each in prepared.columns] == ["who", "spent", "minutes", "today", "seven"]


def test_a_preview_is_cut_off_and_says_so(parts: Parts, organization: Organization) -> None:
    found = preview_query(parts, organization.id, "select range as n from range(1000)")
    assert (len(found["rows"]), found["more"]) == (100, True)


@pytest.mark.parametrize(
    "sql",
    [
        "select 1; select 2",
        "set memory_limit = '8GB'",
        "pragma version",
        "copy (select 1) to 'stolen.csv'",
        "attach 'other.db'",
        "install httpfs",
        "load httpfs",
        "create table a as select 1",
        "call pragma_version()",
        "explain select 1",
        "",
        ";",
        "select * frm x",
        "(" * 5_000,
    ],
)
def test_only_one_select_is_run(sql: str, tmp_path: Path) -> None:
    with pytest.raises((QueryInvalid, WorkTooHeavy)):
        duck.run(sql, tmp_path, lambda names: None, rows_max=10)


@pytest.mark.parametrize(("sql", "line", "column"), [("select * frm x", 1, 14), ("select 1,\n  from where 2", 2, 8)])
def test_a_mistake_in_a_query_is_pointed_at(sql: str, line: int, column: int, tmp_path: Path) -> None:
    with pytest.raises(QueryInvalid) as refused:
        duck.run(sql, tmp_path, lambda names: None, rows_max=10)
    assert refused.value.data == {"line": line, "column": column}


HOSTILE = """
select * from read_csv('/etc/passwd')
select * from read_text('/etc/passwd')
select * from '/etc/passwd'
select * from glob('/*')
select * from read_parquet('0.parquet')
select * from 'http://127.0.0.1:1/x.csv'
select * from query('select * from read_text(''/etc/passwd'')')
select * from duckdb_secrets()
select * from duckdb_extensions()
select getenv('PATH')
select * from place
select * from arrow_scan(1, 2, 3)
select * from query('install httpfs')
select * from parquet_metadata('0.parquet')
""".strip().splitlines()


def test_a_query_reads_no_file_no_network_and_no_environment(
    parts: Parts, organization: Organization, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for sql in HOSTILE:
        with pytest.raises(QueryInvalid):
            duck.run(sql, tmp_path, lambda names: None, rows_max=10)
    monkeypatch.setenv("INTENDANT_SECRET", "do not tell")
    shown = preview_query(parts, organization.id, "select name, value from duckdb_settings()")
    assert "do not tell" not in str(shown)
    assert os.path.expanduser("~/.duckdb") not in str(shown)


def test_a_query_never_sees_another_organisations_dataset(
    parts: Parts, organization: Organization, other_organization: Organization, keep: Keep
) -> None:
    theirs = system_principal(other_organization.id, "test")
    prepared = prepare(table_from_frame(pd.DataFrame({"secret": ["theirs"]})))
    with parts.database.transaction(other_organization.id) as tx:
        usecases.add_dataset(tx, theirs, None, usecases.Asked("plans", "", "upload"), prepared)
    with pytest.raises(QueryInvalid, match="plans"):
        preview_query(parts, organization.id, "select * from plans")
    keep("plans", pd.DataFrame({"secret": ["ours"]}))
    assert preview_query(parts, organization.id, "select * from plans")["rows"] == [["ours"]]
    assert preview_query(parts, other_organization.id, "select * from plans")["rows"] == [["theirs"]]


@pytest.mark.parametrize(
    "sql",
    [
        "with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) from t",
        "select lpad('x', 2000000000, 'y')",
        "select sum(length(repeat('x', 1000000000))) from range(20)",
        "select sleep_ms(100000)",
    ],
)
def test_a_query_that_asks_for_too_much_is_ended(
    sql: str,
) -> None:
    with pytest.raises(WorkTooHeavy), isolation.folder() as place:
        isolation.run_apart(
            Path(place),
            {"work": "query", "sql": sql, "rows_max": 100, "preview_rows": 100},
            seconds=1.0,
            memory_bytes=2 * 1024**3,
        )


def test_columns_need_names_of_their_own_and_plain_values(parts: Parts, organization: Organization) -> None:
    with pytest.raises(QueryInvalid, match="Two columns are called 'a'"):
        preview_query(parts, organization.id, "select 1 as a, 2 as a")
    with pytest.raises(ColumnUnsupported, match="'parts'"):
        preview_query(parts, organization.id, "select [1, 2] as parts")
    with pytest.raises(DatasetInvalid, match="no rows"):
        run_query(parts, organization.id, "select 1 as a where false")
